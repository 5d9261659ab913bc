"""Search finds published articles by their words, and leads straight to what a query names."""

from __future__ import annotations

import pytest

from kb import editorial
from kb.search import search
from kb.search.direct import direct_hits
from tests.factories import (
    make_article,
    make_cause,
    make_code,
    make_meaning,
    make_opinion,
    make_provider,
    make_step,
)

pytestmark = pytest.mark.django_db


def slugs(text):
    return [hit.slug for hit in search(text).hits]


def test_an_article_is_found_by_the_words_of_each_field():
    opinion = make_opinion(claim="Sunspots are blamed.", advice="Buy a parasol.")
    article = make_article(
        slug="found",
        question="Why is my mailbox empty?",
        summary="Because of elephants.",
        body="More about giraffes.",
        codes=["451 4.3.0"],
        opinions=[opinion],
        published=False,
    )
    make_step(article, action="Feed the penguins.", check_text="They stop shouting.")
    editorial.publish(article)

    for words in ("mailbox", "elephants", "giraffes", "4.3.0", "sunspots parasol", "penguins"):
        assert slugs(words) == ["found"], words


def test_all_words_have_to_stand_in_the_article():
    make_article(slug="both", question="Elephants and giraffes?")
    make_article(slug="one", question="Elephants alone?")

    assert slugs("elephants giraffes") == ["both"]


def test_the_last_word_may_be_begun_only():
    make_article(slug="found", question="Elephants?")

    assert slugs("eleph") == ["found"]


def test_a_question_counts_more_than_an_opinion():
    make_article(slug="aside", opinions=[make_opinion(claim="Greylisting is one reason.")])
    make_article(slug="about", question="What is greylisting?")

    assert slugs("greylisting") == ["about", "aside"]


def test_only_what_is_published_is_found():
    make_article(question="Elephants as a draft?", published=False)
    archived = make_article(question="Elephants of old?")
    editorial.archive(archived)
    edited = make_article(slug="edited", question="Elephants?")
    edited.question = "Giraffes?"
    edited.save()

    assert slugs("elephants") == ["edited"]
    assert slugs("giraffes") == []


HOSTILE = [
    *["", "   ", '"', "'", 'q"z', "NEAR(", "OR", "AND NOT", "title:x", "*", "-", "(", "&|!", "\\"],
    *["\0", "\ud800", "%", "_", "<->", ":*", "4.3.0.", "x" * 100_000, "a " * 5000, "ß" * 300],
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_a_valid_query(client, text):
    make_article()

    response = client.get("/search/", {"q": text.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    assert search(text).total == 0


def test_results_come_in_pages_and_a_page_beyond_gives_the_last(client):
    for _ in range(21):
        make_article(summary="Elephants.")

    shown = {
        page: len(client.get(f"/search/?q=elephants&page={page}").context["results"].hits)
        for page in ("1", "2", "99", "-1", "x", "9" * 30)
    }

    assert shown == {"1": 20, "2": 1, "99": 1, "-1": 20, "x": 20, "9" * 30: 1}


def test_a_page_beyond_costs_no_more_than_six_queries(client, django_assert_num_queries):
    make_article(codes=["451 4.3.0"])

    with django_assert_num_queries(6):
        client.get("/search/?q=451+4.3.0&page=99")


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


def test_a_token_leads_to_its_page_in_whatever_case():
    make_meaning(token="TSS04", slug="tss04")

    (hit,) = direct_hits("tss04")

    assert (hit.kind, hit.address) == ("Token", "/codes/tss04/")


def test_names_of_providers_and_causes_lead_to_their_pages():
    make_provider(name="Greybox Mail", slug="greybox")
    make_cause(name="Greylisted", slug="greylisted")

    assert names("grey") == [("Cause", "Greylisted"), ("Provider", "Greybox Mail")]
    assert names("gr") == []
    assert names("greybox") == [("Provider", "Greybox Mail")]
