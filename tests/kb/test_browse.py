"""Browsing: topics, the registry as a table, who speaks of a code, sources, A to Z, changes."""

from __future__ import annotations

import datetime as dt
import importlib
from html import unescape

import pytest
from django.apps import apps

from kb import editorial
from kb.alphabet import by_letter, cut_question
from kb.changes import difference
from kb.models import ArticleOpinion, ArticleRevision, Opinion, RevisionOpinion
from tests.factories import (
    known,
    make_article,
    make_cause,
    make_code,
    make_conflict,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
    make_step,
    make_topic,
)

pytestmark = pytest.mark.django_db


def publish(article, note=""):
    """Publish as editors do, without reading all knowledge again for its digest."""
    return known(editorial.freeze(article, state="published", by=None, note=note))


# Topics


def test_topics_count_their_published_articles(client):
    make_topic(name="Beta")
    topic = make_topic(name="alpha")
    make_article(topics=[topic])
    make_article(topics=[topic], published=False)

    topics = client.get("/topics/").context["page"].object_list

    assert [(row.name, row.article_count) for row in topics] == [("alpha", 1), ("Beta", 0)]


def test_a_topic_shows_its_articles_newest_evidence_first(client):
    topic = make_topic(slug="tls")
    for day, question in [(None, "Undated"), (1, "Old"), (2, "New")]:
        stated_on = day and dt.date(2024, 5, day)
        make_article(
            question=question, topics=[topic], opinions=[make_opinion(stated_on=stated_on)]
        )
    make_article(question="Elsewhere")
    make_article(question="Hidden", topics=[topic], published=False)

    page = client.get("/topics/tls/").context["page"]

    assert [row.question for row in page] == ["New", "Old", "Undated"]


def test_a_topic_leads_to_the_causes_and_providers_of_its_articles(client):
    topic, cause, provider = (
        make_topic(slug="tls"),
        make_cause(name="Full"),
        make_provider(name="G"),
    )
    make_article(topics=[topic], causes=[cause, make_cause(name="Empty")], providers=[provider])
    make_article(topics=[topic], causes=[cause])
    make_article(causes=[make_cause(name="Of another topic")])

    links = client.get("/topics/tls/").context["links"]

    shown = {group: [(link.name, link.count) for link in found] for group, found in links.items()}
    assert shown == {"causes": [("Full", 2), ("Empty", 1)], "providers": [("G", 1)]}


def test_an_article_leads_to_its_topics(client):
    article = make_article(topics=[make_topic(slug="tls", name="TLS")])

    page = client.get(article.get_absolute_url()).content

    assert b'<a class="chip" href="/topics/tls/">TLS</a>' in page


def test_an_article_keeps_its_topics_until_it_is_published_again(client):
    topic = make_topic(slug="tls")
    article = make_article(topics=[topic])
    article.topics.clear()

    assert len(client.get("/topics/tls/").context["page"]) == 1


# The registry


def registry(client, query=""):
    groups = client.get(f"/codes/{query}").context["groups"]
    return {group.key: [str(row.meaning.code) for row in group.rows] for group in groups}


def test_the_registry_stands_whole_by_class_and_subject(client):
    for number in range(60):
        make_meaning(code=f"5.7.{number}")
    for code in ("550", "421", "4.3.0", "5.1.1"):
        make_meaning(code=code)

    groups = registry(client)

    assert [*groups] == ["4xx", "5xx", "4.3", "5.1", "5.7"]
    assert groups["5.7"] == [f"5.7.{number}" for number in range(60)]


def test_a_class_of_the_registry_is_kept_alone(client):
    make_meaning(code="4.3.0")
    make_meaning(code="5.1.1")

    assert registry(client, "?severity=5") == {"5.1": ["5.1.1"]}


def test_a_row_names_who_means_something_else_first(client):
    rule, full = make_cause(name="A rule"), make_cause(name="Full")
    make_meaning(code="5.7.1", cause=rule)
    make_meaning(code="550 5.7.1", cause=rule, provider=make_provider(name="Alpha"), slug="a")
    beta = make_provider(name="Beta")
    make_meaning(code="5.7.1", cause=full, provider=beta, slug="b", token="B1")
    make_meaning(code="5.7.1", cause=full, provider=beta, slug="b2", token="B2")
    make_meaning(code="5.7.1", cause=full, provider=beta, slug="c", verified=False)

    response = client.get("/codes/")

    ((row,),) = [group.rows for group in response.context["groups"]]
    shown = [(other.provider, other.cause, other.slug) for other in row.others]
    assert shown == [("Beta", "Full", "b"), ("Alpha", "", "a")]
    assert b'<a class="chip" href="/codes/b/">Beta: Full</a>' in response.content


def test_many_providers_of_a_code_are_folded(client):
    make_meaning(code="5.7.1")
    for _ in range(5):
        make_meaning(code="5.7.1", provider=make_provider())

    assert b"<summary>2 more</summary>" in client.get("/codes/").content


def test_codes_that_no_registry_has_stand_with_their_group(client):
    make_meaning(code="5.7.1")
    make_meaning(code="550 5.7.515", provider=make_provider(name="Outlook.com"))
    make_meaning(code="550 5.7.26", provider=make_provider(name="Google"))
    make_meaning(code="4.7.500", provider=make_provider())

    (group,) = client.get("/codes/?severity=5").context["groups"]

    assert [*group.own.items()] == [("5.7.26", "Google"), ("5.7.515", "Outlook.com")]


def test_a_part_of_the_registry_calls_no_code_unregistered(client):
    cause = make_cause(slug="full")
    make_meaning(code="5.2.2", cause=cause)
    make_meaning(code="5.2.1")
    make_meaning(code="5.2.1", provider=make_provider())

    (group,) = client.get("/codes/?cause=full").context["groups"]

    assert ([str(row.meaning.code) for row in group.rows], group.own) == (["5.2.2"], {})


# Who speaks of a code


def cited(client, address):
    groups = client.get(f"/codes/{address}/").context["page"].cited
    return {
        group.kind: [(i.opinion.claim, [a.question for a in i.articles]) for i in group.cited]
        for group in groups
    }


def test_a_code_shows_the_opinions_that_carry_it_by_kind_newest_first(client):
    old = make_opinion(claim="Old.", codes=["4.3.0"], stated_on=dt.date(2020, 1, 1))
    new = make_opinion(claim="New.", codes=["451 4.3.0"], stated_on=dt.date(2024, 1, 1))
    market = make_opinion(kind="marketer", claim="Sold.", codes=["4.3.0", "451 4.3.0"])
    make_article(question="One", opinions=[old, new, market, make_opinion(codes=["5.1.1"])])
    make_article(question="Two", opinions=[old])
    make_article(question="Hidden", opinions=[new], published=False)

    assert cited(client, "4.3.0") == {
        "expert": [("New.", ["One"]), ("Old.", ["One", "Two"])],
        "marketer": [("Sold.", ["One"])],
    }


def test_a_code_shows_opinions_as_they_were_published(client):
    opinion = make_opinion(claim="As published.", codes=["4.3.0"])
    article = make_article(question="One", opinions=[opinion])
    Opinion.objects.update(claim="Being edited.")
    opinion.codes.set([make_code("5.1.1")])
    before = cited(client, "4.3.0"), cited(client, "5.1.1")

    publish(article)

    assert before == ({"expert": [("As published.", ["One"])]}, {})
    assert cited(client, "5.1.1") == {"expert": [("Being edited.", ["One"])]}


def test_many_opinions_on_a_code_are_folded(client):
    undated = [
        make_opinion(codes=["4.3.0"], claim="Taken back.", retracted=True),
        make_opinion(codes=["4.3.0"], valid_until=dt.date(2025, 1, 1), valid_until_why="It ended."),
    ]
    dated = [make_opinion(codes=["4.3.0"], stated_on=dt.date(2024, 1, 1)) for _ in range(6)]
    make_article(opinions=[*undated, *dated])

    page = client.get("/codes/4.3.0/").content

    for expected in (
        b"<summary>2 older or undated",
        b"<del>Taken back.",
        b"Out of date: It ended.",
    ):
        assert expected in page
    assert b"Older opinions are left out" not in page


def test_a_page_that_leaves_opinions_out_says_so(client, monkeypatch):
    monkeypatch.setattr("kb.code_pages.OPINIONS", 2)
    make_article(opinions=[make_opinion(codes=["4.3.0"]) for _ in range(3)])

    assert b"Older opinions are left out" in client.get("/codes/4.3.0/").content


def test_the_page_of_a_token_shows_who_speaks_of_its_code(client):
    make_meaning(code="451 4.3.0", token="TSS04", slug="tss04", provider=make_provider())
    make_article(question="One", opinions=[make_opinion(claim="Said.", codes=["451 4.3.0"])])

    assert cited(client, "tss04") == {"expert": [("Said.", ["One"])]}


def test_opinions_published_before_are_joined_to_their_codes():
    reporter = make_source()
    opinion = make_opinion(codes=["4.3.0", "451 4.3.0"], reported_by=reporter)
    make_article(opinions=[opinion, make_opinion()])
    RevisionOpinion.codes.through.objects.all().delete()
    RevisionOpinion.objects.update(reported_by=None)

    importlib.import_module("kb.migrations.0009_codes_of_frozen_opinions").join(apps, None)

    frozen = {
        row.opinion_id: (sorted(map(str, row.codes.all())), row.reported_by)
        for row in RevisionOpinion.objects.all()
    }
    assert frozen.pop(opinion.pk) == (["4.3.0", "451 4.3.0"], reporter)
    assert [*frozen.values()] == [([], None)]


# Sources


def source_with_reports():
    blog, other = make_source(slug="blog", name="The blog"), make_source(name="Other")
    said = [make_opinion(uid=f"said-{n}", source=blog, claim=f"Said {n}.") for n in range(2)]
    sold = make_opinion(uid="sold", source=blog, kind="marketer", claim="Sold.")
    reported = make_opinion(uid="told", source=other, reported_by=blog, claim="Told.")
    make_article(opinions=[*said, sold, reported])


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        ("", ["Said 0.", "Said 1.", "Sold."]),
        ("?kind=marketer", ["Sold."]),
        ("?part=reported", ["Told."]),
        ("?part=reported&kind=marketer", []),
        ("?part=nonsense&kind=nonsense", ["Said 0.", "Said 1.", "Sold."]),
    ],
)
def test_a_source_shows_what_it_said_or_reported(client, query, claims):
    source_with_reports()

    shown = client.get(f"/sources/blog/{query}").context["cited"]

    assert [item.opinion.claim for item in shown] == claims


def test_a_source_counts_what_it_said_and_reported_by_kind(client):
    source_with_reports()

    context = client.get("/sources/blog/").context

    counts = [(choice.label, choice.count) for choice in [*context["roles"], *context["kinds"]]]
    assert counts == [
        ("What it says", 3),
        ("What it reports of others", 1),
        ("All", 3),
        ("Expert", 2),
        ("Marketer", 1),
    ]


def test_a_source_that_only_reports_shows_its_reports(client):
    reporter = make_source(slug="reporter")
    make_article(opinions=[make_opinion(reported_by=reporter, claim="Told.")])

    shown = client.get("/sources/reporter/").context["cited"]

    assert [item.opinion.claim for item in shown] == ["Told."]


def test_pages_of_a_source_keep_the_part(client):
    blog = make_source(slug="blog")
    make_article(opinions=[make_opinion(source=blog) for _ in range(26)])

    content = client.get("/sources/blog/?kind=expert").content.decode()

    assert 'href="?part=said&amp;kind=expert&amp;page=2"' in content


@pytest.mark.parametrize(("uid", "number"), [("said-29", 1), ("said-1", 2), ("never", 1)])
def test_an_opinion_has_an_address_on_the_page_of_its_source(client, uid, number):
    blog = make_source(slug="blog")
    days = [dt.date(2024, 1, 1) + dt.timedelta(n) for n in range(30)]
    make_article(
        opinions=[
            make_opinion(uid=f"said-{n}", source=blog, stated_on=day) for n, day in enumerate(days)
        ]
    )

    response = client.get(f"/sources/blog/?opinion={uid}")

    assert response.context["page"].number == number
    assert (f'id="opinion-{uid}"' in response.content.decode()) is (uid != "never")


def test_a_card_leads_to_the_other_opinions_of_its_source(client):
    blog = make_source(slug="blog")
    article = make_article(opinions=[make_opinion(uid="one", source=blog), make_opinion()])
    alone = client.get(article.get_absolute_url()).content
    make_article(opinions=[make_opinion(source=blog)])

    page = client.get(article.get_absolute_url()).content

    assert b"more by this source" not in alone
    assert page.count(b"more by this source") == 1
    assert b'<a href="/sources/blog/?opinion=one#opinion-one">1 more by this source</a>' in page


# A to Z


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Why does Gmail refuse our mail?", "Gmail"),
        ('The mail came back with "550 5.1.1 User unknown". Why?', "550"),
        ("AT&T (att.net) refuses us", "AT&T"),
        ("What is it?", "What is it?"),
    ],
)
def test_a_question_is_found_by_its_first_word_that_matters(question, word):
    assert cut_question(ArticleRevision(question=question)).word == word


def test_letters_stand_in_order_without_accents_and_digits_first():
    questions = ["Zoho", "Öresund", "550 again", "Ωmega", "orange"]

    letters = by_letter(cut_question(ArticleRevision(question=text)) for text in questions)

    shown = [(letter.letter, [item.word for item in letter.items]) for letter in letters]
    assert shown == [
        ("0–9", ["550"]),  # noqa: RUF001 - as the page has it
        ("O", ["orange", "Öresund"]),
        ("Z", ["Zoho"]),
        ("…", ["Ωmega"]),
    ]


def test_the_index_has_providers_causes_and_topics_with_their_articles(client):
    make_article(
        question="Why?",
        providers=[make_provider(name="Google")],
        causes=[make_cause(name="greylisted")],
        topics=[make_topic(name="TLS")],
        codes=["5.1.1", "451 4.3.0"],
    )
    make_cause(name="Nobody writes of it")

    context = client.get("/articles/a-to-z/").context

    shown = {
        letter.letter: [(k.name, k.label) for k in letter.items] for letter in context["letters"]
    }
    assert shown == {
        "G": [("Google", "Provider"), ("greylisted", "Cause")],
        "T": [("TLS", "Topic")],
    }
    assert [(c.text, c.address, c.count) for c in context["codes"]] == [
        ("451 4.3.0", "451-4.3.0", 1),
        ("5.1.1", "5.1.1", 1),
    ]


def test_a_keyword_of_many_articles_leads_to_its_page_for_the_rest(client):
    cause = make_cause(slug="full", name="Full")
    for _ in range(9):
        make_article(causes=[cause])

    content = client.get("/articles/a-to-z/").content.decode()

    assert content.count('<li><a href="/articles/article-') == 8
    assert '<a class="more" href="/causes/full/#articles">All 9 on Full</a>' in content


def test_questions_stand_by_letter_and_escaped(client):
    make_article(question="Our <b>bold</b> question")
    make_article(question="Hidden", published=False)

    response = client.get("/articles/a-to-z/?by=question")

    assert [letter.letter for letter in response.context["letters"]] == ["B"]
    assert b"Our &lt;<b>b</b>&gt;bold&lt;/b&gt; question" in response.content
    assert "Hidden" not in unescape(response.content.decode())


# What changed


def changes(client, address="/changes/"):
    shown = client.get(address).context["changes"]
    return [(c.revision.question, c.revision.note, c.is_new, c.lines) for c in shown]


def test_changes_name_what_is_new_and_what_was_updated(client):
    article = make_article(question="One")
    article.summary = "Another."
    article.save()
    publish(article, "Clearer.")
    make_article(question="Two", opinions=[make_opinion()])

    assert changes(client) == [
        ("Two", "", True, []),
        ("One", "Clearer.", False, ["Summary reworded"]),
        ("One", "", True, []),
    ]


def test_changes_lead_to_the_article_as_it_stands_now(client):
    article = make_article(slug="old", question="Once")
    article.slug, article.question = "new", "Now"
    article.save()
    publish(article)

    content = client.get("/changes/").content.decode()

    assert content.count('<h3><a href="/articles/new/">Now</a></h3>') == 2
    assert "/articles/old/" not in content


def test_neither_drafts_nor_articles_that_were_taken_down_are_changes(client):
    article = make_article(question="One", slug="one")
    article.summary = "In work."
    article.save()
    editorial.keep_draft(article, note="A draft.")
    editorial.keep_draft(article, note="To review.", in_review=True)
    gone = make_article(question="Gone", slug="gone")
    editorial.archive(gone)

    assert changes(client) == [("One", "", True, [])]
    assert changes(client, "/articles/one/changes/") == [("One", "", True, [])]
    assert client.get("/articles/gone/changes/").status_code == 404


def test_a_history_compares_with_what_was_published_before(client):
    article = make_article(slug="one", question="One")
    article.body = "Drafted."
    article.save()
    editorial.keep_draft(article)
    article.body = "Published."
    article.save()
    publish(article)

    history = changes(client, "/articles/one/changes/")

    assert [lines for *_, lines in history] == [["Text revised"], []]


def test_changes_are_grouped_by_day(client):
    make_article(question="Today")
    make_article(question="Before")
    moment = dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC)
    ArticleRevision.objects.filter(question="Before").update(published_at=moment)

    content = client.get("/changes/").content.decode()

    assert content.count('<h2 id="day-') == 2
    assert '<time datetime="2024-05-06">6 May 2024</time>' in content


def test_an_article_leads_to_its_changes(client):
    make_article(slug="one")

    assert (
        b'<a href="/articles/one/changes/">what changed</a>' in client.get("/articles/one/").content
    )


def test_an_update_says_what_is_another_in_it(client):
    blog = make_source(slug="blog", name="The blog")
    first, second = make_opinion(source=blog), make_opinion(source=blog)
    article = make_article(opinions=[first], codes=["550"], steps=2)
    ArticleOpinion.objects.filter(article=article).delete()
    for opinion in (second, make_opinion(source=make_source(name="A list"))):
        ArticleOpinion.objects.create(article=article, opinion=opinion)
    step = article.steps.order_by("pk").first()
    step.action = "Do it."
    step.save()
    make_step(article)
    article.codes.set([make_code("451 4.3.0")])
    article.causes.add(make_cause(name="Full"))
    publish(article)

    (_, _, _, lines), _ = changes(client)

    assert lines == [
        "2 opinions added: The blog, A list",
        "1 opinion removed: The blog",
        "1 step added",
        "1 step changed",
        "Codes added: 451 4.3.0",
        "Codes removed: 550",
        "Causes added: Full",
    ]


def test_an_opinion_that_was_revised_and_a_new_dispute_are_changes(client):
    first, second = make_opinion(source=make_source(name="The blog")), make_opinion()
    article = make_article(opinions=[first, second])
    first.claim = "Otherwise."
    first.save()
    make_conflict(first, second)
    publish(article)

    (_, _, _, lines), _ = changes(client)

    assert lines == ["1 opinion revised: The blog", "Disagreements between sources revised"]


def document(*parts, **fields):
    steps = [{"model": "kb.remediationstep", "fields": part} for part in parts]
    return [{"model": "kb.article", "fields": {"question": "Q"} | fields}, *steps]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            document({"uid": "a"}, {"uid": "b", "position": 1}),
            document({"uid": "b"}, {"uid": "a", "position": 1}),
            "Steps put in another order",
        ),
        (document({"uid": "a"}), document({"uid": "a", "position": 2}), "Small corrections"),
        (document(), document(), "Published again as it was"),
        (document(), document(reviewed_on="2026-11-24"), "Reviewed"),
    ],
)
def test_small_changes_have_words_too(old, new, line):
    assert [found.text for found in difference(old, new)] == [line]


# Neighbours


def test_a_provider_leads_to_what_it_refuses_for_and_to_its_sisters(client):
    family = make_provider(slug="microsoft")
    service = make_provider(slug="outlook", family=family)
    make_provider(name="Exchange", family=family)
    full = make_cause(name="Full")
    for _ in range(2):
        make_meaning(provider=service, cause=full)
    make_meaning(provider=service, cause=make_cause(name="A rule"))
    make_meaning(provider=service, cause=full, verified=False)
    make_article(providers=[family], topics=[make_topic(name="TLS")])

    context = client.get("/providers/outlook/").context

    shown = {name: [(link.name, link.count) for link in v] for name, v in context["links"].items()}
    assert shown == {
        "causes": [("Full", 2), ("A rule", 1)],
        "topics": [("TLS", 1)],
        "sisters": [("Exchange", 0)],
    }
    assert context["page"].paginator.count == 3


def test_a_cause_leads_to_who_says_so_and_to_causes_beside_it(client):
    full = make_cause(slug="full")
    make_meaning(provider=make_provider(name="Google"), cause=full)
    make_meaning(cause=full)
    make_article(causes=[full, make_cause(name="Beside")], topics=[make_topic(name="TLS")])
    make_article(causes=[make_cause(name="Elsewhere")])

    links = client.get("/causes/full/").context["links"]

    shown = {name: [(link.name, link.count) for link in found] for name, found in links.items()}
    assert shown == {
        "providers": [("Google", 1)],
        "topics": [("TLS", 1)],
        "causes": [("Beside", 1)],
        "itself": [(full.name, 2)],
    }


def test_every_page_leads_to_the_ways_to_browse(client):
    content = client.get("/").content.decode()

    for address in ("/topics/", "/articles/a-to-z/", "/changes/"):
        assert f'<a href="{address}">' in content
