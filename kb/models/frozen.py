"""Opinions as published articles froze them, for pages that list them without their article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Count, Max, Q

from kb.models.base import Dated, DatedQuerySet
from kb.models.code import ErrorCode
from kb.models.opinion import Opinion, OpinionKind
from kb.models.revision import ArticleRevision, RevisionState
from kb.models.source import Source


class RevisionOpinionQuerySet(DatedQuerySet):
    """Opinions as the public may read them."""

    def published(self) -> Self:
        """Keep those of articles that stand published."""
        return self.filter(revision__state=RevisionState.PUBLISHED)

    def citing(self, others: Iterable[RevisionOpinion]) -> Self:
        """Keep all rows of the same opinions, each with its article."""
        opinions = [other.opinion_id for other in others]
        articles = self.filter(opinion__in=opinions).select_related("revision")
        return articles.defer("document", "revision__document").order_by("revision__question")

    def of_kind(self, kind: str) -> Self:
        """Keep one kind."""
        return self.filter(kind=kind)

    def by_source(self, source: Source, role: str) -> Self:
        """Keep what a source said itself, or what it reported of others."""
        return self.filter(**{{"said": "source", "reported": "reported_by"}[role]: source})

    def counts_of(self, source: Source) -> dict[str, dict[str, int]]:
        """Count the opinions that a source said and reported, by kind, each once."""
        opinions = {
            "said": Count("opinion", filter=Q(source=source), distinct=True),
            "reported": Count("opinion", filter=Q(reported_by=source), distinct=True),
        }
        rows = self.filter(Q(source=source) | Q(reported_by=source)).order_by().values("kind")
        counts: dict[str, dict[str, int]] = {role: {} for role in opinions}
        for row in rows.annotate(**opinions):
            for role in opinions:
                if row[role]:
                    counts[role][row["kind"]] = row[role]
        return counts

    def carrying(self, codes: models.QuerySet) -> Self:
        """Keep those that carry one of the codes, each once."""
        carriers = self.model.codes.through.objects.filter(errorcode__in=codes)
        return self.filter(pk__in=carriers.values("revisionopinion"))

    def with_article(self) -> Self:
        """Fetch who says it and the article that it stands in, for a card."""
        rows = self.select_related("source", "reported_by", "revision")
        return rows.defer("revision__document")

    def join_codes(self, listed: Iterable[RevisionOpinion]) -> None:
        """Join new rows to the codes that their documents carry."""
        carried = [
            (opinion.pk, tuple(key))
            for opinion in listed
            for key in opinion.document["fields"].get("codes", [])
        ]
        if not carried:
            return
        replies, enhanced = ({key[part] for _, key in carried} for part in (0, 1))
        found = ErrorCode.objects.filter(reply__in=replies, enhanced__in=enhanced)
        codes = {code.natural_key(): code.pk for code in found}
        through = self.model.codes.through
        through.objects.bulk_create(
            through(revisionopinion_id=pk, errorcode_id=codes[key]) for pk, key in carried
        )

    def once_each(self) -> Self:
        """Keep the latest row of an opinion that several articles cite."""
        latest = self.order_by().values("opinion").annotate(latest=Max("pk"))
        return self.filter(pk__in=latest.values("latest"))


class RevisionOpinion(Dated):
    """An opinion as one revision froze it, for pages that list opinions without their article.

    `reported_by` and `codes` are those of the document, so that pages can ask for them.
    """

    revision = models.ForeignKey(
        ArticleRevision, on_delete=models.CASCADE, related_name="cited_opinions"
    )
    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="frozen")
    kind = models.CharField(max_length=9, choices=OpinionKind)
    source = models.ForeignKey("kb.Source", on_delete=models.PROTECT, related_name="frozen")
    reported_by = models.ForeignKey(
        "kb.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="frozen_reports",
    )
    codes = models.ManyToManyField("kb.ErrorCode", related_name="frozen_opinions")
    position = models.PositiveSmallIntegerField(default=0)
    document = models.JSONField(help_text="The row of the opinion.")

    objects = RevisionOpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "opinion"], name="revision_cites_an_opinion_once"
            ),
            Dated.date_constraint("frozen_opinion_date_has_precision"),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} in {self.revision_id}"
