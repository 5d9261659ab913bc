"""Addresses that moved: what renaming writes down, and where an old address leads."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kb import editorial, renaming
from kb.content.install import install
from kb.models import KnowledgeVersion, SlugRedirect
from tests.factories import (
    make_article,
    make_cause,
    make_editor,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(make_editor())


def rename(client, row, slug, **extra):
    """Give a row another slug through its page in the admin."""
    label = row._meta.model_name  # noqa: SLF001
    page = reverse(f"admin:kb_{label}_change", args=[row.pk])
    context = client.get(page).context
    values = {field.html_name: field.value() for field in context["adminform"].form}
    for inline in context["inline_admin_formsets"]:
        values |= {f"{inline.formset.prefix}-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    sent = {
        name: value for name, value in values.items() if value is not None and value is not False
    }
    response = client.post(page, sent | {"slug": slug} | extra)
    assert response.status_code == 302, response.context["errors"]
    row.refresh_from_db()


def redirects():
    return dict(SlugRedirect.objects.values_list("old_path", "new_path"))


RENAMED = pytest.mark.parametrize(
    ("make", "place"),
    [
        (make_provider, "providers"),
        (make_source, "sources"),
        (lambda **fields: make_meaning(token="T1", **fields), "codes"),
    ],
    ids=["provider", "source", "meaning"],
)


@RENAMED
def test_renaming_leaves_a_way_from_the_old_address(client, editor, make, place):
    row = make(slug="old")
    before = KnowledgeVersion.objects.current().number

    rename(client, row, "new")

    assert redirects() == {f"/{place}/old/": f"/{place}/new/"}
    assert KnowledgeVersion.objects.current().number == before + 1
    response = client.get(f"/{place}/old/?page=2&kept=%C3%A9")
    assert (response.status_code, response["Location"]) == (
        301,
        f"/{place}/new/?page=2&kept=%C3%A9",
    )
    assert client.get(f"/{place}/new/").status_code == 200


@RENAMED
def test_renaming_twice_leads_straight_to_the_newest_address(client, editor, make, place):
    row = make(slug="a")

    rename(client, row, "b")
    rename(client, row, "c")

    assert redirects() == {f"/{place}/a/": f"/{place}/c/", f"/{place}/b/": f"/{place}/c/"}


@RENAMED
def test_renaming_back_leads_round_in_no_circle(client, editor, make, place):
    row = make(slug="a")

    rename(client, row, "b")
    rename(client, row, "a")

    assert redirects() == {f"/{place}/b/": f"/{place}/a/"}
    assert client.get(f"/{place}/a/").status_code == 200


def test_a_change_that_keeps_the_slug_writes_nothing(client, editor):
    provider = make_provider(slug="same")

    rename(client, provider, "same", name="Another name")

    assert (provider.name, redirects()) == ("Another name", {})


def test_an_article_moves_when_it_is_published(client, editor):
    article = make_article(slug="old")

    rename(client, article, "new")

    assert redirects() == {}
    assert client.get("/articles/old/").status_code == 200
    editorial.publish(article)
    assert redirects() == {"/articles/old/": "/articles/new/"}
    assert client.get("/articles/old/")["Location"] == "/articles/new/"


def test_an_article_that_moves_twice_and_back_is_found_from_everywhere(client, editor):
    article = make_article(slug="a")

    for slug in ("b", "c"):
        rename(client, article, slug, _publish="1")
    assert redirects() == {"/articles/a/": "/articles/c/", "/articles/b/": "/articles/c/"}

    rename(client, article, "a", _publish="1")
    assert redirects() == {"/articles/b/": "/articles/a/", "/articles/c/": "/articles/a/"}


def test_an_article_that_was_archived_meanwhile_is_found_again(client, editor):
    article = make_article(slug="old")
    editorial.archive(article)

    rename(client, article, "new", _publish="1")

    assert client.get("/articles/old/")["Location"] == "/articles/new/"


def test_a_cause_keeps_its_slug(client, editor):
    cause = make_cause(slug="full")

    rename(client, cause, "other")

    assert (cause.slug, redirects()) == ("full", {})


def test_articles_go_on_citing_a_source_that_was_renamed(client, editor):
    source = make_source(slug="old", name="The blog")
    make_article(slug="why", opinions=[make_opinion(source=source)])

    rename(client, source, "new")

    assert b'<a href="/sources/new/">The blog</a>' in client.get("/articles/why/").content


def test_articles_go_on_relating_to_one_that_was_renamed(client, editor):
    other = make_article(slug="old", question="The other?")
    make_article(slug="why", related=[other])
    rename(client, other, "new", _publish="1")

    assert b'<a href="/articles/new/">The other?</a>' in client.get("/articles/why/").content


def test_what_has_an_address_is_shown_there_whatever_left_it():
    renaming.lead_on("/providers/a/", "/providers/b/")
    renaming.lead_on("/providers/x/", "/providers/a/")

    assert redirects() == {"/providers/x/": "/providers/a/"}


def test_ways_that_were_written_by_hand_are_followed_to_their_end(client):
    for old, new in (("a", "b"), ("b", "c"), ("c", "d")):
        SlugRedirect.objects.create(old_path=f"/causes/{old}/", new_path=f"/causes/{new}/")

    assert client.get("/causes/a/")["Location"] == "/causes/d/"


@pytest.mark.parametrize("length", [2, 30])
def test_a_circle_or_an_endless_way_is_not_found(client, length):
    for number in range(length):
        following = (number + 1) % length
        SlugRedirect.objects.create(
            old_path=f"/causes/c{number}/", new_path=f"/causes/c{following}/"
        )

    assert client.get("/causes/c0/").status_code == 404


def test_parameters_join_those_of_the_new_address(client):
    SlugRedirect.objects.create(old_path="/causes/a/", new_path="/causes/?who_acts=sender")

    assert client.get("/causes/a/?page=2")["Location"] == "/causes/?who_acts=sender&page=2"


def shipped(old, new):
    return {"model": "kb.slugredirect", "fields": {"old_path": old, "new_path": new}}


def test_starter_content_never_overwrites_the_way_that_an_editor_made():
    SlugRedirect.objects.create(old_path="/sources/a/", new_path="/sources/edited/")

    result = install([shipped("/sources/a/", "/sources/b/")])

    assert redirects() == {"/sources/a/": "/sources/edited/"}
    assert result.kept == ["kb.slugredirect:/sources/a/"]


def test_a_way_that_renaming_made_shorter_stays_so_when_content_is_upgraded(client, editor):
    install([shipped("/sources/a/", "/sources/b/")])
    rename(client, make_source(slug="b"), "c")

    install([shipped("/sources/a/", "/sources/b/")])

    assert redirects()["/sources/a/"] == "/sources/c/"


def test_a_way_stays_though_it_is_shipped_no_more():
    install([shipped("/sources/a/", "/sources/b/")])

    install([])

    assert redirects() == {"/sources/a/": "/sources/b/"}


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("TSS04", "/codes/tss04/"),
        ("tag-9", "/codes/provider-tag-9/"),
        ("451%204.3.0", "/codes/451-4.3.0/"),
        ("451+4.3.0", "/codes/451-4.3.0/"),
        ("451_4.3.0", "/codes/451-4.3.0/"),
        ("4.03.000", "/codes/4.3.0/"),
    ],
)
def test_another_spelling_of_a_code_leads_to_its_own(client, asked, canonical):
    make_meaning(slug="tss04", token="TSS04", code="451 4.3.0")
    make_meaning(slug="provider-tag-9", token="TAG-9")

    response = client.get(f"/codes/{asked}/?from=mail")

    assert (response.status_code, response["Location"]) == (301, f"{canonical}?from=mail")


def test_a_token_of_two_providers_is_nobodys_address(client):
    make_meaning(slug="one-tag", token="TAG")
    make_meaning(slug="two-tag", token="TAG")

    assert client.get("/codes/tag/").status_code == 404
