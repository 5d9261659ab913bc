"""What happens around every request, whatever page it is for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse

from kb.search import asked
from kb.search.query import MAX_QUERY
from kb.text import clean

SEARCH = "/search/"


def count_opened(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Count a page that is opened from a search: browsers name it as the referrer within a site."""

    def middleware(request: HttpRequest) -> HttpResponse:
        referrer = request.META.get("HTTP_REFERER", "")
        from_a_search = SEARCH in referrer and not request.path_info.startswith(SEARCH)
        if from_a_search and (query := query_of(referrer, request)):
            asked.opened(query)
        return get_response(request)

    return middleware


def query_of(referrer: str, request: HttpRequest) -> str:
    """Return what was searched for on the page of this site that a request comes from."""
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return ""
    if parts.path != SEARCH or parts.netloc != request.get_host():
        return ""
    return clean(parse_qs(parts.query, max_num_fields=50).get("q", [""])[0], MAX_QUERY)
