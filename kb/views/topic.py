"""Topics, and the articles on one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import links_of_topic
from kb.models import ArticleRevision, Topic
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page

TOPICS = 100  # all on one page; a reader looks them over


@public_page
@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """List topics with how many articles are on each."""
    topics = Topic.objects.with_article_counts().by_name()
    page = page_of(topics, clean_query(request.GET), TOPICS)
    return render(request, "kb/topic_list.html", {"page": page})


@public_page
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles on a topic, the newest evidence first, and what they are about."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        return moved_or_missing(request)
    articles = ArticleRevision.objects.published().on_topic(found).for_lists().with_codes()
    context = {
        "topic": found,
        "trail": breadcrumbs.trail_of(found),
        "page": page_of(articles.newest_evidence_first(), clean_query(request.GET)),
        "links": links_of_topic(found),
    }
    return render(request, "kb/topic.html", context)
