"""The list of articles, and one article with its steps and opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.bits import Bits, members_in_order
from kb.crosslinks import names_in
from kb.facets import Link, Panel
from kb.filters import STATUSES, article_filters, working_copy_filters
from kb.fragments import LateRows, once
from kb.models import ArticleRevision, Source
from kb.models.revision import ArticleRevisionQuerySet
from kb.reading import ReadableArticle, read_articles
from kb.shelf import shelf
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page

LIST_SORTS = {
    "recent": "Recently updated",
    "evidence": "Newest evidence",
    "helpful": "Most helpful",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Articles of which a page at a time is read."""

    members: Bits
    order: Sequence[int]  # of all that is published

    def __getitem__(self, part: slice) -> LateRows:
        keys = islice(members_in_order(self.members, self.order), part.start, part.stop)
        rows = ArticleRevision.objects.published().for_lists().with_codes()
        return LateRows(list(keys), rows)


@public_page
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """List published articles; staff may ask for those that are not public."""
    query = clean_query(request.GET)
    context = {"statuses": statuses(query) if request.user.is_staff else []}
    if request.user.is_staff and (copies := working_copy_filters(query)):
        context |= {"filters": copies, "page": page_of(copies.rows(), query)}
        return render(request, "kb/article_list.html", context)
    filters = article_filters(query)
    sort = query.get("sort", "")
    sort = sort if sort in LIST_SORTS else "recent"
    panel = Panel(filters, filters.within(), {}, LIST_SORTS, sort)
    page = page_of(found_in_order(panel), query, count=panel.total)
    context |= {"filters": filters, "page": page, "panel": panel}
    return render(request, "kb/article_list.html", context)


def statuses(query: QueryDict) -> list[Link]:
    """Return the lists that staff may ask for, the present one marked."""
    present = query.get("status", "published")
    return [Link(label, f"?status={name}", name == present) for name, label in STATUSES.items()]


def found_in_order(panel: Panel) -> Found:
    """Return what was found, to be read page by page."""
    if panel.sort == "helpful":  # readers judge between two versions too
        return Found(panel.found, keys_in_order(panel.sort))
    return Found(panel.found, once(("order", panel.sort), lambda: keys_in_order(panel.sort)))


def keys_in_order(sort: str) -> list[int]:
    """Return the primary keys of all that is published."""
    published = in_order(ArticleRevision.objects.published(), sort)
    return list(published.values_list("pk", flat=True))


def in_order(rows: ArticleRevisionQuerySet, sort: str) -> ArticleRevisionQuerySet:
    """Return articles in the order that a reader asks for."""
    orders = {"evidence": rows.newest_evidence_first, "helpful": rows.most_helpful_first}
    return orders.get(sort, rows.recent_first)()


@public_page
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published revision of an article."""
    key = shelf.get().keys.get(slug)
    if key is None:
        return moved_or_missing(request)
    revision = SimpleLazyObject(lambda: revision_at(slug))
    readable = SimpleLazyObject(lambda: readable_of(revision))
    context = {
        "key": key,
        "slug": slug,
        "article": readable,
        "revision": revision,
        "names": SimpleLazyObject(lambda: names_in(revision)),
        "related": SimpleLazyObject(lambda: related_to(readable)),
        "said": clean_query(request.GET).get("said") in ("yes", "no"),
        "trail": once(("trail", key), lambda: trail_of(revision)),
    }
    return render(request, "kb/article.html", context)


def trail_of(revision: ArticleRevision) -> list[breadcrumbs.Step]:
    """Return the way to an article."""
    section = breadcrumbs.SECTIONS[ArticleRevision]
    return breadcrumbs.trail(section, (revision.question, revision.get_absolute_url()))


def revision_at(slug: str) -> ArticleRevision:
    """Return what is published at an address; raise Http404 where it was withdrawn just now."""
    published = ArticleRevision.objects.published().with_first_publishing()
    revision = published.filter(slug=slug).first()
    if revision is None:
        raise Http404
    return revision


def readable_of(revision: ArticleRevision) -> ReadableArticle:
    """Return a revision as its page shows it."""
    (readable,) = read_articles([revision], Source.objects.with_opinion_counts())
    return readable


def related_to(readable: ReadableArticle) -> ArticleRevisionQuerySet:
    """Return the articles that an article names as related."""
    published = ArticleRevision.objects.published().for_lists()
    return published.known_as(readable.related_slugs).by_question()
