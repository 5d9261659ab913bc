"""Providers, and how to recognise and reach one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import CrossLinks, links_of_provider
from kb.filters import ProviderFilters
from kb.fragments import once
from kb.models import ArticleRevision, CodeMeaning, Provider
from kb.models.code import CodeMeaningQuerySet
from kb.models.revision import ArticleRevisionQuerySet
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import late_page_of, number_of, page_of
from kb.views.public import public_page

MEANINGS = 50
ARTICLES = 25


@public_page
@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    """List families and lone providers, services under their family."""
    query = clean_query(request.GET)
    families = Provider.objects.families().with_services().by_name()
    filters = SimpleLazyObject(lambda: ProviderFilters(query, families))
    page = late_page_of(lambda: page_of(filters.rows(), query))
    part = (ProviderFilters.asked(query), number_of(page, query))
    context = {"filters": filters, "page": page, "part": part}
    return render(request, "kb/provider_list.html", context)


@public_page
@require_safe
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a provider with the codes that it sends."""
    providers = Provider.objects.select_related("family")
    found = once(("provider", slug), providers.filter(slug=slug).first)
    if found is None:
        return moved_or_missing(request)
    links = SimpleLazyObject(lambda: links_of_provider(found))
    query = clean_query(request.GET)
    page = late_page_of(lambda: page_of(meanings_of(found), query, MEANINGS, refused(links)))
    context = {
        "provider": found,
        "trail": breadcrumbs.trail_of(found),
        "links": links,
        "page": page,
        "number": number_of(page, query),
        "articles": SimpleLazyObject(lambda: articles_about(found)),
    }
    return render(request, "kb/provider.html", context)


def refused(links: CrossLinks) -> int:
    """Return how many meanings a provider has: each names one cause."""
    return sum(link.count for link in links.get("causes", ()))


def meanings_of(provider: Provider) -> CodeMeaningQuerySet:
    """Return what a provider and its services mean by their codes."""
    return CodeMeaning.objects.verified().sent_by(provider).with_names().in_order()


def articles_about(provider: Provider) -> ArticleRevisionQuerySet:
    """Return the articles about a provider, those about few providers first."""
    published = ArticleRevision.objects.published().about_provider(provider).for_lists()
    return published.with_codes().narrowest_first("providers")[:ARTICLES]
