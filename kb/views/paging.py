"""Pages of a list: a number that makes no sense gives the nearest page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject

PAGE_SIZE = 25
LAST_PAGE = 1_000_000  # beyond it an offset would not fit into the database's integers


def page_of(
    rows: QuerySet | Sequence[Any],
    query: QueryDict,
    size: int = PAGE_SIZE,
    count: int | None = None,
) -> Page:
    """Return the page that `?page=` asks for, or the nearest one; `count` spares counting."""
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.page(min(wanted_page(query), paginator.num_pages))


def late_page_of(make: Callable[[], Page]) -> Page:
    """Return a page that is made where something of it is not kept."""
    return SimpleLazyObject(make)


def number_of(page: Page, query: QueryDict) -> int:
    """Return the number of a page; the first one need not be made for that."""
    return 1 if wanted_page(query) == 1 else page.number


def wanted_page(query: QueryDict) -> int:
    """Return the number in `?page=`, from 1 to a million; 1 for what is no number."""
    text = query.get("page", "")
    number = int(text[:20]) if text[:20].removeprefix("-").isdecimal() else 1
    return max(1, min(number, LAST_PAGE))
