"""Sources, and what one has said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.filters import SourceFilters
from kb.models import ArticleRevision, RevisionOpinion, Source
from kb.reading import ReadableOpinion, read_opinions, sources_of
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import page_of
from kb.views.public import public_page


@dataclass(frozen=True, slots=True)
class CitedOpinion:
    """An opinion with the articles that cite it."""

    opinion: ReadableOpinion
    articles: list[ArticleRevision]


@public_page
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """List publishers with how many of their opinions are cited."""
    query = clean_query(request.GET)
    filters = SourceFilters(query, Source.objects.with_opinion_counts().by_name())
    page = page_of(filters.rows(), query)
    return render(request, "kb/source_list.html", {"filters": filters, "page": page})


@public_page
@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a source said, newest first, each opinion once."""
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        return moved_or_missing(request)
    said = RevisionOpinion.objects.published().filter(source=found).once_each().newest_first()
    page = page_of(said, clean_query(request.GET))
    context = {
        "source": found,
        "page": page,
        "cited": with_articles(page.object_list),
        "trail": breadcrumbs.trail_of(found),
    }
    return render(request, "kb/source.html", context)


def with_articles(rows: Sequence[RevisionOpinion]) -> list[CitedOpinion]:
    """Return frozen opinions with the published articles that cite each."""
    documents = [row.document for row in rows]
    opinions = read_opinions(documents, sources_of(documents))
    articles: dict[int, list[ArticleRevision]] = defaultdict(list)
    for citation in RevisionOpinion.objects.published().citing(rows):
        articles[citation.opinion_id].append(citation.revision)
    return [
        CitedOpinion(opinions[row.document["fields"]["uid"]], articles[row.opinion_id])
        for row in rows
    ]
