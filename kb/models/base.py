"""What all knowledge has in common: natural keys, shared choices, lists of lines, dated claims."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, URLValidator
from django.db import models
from django.db.models import Q


class Actor(models.TextChoices):
    """Who must act on a bounce; the engine's `Actor` holds the same values, held so by a test."""

    NOBODY = "nobody", "Nobody: it is retried"
    SENDER = "sender", "The sender"
    SENDER_ADMIN = "sender-admin", "Who runs the sending server"
    LIST_OWNER = "list-owner", "Who runs the mailing list"
    RECIPIENT = "recipient", "The recipient"
    RECIPIENT_ADMIN = "recipient-admin", "Who runs the recipient's mail"
    PROVIDER = "provider", "The mailbox provider"


class Permanence(models.TextChoices):
    """Whether the same message can get through later."""

    PERMANENT = "permanent", "Permanent"
    TEMPORARY = "temporary", "Temporary"
    EITHER = "either", "Either"


def make_uid() -> str:
    """Return a key for a row that has no name of its own; it survives every edit."""
    return secrets.token_hex(6)


KeysInMemory = dict[type[models.Model], dict[tuple[str, ...], int]]  # natural → primary keys
in_memory: ContextVar[KeysInMemory | None] = ContextVar("in_memory", default=None)


@contextmanager
def keys_in_memory() -> Iterator[None]:
    """Look keys up in the database once a model; for loading many rows.

    Whoever adds or deletes rows meanwhile says so by `forget_keys`.
    """
    token = in_memory.set({})
    try:
        yield
    finally:
        in_memory.reset(token)


def forget_keys(model: type[models.Model]) -> None:
    """Look the keys of a model up anew."""
    (in_memory.get() or {}).pop(model, None)


class KeyedQuerySet(models.QuerySet):
    """Rows that fixtures find again by a natural key."""

    def get_by_natural_key(self, *key: str) -> Any:
        """Return the row with these values of `natural_fields`; in memory only its key."""
        model = self.model
        known = in_memory.get()
        if known is None:
            return self.get(**dict(zip(model.natural_fields, key, strict=True)))
        if model not in known:
            rows = self.values_list("pk", *model.natural_fields)
            known[model] = {tuple(values): pk for pk, *values in rows}
        if key not in known[model]:
            raise model.DoesNotExist
        return model(pk=known[model][key])


class Keyed(models.Model):
    """A row whose natural key is `natural_fields`, in that order."""

    natural_fields: ClassVar[tuple[str, ...]] = ("slug",)

    objects = KeyedQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str, ...]:
        """Return the values that find this row again in any database."""
        key: list[str] = []
        for path in self.natural_fields:
            value: Any = self
            for name in path.split("__"):
                value = getattr(value, name)
            key.append(value)
        return tuple(key)


class LinesFormField(forms.CharField):
    """A text area that holds one item a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return the lines as one text."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """Return the lines that are not blank."""
        text = value if isinstance(value, str) else "\n".join(value or [])
        ProhibitNullCharactersValidator()(text)  # the field's own validators see a list
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists, not their texts."""
        return self.to_python(initial) != self.to_python(data)


class LinesField(models.JSONField):
    """A list of short texts; an editor writes one a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[Any, ...]:
        """Leave the defaults out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        kwargs.pop("blank", None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Return the text area with one item a line."""
        return models.Field.formfield(self, **{"form_class": LinesFormField, **kwargs})

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Accept lists of texts only: a bare text would read as a list of letters."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValidationError("A list of texts is needed.")


class WebAddressField(models.URLField):
    """An address that a reader can follow: https or http, nothing else."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Take what an editor writes without a scheme for https."""
        return super().formfield(**{"assume_scheme": "https", **kwargs})


class DatedQuerySet(KeyedQuerySet):
    """Claims with a date of known or unknown precision."""

    def newest_first(self) -> Self:
        """Order by date, the undated last."""
        return self.order_by(models.F("stated_on").desc(nulls_last=True), "pk")


class Dated(models.Model):
    """When a source said something, and how exactly that is known."""

    class Precision(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"
        YEAR = "year", "Year"
        UNKNOWN = "unknown", "Date unknown"

    class DateKind(models.TextChoices):
        STATED = "stated", "Stated on that day"
        UPDATED = "updated", "Page last updated on that day"
        AS_OF = "as-of", "As it stood on that day"

    stated_on = models.DateField(
        "date",
        null=True,
        blank=True,
        help_text="First day of the month or year if no day is known.",
    )
    precision = models.CharField(
        max_length=7,
        choices=Precision,
        default=Precision.UNKNOWN,
        help_text="Never fill a date in.",
    )
    date_kind = models.CharField(
        "the date is", max_length=7, choices=DateKind, default=DateKind.STATED
    )

    class Meta:
        abstract = True

    @classmethod
    def date_constraint(cls, name: str) -> models.CheckConstraint:
        """Return the rule that an unknown date is absent and every other one is there."""
        unknown = Q(precision="unknown")
        return models.CheckConstraint(
            condition=Q(unknown, stated_on__isnull=True) | Q(~unknown, stated_on__isnull=False),
            name=name,
            violation_error_message="An unknown date is left empty; a known one has a precision.",
        )

    def clean(self) -> None:
        """Refuse a month or a year that pretends to be a day."""
        super().clean()
        if not self.stated_on:
            return
        first_day = {
            "month": self.stated_on.day == 1,
            "year": self.stated_on.timetuple().tm_yday == 1,
        }
        if not first_day.get(self.precision, True):
            raise ValidationError({"stated_on": "Write the first day of that month or year."})


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Return the constraint that a column holds one of its choices."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=name,
        violation_error_message=f"Choose one of: {', '.join(choices.values)}.",
    )


def not_blank(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that a text is there."""
    return models.CheckConstraint(
        condition=~Q(**{field: ""}), name=name, violation_error_message="This cannot be empty."
    )
