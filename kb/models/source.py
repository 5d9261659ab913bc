"""Publishers: who said it. Authors belong to the single opinion."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from kb.models.base import (
    Keyed,
    KeyedQuerySet,
    WebAddressField,
    not_blank,
    one_of,
)


class SourceQuerySet(KeyedQuerySet):
    """Sources as pages and the admin ask for them."""

    def by_name(self) -> SourceQuerySet:
        """Order as a reader looks for them."""
        return self.order_by(Lower("name"), "pk")

    def with_opinion_counts(self) -> SourceQuerySet:
        """Count the opinions that published articles cite, each once."""
        published = Q(frozen__revision__state="published")
        return self.annotate(
            opinion_count=models.Count("frozen__opinion", filter=published, distinct=True)
        )


class SourceKind(models.TextChoices):
    """What sort of publisher it is."""

    VENDOR_DOCS = "vendor-docs", "Vendor documentation"
    STANDARD = "standard", "Standard"
    EXPERT_BLOG = "expert-blog", "Expert blog"
    COMMUNITY = "community", "Community"
    ESP_DOCS = "esp-docs", "Documentation of an e-mail service provider"


class Source(Keyed):
    """A publisher: a blog, a forum, vendor documentation, a standard."""

    slug = models.SlugField(max_length=80, unique=True, help_text="Its address: /sources/…/")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=SourceKind)
    home_url = WebAddressField(
        "home page", max_length=300, blank=True, help_text="Where a reader can look it up."
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", SourceKind, "source_kind_is_known"),
            not_blank("name", "source_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:source", args=[self.slug])
