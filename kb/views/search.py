"""Search: articles by their words, and straight to a code, a provider or a cause."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.search import Results, search
from kb.search.direct import direct_hits
from kb.text import clean, clean_query
from kb.views.paging import wanted_page

PAGE_SIZE = 20


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what a query finds."""
    query = clean_query(request.GET)
    words = clean(query.get("q", ""))
    results, number = results_near(words, wanted_page(query))
    context = {
        "words": words,
        "results": results,
        "direct": direct_hits(words),
        "kept": urlencode({"q": words}),
        "page": Paginator(range(results.total), PAGE_SIZE).page(number),
    }
    return render(request, "kb/search.html", context)


def results_near(words: str, number: int) -> tuple[Results, int]:
    """Return a page of results and its number: the last page where there are fewer."""
    results = search(words, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    last = max(1, -(-results.total // PAGE_SIZE))
    if number <= last:
        return results, number
    return search(words, limit=PAGE_SIZE, offset=(last - 1) * PAGE_SIZE), last
