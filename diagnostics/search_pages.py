"""The search page and the suggestions while somebody types."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from diagnostics.searching import did_you_mean, find, rows_of
from kb.facets import Panel
from kb.filters import ArticleFilters
from kb.models import ArticleRevision
from kb.search import asked, search
from kb.search.directory import DirectHit, direct_hits, directory
from kb.search.query import MAX_QUERY
from kb.shelf import SORTS
from kb.text import clean, clean_query
from kb.views.paging import wanted_page

PAGE_SIZE = 20
SUGGESTIONS = 8
ARTICLES_SUGGESTED = 4
LONGEST_SUGGESTED_FOR = 80  # characters; a longer text is a paste, not a word that is begun


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what a query finds: the engine's answer in one line, pages it names, and articles."""
    query = clean_query(request.GET)
    words = clean(request.GET.get("q", ""), MAX_QUERY)
    filters = ArticleFilters(query, ArticleRevision.objects.published())
    sort = query.get("sort", "")
    sort = sort if sort in SORTS else "relevance"
    chosen = filters.chosen()
    number = wanted_page(query)
    found = find(words, chosen=chosen, sort=sort, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    last = max(1, -(-found.results.total // PAGE_SIZE))
    if number > last:
        number = last
        offset = (last - 1) * PAGE_SIZE
        found = find(words, chosen=chosen, sort=sort, limit=PAGE_SIZE, offset=offset)
    if words and wanted_page(query) == 1:
        asked.searched(words, found=found.results.total)
    context = {
        "words": words,
        "results": found.results,
        "reading": found.reading,
        "rows": rows_of(found.results),
        "mended": did_you_mean(words, found.results.corrected),
        "direct": direct_hits(words),
        "panel": Panel(filters, found.results.unfiltered, {"q": words}, SORTS, sort),
        "page": Paginator(range(found.results.total), PAGE_SIZE).page(number),
    }
    return render(request, "diagnostics/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Return what a query that is being typed may be going to name."""
    words = clean(request.GET.get("q", ""), MAX_QUERY)
    if len(words) > LONGEST_SUGGESTED_FOR:
        return JsonResponse({"suggestions": []})
    named = directory.get().beginning(words, SUGGESTIONS - ARTICLES_SUGGESTED)
    hits = [*named, *articles_for(words)]
    return JsonResponse(
        {
            "suggestions": [
                {"kind": hit.kind, "name": hit.name, "address": hit.address} for hit in hits
            ]
        }
    )


def articles_for(words: str) -> list[DirectHit]:
    """Return the articles that a query finds first."""
    keys = [hit.revision for hit in search(words, limit=ARTICLES_SUGGESTED).hits]
    rows = ArticleRevision.objects.published().only("slug", "question").in_bulk(keys)
    found = [rows[key] for key in keys if key in rows]
    return [DirectHit("Article", r.question, reverse("kb:article", args=[r.slug])) for r in found]
