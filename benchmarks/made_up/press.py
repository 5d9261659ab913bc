"""A library of any size, made of the words of the shipped articles; needs Django set up.

Each made-up article is as long as a real one, draws its words from two of them, and has the codes,
causes, providers and opinions of one, so that a word stands in about as large a part of the library
as of the real one; and each has a word of its own.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from diagnostics.knowledge import snapshot
from kb.content.documents import wrap
from kb.models import (
    Article,
    ArticleRevision,
    KnowledgeVersion,
    RevisionOpinion,
    SearchDocument,
)
from kb.search import backend
from kb.search.analysis import FORM, analyse, stem, tokens
from kb.search.base import FIELDS
from kb.search.documents import texts_by_field
from kb.versioned import forget_everything

BATCH = 500
DRAWN = tuple(name for name in FIELDS if name != "codes")  # codes are taken as they are
RELATIONS = ("causes", "codes", "providers", "topics")
SYLLABLES = [a + b for a in "bcdfgklmnprstvz" for b in "aeiou"]


@dataclass(frozen=True, slots=True)
class Model:
    """A real article, from which made-up ones take words and everything else."""

    revision: ArticleRevision
    words: dict[str, list[str]]  # by field, as they follow each other
    codes: str  # the terms of that field
    related: dict[str, list[int]]
    opinions: list[RevisionOpinion]


def models() -> list[Model]:
    """Return the shipped articles."""
    return [
        Model(
            revision,
            {name: [w for t in tokens(texts[name]) for w in t.words] for name in DRAWN},
            analyse(texts["codes"]),
            {name: [row.pk for row in getattr(revision, name).all()] for name in RELATIONS},
            list(revision.cited_opinions.all()),
        )
        for revision in ArticleRevision.objects.published().order_by("pk")
        for texts in [texts_by_field(revision.document["rows"])]
    ]


class Press:
    """Writes made-up articles, the same ones on every database."""

    def __init__(self) -> None:
        self.models = models()
        self.written = len(self.models)
        self.chance = random.Random(1)  # noqa: S311 - no secret

    def grow_to(self, size: int) -> None:
        """Write articles until there are so many, and the index of all."""
        if self.written < size:
            self.print_until(size)
        KnowledgeVersion.objects.update(number=size, digest=f"{size:064}")
        forget_everything()
        snapshot.forget()

    def print_until(self, size: int) -> None:
        """Write articles, then the index."""
        started = time.perf_counter()
        with patient() as cursor:
            backend().remove()
            while self.written < size:
                self.write(min(BATCH, size - self.written))
                if self.written % 10_000 < BATCH:
                    tell(f"{self.written:,} articles", started)
            backend().install()
            backend().fill()
            tell("index", started)
            cursor.execute("ANALYZE")

    def write(self, count: int) -> None:
        """Write so many articles with all that lists and search ask for."""
        chosen = [self.chance.choice(self.models) for _ in range(count)]
        drawn = [self.draw(model) for model in chosen]
        articles = Article.objects.bulk_create(
            Article(slug=f"made-up-{self.written + n}", question=question(words, self.written + n))
            for n, words in enumerate(drawn)
        )
        revisions = ArticleRevision.objects.bulk_create(
            freeze(article, model, words)
            for article, model, words in zip(articles, chosen, drawn, strict=True)
        )
        for name in RELATIONS:
            through = ArticleRevision._meta.get_field(name).remote_field.through  # noqa: SLF001
            column = ArticleRevision._meta.get_field(name).m2m_reverse_field_name()  # noqa: SLF001
            through.objects.bulk_create(
                through(articlerevision_id=revision.pk, **{f"{column}_id": key})
                for revision, model in zip(revisions, chosen, strict=True)
                for key in model.related[name]
            )
        RevisionOpinion.objects.bulk_create(
            copy_of(opinion, revision)
            for revision, model in zip(revisions, chosen, strict=True)
            for opinion in self.chance.sample(model.opinions, min(3, len(model.opinions)))
        )
        SearchDocument.objects.bulk_create(
            document(revision, model, words)
            for revision, model, words in zip(revisions, chosen, drawn, strict=True)
        )
        self.written += count

    def draw(self, model: Model) -> dict[str, list[str]]:
        """Return the words of a new article by field."""
        other = self.chance.choice(self.models)
        words = {
            name: self.chance.choices(model.words[name] + other.words[name], k=len(own))
            for name, own in model.words.items()
        }
        words["body"].append("".join(self.chance.choices(SYLLABLES, k=5)))
        return words


def question(words: dict[str, list[str]], number: int) -> str:
    """Return a question that nobody else asks."""
    return f"{' '.join(words['title'])[:200]} ({number})"


def freeze(article: Article, model: Model, words: dict[str, list[str]]) -> ArticleRevision:
    """Return the published revision of a made-up article."""
    like = model.revision
    fields = like.document["rows"][0]["fields"]
    known = {name: fields[name] for name in RELATIONS if name in fields}
    own = {"slug": article.slug, "question": article.question, **known}
    return ArticleRevision(
        article=article,
        number=1,
        state="published",
        document=wrap([{"model": "kb.article", "fields": own}]),
        digest=f"{article.pk:064}",
        created_at=timezone.now(),
        published_at=timezone.now(),
        slug=article.slug,
        question=article.question,
        summary=" ".join(words["summary"]),
        expert_count=like.expert_count,
        marketer_count=like.marketer_count,
        technical_count=like.technical_count,
        newest_opinion_on=like.newest_opinion_on,
        reviewed_on=like.reviewed_on,
        actors=like.actors,
    )


def copy_of(opinion: RevisionOpinion, revision: ArticleRevision) -> RevisionOpinion:
    """Return an opinion as another revision cites it."""
    names = ("opinion_id", "kind", "source_id", "position", "stated_on", "precision", "date_kind")
    same = {name: getattr(opinion, name) for name in names}
    return RevisionOpinion(revision=revision, document={}, **same)


def document(
    revision: ArticleRevision, model: Model, words: dict[str, list[str]]
) -> SearchDocument:
    """Return the terms of a made-up article."""
    terms = {name: " ".join(map(stem, drawn)) for name, drawn in words.items()}
    distinct = sorted({word for drawn in words.values() for word in drawn})
    return SearchDocument(
        revision=revision, form=FORM, codes=model.codes, distinct_words=distinct, **terms
    )


@contextlib.contextmanager
def patient() -> Iterator:
    """Yield a cursor of a connection that is given all the time it needs."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        yield cursor
    connection.close()


def tell(what: str, since: float) -> None:
    """Say how far it is."""
    print(f"    {what}, {time.perf_counter() - since:.0f} s", file=sys.stderr, flush=True)
