"""Knowledge as rows of plain data: the one form that files, revisions and digests share.

A row is `{"model": "kb.cause", "fields": {...}}` as Django's fixtures have it: related rows by
natural key, dates as ISO text, fields at their default left out. A unit is what an editor sees as
one thing: an article with its steps and citations, a signature with its examples, otherwise one
row. Units are what installing compares, one digest each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.core.serializers.base import DeserializedObject
from django.core.serializers.python import Deserializer
from django.db import models

from kb.models import (
    Article,
    ArticleOpinion,
    Cause,
    CodeMeaning,
    ErrorCode,
    Opinion,
    OpinionConflict,
    Provider,
    RemediationStep,
    Signature,
    SignatureExample,
    SlugRedirect,
    Source,
    Synonym,
    Topic,
)
from kb.models.base import Keyed, forget_keys, keys_in_memory

Row = dict[str, Any]

# Who looks after an article is a matter of this site, not of the knowledge.
LOCAL_FIELDS = {Article: {"owner"}}

# In the order in which rows can be loaded; parts name the field that leads to their root.
UNITS: dict[type[Keyed], dict[type[Keyed], str]] = {
    Source: {},
    Topic: {},
    Synonym: {},
    SlugRedirect: {},
    Cause: {},
    Provider: {},
    ErrorCode: {},
    CodeMeaning: {},
    Opinion: {},
    OpinionConflict: {},
    Article: {ArticleOpinion: "article", RemediationStep: "article"},
    Signature: {SignatureExample: "signature"},
}
ROOTS = {part: (root, link) for root, parts in UNITS.items() for part, link in parts.items()}
LOADING_ORDER = [model for root, parts in UNITS.items() for model in (root, *parts)]


@dataclass(slots=True)
class Unit:
    """The rows of one unit, its root first."""

    key: str
    rows: list[Row] = field(default_factory=list)

    @property
    def root(self) -> dict[str, Any]:
        """The fields of the root row."""
        return self.rows[0]["fields"]

    @property
    def digest(self) -> str:
        """SHA-256 of the rows; the order of the parts does not matter."""
        return digest_of(self.rows)


def digest_of(rows: Iterable[Row]) -> str:
    """Return the SHA-256 of rows in whatever order."""
    lines = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def carried_fields(model: type[models.Model]) -> tuple[models.Field, ...]:
    """Return the fields that rows carry: the key, the others in order, many-to-many last."""
    local = LOCAL_FIELDS.get(model, set())
    key = [path.partition("__")[0] for path in getattr(model, "natural_fields", ())]
    columns = model._meta.concrete_fields  # noqa: SLF001 - the documented Meta API
    carried = [item for item in columns if not item.primary_key and item.name not in local]
    sets = [
        item
        for item in model._meta.many_to_many  # noqa: SLF001
        if item.remote_field.through._meta.auto_created  # noqa: SLF001
    ]
    return (*sorted(carried, key=lambda column: column.name not in key), *sets)


@cache
def defaults(model: type[models.Model]) -> dict[str, Any]:
    """Return the defaults that a row leaves out, by field; one that is made anew is none."""
    made_anew = {f.name for f in carried_fields(model) if f.has_default() and callable(f.default)}
    fields = (item for item in carried_fields(model) if item.name not in made_anew)
    return {item.name: item.get_default() for item in fields}


def make_row(model: type[models.Model], values: Mapping[str, Any]) -> Row:
    """Return a row in its one form from values of any order, defaults left out."""
    fields = {}
    left_out = defaults(model)
    for item in carried_fields(model):
        if item.name not in values:
            continue
        value = plain(item, values[item.name])
        if value not in (None, []) and value != left_out.get(item.name):
            fields[item.name] = value
    return {"model": model._meta.label_lower, "fields": fields}  # noqa: SLF001


def plain(item: models.Field, value: Any) -> Any:
    """Return a value as files hold it."""
    if item.many_to_many:
        return sorted(list(key) for key in value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, tuple):
        return list(value)
    return value


def row_of(instance: Keyed) -> Row:
    """Return the row of a database row; relations should be fetched before."""
    values: dict[str, Any] = {}
    for item in carried_fields(type(instance)):
        if item.many_to_many:
            values[item.name] = [
                other.natural_key() for other in getattr(instance, item.name).all()
            ]
        elif item.many_to_one:
            other = getattr(instance, item.name)
            values[item.name] = list(other.natural_key()) if other else None
        else:
            values[item.name] = getattr(instance, item.name)
    return make_row(type(instance), values)


def with_relations(queryset: models.QuerySet) -> models.QuerySet:
    """Fetch what `row_of` needs, whatever the number of rows."""
    items = carried_fields(queryset.model)
    joins = [item.name for item in items if item.many_to_one]
    joins += [path.rpartition("__")[0] for path in queryset.model.natural_fields if "__" in path]
    sets = [item.name for item in items if item.many_to_many]
    return (
        queryset.select_related(*joins).prefetch_related(*sets)
        if joins
        else (queryset.prefetch_related(*sets))
    )


def key_of(row: Row) -> str:
    """Return the key of the unit that a row belongs to: kb.article:some-slug."""
    model = apps.get_model(row["model"])
    root, link = ROOTS.get(model, (model, None))
    label = root._meta.label_lower  # noqa: SLF001
    if link:
        return f"{label}:{'|'.join(row['fields'][link])}"
    return f"{label}:{'|'.join(natural_key_of(model, row['fields']))}"


def natural_key_of(model: type[Keyed], fields: Mapping[str, Any]) -> list[str]:
    """Return the natural key of a row as its fields spell it."""
    key: list[str] = []
    for path in model.natural_fields:
        value = fields.get(path.partition("__")[0], "")
        key.extend(value if isinstance(value, list) else [value])
    return key


def references(unit: Unit) -> Iterator[str]:
    """Yield the keys of the units that a unit refers to."""
    for row in unit.rows:
        for item in carried_fields(apps.get_model(row["model"])):
            value = row["fields"].get(item.name)
            if item.is_relation and value:
                label = item.related_model._meta.label_lower  # noqa: SLF001
                for key in value if item.many_to_many else [value]:
                    yield f"{label}:{'|'.join(key)}"


def group(rows: Iterable[Row]) -> dict[str, Unit]:
    """Return rows as units by key, each with its root first and its parts in order."""
    units: dict[str, Unit] = {}
    for row in sorted(rows, key=loading_rank):
        key = key_of(row)
        units.setdefault(key, Unit(key)).rows.append(row)
    for unit in units.values():
        unit.rows[1:] = sorted(unit.rows[1:], key=part_rank)
    return units


def loading_rank(row: Row) -> int:
    """Return where a row's model stands in the order of loading."""
    return LOADING_ORDER.index(apps.get_model(row["model"]))


def part_rank(row: Row) -> tuple[Any, ...]:
    """Order parts as a reader meets them: by model, position, natural key."""
    model = apps.get_model(row["model"])
    fields = row["fields"]
    return (loading_rank(row), fields.get("position", 0), natural_key_of(model, fields))


def stored_rows(model: type[Keyed], **conditions: Any) -> list[Row]:
    """Return the rows of one model as the database holds them."""
    queryset = with_relations(model.objects.filter(**conditions)).order_by("pk")
    return [row_of(instance) for instance in queryset]


def stored_units() -> dict[str, Unit]:
    """Return all knowledge in the database, as units by key."""
    return group(row for model in LOADING_ORDER for row in stored_rows(model))


def store(rows: Iterable[Row]) -> None:
    """Write rows to the database, over those with the same natural key.

    A field that a row does not carry gets its default; fields of this site alone stay.
    """
    ordered = [with_empty_sets(row) for row in sorted(rows, key=loading_rank)]
    deferred = []
    with keys_in_memory():
        for label, of_model in groupby(ordered, key=itemgetter("model")):
            items = [*Deserializer(of_model, handle_forward_references=True)]
            added = []
            for item in items:
                if item.object.pk:
                    overwrite(item)
                else:
                    added.append(item)
            model = apps.get_model(label)
            add(model, added)
            forget_keys(model)
            deferred += [item for item in items if item.deferred_fields]
        for item in deferred:
            item.save_deferred_fields()


def overwrite(item: DeserializedObject) -> None:
    """Save a row over the one that has its natural key."""
    if LOCAL_FIELDS.get(type(item.object)):
        names = [f.name for f in carried_fields(type(item.object)) if not f.many_to_many]
        item.save(update_fields=names)
    else:
        item.save()


def add(model: type[Keyed], items: list[DeserializedObject]) -> None:
    """Save rows of one model that are new, at once."""
    model.objects.bulk_create([item.object for item in items])
    for item in items:
        for name, others in (item.m2m_data or {}).items():
            if others:
                getattr(item.object, name).set(others)


def with_empty_sets(row: Row) -> Row:
    """Return a row that says of every many-to-many field what stands in it, nothing included."""
    items = carried_fields(apps.get_model(row["model"]))
    empty = {item.name: [] for item in items if item.many_to_many}
    return {**row, "fields": empty | row["fields"]}


def remove_parts(unit: Unit, kept: Iterable[Row]) -> None:
    """Delete parts of a stored unit that `kept` no longer has."""
    by_model: dict[type[Keyed], set[tuple[str, ...]]] = defaultdict(set)
    for row in kept:
        model = apps.get_model(row["model"])
        by_model[model].add(tuple(natural_key_of(model, row["fields"])))
    for row in unit.rows[1:]:
        model = apps.get_model(row["model"])
        key = tuple(natural_key_of(model, row["fields"]))
        if key not in by_model[model]:
            model.objects.get_by_natural_key(*key).delete()
