"""Causes, and what to do about one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import CrossLinks, links_of_cause
from kb.filters import CauseFilters
from kb.fragments import once
from kb.models import ArticleRevision, Cause, CodeMeaning
from kb.models.code import CodeMeaningQuerySet
from kb.models.revision import ArticleRevisionQuerySet
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import late_page_of, number_of, page_of
from kb.views.public import public_page

CAUSES = 50  # all 33 on one page
MEANINGS = 50
ARTICLES = 25


@public_page
@require_safe
def cause_list(request: HttpRequest) -> HttpResponse:
    """List the causes in everyday words."""
    query = clean_query(request.GET)
    filters = SimpleLazyObject(lambda: CauseFilters(query, Cause.objects.by_name()))
    page = late_page_of(lambda: page_of(filters.rows(), query, CAUSES))
    part = (CauseFilters.asked(query), number_of(page, query))
    context = {"filters": filters, "page": page, "part": part}
    return render(request, "kb/cause_list.html", context)


@public_page
@require_safe
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a cause with its codes and articles."""
    found = once(("cause", slug), Cause.objects.filter(slug=slug).first)
    if found is None:
        return moved_or_missing(request)
    query = clean_query(request.GET)
    links = SimpleLazyObject(lambda: links_of_cause(found))
    page = late_page_of(lambda: page_of(meanings_of(found), query, MEANINGS, count_in(links)))
    context = {
        "cause": found,
        "trail": breadcrumbs.trail_of(found),
        "links": links,
        "page": page,
        "number": number_of(page, query),
        "articles": SimpleLazyObject(lambda: articles_about(found)),
    }
    return render(request, "kb/cause.html", context)


def count_in(links: CrossLinks) -> int:
    """Return how many meanings name a cause."""
    return sum(link.count for link in links.get("itself", ()))


def meanings_of(cause: Cause) -> CodeMeaningQuerySet:
    """Return what is meant by codes that name a cause."""
    return CodeMeaning.objects.verified().filter(cause=cause).with_names().in_order()


def articles_about(cause: Cause) -> ArticleRevisionQuerySet:
    """Return the articles about a cause, those about few causes first."""
    published = ArticleRevision.objects.published().about_cause(cause).for_lists()
    return published.with_codes().narrowest_first("causes")[:ARTICLES]
