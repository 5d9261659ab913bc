"""Rendered pages that a process keeps, each until the knowledge or the release is another."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from kb.text import clean_query

LARGEST = 256 * 1024  # bytes of a page that is kept
FOR_EVER = None  # the key names the version, so what is kept is never out of date


def key_of(request: HttpRequest, version: str) -> str:
    """Return the key of a page in one version; parameters count as the views clean them."""
    query = urlencode(sorted(clean_query(request.GET).items())) if request.GET else ""
    address = f"{version} {request.path_info} {query}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(address).hexdigest()


def find(key: str) -> HttpResponse | None:
    """Return a page that is kept, as a response of its own."""
    kept = caches["pages"].get(key)
    if kept is None:
        return None
    content, headers = kept
    return HttpResponse(content, headers=headers)


def keep(key: str, request: HttpRequest, response: HttpResponse) -> None:
    """Keep a page, unless it was made for one visitor or is very large."""
    is_personal = response.cookies or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
    if not is_personal and len(response.content) <= LARGEST:
        caches["pages"].set(key, (response.content, dict(response.headers)), FOR_EVER)
