"""The documents that the index is made from: written on publishing, made anew on request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kb.models import ArticleRevision, SearchDocument
from kb.search.analysis import FORM, analyse, words_of
from kb.search.base import FIELDS

BATCH = 100  # documents that are written at once


def write_document(revision: ArticleRevision) -> None:
    """Put a published revision into the index."""
    document_of(revision).save(force_insert=True)


def write_missing() -> int:
    """Put in what is published and not in the index in its present form; return how many."""
    current = SearchDocument.objects.filter(form=FORM).values("pk")
    missing = ArticleRevision.objects.published().exclude(pk__in=current)
    return write_documents(missing.order_by("pk"))


def write_all() -> int:
    """Make every document anew and drop what is not published; return how many there are."""
    SearchDocument.objects.all().delete()
    return write_documents(ArticleRevision.objects.published().order_by("pk"))


@transaction.atomic
def write_documents(revisions: Iterable[ArticleRevision]) -> int:
    """Write the documents of these revisions in place of what they had."""
    written = 0
    batch: list[SearchDocument] = []
    for revision in [*revisions.iterator(chunk_size=BATCH), None]:
        if revision:
            batch.append(document_of(revision))
        if batch and (revision is None or len(batch) == BATCH):
            SearchDocument.objects.filter(pk__in=[d.pk for d in batch]).delete()
            SearchDocument.objects.bulk_create(batch)
            written += len(batch)
            batch = []
    return written


def faults() -> list[str]:
    """Return what the documents lack or hold too much, in sentences."""
    published = ArticleRevision.objects.published()
    current = SearchDocument.objects.filter(form=FORM)
    lacking = published.exclude(pk__in=current.values("pk")).count()
    stray = SearchDocument.objects.exclude(pk__in=published.values("pk")).count()
    found = []
    if lacking:
        found.append(f"{lacking} published articles are not in the search index.")
    if stray:
        found.append(f"{stray} articles in the search index are not published.")
    return found


def document_of(revision: ArticleRevision) -> SearchDocument:
    """Return a revision's terms by field."""
    texts = texts_by_field(revision.document["rows"])
    words = {word for text in texts.values() for word in words_of(text)}
    terms = {name: analyse(texts[name]) for name in FIELDS}
    return SearchDocument(revision=revision, form=FORM, distinct_words=sorted(words), **terms)


def texts_by_field(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return the text of a document by the fields of the index."""
    article = rows[0]["fields"]
    opinions = [row["fields"] for row in rows if row["model"] == "kb.opinion"]
    steps = [row["fields"] for row in rows if row["model"] == "kb.remediationstep"]
    summaries = ("expert_summary", "marketer_summary", "technical_summary")
    lines = [*article.get("key_findings", []), *article.get("key_considerations", [])]
    names = [key for name in ("causes", "providers", "topics") for key in article.get(name, [])]
    codes = [" ".join(filter(None, key)) for key in [*article.get("codes", []), *names]]
    return {
        "title": article["question"],
        "codes": "\n".join(codes),
        "asked": "\n".join(article.get("asked_as", [])),
        "summary": article.get("summary", ""),
        "steps": "\n".join(f"{s['action']} {s.get('check_text', '')}" for s in steps),
        "body": "\n".join(
            [*(article.get(name, "") for name in summaries), *lines, article.get("body", "")]
        ),
        "opinions": "\n".join(f"{o['claim']} {o.get('advice', '')}" for o in opinions),
    }
