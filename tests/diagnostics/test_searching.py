"""A pasted error in the search box is read by the engine, and what it knows comes first."""

from __future__ import annotations

import pytest

from diagnostics.knowledge import snapshot
from diagnostics.searching import find
from kb.models import ArticleRevision
from tests.factories import make_article, make_cause, make_code, make_meaning, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_new_snapshot():
    snapshot.forget()


def first(text):
    hits = find(text).results.hits
    return ArticleRevision.objects.get(pk=hits[0].revision).slug if hits else None


def make_knowledge():
    full = make_cause(slug="mailbox-full", name="Full", sentence="the mailbox is full")
    make_meaning(code="4.2.2", cause=full)
    article = make_article(slug="full", question="No room left?", causes=[full], codes=["4.2.2"])
    make_signature(slug="over", pattern="over quota", cause=full, article=article)
    make_article(slug="quota", question="What is quota, and over which mailbox?")
    snapshot.forget()
    return full


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("452 4.2.2", "Going by the code alone, most likely the mailbox is full."),
        ("4.2.2", "Going by the code alone, most likely the mailbox is full."),
        ("user is over quota", "because the mailbox is full."),
        ("said: 452 4.2.2 over quota", "has not got through yet because the mailbox is full."),
    ],
)
def test_a_code_or_known_words_are_read_and_answered_in_one_line(client, query, answer):
    make_knowledge()

    page = client.get("/search/", {"q": query})

    assert page.context["reading"].cause_name == "Full"
    assert answer in page.content.decode()
    assert 'action="/diagnose/"' in page.content.decode()


@pytest.mark.parametrize("query", ["452 4.2.2", "4.2.2 quota", "said: 452 4.2.2 over quota"])
def test_with_a_code_the_article_that_the_engine_knows_comes_first(query):
    make_knowledge()

    assert first(query) == "full"


@pytest.mark.parametrize("query", ["elephants", "what does full mean", "", "quota"])
def test_what_is_no_error_is_searched_only(client, query):
    make_knowledge()

    assert client.get("/search/", {"q": query}).context["reading"] is None


def test_an_article_that_the_engine_knows_is_found_without_any_of_its_words():
    full = make_knowledge()
    make_signature(
        slug="odd",
        pattern="zebra crossing",
        cause=full,
        article=ArticleRevision.objects.get(slug="full").article,
    )
    snapshot.forget()

    assert first("zebra crossing") == "full"


def test_the_words_of_the_answer_are_searched_for_and_not_the_log_around_them():
    make_knowledge()
    make_article(slug="postfix", question="Which relay of postfix smtp has a delay in status?")
    make_code("4.2.2")

    line = (
        "Nov 24 09:14:02 mx1 postfix/smtp[2101]: 4XyZ1k: to=<ann@example.com>, relay=mx.example.net"
        "[192.0.2.26]:25, delay=2.1, dsn=4.2.2, status=deferred (host mx.example.net said: "
        "452 4.2.2 user is over quota)"
    )
    assert first(line) == "full"


def test_the_searched_words_stand_in_the_form_that_diagnoses_them(client):
    make_knowledge()

    content = client.get("/search/", {"q": '452 4.2.2 "over" <quota>'}).content.decode()

    assert 'name="text" value="452 4.2.2 &quot;over&quot; &lt;quota&gt;"' in content
