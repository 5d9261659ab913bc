"""What one source said on one day; later opinions never overwrite it."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from kb.models.base import (
    Dated,
    DatedQuerySet,
    Keyed,
    KeyedQuerySet,
    WebAddressField,
    make_uid,
    not_blank,
    one_of,
)

is_uid = RegexValidator(r"\A[a-z0-9][a-z0-9._-]*\Z", "Small letters, digits, . _ -")


class OpinionKind(models.TextChoices):
    """Who speaks: the three kinds that every article keeps apart."""

    EXPERT = "expert", "Expert"
    MARKETER = "marketer", "Marketer"
    TECHNICAL = "technical", "Technical article"


class OpinionQuerySet(DatedQuerySet):
    """Opinions as pages and the admin ask for them."""

    def of_kind(self, kind: str) -> OpinionQuerySet:
        """Keep one kind."""
        return self.filter(kind=kind)

    def standing(self) -> OpinionQuerySet:
        """Leave out what its source took back."""
        return self.filter(retracted=False)


class Opinion(Keyed, Dated):
    """A claim, with who made it, when, and where it was read."""

    natural_fields = ("uid",)

    uid = models.CharField(
        max_length=120,
        unique=True,
        default=make_uid,
        validators=[is_uid],
        help_text="Its key for ever. Any short name will do.",
    )
    kind = models.CharField(max_length=9, choices=OpinionKind)
    source = models.ForeignKey("kb.Source", on_delete=models.PROTECT, related_name="opinions")
    author = models.CharField(max_length=120, blank=True, help_text="The person, where named.")
    url = WebAddressField(max_length=400, blank=True, help_text="The page itself, where known.")
    claim = models.TextField(help_text="What the source says, in our words.")
    advice = models.TextField(blank=True, help_text="What the source says to do.")
    editor_suggestion = models.TextField(
        blank=True, help_text="Our own advice. Shown as ours, never as the source's."
    )
    reported_by = models.ForeignKey(
        "kb.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        help_text="Who reports it, where it was not read at its publisher.",
    )
    reported_url = WebAddressField(max_length=400, blank=True)
    codes = models.ManyToManyField("kb.ErrorCode", blank=True, related_name="opinions")
    note = models.TextField(blank=True, help_text="What is known of the date or the text.")
    valid_until = models.DateField(null=True, blank=True, help_text="Out of date since that day.")
    valid_until_why = models.TextField("out of date because", blank=True)
    retracted = models.BooleanField(default=False, help_text="The source took it back.")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", OpinionKind, "opinion_kind_is_known"),
            not_blank("claim", "opinion_has_claim"),
            Dated.date_constraint("opinion_date_has_precision"),
            models.CheckConstraint(
                condition=Q(reported_url="") | Q(reported_by__isnull=False),
                name="report_has_a_reporter",
                violation_error_message="Name who reports it.",
            ),
            models.CheckConstraint(
                condition=Q(reported_by=None) | ~Q(reported_by=F("source")),
                name="source_does_not_report_itself",
                violation_error_message="A source does not report itself: leave it empty.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None, valid_until_why="")
                | Q(~Q(valid_until_why=""), valid_until__isnull=False),
                name="out_of_date_says_why",
                violation_error_message="Say since when and why it is out of date.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(stated_on=None)
                | Q(valid_until__gte=F("stated_on")),
                name="out_of_date_after_stated",
                violation_error_message="It goes out of date after it was stated.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.claim[:80]}"


class OpinionConflict(Keyed):
    """Two opinions that disagree."""

    natural_fields = ("first__uid", "second__uid")

    first = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="conflicts")
    second = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="conflicted_by")
    note = models.TextField(help_text="What they disagree about, in one sentence.")

    objects = KeyedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                name="two_opinions_conflict_once",
                violation_error_message="These two are joined already.",
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="opinion_does_not_conflict_with_itself",
                violation_error_message="An opinion does not disagree with itself.",
            ),
            not_blank("note", "conflict_has_note"),
        ]

    def __str__(self) -> str:
        return self.note[:80]
