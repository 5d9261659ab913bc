"""What changed: on the whole site, and in one article."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.breadcrumbs import Step, trail_of
from kb.changes import read_changes
from kb.models import ArticleRevision
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page


@public_page
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what was published, newest first."""
    page = page_of(ArticleRevision.objects.history(), clean_query(request.GET))
    context = {"page": page, "changes": read_changes(page.object_list)}
    return render(request, "kb/changes.html", context)


@public_page
@require_safe
def article_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was published of one article, newest first."""
    current = ArticleRevision.objects.published().for_lists().filter(slug=slug).first()
    if current is None:
        return moved_or_missing(request)
    history = ArticleRevision.objects.history().filter(article=current.article_id)
    page = page_of(history, clean_query(request.GET))
    context = {
        "article": current,
        "page": page,
        "changes": read_changes(page.object_list),
        "trail": [*trail_of(current), Step("What changed", request.path)],
    }
    return render(request, "kb/article_changes.html", context)
