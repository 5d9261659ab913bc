"""What the public reads: frozen articles, and the tables that lists and search ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from kb.models.article import Article
from kb.models.base import one_of
from kb.models.cause import Cause
from kb.models.code import ErrorCode
from kb.models.provider import Provider
from kb.models.vocabulary import Topic


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

    def history(self) -> Self:
        """Keep what is or was published of articles that the public can read, newest first.

        Each names its article as it stands now, and the revision that was published before it.
        """
        standing = self.model.objects.published().filter(article=OuterRef("article"))
        once = self.exclude(published_at=None)
        earlier = once.filter(article=OuterRef("article"), number__lt=OuterRef("number"))
        return (
            once.filter(article__in=self.published().values("article"))
            .annotate(
                standing_slug=Subquery(standing.values("slug")),
                standing_question=Subquery(standing.values("question")),
                previous=Subquery(earlier.order_by("-number").values("pk")[:1]),
            )
            .for_lists()
            .order_by("-published_at", "-pk")
        )

    def recent_first(self) -> Self:
        """Order by the day of publishing, newest first."""
        return self.order_by(F("published_at").desc(nulls_last=True), "slug")

    def newest_evidence_first(self) -> Self:
        """Order by the day of the newest dated opinion, newest first."""
        return self.order_by(F("newest_opinion_on").desc(nulls_last=True), "-pk")

    def most_helpful_first(self) -> Self:
        """Order by what readers said of it, the unjudged after it by their evidence."""
        return self.order_by(
            Coalesce("article__feedback__score", 0.0).desc(),
            F("newest_opinion_on").desc(nulls_last=True),
            "-pk",
        )

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
        """Fetch the causes, providers and topics that a page names."""
        return self.prefetch_related(
            Prefetch("causes", Cause.objects.by_name()),
            Prefetch("providers", Provider.objects.by_name()),
            Prefetch("topics", Topic.objects.by_name()),
        )

    def with_first_publishing(self) -> Self:
        """Add under which address an article was published first, and when."""
        public = ArticleRevision.objects.filter(
            article=OuterRef("article"), published_at__isnull=False
        ).order_by("published_at", "pk")
        return self.annotate(
            first_published_at=Subquery(public.values("published_at")[:1]),
            first_slug=Subquery(public.values("slug")[:1]),
        )

    def known_as(self, slugs: Iterable[str]) -> Self:
        """Keep articles that the public knows, or knew before they moved, by one of the slugs."""
        public = ArticleRevision.objects.filter(slug__in=slugs, published_at__isnull=False)
        return self.filter(article__in=public.values("article"))

    def on_topic(self, topic: Topic) -> Self:
        """Keep articles on a topic."""
        return self.filter(topics=topic)

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
    reviewed_on = models.DateField(null=True, blank=True)
    actors = models.CharField(
        max_length=120, blank=True, help_text="Who its steps are for, each between spaces."
    )
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

    @property
    def opinion_count(self) -> int:
        """How many opinions it cites."""
        return self.expert_count + self.marketer_count + self.technical_count


class SearchDocument(models.Model):
    """The terms of a published revision by field, from which the database keeps its index.

    Written by `kb.search.documents`; triggers (`kb.search.sqlite`, `kb.search.postgres`) carry each
    change into the index and into `SearchWord` within the same transaction.
    """

    revision = models.OneToOneField(
        ArticleRevision, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    form = models.PositiveSmallIntegerField(help_text="Which form of `kb.search.analysis` it has.")
    title = models.TextField()
    codes = models.TextField()
    asked = models.TextField()
    summary = models.TextField()
    steps = models.TextField()
    body = models.TextField()
    opinions = models.TextField()
    distinct_words = models.JSONField(help_text="Its words as people write them, each once.")

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word of the published articles, and in how many of them it stands."""

    word = models.CharField(max_length=64, primary_key=True)
    documents = models.IntegerField()

    def __str__(self) -> str:
        return self.word
