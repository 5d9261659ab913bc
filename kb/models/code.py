"""Codes, and what somebody means by them (RFC 5321 section 4.2, RFC 3463)."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Length, StrIndex, Substr
from django.urls import reverse

from kb.models.base import (
    Dated,
    DatedQuerySet,
    Keyed,
    KeyedQuerySet,
    LinesField,
    WebAddressField,
)
from kb.models.provider import Provider

is_reply = RegexValidator(r"\A[2-5][0-9]{2}\Z", "Three digits from 200 to 599.")
is_enhanced = RegexValidator(r"\A[245]\.[0-9]{1,3}\.[0-9]{1,3}\Z", "Like 5.1.1, class 2, 4 or 5.")


def numeric_order(path: str = "") -> list[Any]:
    """Return the order of enhanced codes by their numbers, so that 5.1.10 follows 5.1.9."""
    enhanced = f"{path}enhanced"
    subject_length = StrIndex(Substr(enhanced, 3), Value("."))
    return [
        Substr(enhanced, 1, 1),
        subject_length,
        Substr(enhanced, 3, subject_length),
        Length(enhanced),
        enhanced,
        f"{path}reply",
    ]


class ErrorCodeQuerySet(KeyedQuerySet):
    """Codes as pages and the admin ask for them."""

    def in_order(self) -> ErrorCodeQuerySet:
        """Order by the numbers of the enhanced code, then by reply code."""
        return self.order_by(*numeric_order())

    def for_address(self, address: str) -> ErrorCodeQuerySet:
        """Keep the code that an address names: 451, 4.3.0 or 451-4.3.0."""
        reply, _, enhanced = address.partition("-")
        if "." in reply:
            reply, enhanced = "", reply
        return self.filter(reply=reply, enhanced=enhanced)


class ErrorCode(Keyed):
    """A reply code, an enhanced status code, or the pair of both; nobody's meaning yet."""

    natural_fields = ("reply", "enhanced")

    reply = models.CharField(
        "reply code", max_length=3, blank=True, validators=[is_reply], help_text="451 (RFC 5321)"
    )
    enhanced = models.CharField(
        "enhanced status code",
        max_length=9,
        blank=True,
        validators=[is_enhanced],
        help_text="4.3.0 (RFC 3463)",
    )

    objects = ErrorCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "enhanced"], name="code_is_unique"),
            models.CheckConstraint(
                condition=~Q(reply="", enhanced=""),
                name="code_is_not_empty",
                violation_error_message="A code has a reply code, an enhanced code or both.",
            ),
            models.CheckConstraint(
                condition=Q(reply="") | Q(reply__gte="200", reply__lte="599"),
                name="reply_code_is_from_200_to_599",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.reply, self.enhanced]))

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:code", args=[self.address])

    @property
    def address(self) -> str:
        """The code as it stands in an address: 451-4.3.0."""
        return "-".join(filter(None, [self.reply, self.enhanced]))


class CodeMeaningQuerySet(DatedQuerySet):
    """Meanings as pages and the engine ask for them."""

    def of_the_registry(self) -> CodeMeaningQuerySet:
        """Keep what the standards mean."""
        return self.filter(provider=None)

    def verified(self) -> CodeMeaningQuerySet:
        """Keep what was read at its source."""
        return self.filter(verified=True)

    def with_names(self) -> CodeMeaningQuerySet:
        """Fetch what a page names beside a meaning."""
        return self.select_related("code", "provider", "cause", "source")

    def in_order(self) -> CodeMeaningQuerySet:
        """Order by the numbers of the code, the registry before providers, tokens last."""
        return self.order_by(
            models.Case(models.When(code=None, then=1), default=0),
            *numeric_order("code__"),
            models.F("provider__name").asc(nulls_first=True),
            "slug",
        )

    def of_class(self, digit: str) -> CodeMeaningQuerySet:
        """Keep codes of class 2, 4 or 5."""
        return self.filter(
            Q(code__enhanced__startswith=f"{digit}.")
            | Q(code__enhanced="", code__reply__startswith=digit)
        )

    def sent_by(self, provider: Provider) -> CodeMeaningQuerySet:
        """Keep those of a provider and its services."""
        return self.filter(Q(provider=provider) | Q(provider__family=provider))


class CodeMeaning(Keyed, Dated):
    """What a provider, or the registry where provider is empty, means by a code or token."""

    slug = models.CharField(
        max_length=120,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9._-]*\Z", "Small letters, digits, . _ -")],
        help_text="Its address: /codes/…/, in small letters.",
    )
    provider = models.ForeignKey(
        "kb.Provider",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meanings",
        help_text="Empty: the registry's own meaning.",
    )
    code = models.ForeignKey(
        ErrorCode, on_delete=models.PROTECT, null=True, blank=True, related_name="meanings"
    )
    token = models.CharField(
        max_length=60, blank=True, help_text="The provider's own tag: TSS04, S3140, CS01"
    )
    enhanced_until = models.CharField(
        "range of enhanced codes, last",
        max_length=9,
        blank=True,
        validators=[is_enhanced],
        help_text="For 5.7.606 to 5.7.649: the last of them.",
    )
    wording = models.TextField(
        blank=True, help_text="Words of the reply, as the server sends them."
    )
    title = models.CharField(max_length=200, blank=True, help_text="As the registry names it.")
    meaning = models.TextField(help_text="In our own words.")
    cause = models.ForeignKey("kb.Cause", on_delete=models.PROTECT, related_name="meanings")
    permanent = models.BooleanField(
        null=True, blank=True, help_text="Unknown where the code alone does not say."
    )
    steps = LinesField(help_text="What to do, one step a line.")
    note = models.TextField(blank=True, help_text="What surprises about it.")
    reference = models.CharField(max_length=200, blank=True, help_text="RFC 3463")
    source = models.ForeignKey(
        "kb.Source", on_delete=models.PROTECT, null=True, blank=True, related_name="meanings"
    )
    url = WebAddressField(max_length=400, blank=True)
    verified = models.BooleanField(
        default=False, help_text="The page was read. Only verified meanings are published."
    )

    objects = CodeMeaningQuerySet.as_manager()

    class Meta:
        constraints = [
            Dated.date_constraint("meaning_date_has_precision"),
            models.CheckConstraint(
                condition=Q(code__isnull=False) | ~Q(token="") | ~Q(wording=""),
                name="meaning_is_of_something",
                violation_error_message="A meaning has a code, a token or a wording.",
            ),
            models.CheckConstraint(
                condition=Q(enhanced_until="") | Q(code__isnull=False),
                name="meaning_range_has_a_start",
                violation_error_message="A range starts at a code.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(provider=None),
                name="registry_means_one_thing_by_a_code",
                violation_error_message="The registry has a meaning for this code already.",
            ),
            models.CheckConstraint(
                condition=Q(verified=False) | Q(source__isnull=False),
                name="verified_meaning_has_source",
                violation_error_message="Only a meaning with a source can be verified.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.provider or 'Registry'}: {self.token or self.code}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:code", args=[self.slug])
