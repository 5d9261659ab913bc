"""Addresses of this site as others see them: whole, and never from what a request claims."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """Return the whole address of a path."""
    return f"{settings.SITE_URL}{path}"


def canonical(path: str, *, number: int = 1, is_filtered: bool = False) -> str:
    """Return the one address under which machines should know a page.

    A page of a whole list keeps its number. A filtered list shows nothing that the whole list does
    not, in as many variants as there are filters, so it goes by the address of the whole list.
    """
    page = f"?page={number}" if number > 1 and not is_filtered else ""
    return absolute(f"{path}{page}")
