"""The list of all public pages, for search engines (sitemaps.org)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from kb.models import (
    ArticleRevision,
    Cause,
    CodeMeaning,
    ErrorCode,
    KnowledgeVersion,
    Provider,
    PublishedUnit,
    Source,
    Topic,
)

FRONT_PAGES = [
    "diagnostics:home",
    "kb:article-list",
    "kb:code-list",
    "kb:provider-list",
    "kb:cause-list",
    "kb:source-list",
    "kb:topic-list",
    "kb:a-to-z",
    "kb:changes",
]


class Entry(NamedTuple):
    """A public page; None where nobody knows when it changed."""

    path: str
    changed: dt.datetime | None = None


class PublicPages(Sitemap):
    """All public pages in one order, cut where a file of them would be too long."""

    limit = 50_000

    def __init__(self) -> None:
        self._entries = [*{entry.path: entry for entry in entries()}.values()]

    def items(self) -> list[Entry]:
        """Return all public pages, each address once."""
        return self._entries

    def location(self, item: Entry) -> str:
        """Return the path of a page."""
        return item.path

    def lastmod(self, item: Entry) -> dt.datetime | None:
        """Return when a page changed last."""
        return item.changed

    def listed(self, number: int) -> list[dict[str, Any]]:
        """Return one file's pages with whole addresses, whatever a request claims."""
        site = urlsplit(settings.SITE_URL)
        here = SimpleNamespace(domain=site.netloc + site.path)
        return self.get_urls(page=number, site=here, protocol=site.scheme)


def entries() -> Iterator[Entry]:
    """Yield all public pages."""
    for name in FRONT_PAGES:
        yield Entry(reverse(name))
    for article in ArticleRevision.objects.published().for_lists().by_question():
        yield Entry(article.get_absolute_url(), article.published_at)
    moments = Moments()
    for model in (Provider, Cause, Source, Topic):
        label = model._meta.label_lower  # noqa: SLF001 - the documented Meta API
        for row in model.objects.order_by("slug"):
            yield Entry(row.get_absolute_url(), moments.of(f"{label}:{row.slug}"))
    for code in ErrorCode.objects.in_order():
        key = f"kb.errorcode:{code.reply}|{code.enhanced}"
        yield Entry(code.get_absolute_url(), moments.of(key))
    for meaning in CodeMeaning.objects.verified().order_by("slug"):
        yield Entry(meaning.get_absolute_url(), moments.of(f"kb.codemeaning:{meaning.slug}"))


class Moments:
    """When pieces of the knowledge changed, as far as that is on record.

    A piece bears the version in which it changed. The moment of a version is known while it is the
    present one, and as long as an article stands that was published in it.
    """

    def __init__(self) -> None:
        current = KnowledgeVersion.objects.current()
        units = dict(PublishedUnit.objects.exclude(digest="").values_list("key", "number"))
        published = ArticleRevision.objects.published().values_list("slug", "published_at")
        self._units = units
        self._versions: dict[int, dt.datetime | None] = {}
        for slug, moment in published:
            number = units.get(f"kb.article:{slug}")
            if number is not None:
                self._versions[number] = max(moment, self._versions.get(number) or moment)
        self._versions[current.number] = current.changed_at

    def of(self, key: str) -> dt.datetime | None:
        """Return when a piece changed; None when nobody knows."""
        return self._versions.get(self._units.get(key, -1))
