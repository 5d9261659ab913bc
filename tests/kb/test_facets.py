"""Facets: what each value keeps, how many it would keep beside the others, and their addresses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import timezone

from kb.bits import bits_of, keys_of, members_in_order
from kb.filters import FACETS, article_filters
from kb.shelf import shelf
from tests.factories import (
    make_article,
    make_cause,
    make_opinion,
    make_provider,
    make_source,
    make_step,
    make_topic,
    publish_again,
)

pytestmark = pytest.mark.django_db


def make_library():
    """Have two articles that share some values, and one that has none."""
    google = make_provider(slug="google", name="Google")
    full = make_cause(slug="full", name="Full", permanence="permanent")
    wait = make_cause(slug="wait", name="Wait", permanence="temporary")
    topic = make_topic(slug="quota", name="Quota")
    blog, docs = make_source(slug="blog", name="Blog"), make_source(slug="docs", name="Docs")
    new = make_opinion(source=blog, kind="expert", stated_on=dt.date(2026, 3, 1))
    old = make_opinion(source=docs, kind="technical", stated_on=dt.date(2020, 3, 1))
    undated = make_opinion(source=docs, kind="marketer")
    first = make_article(
        slug="first",
        causes=[full, wait],
        providers=[google],
        codes=["552 5.2.2", "452 4.2.2"],
        opinions=[new, old],
        reviewed_on=timezone.localdate() - dt.timedelta(days=40),
        published=False,
    )
    first.topics.add(topic)
    make_step(first, who="recipient")
    make_step(first, who="sender", kind="do-not")
    publish_again(first)
    make_article(slug="second", causes=[wait], codes=["451"], opinions=[old], steps=1)
    make_article(slug="third", opinions=[undated])


CHOICES = {
    "provider": {"google": ["first"]},
    "cause": {"full": ["first"], "wait": ["first", "second"]},
    "topic": {"quota": ["first"]},
    "severity": {"4": ["first", "second"], "5": ["first"]},
    "permanence": {"permanent": ["first"], "temporary": ["first", "second"]},
    "who": {"recipient": ["first"], "sender": ["second"]},
    "kind": {"expert": ["first"], "technical": ["first", "second"], "marketer": ["third"]},
    "source": {"blog": ["first"], "docs": ["first", "second", "third"]},
    "evidence": {"2026": ["first"], "2020": ["second"], "undated": ["third"]},
    "reviewed": {"30": [], "90": ["first"], "365": ["first"]},
}
VALUES = [(facet, value) for facet, values in CHOICES.items() for value in values]


def kept_by(query):
    return sorted(row.slug for row in article_filters(QueryDict(query)).rows())


def names_of(bits):
    return sorted(slug for slug, key in shelf.get().keys.items() if bits >> key & 1)


@pytest.mark.parametrize(("facet", "value"), VALUES)
def test_a_value_keeps_the_same_in_the_database_and_in_memory(facet, value):
    make_library()

    assert kept_by(f"{facet}={value}") == CHOICES[facet][value]
    assert names_of(shelf.get().having(facet, value)) == CHOICES[facet][value]


@pytest.mark.parametrize("code", ["452", "4.2.2", "452-4.2.2", "452 4.2.2", "5.2.2", "999", "junk"])
def test_a_code_keeps_the_same_in_the_database_and_in_memory(code):
    make_library()

    filters = article_filters(QueryDict(f"code={code}"))

    expected = [] if code in {"999", "junk"} else ["first"]
    assert names_of(filters.within()) == sorted(row.slug for row in filters.rows()) == expected


def test_every_facet_is_tried_here():
    assert set(CHOICES) == set(FACETS)


def test_a_facet_counts_what_it_would_keep_beside_what_the_others_choose():
    make_library()
    stock = shelf.get()

    counts = stock.counts(stock.published, {"cause": "wait", "severity": "5"})

    assert counts["cause"] == {"full": 1, "wait": 1}  # beside class 5
    assert counts["severity"] == {"4": 2, "5": 1}  # beside the cause
    assert counts["source"] == {"blog": 1, "docs": 1}  # beside both
    assert counts["reviewed"] == {"90": 1, "365": 1}


def test_values_that_keep_nothing_are_not_offered_and_the_chosen_one_always(client):
    make_library()

    content = client.get("/articles/?provider=google&evidence=2020").content.decode()

    assert '<option value="google" selected>Google (0)</option>' in content
    assert '<option value="2026">2026 (1)</option>' in content
    assert "undated" not in content


def test_what_is_chosen_can_be_removed_one_by_one_and_all_at_once(client):
    make_library()

    page = client.get("/articles/?cause=wait&who=sender&sort=evidence&page=1&junk=1")

    chips = [(chip.label, chip.value, chip.address) for chip in page.context["panel"].chips]
    assert chips == [
        ("Cause", "Wait", "?who=sender&sort=evidence"),
        ("Who acts", "The sender", "?cause=wait&sort=evidence"),
    ]
    assert page.context["panel"].bare_address == "?sort=evidence"


def test_ways_to_sort_keep_what_is_chosen(client):
    make_library()

    panel = client.get("/search/?q=number&cause=wait&sort=evidence").context["panel"]

    assert [(way.label, way.address, way.current) for way in panel.ways_to_sort] == [
        ("Relevance", "?q=number&cause=wait", False),
        ("Newest evidence", "?q=number&cause=wait&sort=evidence", True),
        ("Most helpful", "?q=number&cause=wait&sort=helpful", False),
    ]


def test_the_list_is_sorted_by_evidence(client):
    make_library()

    rows = client.get("/articles/?sort=evidence").context["page"].object_list

    assert [row.slug for row in rows] == ["first", "second", "third"]


def test_labels_are_escaped(client):
    make_article(causes=[make_cause(slug="odd", name="<b>Odd</b>")])

    content = client.get("/articles/?cause=odd").content.decode()

    assert "<b>Odd" not in content
    assert content.count("&lt;b&gt;Odd&lt;/b&gt;") == 2


def test_sets_of_keys_hold_what_was_put_in():
    keys = [900, 3, 17, 64]

    assert keys_of(bits_of(keys)) == sorted(keys)
    assert list(members_in_order(bits_of([3, 64]), keys)) == [3, 64]
    assert (bits_of([]), keys_of(0), list(members_in_order(0, keys))) == (0, [], [])
