"""The list of articles, and one article with its steps and opinions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.filters import article_filters
from kb.models import ArticleRevision, Source
from kb.reading import read_articles
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """List published articles; staff may ask for those that are not public."""
    query = clean_query(request.GET)
    filters = article_filters(query, is_staff=request.user.is_staff)
    page = page_of(filters.rows(), query)
    return render(request, "kb/article_list.html", {"filters": filters, "page": page})


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published revision of an article."""
    published = ArticleRevision.objects.published()
    revision = published.with_names().filter(slug=slug).first()
    if revision is None:
        return moved_or_missing(request)
    (readable,) = read_articles([revision], Source.objects.with_opinion_counts())
    related = published.for_lists().filter(slug__in=readable.related_slugs).by_question()
    context = {"article": readable, "revision": revision, "related": related}
    return render(request, "kb/article.html", context)
