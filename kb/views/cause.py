"""Causes, and what to do about one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import links_of_cause
from kb.filters import CauseFilters
from kb.models import ArticleRevision, Cause, CodeMeaning
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page

CAUSES = 50  # all 33 on one page
MEANINGS = 50
ARTICLES = 25


@public_page
@require_safe
def cause_list(request: HttpRequest) -> HttpResponse:
    """List the causes in everyday words."""
    query = clean_query(request.GET)
    filters = CauseFilters(query, Cause.objects.by_name())
    page = page_of(filters.rows(), query, CAUSES)
    return render(request, "kb/cause_list.html", {"filters": filters, "page": page})


@public_page
@require_safe
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a cause with its codes and articles."""
    found = Cause.objects.filter(slug=slug).first()
    if found is None:
        return moved_or_missing(request)
    meanings = CodeMeaning.objects.verified().filter(cause=found).with_names().in_order()
    articles = ArticleRevision.objects.published().about_cause(found).for_lists()
    context = {
        "cause": found,
        "trail": breadcrumbs.trail_of(found),
        "links": links_of_cause(found),
        "page": page_of(meanings, clean_query(request.GET), MEANINGS),
        "articles": articles.with_codes().narrowest_first("causes")[:ARTICLES],
    }
    return render(request, "kb/cause.html", context)
