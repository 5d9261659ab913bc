"""What feeds, the list of all pages and robots.txt tell machines."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

import pytest

from kb import editorial, versioned
from kb.models import ArticleRevision
from kb.sitemap import PublicPages
from kb.text import for_xml
from tests.factories import (
    make_article,
    make_cause,
    make_meaning,
    make_provider,
    make_source,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FIRST = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
SECOND = dt.datetime(2025, 6, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://bounces.example"
    settings.ALLOWED_HOSTS = ["*"]


def read(client, address):
    response = client.get(address, headers={"host": "evil.example"})
    assert b"evil.example" not in response.content
    return ET.fromstring(response.content)  # noqa: S314 - we wrote it


def publish_at(article, moment):
    """Let the public revision of an article have been published at a moment."""
    ArticleRevision.objects.published().filter(article=article).update(published_at=moment)
    versioned.forget_everything()


def publish_again(article, moment, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    editorial.publish(article)
    publish_at(article, moment)


def titles_of(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def test_a_feed_holds_each_article_with_its_moments_and_categories(client):
    cause, provider = make_cause(slug="full", name="Full & over"), make_provider(slug="google")
    article = make_article(slug="old", causes=[cause], providers=[provider])
    publish_at(article, FIRST)
    publish_again(article, SECOND, slug="new", summary="Read `550`, not <b>.")

    feed = read(client, "/feeds/articles.atom")

    (entry,) = feed.findall(f"{ATOM}entry")
    children = ("id", "published", "updated", "summary", "title")
    assert {name: entry.findtext(f"{ATOM}{name}") for name in children} == {
        "id": "tag:bounces.example,2024-05-01:/articles/old/",
        "published": "2024-05-01T12:00:00+00:00",
        "updated": "2025-06-02T12:00:00+00:00",
        "summary": "Read <code>550</code>, not &lt;b&gt;.",
        "title": article.question,
    }
    assert entry.find(f"{ATOM}link").get("href") == "https://bounces.example/articles/new/"
    assert [category.attrib for category in entry.findall(f"{ATOM}category")] == [
        {"term": "full", "label": "Full & over", "scheme": "https://bounces.example/causes/"},
        {
            "term": "google",
            "label": provider.name,
            "scheme": "https://bounces.example/providers/",
        },
    ]


def test_a_feed_says_what_it_is_and_when_it_changed(client):
    publish_at(make_article(), FIRST)
    publish_at(make_article(), SECOND)

    feed = read(client, "/feeds/articles.atom")

    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://bounces.example/feeds/articles.atom",
        "alternate": "https://bounces.example/articles/",
    }
    assert feed.findtext(f"{ATOM}id") == "https://bounces.example/feeds/articles.atom"
    assert feed.findtext(f"{ATOM}updated") == "2025-06-02T12:00:00+00:00"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Bouncebook"
    response = client.get("/feeds/articles.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_a_feed_holds_the_newest_fifty_in_few_queries(client, django_assert_num_queries):
    articles = [make_article(causes=[make_cause()]) for _ in range(52)]
    publish_at(articles[0], SECOND + dt.timedelta(days=9999))

    with django_assert_num_queries(5):  # the version, articles, causes, providers, topics
        response = client.get("/feeds/articles.atom")

    titles = titles_of(ET.fromstring(response.content))  # noqa: S314
    assert (len(titles), titles[0]) == (50, articles[0].question)


def test_a_feed_of_nothing_is_a_feed(client):
    feed = read(client, "/feeds/articles.atom")

    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_the_feed_of_a_provider_holds_what_is_on_it_and_its_services(client):
    family = make_provider(slug="microsoft", name="Microsoft")
    service = make_provider(family=family)
    make_article(question="On the family?", providers=[family])
    make_article(question="On the service?", providers=[service])
    make_article(question="On another?", providers=[make_provider()])
    make_article(question="Not public?", providers=[family], published=False)

    feed = read(client, "/feeds/providers/microsoft.atom")

    assert sorted(titles_of(feed)) == ["On the family?", "On the service?"]
    assert feed.findtext(f"{ATOM}title") == "Bouncebook: articles on Microsoft"
    page = client.get("/providers/microsoft/").content.decode()
    assert 'type="application/atom+xml" title="Bouncebook: articles on Microsoft"' in page
    assert 'href="/feeds/providers/microsoft.atom"' in page
    assert client.get("/feeds/providers/nobody.atom").status_code == 404


def test_no_character_of_a_published_text_breaks_a_feed(client):
    controls = "".join(map(chr, range(1, 32))) + "\x7f\ufffe\uffff]]>&<"
    provider = make_provider(slug="odd", name=f"Odd{controls}")
    make_article(question=f"Why{controls}?", summary=f"So{controls}.", providers=[provider])

    for address in ("/feeds/articles.atom", "/feeds/providers/odd.atom"):
        (title,) = titles_of(read(client, address))
        assert title.startswith("Why\ufffd")
        assert title.endswith("]]>&<?")


def test_xml_gets_no_lone_surrogate_and_keeps_lines():
    assert for_xml("a\ud800\0b\n\tc😀") == "a\ufffd\ufffdb\n\tc😀"


@pytest.mark.parametrize("address", ["/feeds/articles.atom", "/sitemap.xml", "/robots.txt"])
def test_what_machines_have_already_is_not_sent_again(client, address):
    make_article()
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert client.head(address).content == b""


def locations(sitemap):
    return {
        url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod")
        for url in sitemap.findall(f"{SITEMAP}url")
    }


def test_the_sitemap_lists_every_public_page_once(client):
    publish_at(make_article(slug="why"), FIRST)
    make_article(slug="hidden", published=False)
    provider = make_provider(slug="google")
    source, cause = make_source(slug="blog"), make_cause(slug="full")
    make_meaning(slug="tss04", token="T", provider=provider, source=source, cause=cause)
    make_meaning(slug="guess", token="G", source=source, cause=cause, verified=False)
    make_meaning(slug="4.3.0", code="4.3.0", source=source, cause=cause)

    found = locations(read(client, "/sitemap.xml"))

    assert found == {
        f"https://bounces.example{path}": "2024-05-01" if path == "/articles/why/" else None
        for path in (
            "/",
            "/articles/",
            "/codes/",
            "/providers/",
            "/causes/",
            "/sources/",
            "/topics/",
            "/articles/a-to-z/",
            "/changes/",
            "/articles/why/",
            "/providers/google/",
            "/causes/full/",
            "/sources/blog/",
            "/codes/4.3.0/",
            "/codes/tss04/",
        )
    }


def test_the_sitemap_says_when_a_page_changed_where_that_is_on_record(client):
    make_provider(slug="early")
    article = make_article(slug="why")
    editorial.grow_version()  # the first version, with an article that tells its moment
    make_provider(slug="late")
    editorial.grow_version()  # the second, which is the present one
    publish_at(article, FIRST)
    today = f"{versioned.watch.current().changed_at:%Y-%m-%d}"

    found = locations(read(client, "/sitemap.xml"))

    assert found["https://bounces.example/providers/early/"] == "2024-05-01"
    assert found["https://bounces.example/providers/late/"] == today


def test_the_sitemap_is_cut_where_one_file_would_be_too_long(client, monkeypatch):
    monkeypatch.setattr(PublicPages, "limit", 6)
    make_article(slug="why")

    index = read(client, "/sitemap.xml")

    files = [loc.text for loc in index.iter(f"{SITEMAP}loc")]
    assert files == [f"https://bounces.example/sitemap-{number}.xml" for number in (1, 2)]
    parts = [locations(read(client, f"/sitemap-{number}.xml")) for number in (1, 2)]
    assert [len(part) for part in parts] == [6, 4]
    assert client.get("/sitemap-3.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_keep_off_what_is_made_for_one_visitor(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /search/",
        "Disallow: /diagnose/",
        "Disallow: /admin/",
        "",
        "Sitemap: https://bounces.example/sitemap.xml",
    ]
