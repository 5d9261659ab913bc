"""Topics, and the articles on one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.crosslinks import links_of_topic
from kb.fragments import once
from kb.models import ArticleRevision, Topic
from kb.models.revision import ArticleRevisionQuerySet
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import late_page_of, number_of, page_of
from kb.views.public import public_page

TOPICS = 100  # all on one page; a reader looks them over


@public_page
@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """List topics with how many articles are on each."""
    topics = Topic.objects.with_article_counts().by_name()
    query = clean_query(request.GET)
    page = late_page_of(lambda: page_of(topics, query, TOPICS))
    context = {"page": page, "number": number_of(page, query)}
    return render(request, "kb/topic_list.html", context)


@public_page
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the articles on a topic, the newest evidence first, and what they are about."""
    found = once(("topic", slug), Topic.objects.filter(slug=slug).first)
    if found is None:
        return moved_or_missing(request)
    query = clean_query(request.GET)
    page = late_page_of(lambda: page_of(articles_on(found), query))
    context = {
        "topic": found,
        "trail": breadcrumbs.trail_of(found),
        "page": page,
        "number": number_of(page, query),
        "links": SimpleLazyObject(lambda: links_of_topic(found)),
    }
    return render(request, "kb/topic.html", context)


def articles_on(topic: Topic) -> ArticleRevisionQuerySet:
    """Return the articles on a topic, the newest evidence first."""
    published = ArticleRevision.objects.published().on_topic(topic)
    return published.for_lists().with_codes().newest_evidence_first()
