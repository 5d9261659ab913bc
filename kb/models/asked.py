"""What people search for, masked: counts for the editors, nothing of who asked."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F

LONGEST = 200  # characters of masked words that are kept


class AskedQueryQuerySet(models.QuerySet):
    """Queries as the editors ask for them."""

    def found_nothing(self) -> Self:
        """Keep those that no article answered."""
        return self.filter(without_result__gt=0)

    def opened_nothing(self) -> Self:
        """Keep those after which nobody opened a page."""
        return self.filter(opened=0)

    def most_asked(self) -> Self:
        """Order by how often they were asked in vain."""
        return self.order_by(-(F("searches") - F("opened")), "words")


class AskedQuery(models.Model):
    """A query as `kb.search.asked.mask` leaves it, and what came of it."""

    words = models.CharField(max_length=LONGEST, unique=True)
    searches = models.PositiveIntegerField(default=0)
    without_result = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(
        default=0, help_text="How often a page was opened from it."
    )
    last_asked_on = models.DateField()

    objects = AskedQueryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "asked queries"

    def __str__(self) -> str:
        return self.words


class UnheardWord(models.Model):
    """A word that no article holds, as a keyed digest: on how many days somebody asked for it.

    It may be a name, so it is readable by nobody before it was asked for on several days.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    days = models.PositiveSmallIntegerField(default=1)
    last_asked_on = models.DateField()

    def __str__(self) -> str:
        return self.digest[:12]
