"""The editors' working copy: a question, its answer, its steps and the opinions it cites.

The public reads `ArticleRevision`, into which `kb.editorial.publish` freezes these rows.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from kb.models.base import Actor, Keyed, KeyedQuerySet, LinesField, make_uid, not_blank, one_of
from kb.models.opinion import Opinion


class ArticleQuerySet(KeyedQuerySet):
    """Articles as the admin and the deeds ask for them."""

    def published(self) -> ArticleQuerySet:
        """Keep those that the public can read."""
        return self.filter(revisions__state="published")

    def for_lists(self) -> ArticleQuerySet:
        """Fetch the codes that a list shows; newest first."""
        return self.prefetch_related("codes").order_by("-pk")

    def unpublished(self) -> ArticleQuerySet:
        """Keep those that the public cannot read: never published, or archived."""
        return self.exclude(pk__in=self.published().values("pk"))

    def in_review(self) -> ArticleQuerySet:
        """Keep those of which a revision waits for somebody to review it."""
        return self.filter(revisions__state="in-review").distinct()

    def archived(self) -> ArticleQuerySet:
        """Keep those that were published once and are no more."""
        return self.unpublished().filter(revisions__state="archived").distinct()

    def review_overdue(self, on: object) -> ArticleQuerySet:
        """Keep those whose review was due before that day."""
        return self.filter(review_due__lt=on)


class Article(Keyed):
    """A question as people ask it, with its answer."""

    slug = models.SlugField(max_length=120, unique=True, help_text="Its address: /articles/…/")
    question = models.CharField(
        max_length=250, help_text="As a support person would ask it, with the words people paste."
    )
    asked_as = LinesField(help_text="Other ways people ask it, one a line: searched, not shown.")
    summary = models.TextField(help_text="The answer in at most three sentences.")
    expert_summary = models.TextField(blank=True, help_text="What experts say, in short.")
    marketer_summary = models.TextField(blank=True, help_text="What marketers say, in short.")
    technical_summary = models.TextField(blank=True, help_text="What documentation says, in short.")
    key_findings = LinesField(help_text="One finding a line.")
    key_considerations = LinesField(help_text="One consideration a line.")
    body = models.TextField(blank=True, help_text="More, in Markdown.")
    causes = models.ManyToManyField("kb.Cause", blank=True, related_name="articles")
    codes = models.ManyToManyField("kb.ErrorCode", blank=True, related_name="articles")
    providers = models.ManyToManyField("kb.Provider", blank=True, related_name="articles")
    topics = models.ManyToManyField("kb.Topic", blank=True, related_name="articles")
    related = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="+")
    opinions = models.ManyToManyField(
        Opinion, through="kb.ArticleOpinion", related_name="articles", blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who looks after it.",
    )
    reviewed_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            not_blank("question", "article_has_question"),
            models.UniqueConstraint(
                Lower("question"),
                name="question_is_asked_once",
                violation_error_message="Another article answers this question.",
            ),
            models.CheckConstraint(
                condition=Q(review_due=None)
                | Q(reviewed_on=None)
                | Q(review_due__gte=models.F("reviewed_on")),
                name="review_due_after_reviewed",
                violation_error_message="The next review comes after the last.",
            ),
        ]
        permissions = [("publish_article", "Can publish, archive and restore articles")]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        """Return its public page."""
        return reverse("kb:article", args=[self.slug])


class ArticleOpinion(Keyed):
    """An article cites an opinion."""

    natural_fields = ("article__slug", "opinion__uid")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="citations")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="citations")
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    objects = KeyedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "opinion"],
                name="article_cites_an_opinion_once",
                violation_error_message="The article cites this opinion already.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.opinion)


class StepKind(models.TextChoices):
    """Something to do, or something to keep from doing."""

    DO = "do", "Do"
    DO_NOT = "do-not", "Do not"


class RemediationStep(Keyed):
    """One thing to do, by whom, and how to see that it worked."""

    natural_fields = ("article__slug", "uid")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="steps")
    uid = models.SlugField(
        max_length=60, default=make_uid, db_index=False, help_text="Its key within the article."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")
    kind = models.CharField(max_length=6, choices=StepKind, default=StepKind.DO)
    who = models.CharField(max_length=15, choices=Actor, default=Actor.SENDER)
    action = models.TextField(help_text="One imperative sentence.")
    check_text = models.TextField(
        "how to check", blank=True, help_text="How to see that it worked. Exact commands in `code`."
    )
    supported_by = models.ManyToManyField(Opinion, blank=True, related_name="supported_steps")

    objects = KeyedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "uid"],
                name="step_uid_is_unique_in_article",
                violation_error_message="Another step of this article has this key.",
            ),
            one_of("kind", StepKind, "step_kind_is_known"),
            one_of("who", Actor, "step_actor_is_known"),
            not_blank("action", "step_has_action"),
        ]

    def __str__(self) -> str:
        return self.action[:80]
