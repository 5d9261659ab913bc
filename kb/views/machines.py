"""What machines ask for: feeds, the list of all pages, and where robots may go."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kb.addresses import absolute
from kb.feeds import feed_of
from kb.models import ArticleRevision, Provider
from kb.sitemap import PublicPages
from kb.views.moved import moved_or_missing
from kb.views.public import public_page

ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml"


@public_page
@require_safe
def article_feed(request: HttpRequest) -> HttpResponse:
    """Send new and updated articles."""
    title = f"{settings.SITE_NAME}: new and updated articles"
    articles = ArticleRevision.objects.published()
    page = reverse("kb:article-list")
    return HttpResponse(feed_of(articles, title=title, page=page, path=request.path), ATOM)


@public_page
@require_safe
def provider_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Send new and updated articles on a provider and its services."""
    provider = Provider.objects.filter(slug=slug).first()
    if provider is None:
        return moved_or_missing(request)
    title = f"{settings.SITE_NAME}: articles on {provider}"
    articles = ArticleRevision.objects.published().about_provider(provider)
    page = provider.get_absolute_url()
    return HttpResponse(feed_of(articles, title=title, page=page, path=request.path), ATOM)


@public_page
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List all public pages, or the files that list them where one would be too long."""
    pages = PublicPages()
    numbers = pages.paginator.page_range
    if len(numbers) == 1:
        return render(request, "sitemap.xml", {"urlset": pages.listed(1)}, XML)
    parts = [{"location": absolute(reverse("kb:sitemap-part", args=[n]))} for n in numbers]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, XML)


@public_page
@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """List as many pages as one file may hold."""
    pages = PublicPages()
    if number not in pages.paginator.page_range:
        raise Http404
    return render(request, "sitemap.xml", {"urlset": pages.listed(number)}, XML)


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep robots off what costs much and says nothing new."""
    return render(request, "robots.txt", {"sitemap": absolute(reverse("kb:sitemap"))}, "text/plain")
