"""The registry of codes, and one code or token with every meaning of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs, code_pages
from kb.filters import CodeFilters
from kb.models import CodeMeaning
from kb.registry import tabulate
from kb.text import clean_query
from kb.views.moved import moved_or_missing, moved_to
from kb.views.paging import page_of
from kb.views.public import public_page

PAGE_SIZE = 50  # rows of a table are short
WHOLE = 2_000  # the registry stands on one page


@public_page
@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """Show the whole registry beside what providers mean, or what one provider means."""
    query = clean_query(request.GET)
    filters = CodeFilters(query, CodeMeaning.objects.verified().with_names().in_order())
    if query.get("provider"):
        page = page_of(filters.rows(), query, PAGE_SIZE)
        return render(request, "kb/code_list.html", {"filters": filters, "page": page})
    page = page_of(list(filters.rows()[:WHOLE]), query, WHOLE)
    complete = filters.is_valid() and not query.get("cause")
    groups = tabulate(page.object_list, with_own=complete)
    return render(
        request, "kb/code_list.html", {"filters": filters, "page": page, "groups": groups}
    )


@public_page
@require_safe
def code(request: HttpRequest, address: str) -> HttpResponse:
    """Show a code taken apart, with all its meanings."""
    page = code_pages.find(address)
    if page is None:
        return moved_or_missing(request)
    if page.address != address:
        return moved_to(request, page.get_absolute_url())
    trail = breadcrumbs.trail(breadcrumbs.CODES, (page.heading, page.get_absolute_url()))
    return render(request, "kb/code.html", {"page": page, "trail": trail})
