"""What the head of a page tells machines: its address, its title, what it is about."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape

import pytest

from tests.factories import (
    make_article,
    make_cause,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://bounces.example"


def canonical(client, address):
    links = re.findall(
        r'<link rel="canonical" href="([^"]*)">', client.get(address).content.decode()
    )
    return [unescape(link).removeprefix("https://bounces.example") for link in links]


def properties(client, address):
    page = client.get(address).content.decode()
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(content) for name, content in found}


def data(client, address):
    """Return what a page says of itself in JSON-LD, by type."""
    page = client.get(address).content.decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {block["@type"]: block for block in map(json.loads, blocks)}


@pytest.mark.parametrize(
    ("asked", "known_as"),
    [
        ("/articles/", "/articles/"),
        ("/articles/?utm_source=mail", "/articles/"),
        ("/articles/?page=2&utm_source=mail", "/articles/?page=2"),
        ("/articles/?page=99", "/articles/?page=2"),
        ("/articles/?page=1", "/articles/"),
        ("/articles/?kind=expert&page=2", "/articles/"),
        ("/causes/full/?page=7", "/causes/full/"),
        ("/codes/4.3.0/?x=y", "/codes/4.3.0/"),
        ("/?x=y", "/"),
    ],
)
def test_a_page_has_one_address_for_machines(client, asked, known_as):
    make_cause(slug="full")
    make_meaning(code="4.3.0")
    for _ in range(26):
        make_article(opinions=[make_opinion()])

    assert canonical(client, asked) == [known_as]


@pytest.mark.parametrize("address", ["/causes/never/", "/diagnose/", "/search/?q=x"])
def test_what_is_no_page_of_the_book_has_no_address_for_machines(client, address):
    assert canonical(client, address) == []
    assert "og:url" not in properties(client, address)


def test_an_article_is_described_for_those_who_share_it(client):
    article = make_article(
        slug="why", question='Why "451" & not <550>?', summary="Read `550` & wait."
    )

    said = properties(client, "/articles/why/")

    modified = article.revisions.get().published_at
    assert {name: text for name, text in said.items() if ":" in name} == {
        "og:url": "https://bounces.example/articles/why/",
        "og:site_name": "Bouncebook",
        "og:type": "article",
        "og:title": 'Why "451" & not <550>?',
        "og:description": "Read 550 & wait.",
        "article:modified_time": modified.isoformat(),
    }
    assert said["description"] == "Read 550 & wait."


def test_a_page_that_is_no_article_is_one_of_the_site(client):
    make_cause(slug="full", name="Mailbox full", meaning="There is no room.")

    said = properties(client, "/causes/full/")

    assert (said["og:type"], said["og:title"]) == ("website", "Mailbox full")
    assert said["og:description"] == "There is no room."


def test_search_engines_learn_what_an_article_cites_and_when_it_was_said(client):
    blog = make_source(slug="blog", name="The blog")
    opinions = [
        make_opinion(
            source=blog, author="Ann", url="https://blog.example/a", stated_on=dt.date(2024, 5, 1)
        ),
        make_opinion(source=blog, url="https://blog.example/b"),
        make_opinion(source=blog, url="https://blog.example/b"),
        make_opinion(source=blog, url="https://blog.example/wrong", retracted=True),
    ]
    make_article(
        slug="why",
        question="Why?",
        summary="So.",
        opinions=opinions,
        causes=[make_cause(slug="full", name="Full")],
        providers=[make_provider(slug="google", name="Google")],
    )

    article = data(client, "/articles/why/")["TechArticle"]

    publisher = {"@type": "Organization", "name": "The blog"}
    assert article["citation"] == [
        {
            "@type": "CreativeWork",
            "publisher": publisher,
            "author": {"@type": "Person", "name": "Ann"},
            "url": "https://blog.example/a",
            "datePublished": "2024-05-01",
        },
        {"@type": "CreativeWork", "publisher": publisher, "url": "https://blog.example/b"},
    ]
    assert [(about["name"], about["url"]) for about in article["about"]] == [
        ("Full", "https://bounces.example/causes/full/"),
        ("Google", "https://bounces.example/providers/google/"),
    ]
    assert (article["headline"], article["description"]) == ("Why?", "So.")
    assert article["datePublished"] == article["dateModified"]


def test_search_engines_learn_the_way_to_a_page(client):
    make_cause(slug="full", name="Mailbox full")

    (block,) = data(client, "/causes/full/").values()

    assert block["itemListElement"] == [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, name, address in (
            (1, "Home", "https://bounces.example/"),
            (2, "Causes", "https://bounces.example/causes/"),
            (3, "Mailbox full", "https://bounces.example/causes/full/"),
        )
    ]


def test_no_text_ends_the_block_of_data_that_it_stands_in(client):
    name = "</script><script>alert(1)</script>&\u2028"
    make_cause(slug="full", name=name)

    page = client.get("/causes/full/").content.decode()

    assert "</script><script>alert" not in page
    assert "\\u003C/script\\u003E\\u003Cscript\\u003Ealert(1)" in page
    (block,) = data(client, "/causes/full/").values()
    assert block["itemListElement"][-1]["name"] == name
