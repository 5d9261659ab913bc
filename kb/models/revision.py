"""What the public reads: frozen articles, and the tables that lists and search ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, Prefetch, Q
from django.urls import reverse

from kb.models.article import Article
from kb.models.base import Dated, DatedQuerySet, one_of
from kb.models.cause import Cause
from kb.models.code import ErrorCode
from kb.models.opinion import Opinion, OpinionKind
from kb.models.provider import Provider


class RevisionState(models.TextChoices):
    """How far a revision has come."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in-review", "In review"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class ArticleRevisionQuerySet(models.QuerySet):
    """Revisions as pages ask for them; the public starts at `published()`."""

    def published(self) -> Self:
        """Keep what the public may read."""
        return self.filter(state=RevisionState.PUBLISHED)

    def recent_first(self) -> Self:
        """Order by the day of publishing, newest first."""
        return self.order_by(F("published_at").desc(nulls_last=True), "slug")

    def with_opinions_of(self, kind: str) -> Self:
        """Keep articles that cite an opinion of this kind."""
        return self.filter(**{f"{kind}_count__gt": 0})

    def by_question(self) -> Self:
        """Order as a reader looks for them."""
        return self.order_by("question", "pk")

    def for_lists(self) -> Self:
        """Leave the document where it is: a list shows the columns beside it."""
        return self.defer("document")

    def with_codes(self) -> Self:
        """Fetch the codes that a list shows, in the order of their numbers."""
        return self.prefetch_related(Prefetch("codes", ErrorCode.objects.in_order()))

    def with_names(self) -> Self:
        """Fetch the causes and providers that a page names."""
        return self.prefetch_related(
            Prefetch("causes", Cause.objects.by_name()),
            Prefetch("providers", Provider.objects.by_name()),
        )

    def about_cause(self, cause: Cause) -> Self:
        """Keep articles on a cause."""
        return self.filter(pk__in=self.filter(causes=cause).order_by().values("pk"))

    def narrowest_first(self, relation: str) -> Self:
        """Order those that are about few causes, or providers, before those about many."""
        return self.annotate(breadth=Count(relation)).order_by("breadth", "question", "pk")

    def about_provider(self, provider: Provider) -> Self:
        """Keep articles on a provider, its services or the family that it belongs to."""
        mine = Q(providers=provider) | Q(providers__family=provider)
        if provider.family_id:
            mine |= Q(providers=provider.family_id)
        return self.filter(pk__in=self.filter(mine).order_by().values("pk"))


class ArticleRevision(models.Model):
    """The whole article with opinions and steps as one document.

    `document` holds the rows as `fixtures/articles/` does (see `kb.content.units`); the columns
    and relations beside it are derived from the document when it is frozen, for lists and filters.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=RevisionState, default=RevisionState.DRAFT)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField("what changed", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    slug = models.SlugField(max_length=120)
    question = models.CharField(max_length=250)
    summary = models.TextField()
    expert_count = models.PositiveSmallIntegerField(default=0)
    marketer_count = models.PositiveSmallIntegerField(default=0)
    technical_count = models.PositiveSmallIntegerField(default=0)
    newest_opinion_on = models.DateField(null=True, blank=True)
    causes = models.ManyToManyField("kb.Cause", related_name="revisions")
    codes = models.ManyToManyField("kb.ErrorCode", related_name="revisions")
    providers = models.ManyToManyField("kb.Provider", related_name="revisions")
    topics = models.ManyToManyField("kb.Topic", related_name="revisions")

    objects = ArticleRevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="revision_number_is_unique_in_article"
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state="published"),
                name="article_has_one_published_revision",
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(state="published"),
                name="published_slug_is_unique",
            ),
            one_of("state", RevisionState, "revision_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="published_revision_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at"], name="revision_recent")]

    def __str__(self) -> str:
        return f"{self.question} (revision {self.number})"

    def get_absolute_url(self) -> str:
        """Return the public page of the article."""
        return reverse("kb:article", args=[self.slug])


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


class SearchDocument(models.Model):
    """The words of a published revision by field, from which `kb.search` keeps its index."""

    revision = models.OneToOneField(
        ArticleRevision, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    title = models.TextField()
    codes = models.TextField()
    summary = models.TextField()
    steps = models.TextField()
    body = models.TextField()
    opinions = models.TextField()

    def __str__(self) -> str:
        return self.title
