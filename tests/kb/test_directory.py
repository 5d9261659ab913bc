"""A query leads straight to what it names, and one that is being typed to what it may name."""

from __future__ import annotations

import pytest

from kb.search.directory import direct_hits
from tests.factories import (
    make_article,
    make_cause,
    make_code,
    make_meaning,
    make_provider,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db


def names(text):
    return [(hit.kind, hit.name) for hit in direct_hits(text)]


@pytest.mark.parametrize("query", ["451 4.3.0", "451-4.3.0", "gmail said 451 4.3.0 again"])
def test_a_code_among_the_words_leads_to_its_page(query):
    make_code("451 4.3.0")
    make_code("4.3.0")

    assert names(query) == [("Code", "4.3.0"), ("Code", "451 4.3.0")]


@pytest.mark.parametrize("query", ["1.2.3.4", "10.4.3.0", "4.3.0.1", "999", "unknown 5.1.1"])
def test_what_is_no_known_code_leads_nowhere(query):
    make_code("4.3.0")

    assert names(query) == []


@pytest.mark.parametrize("query", ["tss04", "TSS04", "yahoo says TSS04 today"])
def test_a_token_leads_to_its_page_in_whatever_case(query):
    make_meaning(token="TSS04", slug="tss04")

    (hit,) = direct_hits(query)

    assert (hit.kind, hit.name, hit.address) == ("Token", "TSS04", "/codes/tss04/")


def test_names_of_providers_causes_topics_and_sources_lead_to_their_pages():
    make_provider(name="Greybox Mail", slug="greybox")
    make_cause(name="Greylisted", slug="greylisted")
    make_topic(name="Greylisting", slug="greylisting")
    make_source(name="Grey Matters", slug="grey-matters")

    assert names("grey") == [("Provider", "Greybox Mail"), ("Cause", "Greylisted")]
    assert names("gr") == []
    assert names("greybox") == [("Provider", "Greybox Mail")]
    assert names("greylisting") == [("Topic", "Greylisting")]
    assert names("grey matters") == [("Source", "Grey Matters")]


def test_a_provider_is_named_within_a_question_and_a_topic_is_not():
    make_provider(name="Outlook.com", slug="outlook-com")
    make_topic(name="Deferrals", slug="deferral")

    assert names("why does outlook.com send deferrals") == [("Provider", "Outlook.com")]


def suggested(client, words):
    answer = client.get("/search/suggest/", {"q": words}).json()
    return [(hit["kind"], hit["name"], hit["address"]) for hit in answer["suggestions"]]


def test_suggestions_are_names_that_begin_so_and_articles(client):
    make_provider(name="Google Mail", slug="google")
    make_code("421 4.7.0")
    make_meaning(token="GOOD1", slug="good1")
    make_article(slug="why", question="Why does Google defer?")

    assert suggested(client, "goo") == [
        ("Token", "GOOD1", "/codes/good1/"),
        ("Provider", "Google Mail", "/providers/google/"),
        ("Article", "Why does Google defer?", "/articles/why/"),
    ]
    assert suggested(client, "421 4.7") == [("Code", "421 4.7.0", "/codes/421-4.7.0/")]
    assert suggested(client, "mail")[0] == ("Provider", "Google Mail", "/providers/google/")


@pytest.mark.parametrize("words", ["", " ", "nothing like it", "goo" * 40])
def test_what_begins_no_name_suggests_nothing(client, words):
    make_provider(name="Google Mail", slug="google")

    assert suggested(client, words) == []


def test_suggestions_cost_few_queries(client, django_assert_num_queries):
    for number in range(9):
        make_article(question=f"Why does Google defer {number}?")
    client.get("/search/suggest/?q=google")

    with django_assert_num_queries(2):  # where the words stand, and the questions
        client.get("/search/suggest/?q=goo")
