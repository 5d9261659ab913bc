"""Patterns that recognise a cause, with the bounces that they must and must not match.

The engine runs them (`diagnostics.engine`); publishing is refused there when an example breaks.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kb.models.base import (
    Actor,
    Keyed,
    KeyedQuerySet,
    LinesField,
    Permanence,
    WebAddressField,
    make_uid,
    not_blank,
    one_of,
)


class SignatureStatus(models.TextChoices):
    """Only published signatures take part in a diagnosis."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class PatternKind(models.TextChoices):
    """How the pattern is read."""

    PHRASE = "phrase", "Phrase: these words, in any case, however the lines are wrapped"
    REGEX = "regex", "Regular expression (RE2): each match holds a word to find it by"


class Stage(models.TextChoices):
    """Where in the SMTP session the refusal came (RFC 5321); the engine holds the same values."""

    CONNECT = "connect", "Connect"
    EHLO = "ehlo", "EHLO"
    MAIL = "mail", "MAIL FROM"
    RCPT = "rcpt", "RCPT TO"
    DATA = "data", "DATA"
    END_OF_DATA = "end-of-data", "End of data"


class SignatureQuerySet(KeyedQuerySet):
    """Signatures as the engine and the admin ask for them."""

    def published(self) -> SignatureQuerySet:
        """Keep those that take part in a diagnosis."""
        return self.filter(status=SignatureStatus.PUBLISHED)


class Signature(Keyed):
    """One way of telling a cause from the words of a reply."""

    slug = models.SlugField(max_length=100, unique=True)
    language = models.CharField(max_length=8, default="en", help_text="Of the pattern: en, de, ja")
    status = models.CharField(max_length=9, choices=SignatureStatus, default=SignatureStatus.DRAFT)
    cause = models.ForeignKey("kb.Cause", on_delete=models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=6, choices=PatternKind, default=PatternKind.PHRASE)
    pattern = models.TextField(
        help_text="Words that the server sends, found as whole words; greylist* finds greylisted."
    )
    meaning = models.TextField(help_text="Why these words mean that cause.")
    permanence = models.CharField(
        max_length=9, choices=Permanence, blank=True, help_text="Where it differs from the code's."
    )
    who_acts = models.CharField(
        max_length=15, choices=Actor, blank=True, help_text="Where it differs from the cause's."
    )
    reply_codes = LinesField(help_text="Only with one of these reply codes, one a line.")
    enhanced_codes = LinesField(help_text="Only with one of these enhanced codes, one a line.")
    providers = models.ManyToManyField(
        "kb.Provider",
        blank=True,
        related_name="signatures",
        help_text="Only from these providers or their services.",
    )
    identifies = models.ForeignKey(
        "kb.Provider",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="betraying_signatures",
        help_text="The provider that these words betray, where nobody else sends them.",
    )
    stage = models.CharField(max_length=11, choices=Stage, blank=True)
    weight = models.PositiveSmallIntegerField(
        default=50, help_text="Of two that match, the heavier wins. 50 is usual, 100 the most."
    )
    article = models.ForeignKey(
        "kb.Article",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="signatures",
        help_text="Where it leads.",
    )
    source = models.ForeignKey("kb.Source", on_delete=models.PROTECT, related_name="signatures")
    url = WebAddressField(max_length=400, blank=True, help_text="Where the words were read.")
    checked_on = models.DateField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", SignatureStatus, "signature_status_is_known"),
            one_of("kind", PatternKind, "pattern_kind_is_known"),
            not_blank("pattern", "signature_has_pattern"),
            models.CheckConstraint(
                condition=Q(permanence="") | Q(permanence__in=Permanence.values),
                name="signature_permanence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(who_acts="") | Q(who_acts__in=Actor.values),
                name="signature_actor_is_known",
            ),
            models.CheckConstraint(
                condition=Q(stage="") | Q(stage__in=Stage.values),
                name="signature_stage_is_known",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100),
                name="signature_weight_is_1_to_100",
                violation_error_message="From 1 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class SignatureExample(Keyed):
    """A bounce that its signature must match, or must miss."""

    class Expectation(models.TextChoices):
        MATCH = "must-match", "Must match"
        MISS = "must-miss", "Must miss"

    natural_fields = ("signature__slug", "uid")

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="examples")
    # No index of its own: nearly all are match-1, and PostgreSQL would take it for telling.
    uid = models.SlugField(max_length=60, default=make_uid, db_index=False)
    expectation = models.CharField(max_length=10, choices=Expectation, default=Expectation.MATCH)
    text = models.TextField(help_text="A bounce as somebody would paste it.")
    provider = models.ForeignKey(
        "kb.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stage = models.CharField(max_length=11, choices=Stage, blank=True)
    host = models.CharField(max_length=253, blank=True, help_text="The server that answered.")

    objects = KeyedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signature", "uid"], name="example_uid_is_unique_in_signature"
            ),
            models.CheckConstraint(
                condition=Q(expectation__in=["must-match", "must-miss"]),
                name="example_expectation_is_known",
            ),
            not_blank("text", "example_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
