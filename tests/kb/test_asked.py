"""Searches are counted without anything of a person, and editors see which were in vain."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError
from django.urls import reverse

from kb.models import AskedQuery, UnheardWord
from kb.search import asked
from tests.factories import make_article, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(asked, "WAIT", 0)


def counts():
    rows = AskedQuery.objects.values_list("words", "searches", "without_result", "opened")
    return sorted(rows)


def test_a_search_is_counted_with_what_it_found(client):
    make_article(slug="elephants", question="Elephants?")

    for query in ("elephants", "Elephants ", "giraffes"):
        client.get("/search/", {"q": query})

    assert counts() == [("elephants", 2, 0, 0), ("…", 1, 1, 0)]


def test_a_page_opened_from_a_search_is_counted(client):
    make_article(slug="elephants", question="Elephants?")

    client.get("/search/?q=elephants")
    client.get(
        "/articles/elephants/", headers={"referer": "http://testserver/search/?q=elephants&page=1"}
    )

    assert counts() == [("elephants", 1, 0, 1)]


@pytest.mark.parametrize(
    "referrer",
    [
        *[
            "",
            "http://elsewhere.example/search/?q=elephants",
            "http://testserver/codes/?q=elephants",
        ],
        *["http://[/search/?q=elephants", "http://testserver/search/?q=", "/search/?q=elephants"],
        "http://testserver/search/?" + "&".join(f"q{n}=1" for n in range(49)),
    ],
)
def test_a_page_opened_from_elsewhere_is_not(client, referrer):
    make_article(slug="elephants", question="Elephants?")

    client.get("/articles/elephants/", headers={"referer": referrer})

    assert counts() == []


def test_further_pages_and_suggestions_are_no_searches(client):
    make_article(question="Elephants?")

    client.get("/search/?q=elephants&page=2")
    client.get("/search/suggest/?q=eleph")

    assert counts() == []


@pytest.mark.parametrize(
    ("query", "masked"),
    [
        ("mailbox full john.smith@example.com", "mailbox full …"),
        ("mailbox of john smith", "mailbox of …"),
        ("550 5.1.1 mailbox +49 170 1234567", "550 5.1.1 mailbox …"),
        ("mailbox https://example.com/?user=ann", "mailbox …"),
        ("192.0.2.1 mailbox 12345", "… mailbox …"),
        ("mail.example.com mailbox", "… mailbox"),
        ("mailboxes FULL?", "mailboxes full"),
        ("<b>mailbox</b>", "… mailbox …"),
        ("@", "…"),
    ],
)
def test_what_could_point_to_a_person_is_masked(query, masked):
    make_article(question="Is the mailbox full?")

    assert asked.mask(query.lower()) == masked.lower()


def test_a_word_that_no_article_holds_is_readable_once_asked_for_on_three_days(monkeypatch):
    make_article(question="Is the mailbox full?")
    seen = []
    for day in (1, 1, 2, 3):
        monkeypatch.setattr(asked.timezone, "localdate", lambda day=day: dt.date(2026, 11, day))
        asked.searched("klaviyo mailbox", found=1)
        asked.write_when_due()
        seen.append(sorted(AskedQuery.objects.values_list("words", flat=True)))

    assert seen == [["… mailbox"], ["… mailbox"], ["… mailbox"], ["klaviyo mailbox", "… mailbox"]]
    assert "klaviyo" not in str(list(UnheardWord.objects.values()))


def test_what_the_database_refuses_waits_on(monkeypatch):
    def refuse(_):
        raise DatabaseError

    asked.searched("mailbox", found=0)
    with monkeypatch.context() as patch:
        patch.setattr(asked, "write", refuse)
        asked.write_when_due()
    before = counts()
    make_article(question="Is the mailbox full?")
    asked.write_when_due()

    assert (before, counts()) == ([], [("mailbox", 1, 1, 0)])


def test_what_waits_is_bounded(monkeypatch):
    monkeypatch.setattr(asked, "MOST_WAITING", 2)

    for number in range(5):
        asked.searched(f"query {number}", found=1)
    asked.searched("query 0", found=1)

    waiting = asked.waiting.take()
    assert {query: count.searches for query, count in waiting.items()} == {
        "query 0": 2,
        "query 1": 1,
    }


def test_editors_see_what_was_asked_in_vain(client):
    today = dt.date(2026, 11, 24)
    for words, searches, without, opened in [
        *[("answered", 9, 0, 9), ("not opened", 3, 0, 0), ("nothing found", 5, 5, 0)],
    ]:
        AskedQuery.objects.create(
            words=words,
            searches=searches,
            without_result=without,
            opened=opened,
            last_asked_on=today,
        )
    client.force_login(make_editor())

    def listed(outcome):
        page = client.get(reverse("admin:kb_askedquery_changelist"), {"outcome": outcome})
        return [row.words for row in page.context["cl"].result_list]

    assert listed("nothing-found") == ["nothing found"]
    assert listed("nothing-opened") == ["nothing found", "not opened"]
