"""What the pages of the knowledge base show, and what each costs."""

from __future__ import annotations

import datetime as dt
import math
from html import unescape

import pytest
from django.test import RequestFactory
from django.urls import reverse

from diagnostics.knowledge import snapshot
from kb import editorial, versioned
from kb.models import ArticleOpinion, SlugRedirect
from kb.views import errors
from tests.factories import (
    make_article,
    make_cause,
    make_conflict,
    make_editor,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
    make_step,
    make_topic,
)

pytestmark = pytest.mark.django_db
ROWS = pytest.mark.parametrize("rows", [1, 3, 30])


def fill(rows):
    """Have so many rows of everything, each joined to each."""
    source = make_source(slug="the-source")
    family = make_provider(slug="the-provider", name="Family")
    service = make_provider(family=family, name="Service")
    cause = make_cause(slug="the-cause")
    topic = make_topic(slug="the-topic")
    for number in range(rows):
        make_meaning(code=f"451 4.3.{number}", provider=service, cause=cause, source=source)
        make_meaning(code="451 4.3.0", provider=family, cause=cause, token=f"T{number}")
        make_meaning(code=f"4.3.{number}", cause=cause, source=source)
        make_provider(family=family)
        make_provider()
        make_cause()
    opinions = [
        make_opinion(
            uid=f"said-{number}",
            source=source,
            reported_by=make_source(),
            stated_on=dt.date(2024, 5, 1),
            codes=["451 4.3.0"],
        )
        for number in range(rows)
    ]
    others = [
        make_article(
            opinions=opinions[:1],
            causes=[cause],
            codes=["451 4.3.0"],
            providers=[service],
            topics=[topic, *(make_topic() for _ in range(rows))],
        )
        for _ in range(rows)
    ]
    article = make_article(
        slug="the-article",
        opinions=opinions,
        causes=[cause, *(make_cause() for _ in range(rows))],
        codes=["451 4.3.0", *(f"450 4.2.{number}" for number in range(rows))],
        providers=[family, *(make_provider() for _ in range(rows))],
        topics=[topic, *(make_topic() for _ in range(rows))],
        related=others,
        steps=rows,
    )
    for number in range(rows):
        ArticleOpinion.objects.create(article=article, opinion=make_opinion())
        article.causes.add(make_cause())
        article.summary = f"Summary {number} again."
        article.save()
        editorial.freeze(article, state="published", by=None, note="Another.")
    return article


@ROWS
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/articles/", 3),
        ("/articles/?code=4.3.0&cause=the-cause&provider=the-provider&kind=expert", 3),
        ("/articles/the-article/", 4),
        ("/articles/the-article/changes/", 5),
        ("/articles/a-to-z/", 5),
        ("/articles/a-to-z/?by=question", 1),
        ("/changes/", 4),
        ("/codes/", 3),
        ("/codes/?provider=any&severity=4&cause=the-cause", 3),
        ("/codes/451-4.3.0/", 5),
        ("/codes/4.3.0/", 5),
        ("/codes/451/", 5),
        ("/codes/t0/", 5),
        ("/providers/", 3),
        ("/providers/the-provider/", 5),
        ("/causes/", 2),
        ("/causes/the-cause/", 5),
        ("/sources/", 2),
        ("/sources/the-source/", 5),
        ("/search/?q=number", 4),
        ("/sources/the-source/?kind=expert&opinion=said-0", 6),
        ("/topics/", 2),
        ("/topics/the-topic/", 5),
        ("/search/?q=451+4.3.0", 4),
        ("/", 4),
    ],
)
def test_a_page_costs_the_same_however_many_rows(
    client, django_assert_num_queries, monkeypatch, rows, address, queries
):
    fill(rows)
    make_meaning(token="T0", slug="t0", code="451 4.3.0", provider=make_provider())
    snapshot.now()
    versioned.make_everything()
    monkeypatch.setattr("diagnostics.knowledge.LOOK_AGAIN", math.inf)

    with django_assert_num_queries(queries):
        response = client.get(address)

    assert response.status_code == 200


@ROWS
def test_the_article_list_of_staff_costs_five_queries(client, django_assert_num_queries, rows):
    fill(rows)
    client.force_login(make_editor())
    versioned.make_everything()

    with django_assert_num_queries(5):
        response = client.get("/articles/")

    assert response.context["page"].paginator.count == rows + 1


def test_a_visitor_without_a_cookie_costs_no_query_and_gets_none(client, django_assert_num_queries):
    versioned.make_everything()

    with django_assert_num_queries(1):  # in which order articles stand
        response = client.get("/articles/?cause=")

    assert not response.cookies


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_editors_write_is_escaped_on_every_page(client, payload):
    source = make_source(slug="the-source", name=payload)
    provider = make_provider(slug="the-provider", name=payload, summary=payload, notes=payload)
    topic = make_topic(slug="the-topic", name=payload, summary=payload)
    cause = make_cause(slug="the-cause", name=payload, meaning=payload, advice=payload)
    make_meaning(
        code="4.3.0", provider=provider, cause=cause, title=payload, steps=[payload], note=payload
    )
    opinion = make_opinion(
        source=source, claim=payload, advice=payload, author=payload, codes=["4.3.0"]
    )
    article = make_article(
        slug="the-article",
        question=payload,
        summary=payload,
        body=payload,
        key_findings=[payload],
        opinions=[opinion],
        codes=["4.3.0"],
        causes=[cause],
        providers=[provider],
    )
    make_step(article, action=payload, check_text=payload)
    article.topics.add(topic)
    editorial.publish(article, note=payload)

    for address in [*PUBLIC_PAGES, "/codes/", "/codes/4.3.0/", "/search/?q=alert"]:
        content = client.get(address).content.decode()
        assert payload in unescape(content), address
        assert "<script>alert" not in content
        assert "<img src=x" not in content


PUBLIC_PAGES = [
    "/articles/",
    "/articles/the-article/",
    "/articles/the-article/changes/",
    "/articles/a-to-z/",
    "/changes/",
    "/codes/?provider=any",
    "/providers/",
    "/providers/the-provider/",
    "/causes/",
    "/causes/the-cause/",
    "/sources/",
    "/sources/the-source/",
    "/topics/",
    "/topics/the-topic/",
]


JUNK = ["\0", "%ed%a0%80", "\ud800", "x" * 100_000, "-1", "1e9", "9" * 5000, "'\"<>", "²", "[]"]


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("address", [*PUBLIC_PAGES, "/search/"])
def test_junk_in_a_parameter_is_answered(client, address, value):
    make_article(slug="the-article")
    make_provider(slug="the-provider")
    make_cause(slug="the-cause")
    make_opinion(source=make_source(slug="the-source"))
    make_topic(slug="the-topic")
    names = [
        "code",
        "cause",
        "provider",
        "kind",
        "status",
        "severity",
        "who_acts",
        "permanence",
        "part",
        "opinion",
        "by",
        "q",
        "page",
    ]
    raw = value.encode("utf-8", "surrogatepass")

    for name in names:
        response = client.get(address, {name: raw, "page": raw if name == "page" else "1"})
        assert response.status_code == 200


def test_more_parameters_than_a_form_can_have_are_refused(client):
    response = client.get("/articles/", {f"p{number}": "1" for number in range(60)})

    assert response.status_code == 400
    assert b"makes no sense" in response.content


@pytest.mark.parametrize(("wanted", "shown"), [("2", 2), ("99", 2), ("0", 1), ("-5", 1), ("x", 1)])
def test_a_bad_page_number_gives_the_nearest_page(client, wanted, shown):
    for _ in range(26):
        make_article()

    page = client.get("/articles/", {"page": wanted}).context["page"]

    assert (page.number, len(page.object_list)) == (shown, {1: 25, 2: 1}[shown])


def test_links_to_other_pages_keep_the_filters(client):
    cause = make_cause(slug="full")
    for _ in range(26):
        make_article(causes=[cause])

    content = client.get("/articles/?cause=full&unknown=1").content.decode()

    assert '<a rel="next" href="?cause=full&amp;page=2">' in content


def questions(response):
    return [row.question for row in response.context["page"].object_list]


def test_articles_are_filtered_by_code_cause_provider_and_kind(client):
    cause, provider = make_cause(slug="full"), make_provider(slug="google")
    make_article(
        question="Wanted",
        causes=[cause],
        providers=[provider],
        codes=["451 4.3.0"],
        opinions=[make_opinion(kind="marketer")],
    )
    make_article(question="Other", causes=[make_cause()], codes=["550"], opinions=[make_opinion()])

    for query in ("code=451", "code=4.3.0", "code=451 4.3.0", "cause=full", "provider=google"):
        assert questions(client.get(f"/articles/?{query}")) == ["Wanted"]
    assert questions(client.get("/articles/?kind=marketer")) == ["Wanted"]


def test_a_filter_that_makes_no_sense_says_so_and_keeps_nothing(client):
    make_article()

    response = client.get("/articles/?cause=nonsense")

    assert questions(response) == []
    assert b"Cause: Select a valid choice" in response.content


def test_the_public_never_sees_a_working_copy(client):
    article = make_article(question="As published")
    article.question = "Being edited"
    article.save()
    make_article(question="Never published", published=False)

    response = client.get("/articles/?status=draft")

    assert questions(response) == ["As published"]
    assert client.get("/articles/article-never/").status_code == 404
    assert b"As published" in client.get(f"/articles/{article.slug}/").content


def test_staff_filter_articles_by_status(client):
    make_article(question="Public")
    make_article(question="Draft", published=False)
    in_review = make_article(question="Reviewed", published=False)
    editorial.keep_draft(in_review, in_review=True)
    archived = make_article(question="Archived")
    editorial.archive(archived)
    client.force_login(make_editor())

    lists = {
        status: sorted(questions(client.get(f"/articles/?status={status}")))
        for status in ("published", "draft", "in-review", "archived", "overdue", "")
    }

    assert lists == {
        "published": ["Public"],
        "draft": ["Archived", "Draft", "Reviewed"],
        "in-review": ["Reviewed"],
        "archived": ["Archived"],
        "overdue": [],
        "": ["Public"],
    }


def test_staff_are_led_from_a_working_copy_to_the_admin(client):
    article = make_article(published=False, opinions=[make_opinion(kind="technical")])
    client.force_login(make_editor())

    response = client.get("/articles/?status=draft&kind=technical")

    assert reverse("admin:kb_article_change", args=[article.pk]) in response.content.decode()


def article_with_everything():
    blog = make_source(slug="blog", name="The blog")
    first = make_opinion(
        uid="first",
        source=blog,
        author="Ann Author",
        url="https://blog.example/post",
        claim="It clears by itself.",
        advice="Wait.",
        editor_suggestion="Wait an hour.",
        stated_on=dt.date(2024, 12, 1),
        precision="month",
        note="Read twice.",
    )
    second = make_opinion(
        uid="second",
        kind="technical",
        claim="It never clears.",
        reported_by=make_source(name="The reporter"),
        reported_url="https://reporter.example/",
        valid_until=dt.date(2025, 6, 5),
        valid_until_why="It shut down.",
    )
    third = make_opinion(uid="third", kind="marketer", claim="Buy ours.", retracted=True)
    make_conflict(first, second, note="Whether it clears.")
    return make_article(
        slug="all",
        opinions=[first, second, third],
        expert_summary="Experts agree.",
        body="# Big\n\n[a](javascript:alert(1)) [b](https://b.example/)\n\n<b>raw</b>",
        steps=1,
        published=False,
    )


def test_an_article_shows_its_opinions_with_date_source_and_dispute(client):
    article = article_with_everything()
    make_step(article, kind="do-not", action="Do not resend `now`.", check_text="See `mailq`.")
    editorial.publish(article)

    page = client.get("/articles/all/").content.decode()

    for expected in [
        '<time datetime="2024-12">December 2024</time>',
        "date unknown",
        '<cite><a href="/sources/blog/">The blog</a></cite>, Ann Author',
        '<a class="external" href="https://blog.example/post" rel="external noopener">',
        '<a class="external" href="https://reporter.example/" rel="external noopener">The reporter',
        'Disagrees with <a href="#opinion-first">The blog</a>',
        "Whether it clears.",
        'Out of date since <time datetime="2025-06-05">5 June 2025</time>: It shut down.',
        "<del>Buy ours.</del>",
        "suggestion</span> Wait an hour.",
        "Do not resend <code>now</code>.",
        'Supported by 3 opinions:\n    <a href="#opinion-first">The blog</a>',
        "<h3>Big</h3>",
        '<a href="https://b.example/">b</a>',
        "&lt;b&gt;raw&lt;/b&gt;",
    ]:
        assert expected in page
    assert 'href="javascript:' not in page
    assert page.count("<h1") == 1


def test_an_article_relates_to_published_ones_only(client):
    public = make_article(question="A public one")
    hidden = make_article(question="A hidden one", published=False)
    make_article(slug="here", related=[public, hidden])

    response = client.get("/articles/here/")

    assert [row.question for row in response.context["related"]] == ["A public one"]


@pytest.mark.parametrize("address", ["4.3.0", "451", "451-4.3.0", "tss04"])
def test_a_code_is_found_by_its_address(client, address):
    make_meaning(code="4.3.0", title="Registry title", slug="4.3.0")
    make_meaning(code="451", title="Reply title", slug="451")
    make_meaning(code="451 4.3.0", slug="tss04", token="TSS04", provider=make_provider())

    response = client.get(f"/codes/{address}/")

    assert response.status_code == 200


def test_the_page_of_a_pair_shows_the_meanings_of_both_parts(client):
    make_meaning(code="4.3.0", meaning="Of the enhanced code.")
    make_meaning(code="451", meaning="Of the reply code.")
    make_meaning(code="451 4.3.0", meaning="Of the pair.", provider=make_provider())
    make_meaning(code="421 4.3.0", meaning="Of another pair.", provider=make_provider())
    make_meaning(
        code="4.3.0", meaning="Nobody has checked.", provider=make_provider(), verified=False
    )

    page = client.get("/codes/451-4.3.0/").context["page"]

    groups = [(group.title, [m.meaning for m in group.meanings]) for group in page.groups]
    assert groups == [
        ("What 451 4.3.0 means", ["Of the pair."]),
        ("What 4.3.0 means", ["Of the enhanced code."]),
        ("What 451 means", ["Of the reply code."]),
    ]


def test_a_pair_that_nobody_has_listed_is_explained_by_its_parts(client):
    make_meaning(code="5.1.1", title="Bad destination mailbox address")

    page = client.get("/codes/550-5.1.1/").context["page"]

    assert [[part.label for part in parts] for parts in page.parts] == [
        ["Permanent", "Mail system", "Finer detail"],
        ["Permanent", "Address", "Bad destination mailbox address"],
    ]


def test_a_code_shows_the_registry_first_then_providers_by_name(client):
    make_meaning(code="550 5.7.1", meaning="z", provider=make_provider(name="Zeta"))
    make_meaning(code="5.7.1", meaning="a", provider=make_provider(name="Alpha"))
    make_meaning(code="5.7.1", meaning="registry")

    (group,) = client.get("/codes/5.7.1/").context["page"].groups

    assert [meaning.meaning for meaning in group.meanings] == ["registry", "a", "z"]


@pytest.mark.parametrize(("address", "status"), [("5.7.620", 200), ("5.7.650", 404)])
def test_a_code_within_a_range_has_the_meaning_of_the_range(client, address, status):
    make_meaning(code="5.7.606", enhanced_until="5.7.649", provider=make_provider())

    assert client.get(f"/codes/{address}/").status_code == status


def test_a_code_leads_to_the_articles_on_it(client):
    make_meaning(code="4.3.0")
    make_article(question="On the pair", codes=["451 4.3.0"])
    make_article(question="On another", codes=["5.1.1"])
    make_article(question="Not public", codes=["4.3.0"], published=False)

    page = client.get("/codes/4.3.0/").context["page"]

    assert [article.question for article in page.articles] == ["On the pair"]


@pytest.mark.parametrize("address", ["nope", "4.3.999", "6.1.1", "999", "-", "4.3.", "451-"])
def test_what_is_no_code_is_not_found(client, address):
    assert client.get(f"/codes/{address}/").status_code == 404


def test_codes_stand_in_the_order_of_their_numbers(client):
    for code in ("5.1.10", "5.1.9", "5.10.1", "5.2.1", "4.1.1"):
        make_meaning(code=code)

    page = client.get("/codes/").context["page"]

    codes = [str(meaning.code) for meaning in page.object_list]
    assert codes == ["4.1.1", "5.1.9", "5.1.10", "5.2.1", "5.10.1"]


def test_codes_are_filtered_by_class_and_by_who_means_it(client):
    make_meaning(code="5.1.1", meaning="registry 5")
    make_meaning(code="421", meaning="registry 4")
    make_meaning(code="4.7.0", meaning="google 4", provider=make_provider(slug="google"))

    lists = {
        query: [row.meaning for row in client.get(f"/codes/?{query}").context["page"].object_list]
        for query in ("severity=5", "severity=4", "severity=4&provider=any", "provider=google")
    }

    assert lists == {
        "severity=5": ["registry 5"],
        "severity=4": ["registry 4"],
        "severity=4&provider=any": ["registry 4", "google 4"],
        "provider=google": ["google 4"],
    }


def test_a_provider_shows_what_it_and_its_services_send(client):
    family = make_provider(slug="microsoft", name="Microsoft", address_domains=["a.example"] * 14)
    service = make_provider(slug="outlook", family=family)
    make_meaning(code="550 5.7.1", provider=service, meaning="From the service.")
    make_article(question="On the service", providers=[service])
    make_article(question="On the family", providers=[family])

    response = client.get("/providers/microsoft/")

    assert [row.meaning for row in response.context["page"]] == ["From the service."]
    assert len(response.context["articles"]) == 2
    assert b"<summary>2 more</summary>" in response.content
    assert len(client.get("/providers/outlook/").context["articles"]) == 2


@pytest.mark.parametrize(
    ("kind", "make"),
    [("providers", make_provider), ("causes", make_cause)],
    ids=["provider", "cause"],
)
def test_articles_about_few_stand_before_those_about_many(client, kind, make):
    this, other, third = make(slug="this"), make(slug="other"), make(slug="third")
    make_article(question="A general one", **{kind: [this, other, third]})
    make_article(question="B narrower", **{kind: [this, other]})
    make_article(question="C only this", **{kind: [this]})

    articles = client.get(f"/{kind}/this/").context["articles"]

    assert [a.question for a in articles] == ["C only this", "B narrower", "A general one"]


def test_many_codes_are_folded_on_the_article_and_cut_in_a_list(client):
    codes = [f"5.7.{number}" for number in range(20)]
    article = make_article(codes=codes)

    listed = client.get("/articles/").content
    shown = client.get(article.get_absolute_url()).content

    assert (listed.count(b'class="code"'), b"and 12 more" in listed) == (8, True)
    assert (shown.count(b'class="code"'), b"<summary>8 more</summary>" in shown) == (20, True)


def test_codes_in_a_summary_are_marked_wherever_it_is_read(client):
    article = make_article(summary="Read `550`.", causes=[make_cause(slug="full")])

    for address in ("/articles/", "/causes/full/", article.get_absolute_url()):
        assert b"Read <code>550</code>." in client.get(address).content


def test_a_provider_of_no_use_to_link_is_not_linked(client):
    make_provider(slug="odd", postmaster_url="javascript:alert(1)")

    assert b"javascript:" not in client.get("/providers/odd/").content


def test_a_cause_leads_to_its_codes_and_articles(client):
    cause = make_cause(slug="mailbox-full")
    make_meaning(code="5.2.2", cause=cause, meaning="Full.")
    make_article(question="On it", causes=[cause])

    response = client.get("/causes/mailbox-full/")

    assert [row.meaning for row in response.context["page"]] == ["Full."]
    assert [row.question for row in response.context["articles"]] == ["On it"]


def test_a_source_shows_each_opinion_once_with_all_its_articles(client):
    blog = make_source(slug="blog")
    old = make_opinion(source=blog, claim="Old.", stated_on=dt.date(2020, 1, 1))
    new = make_opinion(source=blog, claim="New.", stated_on=dt.date(2024, 1, 1))
    undated = make_opinion(source=blog, claim="Undated.")
    make_article(question="One", opinions=[old, new, undated])
    make_article(question="Two", opinions=[old])
    make_article(question="Hidden", opinions=[new], published=False)

    cited = client.get("/sources/blog/").context["cited"]

    shown = [(item.opinion.claim, [row.question for row in item.articles]) for item in cited]
    assert shown == [("New.", ["One"]), ("Old.", ["One", "Two"]), ("Undated.", ["One"])]


def test_an_opinion_that_lost_its_article_leaves_the_page_of_its_source(client):
    blog = make_source(slug="blog")
    article = make_article(opinions=[make_opinion(source=blog)])
    before = len(client.get("/sources/blog/").context["cited"])
    ArticleOpinion.objects.filter(article=article).delete()
    editorial.publish(article)

    after = len(client.get("/sources/blog/").context["cited"])

    assert (before, after) == (1, 0)


def test_sources_count_their_published_opinions_once(client):
    blog = make_source(slug="blog")
    opinion = make_opinion(source=blog)
    make_article(opinions=[opinion])
    make_article(opinions=[opinion])
    make_article(opinions=[make_opinion(source=blog)], published=False)

    (row,) = client.get("/sources/").context["page"].object_list

    assert row.opinion_count == 1


@pytest.mark.parametrize("place", ["articles", "codes", "providers", "causes", "sources", "topics"])
def test_an_address_that_moved_leads_on_for_ever(client, place):
    SlugRedirect.objects.create(old_path=f"/{place}/old/", new_path=f"/{place}/new/")

    response = client.get(f"/{place}/old/")

    assert (response.status_code, response["Location"]) == (301, f"/{place}/new/")


@pytest.mark.parametrize("place", ["articles", "codes", "providers", "causes", "sources", "topics"])
def test_an_address_that_never_was_is_not_found(client, place):
    response = client.get(f"/{place}/never/")

    assert response.status_code == 404
    assert b"No such address here" in response.content


def test_pages_take_no_posts(client):
    assert client.post("/articles/").status_code == 405


def test_the_page_for_our_own_fault_needs_nothing_else(settings, django_assert_num_queries):
    settings.STORAGES = {"staticfiles": {"BACKEND": "no.such.Storage"}}

    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


@pytest.mark.parametrize("address", ["/articles/", "/codes/", "/search/?q=x", "/never/"])
def test_pages_hold_no_inline_script_or_style(client, address):
    content = client.get(address).content.decode()

    assert "<script src=" in content
    for inline in ("<script>", "<style", " style=", " onclick="):
        assert inline not in content


def test_a_table_of_an_article_has_a_frame_and_no_inline_style(client):
    make_article(slug="table", body="| Reply | Means |\n|:--|--:|\n| 550 | No |\n")

    page = client.get("/articles/table/").content.decode()

    assert '<div class="table-frame" role="group" aria-label="Table" tabindex="0"><table>' in page
    assert "style=" not in page
