"""Providers, and how to recognise and reach one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import links_of_provider
from kb.filters import ProviderFilters
from kb.models import ArticleRevision, CodeMeaning, Provider
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page

MEANINGS = 50
ARTICLES = 25


@public_page
@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    """List families and lone providers, services under their family."""
    query = clean_query(request.GET)
    families = Provider.objects.families().with_services().by_name()
    filters = ProviderFilters(query, families)
    page = page_of(filters.rows(), query)
    return render(request, "kb/provider_list.html", {"filters": filters, "page": page})


@public_page
@require_safe
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a provider with the codes that it sends."""
    found = Provider.objects.with_services().select_related("family").filter(slug=slug).first()
    if found is None:
        return moved_or_missing(request)
    meanings = CodeMeaning.objects.verified().sent_by(found).with_names().in_order()
    articles = ArticleRevision.objects.published().about_provider(found).for_lists()
    links = links_of_provider(found)
    refused = sum(link.count for link in links["causes"])  # each meaning names one cause
    context = {
        "provider": found,
        "trail": breadcrumbs.trail_of(found),
        "links": links,
        "page": page_of(meanings, clean_query(request.GET), MEANINGS, refused),
        "articles": articles.with_codes().narrowest_first("providers")[:ARTICLES],
    }
    return render(request, "kb/provider.html", context)
