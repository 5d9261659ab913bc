"""Search finds published articles by their words, the same on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from kb import editorial
from kb import search as searching
from kb.checks import check_search_index
from kb.models import ArticleFeedback, ArticleRevision, SearchDocument, SearchWord, Synonym
from kb.search import search
from kb.search.highlight import mark, terms_of
from tests.factories import (
    known,
    make_article,
    make_cause,
    make_opinion,
    make_provider,
    make_step,
)

pytestmark = pytest.mark.django_db


def slugs(text, **wanted):
    hits = search(text, **wanted).hits
    rows = ArticleRevision.objects.in_bulk([hit.revision for hit in hits])
    return [rows[hit.revision].slug for hit in hits]


def make_synonym(term, means):
    return known(Synonym.objects.create(term=term, means=means))


def test_an_article_is_found_by_the_words_of_each_field():
    opinion = make_opinion(claim="Sunspots are blamed.", advice="Buy a parasol.")
    article = make_article(
        slug="found",
        question="Why is my mailbox empty?",
        asked_as=["Where did the zebras go?"],
        summary="Because of elephants.",
        body="More about giraffes.",
        codes=["451 4.3.0"],
        opinions=[opinion],
        published=False,
    )
    make_step(article, action="Feed the penguins.", check_text="They stop shouting.")
    editorial.publish(article)

    for words in (
        *("mailbox", "zebras", "elephants", "giraffes", "4.3.0", "451-4.3.0", "451 4.3.0"),
        *("sunspots parasol", "penguins shouting"),
    ):
        assert slugs(words) == ["found"], words


def test_fields_count_in_their_order():
    fields = {
        "title": {"question": "Greylisting: what is it?"},
        "asked": {"asked_as": ["what is greylisting of mail", "are there other ways to ask"]},
        "summary": {"summary": "It is greylisting."},
        "body": {"body": "It is greylisting."},
        "opinion": {"opinions": [make_opinion(claim="It is greylisting.")]},
    }
    for slug, content in reversed(fields.items()):
        make_article(slug=slug, **content)

    assert slugs("greylisting") == list(fields)


def test_of_two_words_both_have_to_stand_in_the_article():
    make_article(slug="both", question="Elephants and giraffes?")
    make_article(slug="one", question="Elephants alone?")

    assert slugs("elephants giraffes") == ["both"]


def test_of_many_words_most_are_enough_and_more_come_first():
    make_article(slug="two", question="Elephants and giraffes?")
    make_article(slug="three", question="Elephants, giraffes and penguins?")
    make_article(slug="one", question="Elephants?")

    results = search("why do elephants, giraffes, penguins differ from zebras")

    assert slugs("elephants giraffes penguins zebras") == ["three", "two"]
    assert (results.total, results.all_words) == (2, False)


def test_words_of_which_no_article_holds_both_find_each():
    make_article(slug="first", question="Elephants?")
    make_article(slug="second", question="Giraffes?")

    results = search("elephants giraffes")

    assert sorted(slugs("elephants giraffes")) == ["first", "second"]
    assert not results.all_words


@pytest.mark.parametrize("asked", ["reject", "rejected", "rejecting", "Rejects"])
def test_a_word_is_found_in_all_its_forms(asked):
    make_article(slug="found", question="Rejected?")

    assert slugs(asked) == ["found"]


@pytest.mark.parametrize("asked", ["eleph", "indian eleph"])
def test_the_last_word_may_be_begun_only(asked):
    make_article(slug="found", question="Indian elephants?")

    assert slugs(asked) == ["found"]


@pytest.mark.parametrize("asked", ["peng indian", "peng "])
def test_no_other_word_may(asked):
    make_article(slug="found", question="Penguins?")

    assert slugs(asked) == []


def test_a_phrase_in_quotation_marks_stands_as_it_is_written():
    make_article(slug="apart", question="Rejected, and temporarily?")
    make_article(slug="together", question="Temporarily rejected?")

    assert slugs('"temporarily rejected"') == ["together"]
    assert slugs('"temporarily rejected" question') == ["together"]
    assert sorted(slugs("temporarily rejected")) == ["apart", "together"]


def test_a_phrase_does_not_go_on_in_the_next_field():
    make_article(question="Where are elephants", summary="Giraffes are elsewhere.")

    assert slugs('"elephants giraffes"') == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        *[("E-mail", "email"), ("email", "e-mail"), ("greylisting", "graylisting")],
        *[("block-list", "blocklist"), ("blocklist", "block-list"), ("blocklist", "block list")],
        *[("authorised", "authorized"), ("behavior", "behaviour"), ("l'adresse", "adresse")],
        *[("Empfängeradresse", "empfangeradresse"), ("mailserver's", "mailserver")],
        *[("zen.spamhaus.org", "spamhaus"), ("mail server", "mailserver")],
    ],
)
def test_a_word_is_found_however_it_is_spelled(written, asked):
    make_article(slug="found", question=f"What of {written} now?")

    assert slugs(asked) == ["found"]


@pytest.mark.parametrize("asked", ["Empfänger", "Postfach", "adresse"])
def test_a_compound_without_a_hyphen_is_left_in_peace(asked):
    make_article(question="Was ist ein Mailpostfach einer Empfängeradresse wert?")

    assert slugs(f"{asked} ") == []


def test_a_synonym_finds_what_it_means_and_the_word_itself_counts_more():
    make_article(slug="means", question="On a blocklist?")
    make_article(slug="itself", question="On a denylist?")
    make_synonym("denylist", "blocklist")
    make_synonym("kicked back", "bounced")
    make_article(slug="bounced", question="Bounced?")

    assert slugs("denylist") == ["itself", "means"]
    assert slugs("my mail was kicked back") == ["bounced"]


@pytest.mark.parametrize(
    ("asked", "right"),
    [("blaklisted", "blacklisted"), ("greylsting", "greylisting"), ("recieved", "received")],
)
def test_a_typing_mistake_finds_what_was_meant_and_says_so(client, asked, right):
    make_article(slug="found", question="Blacklisted, greylisting or received?")

    assert slugs(asked) == ["found"]
    assert search(asked).corrected == ((asked, right),)
    content = client.get("/search/", {"q": f"{asked} mail"}).content.decode()
    assert f'Did you mean <a href="?q={right}+mail">{right} mail</a>?' in content


@pytest.mark.parametrize("asked", ["blacklist", "Zustellung", "übermäßig", "qx7f9z", "grey"])
def test_what_is_no_mistake_is_not_corrected(asked):
    make_article(question="Blacklisted and greylisted?")

    assert search(asked).corrected == ()


def test_a_long_paste_is_asked_for_by_its_rarest_words():
    for number in range(12):
        make_article(question=f"Message {number} rejected by the server?")
    make_article(slug="rare", question="Message rejected as unsolicited?")
    text = "host mx.example.com said: 550 message rejected by server, unsolicited, id abc123 " * 3

    results = search(text)

    assert slugs(text)[0] == "rare"
    assert "unsolicited" in [group.text for group in results.groups]
    assert "abc123" not in [group.text for group in results.groups]


def test_only_what_is_published_is_found():
    make_article(question="Elephants as a draft?", published=False)
    archived = make_article(question="Elephants of old?")
    editorial.archive(archived)
    edited = make_article(slug="edited", question="Elephants?")
    edited.question = "Giraffes?"
    edited.save()

    assert slugs("elephants") == ["edited"]
    assert slugs("giraffes") == []


def test_the_index_follows_an_edit_within_its_transaction():
    article = make_article(slug="edited", question="Elephants?")
    article.question = "Giraffes?"
    article.save()

    try:
        with transaction.atomic():
            editorial.publish(article)
            assert slugs("giraffes") == ["edited"]
            raise RuntimeError  # noqa: TRY301 - as if the edit failed
    except RuntimeError:
        known(None)

    assert slugs("elephants") == ["edited"]
    assert slugs("giraffes") == []


def test_words_are_counted_by_articles_and_go_with_the_last():
    first, second = (
        make_article(question="Elephants? Elephants!"),
        make_article(question="Elephants"),
    )
    counted = SearchWord.objects.filter(word="elephants").values_list("documents", flat=True)

    counts = [list(counted.all())]
    editorial.archive(first)
    counts.append(list(counted.all()))
    second.delete()
    counts.append(list(counted.all()))

    assert counts == [[2], [1], []]


def test_the_check_is_content_with_a_whole_index():
    make_article()

    assert check_search_index(databases=["default"]) == []


def break_the_index():
    statement = {
        "sqlite": """INSERT INTO kb_search_text(kb_search_text, rowid, title, codes, asked, summary,
            steps, body, opinions) SELECT 'delete', revision_id, title, codes, asked, summary,
            steps, body, opinions FROM kb_searchdocument""",
        "postgresql": "UPDATE kb_searchdocument SET all_terms = ''",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_check_finds_an_index_that_differs_and_the_command_mends_it(capsys):
    make_article(slug="found", question="Elephants?")
    break_the_index()
    known(None)

    (fault,) = check_search_index(databases=["default"])
    lost = slugs("elephants")
    call_command("rebuild_search")

    assert (fault.id, lost) == ("kb.E001", [])
    assert check_search_index(databases=["default"]) == []
    assert slugs("elephants") == ["found"]
    assert capsys.readouterr().out == "1 article is in the search index.\n"


def test_the_check_finds_what_is_published_and_not_in_the_index():
    article = make_article()
    SearchDocument.objects.all().delete()

    faults = [fault.msg for fault in check_search_index(databases=["default"])]

    assert faults == ["1 published articles are not in the search index."]
    assert searching.rebuild() == article.revisions.published().count()


def test_after_a_migration_the_index_is_made_where_it_is_gone():
    make_article(slug="found", question="Elephants?")
    searching.backend().remove()

    searching.install_index()
    known(None)

    assert slugs("elephants") == ["found"]
    assert check_search_index(databases=["default"]) == []


def test_after_a_migration_an_index_that_is_there_is_not_made_anew(monkeypatch):
    make_article()
    filled = []
    monkeypatch.setattr(type(searching.backend()), "fill", filled.append)

    searching.install_index()

    assert filled == []


def test_after_a_migration_what_the_index_lacks_is_put_in():
    make_article(slug="found", question="Elephants?")
    SearchDocument.objects.all().delete()

    searching.install_index()
    known(None)

    assert slugs("elephants") == ["found"]


HOSTILE = [
    *["", "   ", '"', "'", 'q"z', "NEAR(", "OR", "AND NOT", "title:x", "*", "-", "(", "&|!", "\\"],
    *["\0", "\ud800", "%", "_", "<->", ":*", "4.3.0.", "x" * 100_000, "a " * 5000, "ß" * 300],
    *['"' * 501, "''", "'x':*", "{title} : x", '^"x"', "ﷺ" * 100, "-".join("x" * 300), "1" * 999],
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_a_valid_query(client, text):
    make_article()

    for address in ("/search/", "/search/suggest/"):
        response = client.get(address, {"q": text.encode("utf-8", "surrogatepass")})
        assert response.status_code == 200
    assert search(text).total == 0


def test_results_come_in_pages_and_a_page_beyond_gives_the_last(client):
    for _ in range(21):
        make_article(summary="Elephants.")

    shown = {
        page: len(client.get(f"/search/?q=elephants&page={page}").context["rows"])
        for page in ("1", "2", "99", "-1", "x", "9" * 30)
    }

    assert shown == {"1": 20, "2": 1, "99": 1, "-1": 20, "x": 20, "9" * 30: 1}


def test_pages_hold_each_match_once_beyond_what_is_weighed(monkeypatch):
    monkeypatch.setattr("kb.search.ranking.WINDOW", 4)
    for _ in range(11):
        make_article(summary="Elephants.")

    found = [slug for offset in (0, 5, 10) for slug in slugs("elephants", limit=5, offset=offset)]

    assert (len(found), len(set(found))) == (11, 11)


def test_the_best_is_weighed_however_many_match(monkeypatch):
    monkeypatch.setattr("kb.search.ranking.WINDOW", 2)
    make_article(slug="best", question="Elephants and giraffes?")
    for _ in range(9):
        make_article(body="Elephants and giraffes.")

    assert slugs("elephants giraffes")[0] == "best"


def test_facets_narrow_what_a_query_finds():
    full = make_cause(slug="full")
    make_article(slug="wanted", question="Elephants?", causes=[full])
    make_article(question="Elephants elsewhere?")
    make_article(question="Giraffes?", causes=[full])

    results = search("elephants", chosen={"cause": "full"})

    assert slugs("elephants", chosen={"cause": "full"}) == ["wanted"]
    assert (results.total, results.unfiltered.bit_count()) == (1, 2)


def test_hits_are_sorted_by_evidence_or_by_help():
    days = {"old": dt.date(2020, 1, 1), "new": dt.date(2026, 1, 1), "undated": None}
    articles = {
        slug: make_article(
            slug=slug, question="Elephants?" + slug, opinions=[make_opinion(stated_on=day)]
        )
        for slug, day in days.items()
    }
    ArticleFeedback.objects.create(article=articles["undated"], helped=9, score=0.7)

    assert slugs("elephants", sort="evidence") == ["new", "old", "undated"]
    assert slugs("elephants", sort="helpful") == ["undated", "new", "old"]
    assert slugs("elephants", sort="evidence", limit=1, offset=1) == ["old"]


def test_words_found_are_marked_in_whatever_form_and_escaped():
    make_article(question="Rejected by <b>Gmail</b>: e-mail?")

    groups = search("gmail rejecting email").groups

    assert mark("Rejected by <b>Gmail</b>: `e-mail` is", terms_of(groups)) == (
        "<mark>Rejected</mark> by &lt;b&gt;<mark>Gmail</mark>&lt;/b&gt;: "
        "<code><mark>e-mail</mark></code> is"
    )


def test_a_review_is_recent_as_long_as_it_says():
    today = timezone.localdate()
    make_article(slug="lately", reviewed_on=today - dt.timedelta(days=40), question="Elephants?")
    make_article(slug="never", question="Elephants too?")

    found = {days: slugs("elephants", chosen={"reviewed": days}) for days in ("30", "90", "365")}

    assert found == {"30": [], "90": ["lately"], "365": ["lately"]}


def test_a_service_is_found_by_what_people_call_it():
    make_article(slug="found", question="Blocked?", providers=[make_provider(slug="outlook-com")])

    assert slugs("outlook") == ["found"]
