"""Why mail is refused: the 33 causes of the engine, in words."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from kb.models.base import Actor, Keyed, KeyedQuerySet, Permanence, not_blank, one_of


class CauseQuerySet(KeyedQuerySet):
    """Causes as pages and the admin ask for them."""

    def by_name(self) -> CauseQuerySet:
        """Order as a reader looks for them."""
        return self.order_by(Lower("name"), "pk")


class Cause(Keyed):
    """One reason for a refusal; the engine's `Cause` holds the same slugs, held so by a test."""

    slug = models.SlugField(max_length=40, unique=True, help_text="Known to the engine.")
    name = models.CharField(max_length=80, help_text="In everyday words: Mailbox full")
    sentence = models.CharField(
        max_length=200,
        help_text="What happened, as one clause after 'The message came back because'.",
    )
    meaning = models.TextField(help_text="One line for somebody who runs no mail server.")
    permanence = models.CharField(max_length=9, choices=Permanence)
    who_acts = models.CharField(max_length=15, choices=Actor)
    advice = models.TextField(help_text="What to do first, where no article says it better.")

    objects = CauseQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("permanence", Permanence, "cause_permanence_is_known"),
            one_of("who_acts", Actor, "cause_actor_is_known"),
            not_blank("name", "cause_has_name"),
            not_blank("meaning", "cause_has_meaning"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:cause", args=[self.slug])
