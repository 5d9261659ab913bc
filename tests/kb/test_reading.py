"""From a published document to what a page shows."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.editorial import publish
from kb.models import Article, ArticleRevision
from kb.reading import CodeLink, ReadableArticle, When, read_articles
from tests.factories import make_article, make_conflict, make_opinion, make_source, make_step

pytestmark = pytest.mark.django_db


def read(article: Article) -> ReadableArticle:
    (readable,) = read_articles(article.revisions.published())
    return readable


def publish_with_steps(*steps: dict) -> Article:
    article = make_article(published=False)
    for step in steps:
        make_step(article, **step)
    publish(article)
    return article


@pytest.mark.parametrize(
    ("fields", "words", "machine"),
    [
        ({"stated_on": "2024-12-05", "precision": "day"}, "5 December 2024", "2024-12-05"),
        ({"stated_on": "2024-12-01", "precision": "month"}, "December 2024", "2024-12"),
        ({"stated_on": "2024-01-01", "precision": "year"}, "2024", "2024"),
        ({"precision": "unknown"}, "date unknown", ""),
        ({}, "date unknown", ""),
    ],
    ids=["day", "month", "year", "unknown", "nothing said"],
)
def test_a_date_is_as_exact_as_it_is_known(fields, words, machine):
    when = When.of(fields)

    assert (when.words, when.machine) == (words, machine)


@pytest.mark.parametrize(
    ("date_kind", "prefix"), [("stated", ""), ("updated", "updated"), ("as-of", "as of")]
)
def test_a_date_says_what_it_is(date_kind, prefix):
    when = When.of({"stated_on": "2024-12-05", "precision": "day", "date_kind": date_kind})

    assert when.prefix == prefix


def test_an_unknown_date_has_no_prefix():
    when = When.of({"date_kind": "updated"})

    assert when.prefix == ""


def test_opinions_are_grouped_by_kind_in_one_order():
    kinds = ["technical", "expert", "marketer", "expert"]
    article = make_article(opinions=[make_opinion(kind=kind) for kind in kinds])

    groups = read(article).groups

    assert [(group.kind, group.title, len(group.opinions)) for group in groups] == [
        ("expert", "What experts say", 2),
        ("marketer", "What marketers say", 1),
        ("technical", "What technical articles say", 1),
    ]


def test_a_kind_without_opinions_has_no_group():
    article = make_article(opinions=[make_opinion(kind="marketer")], marketer_summary="They sell.")

    groups = read(article).groups

    assert [(group.kind, group.summary) for group in groups] == [("marketer", "They sell.")]


def test_opinions_stand_newest_first_and_the_undated_last_in_the_order_of_the_article():
    days = [None, dt.date(2023, 1, 1), dt.date(2024, 5, 1), None, dt.date(2024, 4, 30)]
    opinions = [make_opinion(stated_on=day) for day in days]
    article = make_article(opinions=opinions)

    (group,) = read(article).groups

    expected = [opinions[position].uid for position in (2, 4, 1, 0, 3)]
    assert [opinion.uid for opinion in group.opinions] == expected


def test_every_opinion_is_counted():
    article = make_article(opinions=[make_opinion(), make_opinion(kind="marketer")])

    assert read(article).opinion_count == 2


def test_an_opinion_names_its_source_and_who_reported_it():
    source, reporter = make_source(), make_source()
    opinion = make_opinion(source=source, reported_by=reporter, codes=["451 4.3.0", "421"])

    (group,) = read(make_article(opinions=[opinion])).groups

    (card,) = group.opinions
    assert (card.source, card.reported_by) == (source, reporter)
    assert sorted(card.codes) == ["421", "451 4.3.0"]


def test_opinions_that_disagree_point_at_each_other():
    first, second = make_opinion(uid="first"), make_opinion(uid="second")
    make_conflict(first, second, note="Whether to wait.")

    (group,) = read(make_article(opinions=[first, second])).groups

    assert {card.uid: card.disputes for card in group.opinions} == {
        "first": [("opinion-second", second.source.name, "Whether to wait.")],
        "second": [("opinion-first", first.source.name, "Whether to wait.")],
    }


def test_an_opinion_does_not_point_at_one_that_the_article_does_not_cite():
    cited = make_opinion()
    make_conflict(cited, make_opinion())

    (group,) = read(make_article(opinions=[cited])).groups

    assert group.opinions[0].disputes == []


def test_steps_are_parted_into_do_and_do_not_in_their_order():
    article = publish_with_steps(
        {"uid": "third", "position": 30},
        {"uid": "never", "position": 20, "kind": "do-not"},
        {"uid": "first", "position": 10},
        {"uid": "not-yet", "position": 15, "kind": "do-not"},
    )

    readable = read(article)

    assert [step.uid for step in readable.steps] == ["first", "third"]
    assert [step.uid for step in readable.do_nots] == ["not-yet", "never"]


def test_a_step_says_who_does_it():
    article = publish_with_steps({"who": "sender-admin"}, {})

    steps = read(article).steps

    assert [(step.who, step.who_label) for step in steps] == [
        ("sender-admin", "Who runs the sending server"),
        ("sender", "The sender"),
    ]


def test_a_step_shows_the_opinions_that_support_it():
    cited, elsewhere = make_opinion(), make_opinion()
    article = make_article(published=False, opinions=[cited])
    make_step(article, supported_by=[cited, elsewhere])

    publish(article)
    (step,) = read(article).steps

    assert [opinion.uid for opinion in step.supported_by] == [cited.uid]


def test_a_code_is_named_and_linked():
    article = make_article(codes=["451 4.3.0", "4.3.0", "451"])

    codes = read(article).codes

    assert sorted(codes, key=str) == [
        CodeLink(text="4.3.0", address="4.3.0"),
        CodeLink(text="451 4.3.0", address="451-4.3.0"),
        CodeLink(text="451", address="451"),
    ]


def test_related_articles_are_named_by_slug():
    related = make_article(slug="related")

    assert read(make_article(related=[related])).related_slugs == ["related"]


@pytest.mark.parametrize("articles", [1, 3])
def test_reading_articles_asks_for_their_sources_once(articles, django_assert_num_queries):
    for _ in range(articles):
        make_article(opinions=[make_opinion(reported_by=make_source()), make_opinion()], steps=2)
    revisions = list(ArticleRevision.objects.published())

    with django_assert_num_queries(1):
        read_articles(revisions)
