"""The engine on knowledge made for the test: the declared order, spans, and what is left open."""

import pickle

import pytest

from diagnostics.bounce import read
from diagnostics.engine import (
    Actor,
    ArticleEntry,
    Basis,
    Cause,
    CauseFacts,
    InvalidPattern,
    Knowledge,
    Meaning,
    Permanence,
    ProviderFacts,
    Signature,
    check_regex,
    diagnose,
    record,
)

GOOGLE = ProviderFacts(
    slug="google", name="Google", mx_suffixes=("google.com",), reply_marks=("gsmtp",)
)
GMAIL = ProviderFacts(slug="gmail", name="Gmail", family="google", address_domains=("gmail.com",))
FILTER = ProviderFacts(slug="filter", name="Filter", mx_suffixes=("filter.example",))
REGISTRY = (
    Meaning(slug="5.1.1", enhanced="5.1.1", cause=Cause.RECIPIENT_UNKNOWN),
    Meaning(slug="5.7.1", enhanced="5.7.1", cause=Cause.POLICY_REJECTION),
    Meaning(slug="5.7.0", enhanced="5.7.0", cause=Cause.POLICY_REJECTION),
    Meaning(slug="4.3.0", enhanced="4.3.0", cause=Cause.SERVER_ERROR),
    Meaning(slug="550", reply="550", cause=Cause.RECIPIENT_UNKNOWN),
)


def signature(slug, pattern, cause=Cause.SPAM_CONTENT, **fields):
    return Signature(slug=slug, pattern=pattern, cause=cause, **fields)


def knowledge(*signatures, meanings=REGISTRY, **fields):
    providers = (GMAIL, GOOGLE, FILTER)
    return Knowledge(signatures=signatures, meanings=meanings, providers=providers, **fields)


def finding(text, known):
    return diagnose(read(text), known).worst


def deciding_words(text, known):
    bounce = read(text)
    start, end = diagnose(bounce, known).worst.span
    return bounce.text[start:end]


def test_text_outranks_code():
    known = knowledge(signature("hourly", "too many recipients", Cause.RATE_LIMITED))

    found = finding("550 5.1.1 too many recipients this hour", known)

    assert (found.cause, found.basis) == (Cause.RATE_LIMITED, Basis.SIGNATURE)
    assert found.code_alone is Cause.RECIPIENT_UNKNOWN


def test_a_providers_own_text_outranks_text_that_anybody_sends():
    known = knowledge(
        signature("anybody", "spam message refused", Cause.SPAM_CONTENT, weight=100),
        signature("own", "refused", Cause.POOR_REPUTATION, providers=frozenset({"google"})),
    )

    assert finding("550 5.7.1 spam message refused - gsmtp", known).signature == "own"
    assert finding("550 5.7.1 spam message refused", known).signature == "anybody"


def test_a_token_is_the_providers_own_text():
    token = Meaning(slug="g1", provider="google", token="G1", cause=Cause.RATE_LIMITED)
    known = knowledge(signature("anybody", "spam", Cause.SPAM_CONTENT), meanings=(*REGISTRY, token))

    found = finding("421 4.3.0 [G1] spam - gsmtp", known)

    assert (found.cause, found.basis, found.signature) == (
        Cause.RATE_LIMITED, Basis.MEANING, "g1",
    )  # fmt: skip


def test_a_token_of_another_provider_says_nothing():
    token = Meaning(slug="g1", provider="google", token="G1", cause=Cause.RATE_LIMITED)
    known = knowledge(meanings=(*REGISTRY, token))

    assert finding("550 5.1.1 [G1] gone", known).cause is Cause.RECIPIENT_UNKNOWN


def test_a_providers_meaning_of_a_code_outranks_the_registrys():
    own = Meaning(slug="g-511", provider="google", enhanced="5.1.1", cause=Cause.MAILBOX_FULL)
    known = knowledge(meanings=(*REGISTRY, own))

    ours, anybodys = finding("550 5.1.1 no - gsmtp", known), finding("550 5.1.1 no", known)

    assert (ours.cause, ours.basis) == (Cause.MAILBOX_FULL, Basis.MEANING)
    assert (anybodys.cause, anybodys.basis) == (Cause.RECIPIENT_UNKNOWN, Basis.REGISTRY)


def test_a_range_of_codes_is_known_by_each_of_them():
    banned = Meaning(
        slug="banned",
        provider="google",
        enhanced="5.7.606",
        enhanced_until="5.7.649",
        cause=Cause.IP_BLOCKLISTED,
    )
    known = knowledge(meanings=(*REGISTRY, banned))

    assert finding("550 5.7.620 no - gsmtp", known).cause is Cause.IP_BLOCKLISTED
    assert finding("550 5.7.650 no - gsmtp", known).cause is Cause.POLICY_REJECTION


def test_of_a_code_that_nobody_registered_the_subject_counts():
    found = finding("550 5.7.99 odd words", knowledge())

    assert (found.cause, found.signature, found.confidence) == (
        Cause.POLICY_REJECTION, "5.7.0", 0.35,
    )  # fmt: skip


def test_words_betray_a_provider_only_where_their_conditions_hold():
    known = knowledge(
        signature("own", "odd words", identifies="google", enhanced_codes=frozenset({"5.1.1"}))
    )

    assert finding("550 5.1.1 odd words", known).provider == "google"
    assert finding("550 5.7.1 odd words", known).provider is None


def test_the_reply_code_is_asked_only_without_an_enhanced_one():
    known = knowledge()

    assert finding("550 no", known).basis is Basis.CLASS
    assert finding("550 5.7.1 no", known).signature == "5.7.1"


def test_a_code_that_providers_use_for_many_things_is_trusted_less():
    crowd = tuple(
        Meaning(slug=f"m{n}", provider="filter", enhanced="5.7.1", cause=cause)
        for n, cause in enumerate([Cause.SPAM_CONTENT, Cause.RELAY_DENIED, Cause.MALWARE])
    )

    alone = finding("550 5.7.1 no", knowledge())
    crowded = finding("550 5.7.1 no", knowledge(meanings=(*REGISTRY, *crowd)))

    assert alone.confidence == pytest.approx(0.1 + 0.6 / 2)
    assert crowded.confidence == pytest.approx(0.1 + 0.6 / 5)
    assert {cause for cause, _ in crowded.alternatives} == {
        Cause.SPAM_CONTENT, Cause.RELAY_DENIED, Cause.MALWARE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heavier", "lighter"),
    [
        ({"weight": 60}, {"weight": 50}),
        ({"reply_codes": frozenset({"550"})}, {}),
        ({"pattern": "mail refused now"}, {"pattern": "mail refused"}),
        ({"slug": "b"}, {"slug": "a"}),
    ],
    ids=["weight", "conditions", "length", "name"],
)
def test_which_of_two_signatures_wins_is_declared(heavier, lighter):
    usual = {"slug": "x", "pattern": "mail refused"}
    one = signature(**{**usual, "slug": "one", **heavier}, cause=Cause.SPAM_CONTENT)
    two = signature(**{**usual, "slug": "two", **lighter}, cause=Cause.MALWARE)

    for order in ((one, two), (two, one)):
        assert finding("550 5.7.1 mail refused now", knowledge(*order)).signature == one.slug


@pytest.mark.parametrize(
    ("condition", "text", "holds"),
    [
        ({"reply_codes": frozenset({"452"})}, "452 4.2.2 full", True),
        ({"reply_codes": frozenset({"452"})}, "552 4.2.2 full", False),
        ({"reply_codes": frozenset({"452"})}, "4.2.2 full", False),
        ({"enhanced_codes": frozenset({"4.2.2"})}, "452 4.2.2 full", True),
        ({"enhanced_codes": frozenset({"4.2.2"})}, "452 full", False),
        ({"providers": frozenset({"google"})}, "452 4.2.2 full - gsmtp", True),
        ({"providers": frozenset({"google"})}, "452 4.2.2 full", False),
        ({"stage": "rcpt"}, "452 full (in reply to RCPT TO command)", True),
        ({"stage": "rcpt"}, "452 full (in reply to end of DATA command)", False),
    ],
)
def test_a_signature_counts_only_where_its_conditions_hold(condition, text, holds):
    known = knowledge(signature("full", "full", Cause.MAILBOX_FULL, **condition))

    assert (finding(text, known).signature == "full") is holds


@pytest.mark.parametrize(
    "text",
    [
        "550 5.7.1 Message REFUSED as   spam",
        "550-5.7.1 Message refused\n550 5.7.1 as spam",
        "550-Message refused\n550 as spam",
        "smtp; 550-5.7.1 Message refused 550 5.7.1 as spam",
        "550-5.7.1 Message refused\n    550-5.7.1 as spam",
    ],
)
def test_a_phrase_is_found_however_the_lines_are_wrapped(text):
    known = knowledge(signature("spam", "message refused as spam"))

    assert finding(text, known).signature == "spam"


def test_the_span_leads_back_to_the_words_as_they_were_pasted():
    known = knowledge(signature("spam", "refused as spam"))

    words = deciding_words("550-5.7.1 Message\n550-5.7.1 REFUSED\n550 5.7.1  as spam!", known)

    assert words == "REFUSED\n550 5.7.1  as spam"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("full", "552 mailbox full", True),
        ("full", "552 fulltext", False),
        ("full", "552 unfull", False),
        ("full*", "552 fulltext", True),
        ("満杯", "552 受信箱が満杯です", True),
    ],
)
def test_a_phrase_is_found_as_whole_words(pattern, text, found):
    known = knowledge(signature("full", pattern, Cause.MAILBOX_FULL), meanings=())

    assert (finding(text, known).signature == "full") is found


@pytest.mark.parametrize(
    ("text", "conditions", "cause"),
    [
        ("Your message was received.", {}, Cause.NOT_A_BOUNCE),
        ("550 5.1.1 your message was received and refused", {}, Cause.RECIPIENT_UNKNOWN),
        ("451 4.3.0 your message was received, try later", {}, Cause.SERVER_ERROR),
        (
            "550 5.1.1 your message was received",
            {"reply_codes": frozenset({"550"})},
            Cause.NOT_A_BOUNCE,
        ),
    ],
    ids=["words alone", "refused", "not taken yet", "words that ask for that very code"],
)
def test_a_code_that_refuses_outweighs_words_of_arrival(text, conditions, cause):
    received = signature("received", "message was received", Cause.NOT_A_BOUNCE, **conditions)

    assert finding(text, knowledge(received)).cause is cause


def test_a_regular_expression_waits_behind_its_words():
    known = knowledge(
        signature("hour", r"limit of [0-9]+ an hour", Cause.RATE_LIMITED, regex=True),
        meanings=(),
    )

    assert deciding_words("450 Limit of 40 an hour reached", known) == "Limit of 40 an hour"
    assert finding("450 limit of many an hour", known).signature is None


@pytest.mark.parametrize("pattern", ["(", r"a(?=b)", r"(a)\1"])
def test_what_re2_cannot_run_is_refused(pattern):
    with pytest.raises(InvalidPattern):
        check_regex(pattern)


@pytest.mark.parametrize(
    ("text", "provider", "service"),
    [
        ("550 5.1.1 no - gsmtp", "google", None),
        ("550 5.1.1 <a@gmail.com> no", "google", "gmail"),
        ("host mx.google.com[192.0.2.1] said: 550 5.1.1 no", "google", None),
        ("host mx.filter.example[192.0.2.1] said: 550 5.1.1 <a@gmail.com> no", "filter", "gmail"),
        ("550 5.1.1 see mx.google.com for more", "google", None),
        ("550 5.1.1 from a@google.com", None, None),
        ("550 5.1.1 no", None, None),
        ("550 5.1.1 notgoogle.com", None, None),
    ],
)
def test_who_answered_is_told_by_host_marks_and_address(text, provider, service):
    found = finding(text, knowledge())

    assert (found.provider, found.service) == (provider, service)


@pytest.mark.parametrize(
    ("text", "permanent"),
    [
        ("550 5.1.1 no", True),
        ("450 4.3.0 no", False),
        ("421 5.7.1 no", False),
        ("5.1.1 no", True),
        ("550 odd words", True),
    ],
)
def test_the_first_digit_says_whether_it_is_permanent(text, permanent):
    assert finding(text, knowledge()).permanent is permanent


def test_a_signature_may_know_better_than_the_digit():
    known = knowledge(
        signature("limit", "daily limit", Cause.RATE_LIMITED, permanence=Permanence.TEMPORARY)
    )

    assert finding("550 5.7.1 daily limit", known).permanent is False


def test_who_acts_is_the_causes_unless_the_signature_says_otherwise():
    facts = CauseFacts(
        slug=Cause.RATE_LIMITED,
        name="Too much mail",
        sentence="too much came",
        meaning="Too much came.",
        permanence=Permanence.TEMPORARY,
        who_acts=Actor.SENDER_ADMIN,
        advice="Slow down.",
    )
    causes = {facts.slug: facts}
    usual = knowledge(signature("l", "limit", Cause.RATE_LIMITED), causes=causes)
    special = knowledge(
        signature("l", "limit", Cause.RATE_LIMITED, who_acts=Actor.NOBODY), causes=causes
    )

    assert finding("450 limit", usual).who_acts is Actor.SENDER_ADMIN
    assert finding("450 limit", special).who_acts is Actor.NOBODY


def test_nothing_known_is_said_as_such():
    found = finding("hello there", knowledge())

    assert (found.cause, found.confidence, found.basis) == (Cause.UNKNOWN, 0.0, None)


def test_the_worst_report_is_the_permanent_one_then_the_surest():
    fields = "Final-Recipient: rfc822; {}@example.com\nAction: failed\nStatus: {}\n\n"
    text = fields.format("late", "4.3.0") + fields.format("gone", "5.1.1")

    diagnosis = diagnose(read(text), knowledge())

    assert diagnosis.worst.report.recipient == "gone@example.com"
    assert [f.report.recipient for f in diagnosis.findings] == [
        "late@example.com", "gone@example.com",
    ]  # fmt: skip


def test_articles_are_ranked_with_reasons_and_those_on_other_providers_left_out():
    entry = ArticleEntry(
        slug="pair",
        codes=frozenset({("451", "4.3.0")}),
        causes=frozenset({"server-error"}),
        providers=frozenset({"google"}),
    )
    code = ArticleEntry(slug="code", codes=frozenset({("", "4.3.0")}))
    other = ArticleEntry(
        slug="other", codes=frozenset({("451", "4.3.0")}), providers=frozenset({"filter"})
    )

    found = finding("451 4.3.0 later - gsmtp", knowledge(articles=(code, other, entry)))

    assert [(m.slug, m.score, m.why) for m in found.articles] == [
        ("pair", 0.75, ("code 451 4.3.0", "cause server-error", "provider google")),
        ("code", 0.2, ("code 4.3.0",)),
    ]


def test_an_article_on_who_answered_stands_before_the_general_one_that_a_signature_leads_to():
    code = frozenset({("552", "5.2.2")})
    full = frozenset({"mailbox-full"})
    google = frozenset({"google"})
    known = knowledge(
        signature("full", "over quota", Cause.MAILBOX_FULL, article="general"),
        articles=(
            ArticleEntry(slug="general", codes=code, causes=full),
            ArticleEntry(slug="at-google", codes=code, causes=full, providers=google),
        ),
    )

    answered = finding("552 5.2.2 over quota - gsmtp", known).articles
    unknown = finding("552 5.2.2 over quota", known).articles

    assert [match.slug for match in answered] == ["at-google", "general"]
    assert [match.slug for match in unknown] == ["general", "at-google"]


def test_where_a_signature_leads_is_shown_behind_any_number_of_nearer_articles():
    full, google = frozenset({"mailbox-full"}), frozenset({"google"})
    near = [
        ArticleEntry(slug=slug, causes=full, providers=google, codes=frozenset({("552", "5.2.2")}))
        for slug in ("a", "b", "c", "d")
    ]
    known = knowledge(
        signature("full", "over quota", Cause.MAILBOX_FULL, article="general"),
        articles=(ArticleEntry(slug="general", causes=full), *near),
    )

    found = finding("552 5.2.2 over quota - gsmtp", known).articles

    assert [match.slug for match in found] == ["a", "b", "general"]


def test_an_article_on_another_cause_is_no_answer_though_its_code_is_the_same():
    known = knowledge(
        signature("later", "try again later", Cause.SERVER_ERROR),
        articles=(
            ArticleEntry(
                slug="spam", codes=frozenset({("451", "4.3.0")}), causes=frozenset({"spam-content"})
            ),
        ),
    )

    assert finding("451 4.3.0 try again later", known).articles == ()
    assert finding("451 4.3.0 words", known).articles == ()


def test_an_article_on_one_provider_stands_behind_those_on_all_where_nobody_knows_who_answered():
    code = frozenset({("451", "4.3.0")})
    own = ArticleEntry(slug="own", codes=code, providers=frozenset({"google"}))
    general = ArticleEntry(slug="general", codes=frozenset({("", "4.3.0")}))
    known = knowledge(
        signature("later", "try again later", Cause.SERVER_ERROR), articles=(own, general)
    )

    assert [(m.slug, m.score) for m in finding("451 4.3.0 try again later", known).articles] == [
        ("general", 0.2)
    ]


def test_a_signature_leads_to_its_article():
    known = knowledge(
        signature("spam", "spam", article="on-spam"), articles=(ArticleEntry(slug="on-spam"),)
    )

    (match,) = finding("550 5.7.1 spam", known).articles

    assert (match.slug, match.why) == ("on-spam", ("signature",))


def test_the_record_is_the_contract_of_the_design():
    known = knowledge(
        signature("later", "try again later", Cause.SERVER_ERROR, identifies="google"),
        articles=(ArticleEntry(slug="a", codes=frozenset({("451", "4.3.0")})),),
    )
    fields = {
        "reply_code": "451",
        "status_code": "4.3.0",
        "token": None,
        "provider": "google",
        "service": "gmail",
        "stage": None,
        "remote_host": None,
        "cause": "server-error",
        "permanent": False,
        "confidence": 0.99,
        "who_acts": "sender",
        "basis": "signature",
        "decided_by": {"signature": "later", "span": [24, 39], "text": "try again later"},
        "code_alone": "server-error",
        "alternatives": [],
        "articles": [{"slug": "a", "score": 0.25, "why": ["code 451 4.3.0"]}],
    }

    found = record(diagnose(read("451 4.3.0 <a@gmail.com> try again later"), known), "7")

    assert found == {
        "id": "7",
        "format": "smtp-reply",
        "is_bounce": True,
        "recipients": ["a@gmail.com"],
        **fields,
        "reports": [
            {
                "recipient": "a@gmail.com",
                "original_recipient": None,
                "action": "delayed",
                "reporting_host": None,
                "attempted": None,
                "retry_until": None,
                **fields,
            }
        ],
        "original": None,
        "notes": [],
    }


def test_knowledge_goes_to_other_processes_and_says_the_same_there():
    known = knowledge(signature("spam", "spam"))
    assert finding("550 spam", known).signature == "spam"

    copy = pickle.loads(pickle.dumps(known))  # noqa: S301 - our own

    assert finding("550 spam", copy) == finding("550 spam", known)
