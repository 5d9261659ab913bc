"""What browsers and this process keep of public pages, and when they ask again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import caches

from kb import editorial, release, versioned
from kb.models import KnowledgeVersion, SlugRedirect
from tests.factories import (
    make_article,
    make_cause,
    make_editor,
    make_meaning,
    make_provider,
    make_source,
)

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)  # after every file of the release
PAGES = [
    "/",
    "/articles/",
    "/articles/the-article/",
    "/codes/",
    "/codes/4.3.0/",
    "/providers/",
    "/providers/the-provider/",
    "/causes/",
    "/causes/the-cause/",
    "/sources/",
    "/sources/the-source/",
]


@pytest.fixture
def article():
    make_source(slug="the-source")
    make_provider(slug="the-provider")
    make_meaning(code="4.3.0")
    return make_article(slug="the-article", causes=[make_cause(slug="the-cause")])


def change_at(moment):
    """Let the knowledge have changed at a moment."""
    KnowledgeVersion.objects.locked()
    KnowledgeVersion.objects.update(changed_at=moment)
    versioned.forget_everything()


def publish_with_summary(article, summary):
    article.summary = summary
    article.save()
    editorial.publish(article)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_has_not_changed_costs_one_look_at_the_version(
    client, article, django_assert_num_queries, address
):
    etag = client.get(address)["ETag"]
    versioned.forget_everything()

    with django_assert_num_queries(1):
        response = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})

    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["Cache-Control"]) == (etag, "no-cache")
    assert response["Vary"] == "Cookie"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asked_for_twice_is_made_once(client, article, django_assert_num_queries, address):
    first = client.get(address)

    with django_assert_num_queries(0):
        second = client.get(address)
        head = client.head(address)

    assert second.content == first.content
    assert (second["ETag"], head["ETag"]) == (first["ETag"], first["ETag"])
    assert (head.content, head["Content-Length"]) == (b"", str(len(first.content)))


def test_publishing_changes_the_page_and_its_etag(client, article):
    before = client.get("/articles/the-article/")
    publish_with_summary(article, "Another answer.")

    after = client.get("/articles/the-article/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert b"Another answer." in after.content
    assert after["ETag"] != before["ETag"]


def test_another_release_has_other_etags(client, article, monkeypatch):
    before = client.get("/articles/")["ETag"]
    monkeypatch.setattr("kb.views.public.release", lambda: release.Release("another", 0.0))

    assert client.get("/articles/")["ETag"] != before


def test_a_release_is_known_by_its_files_and_its_address(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    template = tmp_path / "templates/page.html"

    digests = set()
    for text, address in (
        ("a", "https://a.example"),
        ("b", "https://a.example"),
        ("b", "http://b"),
    ):
        template.write_text(text)
        settings.SITE_URL = address
        digests.add(release.release.__wrapped__().digest)

    assert len(digests) == 3


def test_parameters_in_another_order_are_the_same_page(client, article):
    one, same, other = (
        client.get(f"/articles/?{query}")["ETag"]
        for query in ("code=451&kind=expert", "kind=expert&code=451", "kind=expert")
    )

    assert one == same
    assert one != other


def test_a_page_that_may_change_within_the_second_names_no_moment(client, article):
    change_at(LONG_AGO)

    assert "Last-Modified" not in client.get("/articles/")


def test_a_visitor_who_knows_the_moment_only_is_told_that_nothing_changed(
    client, article, monkeypatch
):
    change_at(LONG_AGO)
    monkeypatch.setattr("kb.views.public.time.time", lambda: LONG_AGO.timestamp() + 60)
    moment = client.get("/articles/")["Last-Modified"]

    answers = {
        since: client.get(path, headers={"If-Modified-Since": since}).status_code
        for path, since in (
            ("/articles/", moment),
            ("/articles/", "Sat, 31 Dec 2039 12:00:00 GMT"),
            ("/articles/never/", "Sat, 31 Dec 2050 12:00:00 GMT"),
            ("/articles/", "nonsense"),
        )
    }

    assert moment == "Sun, 01 Jan 2040 12:00:00 GMT"
    assert [*answers.values()] == [304, 200, 404, 200]


def test_what_is_not_there_is_not_found_whatever_the_visitor_knows(client, article):
    for header in ({"If-None-Match": "*"}, {"If-None-Match": client.get("/articles/")["ETag"]}):
        assert client.get("/articles/never/", headers=header).status_code == 404


def test_with_a_session_pages_are_fresh_and_private(client, article):
    etag = client.get("/articles/")["ETag"]
    client.force_login(make_editor())

    response = client.get("/articles/", headers={"If-None-Match": etag})

    assert response.status_code == 200
    assert b"Status" in response.content
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "ETag" not in response
    client.logout()
    assert b"Status" not in client.get("/articles/").content


def test_nothing_is_kept_while_somebody_works_on_the_templates(client, article, settings):
    settings.DEBUG = True

    client.get("/articles/")

    assert caches["pages"]._cache == {}  # noqa: SLF001 - what a process holds has no public name


def test_what_a_process_keeps_is_bounded(client, settings):
    for number in range(settings.CACHES["pages"]["OPTIONS"]["MAX_ENTRIES"] + 50):
        caches["pages"].set(str(number), (b"", {}))

    assert len(caches["pages"]._cache) <= 500  # noqa: SLF001


def test_a_page_that_moved_is_asked_for_again(client):
    SlugRedirect.objects.create(old_path="/causes/old/", new_path="/causes/new/")

    response = client.get("/causes/old/")

    assert (response.status_code, response["Cache-Control"]) == (301, "no-cache")
