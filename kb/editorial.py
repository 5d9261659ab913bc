"""Deeds of editors: publish, archive, restore, compare; each in one transaction."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kb import renaming
from kb.content import documents, files
from kb.content.units import Row, Unit, digest_of, group, remove_parts, store, stored_rows
from kb.models import (
    Article,
    ArticleOpinion,
    ArticleRevision,
    Cause,
    CodeMeaning,
    ErrorCode,
    KnowledgeVersion,
    Provider,
    PublishedUnit,
    RevisionOpinion,
    SearchDocument,
    Signature,
    SignatureExample,
    SlugRedirect,
    Source,
    Synonym,
    Topic,
)
from kb.models.revision import RevisionState
from kb.search.documents import write_document
from kb.versioned import watch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# What the public sees as it stands; articles and signatures have a state of their own.
OPEN_MODELS = [Source, Topic, Synonym, SlugRedirect, Cause, Provider, ErrorCode, CodeMeaning]


class NothingToPublish(Exception):  # noqa: N818 - it is an answer, not a fault
    """The working copy is what the public reads already."""


@transaction.atomic
def publish(
    article: Article, *, by: AbstractBaseUser | None = None, note: str = ""
) -> ArticleRevision:
    """Freeze the working copy and make it what the public reads.

    Raise `NothingToPublish` when it is that already.
    """
    revision = freeze(article, state=RevisionState.PUBLISHED, by=by, note=note)
    grow_version()
    return revision


@transaction.atomic
def keep_draft(
    article: Article, *, by: AbstractBaseUser | None = None, note: str = "", in_review: bool = False
) -> ArticleRevision:
    """Freeze the working copy without showing it, as a draft or for somebody to review."""
    state = RevisionState.IN_REVIEW if in_review else RevisionState.DRAFT
    return freeze(article, state=state, by=by, note=note)


@transaction.atomic
def archive(article: Article) -> None:
    """Take the article away from the public; its revisions stay."""
    KnowledgeVersion.objects.locked()
    retire_published(article)
    grow_version()


@transaction.atomic
def restore(revision: ArticleRevision) -> Article:
    """Bring the working copy back to a revision, opinions and steps included; publish nothing.

    An article that has moved keeps its address.
    """
    article = revision.article
    rows = documents.at_address(revision.document["rows"], article.slug)
    (unit,) = (
        u
        for u in group(documents.working_copy(article)).values()
        if u.key.startswith("kb.article:")
    )
    remove_parts(unit, rows)
    store(rows)
    return Article.objects.get(pk=article.pk)


def has_unpublished_changes(article: Article) -> bool:
    """Whether the working copy differs from what the public reads."""
    published = article.revisions.published().first()
    return not published or published.digest != digest_of(documents.working_copy(article))


def compare(old: list[Row], new: list[Row]) -> list[str]:
    """Return the lines of a unified diff of two documents, as their files would read."""
    texts = [files.dump(rows).splitlines() for rows in (old, new)]
    return list(difflib.unified_diff(*texts, "before", "after", lineterm="", n=2))


def freeze(
    article: Article, *, state: str, by: AbstractBaseUser | None, note: str
) -> ArticleRevision:
    """Write a revision from the working copy; a published one takes the place of the last."""
    KnowledgeVersion.objects.locked()
    rows = documents.working_copy(article)
    digest = digest_of(rows)
    published = state == RevisionState.PUBLISHED
    if published and article.revisions.published().filter(digest=digest).exists():
        raise NothingToPublish(f"“{article}” is published as it stands.")
    if published:
        retire_published(article)
    now = timezone.now()
    last = article.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = ArticleRevision.objects.create(
        article=article,
        number=last + 1,
        state=state,
        document=documents.wrap(rows),
        digest=digest,
        note=note,
        created_by=by,
        created_at=now,
        published_at=now if published else None,
        slug=article.slug,
        question=article.question,
        summary=article.summary,
        reviewed_on=article.reviewed_on,
        actors=actors_of(rows),
        **opinion_columns(rows),
    )
    for name in ("causes", "codes", "providers", "topics"):
        getattr(revision, name).set(getattr(article, name).all())
    if published:
        list_opinions(revision, article)
        renaming.lead_to(revision)
        write_document(revision)
    return revision


def retire_published(article: Article) -> None:
    """Archive what the public reads of an article, and take it out of lists and search."""
    for revision in article.revisions.published():
        revision.cited_opinions.all().delete()
        SearchDocument.objects.filter(revision=revision).delete()
        revision.state = RevisionState.ARCHIVED
        revision.save(update_fields=["state"])


def opinion_columns(rows: list[Row]) -> dict[str, object]:
    """Return the columns that count a document's opinions and name the newest day."""
    opinions = [row["fields"] for row in rows if row["model"] == "kb.opinion"]
    kinds = [opinion["kind"] for opinion in opinions]
    days = [dt.date.fromisoformat(o["stated_on"]) for o in opinions if "stated_on" in o]
    counts = {f"{kind}_count": kinds.count(kind) for kind in ("expert", "marketer", "technical")}
    return {**counts, "newest_opinion_on": max(days, default=None)}


def actors_of(rows: list[Row]) -> str:
    """Return who the steps of a document are for, each between spaces."""
    steps = [row["fields"] for row in rows if row["model"] == "kb.remediationstep"]
    actors = {step.get("who", "sender") for step in steps if step.get("kind") != "do-not"}
    return "".join(f" {actor}" for actor in sorted(actors)) + " " * bool(actors)


def list_opinions(revision: ArticleRevision, article: Article) -> None:
    """Write the opinions of a revision where pages find them without their article."""
    frozen = {
        row["fields"]["uid"]: row
        for row in revision.document["rows"]
        if row["model"] == "kb.opinion"
    }
    citations = ArticleOpinion.objects.filter(article=article).select_related("opinion")
    listed = RevisionOpinion.objects.bulk_create(
        RevisionOpinion(
            revision=revision,
            opinion=citation.opinion,
            kind=citation.opinion.kind,
            source_id=citation.opinion.source_id,
            reported_by_id=citation.opinion.reported_by_id,
            position=citation.position,
            stated_on=citation.opinion.stated_on,
            precision=citation.opinion.precision,
            date_kind=citation.opinion.date_kind,
            document=frozen[citation.opinion.uid],
        )
        for citation in citations
    )
    RevisionOpinion.objects.join_codes(listed)


def grow_version(*changed: Signature | CodeMeaning) -> KnowledgeVersion:
    """Give the published knowledge its next number, if it is another than before.

    `changed` are the only rows that may be another, under the keys that they had; without them
    everything is looked at.
    """
    version = KnowledgeVersion.objects.locked()
    standing = PublishedUnit.objects.standing()
    if changed and standing:
        now = published_of(changed)
        scope = now.keys()
    else:
        now = published_digests()
        scope = now.keys() | standing.keys()
    different = {key: now.get(key, "") for key in scope}
    different = {key: d for key, d in different.items() if d != standing.get(key, "")}
    digest = knowledge_digest({k: d for k, d in (standing | different).items() if d})
    if different or digest != version.digest:
        version.digest = digest
        version.number += 1
        version.save()
        remember_published(different, version.number)
        watch.expire()
    return version


def remember_published(digests: Mapping[str, str], number: int) -> None:
    """Write down what is published otherwise since that version."""
    PublishedUnit.objects.bulk_create(
        [PublishedUnit(key=key, digest=digest, number=number) for key, digest in digests.items()],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["digest", "number"],
        batch_size=500,
    )


def published_of(changed: Iterable[Signature | CodeMeaning]) -> dict[str, str]:
    """Return key → digest of single rows with their parts; empty where they are not public."""
    digests: dict[str, str] = {}
    for instance in changed:
        rows = stored_rows(type(instance), pk=instance.pk)
        if isinstance(instance, Signature):
            rows += stored_rows(SignatureExample, signature=instance)
        for key, unit in group(rows).items():
            public = unit.root.get("status", "published") == "published"
            digests[key] = unit.digest if public else ""
    return digests


def knowledge_digest(digests: Mapping[str, str]) -> str:
    """Return one digest of key → digest, in whatever order."""
    lines = [f"{key} {digest}" for key, digest in sorted(digests.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def published_digests() -> dict[str, str]:
    """Return key → digest of everything that the public sees in the database."""
    rows = [row for model in OPEN_MODELS for row in stored_rows(model)]
    rows += stored_rows(Signature, status="published")
    rows += stored_rows(SignatureExample, signature__status="published")
    digests = {unit.key: unit.digest for unit in group(rows).values()}
    revisions = ArticleRevision.objects.published().values_list("slug", "digest")
    return digests | {f"kb.article:{slug}": digest for slug, digest in revisions}


def digests_once_published(units: Mapping[str, Unit]) -> dict[str, str]:
    """Return what `published_digests` would be with these units installed and published."""
    labels = {model._meta.label_lower for model in OPEN_MODELS}  # noqa: SLF001
    digests = {key: unit.digest for key, unit in units.items() if key.partition(":")[0] in labels}
    for unit in documents.of_model(units, "kb.signature"):
        if unit.root.get("status") == "published":
            digests[unit.key] = unit.digest
    return digests | {key: digest_of(rows) for key, rows in documents.documents(units).items()}
