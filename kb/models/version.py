"""Which knowledge this is, and which of it came with the starter content."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

SINGLE_ROW = 1


class KnowledgeVersionQuerySet(models.QuerySet):
    """The one row."""

    def current(self) -> KnowledgeVersion:
        """Return the version of what is published; number 0 before anything was."""
        return self.filter(pk=SINGLE_ROW).first() or KnowledgeVersion(pk=SINGLE_ROW)

    def locked(self) -> KnowledgeVersion:
        """Return the row, held until the transaction ends; publishing goes one at a time."""
        self.get_or_create(pk=SINGLE_ROW)
        return self.select_for_update().get(pk=SINGLE_ROW)


class KnowledgeVersion(models.Model):
    """One number and digest; it grows in the same transaction as any published change."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLE_ROW)
    number = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = KnowledgeVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=SINGLE_ROW), name="one_knowledge_version"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.digest[:12]})"


class PublishedUnitQuerySet(models.QuerySet):
    """What the public sees, piece by piece."""

    def standing(self) -> dict[str, str]:
        """Return key → digest of what is published now."""
        return dict(self.exclude(digest="").values_list("key", "digest"))

    def changed_since(self, number: int) -> list[str]:
        """Return the keys of what is another than in that version, in order."""
        changed = self.filter(number__gt=number).order_by("key")
        return list(changed.values_list("key", flat=True))


class PublishedUnit(models.Model):
    """One piece of the published knowledge, and the version in which it last changed.

    So a process that holds an older version fetches what changed, not everything.
    """

    key = models.CharField(max_length=250, unique=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Empty: published no more.")
    number = models.PositiveIntegerField(db_index=True)

    objects = PublishedUnitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.key} ({self.number})"


class InstalledUnitQuerySet(models.QuerySet):
    """What starter content remembers of itself."""

    def digests(self: Self) -> dict[str, str]:
        """Return key → digest of all that was installed."""
        return dict(self.values_list("key", "digest"))


class InstalledUnit(models.Model):
    """The digest of one piece of starter content as it was installed.

    A row whose digest is another now was changed by an editor; one that is gone was deleted.
    """

    key = models.CharField(max_length=250, unique=True)
    digest = models.CharField(max_length=64)

    objects = InstalledUnitQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
