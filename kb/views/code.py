"""The registry of codes, and one code or token with every meaning of it."""

from __future__ import annotations

from typing import NamedTuple

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs, code_pages
from kb.code_pages import CodePage
from kb.filters import CodeFilters
from kb.fragments import once
from kb.models import CodeMeaning
from kb.registry import RegistryGroup, tabulate
from kb.text import clean_query
from kb.views.moved import moved_or_missing, moved_to
from kb.views.paging import late_page_of, number_of, page_of
from kb.views.public import public_page

PAGE_SIZE = 50  # rows of a table are short
WHOLE = 2_000  # the registry stands on one page


class Head(NamedTuple):
    """The address of a code's page among all that lead to it, and the way there."""

    address: str
    trail: list[breadcrumbs.Step]


@public_page
@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """Show the whole registry beside what providers mean, or what one provider means."""
    query = clean_query(request.GET)
    filters = SimpleLazyObject(
        lambda: CodeFilters(query, CodeMeaning.objects.verified().with_names().in_order())
    )
    if query.get("provider"):
        page = late_page_of(lambda: page_of(filters.rows(), query, PAGE_SIZE))
        groups = None
    else:
        page = late_page_of(lambda: page_of(list(filters.rows()[:WHOLE]), query, WHOLE))
        groups = SimpleLazyObject(lambda: groups_of(filters, page, query))
    part = (CodeFilters.asked(query), number_of(page, query))
    context = {"filters": filters, "page": page, "groups": groups, "part": part}
    return render(request, "kb/code_list.html", context)


def groups_of(filters: CodeFilters, page: Page, query: QueryDict) -> list[RegistryGroup]:
    """Return the registry by class and subject, with codes of its own unless a cause is chosen."""
    complete = filters.is_valid() and not query.get("cause")
    return tabulate(page.object_list, with_own=complete)


@public_page
@require_safe
def code(request: HttpRequest, address: str) -> HttpResponse:
    """Show a code taken apart, with all its meanings."""
    page = SimpleLazyObject(lambda: code_pages.find(address))
    head = once(("code", address), lambda: head_of(page) if page else None)
    if head is None:
        return moved_or_missing(request)
    if head.address != address:
        return moved_to(request, reverse("kb:code", args=[head.address]))
    context = {"page": page, "address": address, "trail": head.trail}
    return render(request, "kb/code.html", context)


def head_of(page: CodePage) -> Head:
    """Return what is known of a page while its pieces are kept."""
    trail = breadcrumbs.trail(breadcrumbs.CODES, (page.heading, page.get_absolute_url()))
    return Head(page.address, trail)
