"""The list of articles, and one article with its steps and opinions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.facets import Link, Panel
from kb.filters import STATUSES, article_filters, working_copy_filters
from kb.models import ArticleRevision, Source
from kb.models.revision import ArticleRevisionQuerySet
from kb.reading import read_articles
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page

LIST_SORTS = {
    "recent": "Recently updated",
    "evidence": "Newest evidence",
    "helpful": "Most helpful",
}


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
    page = page_of(in_order(filters.rows(), sort), query)
    panel = Panel(filters, filters.within(), {}, LIST_SORTS, sort)
    context |= {"filters": filters, "page": page, "panel": panel}
    return render(request, "kb/article_list.html", context)


def statuses(query: QueryDict) -> list[Link]:
    """Return the lists that staff may ask for, the present one marked."""
    present = query.get("status", "published")
    return [Link(label, f"?status={name}", name == present) for name, label in STATUSES.items()]


def in_order(rows: ArticleRevisionQuerySet, sort: str) -> ArticleRevisionQuerySet:
    """Return articles in the order that a reader asks for."""
    orders = {"evidence": rows.newest_evidence_first, "helpful": rows.most_helpful_first}
    return orders.get(sort, rows.recent_first)()


@public_page
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published revision of an article."""
    published = ArticleRevision.objects.published()
    revision = published.with_names().with_first_publishing().filter(slug=slug).first()
    if revision is None:
        return moved_or_missing(request)
    (readable,) = read_articles([revision], Source.objects.with_opinion_counts())
    related = published.for_lists().known_as(readable.related_slugs).by_question()
    context = {
        "article": readable,
        "revision": revision,
        "related": related,
        "said": clean_query(request.GET).get("said") in ("yes", "no"),
        "trail": breadcrumbs.trail_of(revision),
    }
    return render(request, "kb/article.html", context)
