"""Words around articles: topics, synonyms, and addresses that moved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from kb.models.base import Keyed, KeyedQuerySet, not_blank

LONGEST_WAY = 10  # redirects that are followed


class TopicQuerySet(KeyedQuerySet):
    """Topics as pages and the admin ask for them."""

    def by_name(self) -> TopicQuerySet:
        """Order as a reader looks for them."""
        return self.order_by(Lower("name"), "pk")

    def with_article_counts(self) -> TopicQuerySet:
        """Count the published articles on each."""
        published = Q(revisions__state="published")
        return self.annotate(article_count=models.Count("revisions", filter=published))


class Topic(Keyed):
    """A subject that articles share: greylisting, blocklists."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    summary = models.TextField(blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [not_blank("name", "topic_has_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:topic", args=[self.slug])


class Synonym(Keyed):
    """A word that people type for another one: blacklist for blocklist."""

    natural_fields = ("term",)

    term = models.CharField(max_length=60, help_text="As people type it.")
    means = models.CharField(max_length=60, help_text="As the articles write it.")

    objects = KeyedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="term_has_one_synonym",
                violation_error_message="This word has a synonym already.",
            ),
            models.CheckConstraint(
                condition=~Q(term=F("means")),
                name="synonym_differs_from_its_term",
                violation_error_message="A word is not its own synonym.",
            ),
            not_blank("term", "synonym_has_term"),
            not_blank("means", "synonym_has_meaning"),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.means}"


class SlugRedirectQuerySet(KeyedQuerySet):
    """Redirects as pages ask for them."""

    def destination(self, path: str) -> str | None:
        """Return where a path leads in the end; None where nowhere, or round in a circle.

        Renaming keeps ways short; only rows that were written by hand can make a longer one.
        """
        passed = [path]
        while row := self.filter(old_path=passed[-1]).first():
            if row.new_path in passed or len(passed) > LONGEST_WAY:
                return None
            passed.append(row.new_path)
        return passed[-1] if len(passed) > 1 else None


class SlugRedirect(Keyed):
    """An address that moved; it leads on for ever."""

    natural_fields = ("old_path",)

    old_path = models.CharField(max_length=200, unique=True, help_text="/articles/old-slug/")
    new_path = models.CharField(max_length=200, help_text="/articles/new-slug/")

    objects = SlugRedirectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(old_path__startswith="/", new_path__startswith="/"),
                name="redirect_stays_on_the_site",
                violation_error_message="Both start with a slash.",
            ),
            models.CheckConstraint(
                condition=~Q(new_path__startswith="//"),
                name="redirect_never_leaves_the_site",
                violation_error_message="Two slashes would lead to another site.",
            ),
            models.CheckConstraint(
                condition=~Q(old_path=F("new_path")),
                name="redirect_leads_elsewhere",
                violation_error_message="It leads to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"
