"""Who received, or who stood in front and refused."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from kb.models.base import (
    Keyed,
    KeyedQuerySet,
    LinesField,
    WebAddressField,
    not_blank,
    one_of,
)


class ProviderQuerySet(KeyedQuerySet):
    """Providers as pages and the admin ask for them."""

    def families(self) -> ProviderQuerySet:
        """Keep those that stand above others or alone."""
        return self.filter(family=None)

    def by_name(self) -> ProviderQuerySet:
        """Order as a reader looks for them."""
        return self.order_by(Lower("name"), "pk")

    def with_services(self) -> ProviderQuerySet:
        """Fetch the services of families."""
        return self.prefetch_related(models.Prefetch("services", self.model.objects.by_name()))


class ProviderKind(models.TextChoices):
    """What sort of receiver it is."""

    MAILBOX = "mailbox", "Mailbox provider"
    FILTER = "filter", "Filter in front of mailboxes"
    BLOCKLIST = "blocklist", "Blocklist"
    ESP = "esp", "E-mail service provider"


class Provider(Keyed):
    """A mailbox provider, a filter, a blocklist or a sending service.

    A service such as Outlook.com has the family `microsoft`; a family has none.
    """

    slug = models.SlugField(max_length=60, unique=True, help_text="Its address: /providers/…/")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=ProviderKind, default=ProviderKind.MAILBOX)
    family = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        help_text="The provider that this is a service of; empty for a provider of its own.",
    )
    summary = models.TextField(blank=True, help_text="Two or three sentences for its page.")
    mx_suffixes = LinesField(
        "MX suffixes", help_text="Ends of its mail servers' names, one a line: google.com"
    )
    address_domains = LinesField(
        help_text="Domains of its addresses, one a line: gmail.com. Not those of its customers."
    )
    reply_marks = LinesField(
        help_text="Words that only its replies carry, one a line: gsmtp. Matched as whole words."
    )
    postmaster_url = WebAddressField("postmaster page", max_length=300, blank=True)
    delisting_url = WebAddressField("where to ask for delisting", max_length=300, blank=True)
    contact = models.TextField(blank=True, help_text="Other ways to reach its postmasters.")
    feedback_loop = models.TextField(blank=True, help_text="How senders learn of complaints.")
    notes = models.TextField(blank=True, help_text="What a support person should know. Markdown.")

    objects = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", ProviderKind, "provider_kind_is_known"),
            not_blank("name", "provider_has_name"),
            models.CheckConstraint(
                condition=Q(family=None) | ~Q(family=F("id")),
                name="provider_is_not_its_own_family",
                violation_error_message="A provider is not its own family.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:provider", args=[self.slug])
