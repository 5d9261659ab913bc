"""Articles as Atom feeds (RFC 4287): new ones, and old ones that were published anew."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from kb.addresses import absolute
from kb.models import ArticleRevision, Cause, Provider
from kb.models.revision import ArticleRevisionQuerySet
from kb.templatetags.kb import markdown_line
from kb.text import for_xml

ENTRIES = 50
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ArticleFeed(Atom1Feed):
    """A feed whose categories have names, and whose moment is that of its newest entry."""

    def latest_post_date(self) -> dt.datetime:
        """Return when the newest entry was published; an empty feed is as old as can be."""
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an entry with its categories."""
        super().add_item_elements(handler, item)
        for category in item["named_categories"]:
            handler.addQuickElement("category", "", category)


def feed_of(articles: ArticleRevisionQuerySet, *, title: str, page: str, path: str) -> str:
    """Return the newest articles as a feed; `page` is what a person reads instead."""
    feed = ArticleFeed(
        title=for_xml(title),
        link=absolute(page),
        feed_url=absolute(path),
        feed_guid=absolute(path),
        description=None,
        author_name=settings.SITE_NAME,
        author_link=absolute("/"),
        language=settings.LANGUAGE_CODE,
    )
    newest = articles.with_first_publishing().with_names().for_lists().recent_first()
    for revision in newest[:ENTRIES]:
        add_entry(feed, revision)
    return feed.writeString("utf-8")


def add_entry(feed: ArticleFeed, revision: ArticleRevision) -> None:
    """Add an article."""
    feed.add_item(
        title=for_xml(revision.question),
        link=absolute(revision.get_absolute_url()),
        description=for_xml(markdown_line(revision.summary)),
        unique_id=tag_of(revision),
        pubdate=revision.first_published_at,
        updateddate=revision.published_at,
        named_categories=[
            category(row) for row in (*revision.causes.all(), *revision.providers.all())
        ],
    )


def tag_of(revision: ArticleRevision) -> str:
    """Return an id that stays when an article moves (RFC 4151).

    Address and day of its first publishing: another article may have that address later.
    """
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{revision.first_published_at:%Y-%m-%d}:/articles/{revision.first_slug}/"


def category(row: Cause | Provider) -> dict[str, str]:
    """Return a cause or provider as a category; the scheme tells which it is."""
    scheme = row.get_absolute_url().removesuffix(f"{row.slug}/")
    return {"term": row.slug, "label": for_xml(row.name), "scheme": absolute(scheme)}
