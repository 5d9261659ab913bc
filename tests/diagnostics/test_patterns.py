"""How a signature's words become what is looked for: spellings, phrases, starters."""

import pickle

import pytest

from diagnostics.bounce import read
from diagnostics.engine import Cause, Knowledge, Meaning, ProviderFacts, Signature, diagnose
from diagnostics.engine.guess import Nearest
from diagnostics.engine.literals import literals_of
from diagnostics.engine.matcher import FEW_ADDED
from diagnostics.engine.spelling import MOST, spellings


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("does not exist", {"doesn't exist", "doesnt exist"}),
        ("can't be found", {"cannot be found", "can not be found", "cant be found"}),
        ("e-mails refused", {"emails refused"}),
        ("is blacklisted", {"is blocklisted", "is black listed", "is block-listed"}),
        ("graylisted", {"greylisted", "grey listed"}),
        ("mail box full", {"mailbox full"}),
        ("not authorised", {"not authorized"}),
    ],
)
def test_a_phrase_is_looked_for_in_all_its_spellings(written, also):
    found = spellings(written)

    assert found[0] == written
    assert also <= set(found)


@pytest.mark.parametrize("phrase", ["no user", "remailer", "knots are not", "cantata"])
def test_what_only_looks_like_a_known_word_has_one_spelling(phrase):
    assert spellings(phrase)[:1] == [phrase]
    assert "cannotata" not in spellings(phrase)
    assert "re-mailer" not in spellings(phrase)


def test_a_phrase_of_many_known_words_has_a_bounded_number_of_spellings():
    assert len(spellings("e-mail mail box blacklist greylist doesn't isn't can't " * 3)) == MOST


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        (r"\bmail(box)? full\b", {"mail full", "mailbox full"}),
        (
            r"\b(user|account) (is )?gone\b",
            {"user gone", "user is gone", "account gone", "account is gone"},
        ),
        (r"\b[bp]an\b", {"ban", "pan"}),
        (r"spam\b", {"*spam"}),
        (r"\bspam", {"spam*"}),
        (r"quota\.", {"*quota."}),
        (r"\bno\b \bgo\b", {"no go"}),
    ],
)
def test_an_expression_that_matches_few_texts_is_written_out(pattern, phrases):
    assert literals_of(pattern).phrases == phrases


@pytest.mark.parametrize(
    ("pattern", "starters"),
    [
        (r"\brelay [^ ]{1,40} (is |was )?(denied|refused)\b", {"relay "}),
        (r"limit of [0-9]+ messages an hour", {" messages an hour*"}),
        (r"\bdns\b.{0,40}(fail|error)|(fail|error).{0,40}\bdns\b", {"dns"}),
        (r"[0-9]+ [a-z]+", set()),
        (r"(a.b|c.d)", set()),
    ],
)
def test_an_expression_that_matches_many_starts_at_its_rarest_words(pattern, starters):
    found = literals_of(pattern)

    assert (found.phrases, found.starters) == (frozenset(), starters)


def signature(slug, pattern, *, regex=False, cause=Cause.SPAM_CONTENT):
    return Signature(slug=slug, pattern=pattern, regex=regex, cause=cause)


def decided(text, knowledge):
    return diagnose(read(text), knowledge).worst.signature


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("550 relay for example.com was refused", True),
        ("550 relay refused", False),
        ("550 relaying for example.com refused", False),
        ("550 refused for relay example.com", False),
    ],
)
def test_an_expression_matches_what_re2_matches(text, found):
    pattern = r"\brelay for [^ ]{1,40} (was )?refused\b"
    known = Knowledge(signatures=(signature("r", pattern, regex=True),))

    assert (decided(text, known) == "r") is found


def test_the_deciding_words_start_and_end_with_words():
    known = Knowledge(signatures=(signature("r", r"(^|[^a-z])[a-z]{1,9}-list( |$)", regex=True),))

    finding = diagnose(read("554 on a block-list of ours"), known).worst

    assert "554 on a block-list of ours"[slice(*finding.span)] == "block-list"


def test_a_change_hides_old_words_and_finds_new_ones():
    before = Knowledge(signatures=(signature("a", "first words"), signature("b", "other words")))
    before.matcher  # noqa: B018 - compiled before the change

    after = before.with_change(
        {"signatures": [signature("a", "changed words")]},
        {"signatures": {"a"}},
        digest="2",
        number=2,
    )

    assert decided("550 changed words", after) == "a"
    assert decided("550 other words", after) == "b"
    assert decided("550 first words", after) is None
    assert decided("550 first words", before) == "a"


def test_many_changes_compile_everything_anew():
    before = Knowledge(signatures=(signature("a", "first words"),))
    many = [signature(f"s{number}", f"words number {number}") for number in range(FEW_ADDED + 1)]

    after = before.with_change({"signatures": many}, {}, digest="2", number=2)

    assert "matcher" not in after.__dict__
    assert decided(f"550 words number {FEW_ADDED}", after) == f"s{FEW_ADDED}"


def test_changed_knowledge_goes_to_other_processes_whole():
    before = Knowledge(signatures=(signature("a", "first words"),))
    after = before.with_change(
        {"signatures": [signature("b", "new words")]}, {"signatures": {"a"}}, digest="2", number=2
    )

    arrived = pickle.loads(pickle.dumps(after))  # noqa: S301 - our own

    assert arrived == after
    assert decided("550 new words", arrived) == "b"
    assert decided("550 first words", arrived) is None


WORDINGS = [
    ("sender has been throttled for complaints", Cause.RATE_LIMITED),
    ("mailbox quota exhausted", Cause.MAILBOX_FULL),
    ("mailbox closed by its owner", Cause.RECIPIENT_DISABLED),
]


def test_a_guess_takes_the_cause_of_the_nearest_wording():
    guess = Nearest(WORDINGS).guess("the quota of this mailbox is exhausted", None)

    assert guess.cause is Cause.MAILBOX_FULL
    assert guess.share > 0.5


def test_a_guess_names_the_words_that_it_was_made_by():
    text = "550 we have throttled you for complaints today"

    guess = Nearest(WORDINGS).guess(text, None)

    assert text[slice(*guess.span)] == "throttled you for complaints"


@pytest.mark.parametrize("text", ["", "no such words", "mailbox", "quota@exhausted.example"])
def test_without_two_known_words_nothing_is_guessed(text):
    assert Nearest(WORDINGS).guess(text, None) is None


def test_the_subject_of_the_code_counts_as_a_word():
    near = Nearest(
        [("refused here #2", Cause.MAILBOX_FULL), ("refused here #7", Cause.SPAM_CONTENT)]
    )

    assert near.guess("refused here today", "5.7.1").cause is Cause.SPAM_CONTENT
    assert near.guess("refused here today", "5.2.2").cause is Cause.MAILBOX_FULL


def test_a_wording_beside_its_own_code_wins_over_the_same_beside_another():
    provider = ProviderFacts(slug="p", name="P", mx_suffixes=("p.example",))
    meanings = tuple(
        Meaning(slug=f"p-{code}", provider="p", enhanced=code, wording="banned sender", cause=cause)
        for code, cause in [
            ("5.7.511", Cause.IP_BLOCKLISTED),
            ("5.7.800", Cause.DOMAIN_BLOCKLISTED),
        ]
    )
    known = Knowledge(meanings=meanings, providers=(provider,))

    found = diagnose(read("host mx.p.example[192.0.2.1] said: 550 5.7.511 banned sender"), known)

    assert (found.worst.cause, found.worst.signature) == (Cause.IP_BLOCKLISTED, "p-5.7.511")
