"""Starter content into the database, never over an editor's change.

What was installed is remembered by the digest of each unit (`InstalledUnit`): as installed →
upgraded; changed by an editor → kept; deleted by an editor → stays deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError

from kb import editorial
from kb.content.documents import is_citation, of_model
from kb.content.units import (
    Row,
    Unit,
    group,
    natural_key_of,
    references,
    remove_parts,
    store,
    stored_units,
)
from kb.models import Article, InstalledUnit
from kb.models.revision import RevisionState

FOR_EVER = "kb.slugredirect:"  # an address that moved leads on, whether it is shipped still or not


@dataclass(slots=True)
class Installation:
    """What installing did, as keys of units."""

    added: list[str] = field(default_factory=list)
    upgraded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    stayed_deleted: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    unpublished: list[str] = field(default_factory=list)
    version: int = 0

    @property
    def changed(self) -> set[str]:
        """Keys that now stand in the database otherwise than before."""
        return {*self.added, *self.upgraded}


@transaction.atomic
def install(rows: Iterable[Row]) -> Installation:
    """Bring the database to these rows as far as editors left it alone, and publish articles."""
    shipped = group(rows)
    stored = stored_units()
    installed = InstalledUnit.objects.digests()
    result = sort_out(shipped, stored, installed)
    leave_out(shipped, stored, result)
    for key in result.upgraded:
        remove_parts(stored[key], shipped[key].rows)
    store(row for key in shipped if key in result.changed for row in shipped[key].rows)
    withdraw(shipped, stored, installed, result)
    publish_articles(shipped, stored, installed, result)
    remember(shipped, result)
    result.version = editorial.grow_version().number
    return result


def sort_out(
    shipped: dict[str, Unit], stored: dict[str, Unit], installed: dict[str, str]
) -> Installation:
    """Decide for each shipped unit what happens to it."""
    result = Installation()
    for key, unit in shipped.items():
        if key not in stored:
            (result.stayed_deleted if key in installed else result.added).append(key)
        elif stored[key].digest == unit.digest:
            result.unchanged.append(key)
        elif stored[key].digest == installed.get(key):
            result.upgraded.append(key)
        else:
            result.kept.append(key)
    return result


def leave_out(shipped: dict[str, Unit], stored: dict[str, Unit], result: Installation) -> None:
    """Take back what would refer to something that an editor deleted, and what refers to that."""
    missing = set(result.stayed_deleted)
    while refused := {key for key in result.changed if missing & {*references(shipped[key])}}:
        result.added = [key for key in result.added if key not in refused]
        result.upgraded = [key for key in result.upgraded if key not in refused]
        result.left_out += sorted(refused)
        missing |= refused - stored.keys()


def withdraw(
    shipped: dict[str, Unit],
    stored: dict[str, Unit],
    installed: dict[str, str],
    result: Installation,
) -> None:
    """Delete what is shipped no more, unless an editor changed it or something refers to it."""
    gone = [key for key in stored if key in installed and key not in shipped]
    gone = [key for key in gone if not key.startswith(FOR_EVER)]
    untouched = {key for key in gone if stored[key].digest == installed[key]}
    leaving = untouched and untouched - needed(untouched, stored_units())
    for key in reversed(gone):
        if key not in leaving:
            result.kept.append(key)
            continue
        try:
            with transaction.atomic():
                find(stored[key]).delete()
        except ProtectedError:
            result.kept.append(key)
        else:
            result.removed.append(key)


def needed(leaving: set[str], units: Mapping[str, Unit]) -> set[str]:
    """Return which of the leaving units something that stays refers to, directly or not."""
    staying: set[str] = set()
    news = units.keys() - leaving
    while news:
        news = {other for key in news for other in references(units[key])} & leaving - staying
        staying |= news
    return staying


def find(unit: Unit) -> object:
    """Return the database row of a unit's root."""
    model = apps.get_model(unit.rows[0]["model"])
    return model.objects.get_by_natural_key(*natural_key_of(model, unit.root))


def publish_articles(
    shipped: dict[str, Unit],
    stored: dict[str, Unit],
    installed: dict[str, str],
    result: Installation,
) -> None:
    """Publish articles that this run changed, or that were loaded and never published.

    An article whose text or cited opinions an editor is working on is left to the editor, and so
    is one that an editor archived.
    """
    edited = {key for key in result.kept if key in stored}
    archived = {f"kb.article:{article.slug}" for article in Article.objects.archived()}
    deleted = {*result.stayed_deleted, *result.left_out}
    units = {**stored, **shipped}
    for key, unit in shipped.items():
        if not key.startswith("kb.article:") or key in edited | archived | deleted:
            continue
        parts = parts_of(unit, units)
        if key in installed and not parts & {*result.changed, *result.removed}:
            continue
        if parts & edited:
            result.unpublished.append(key)
            continue
        article = Article.objects.get(slug=unit.root["slug"])
        try:
            editorial.freeze(
                article, state=RevisionState.PUBLISHED, by=None, note="Starter content"
            )
        except editorial.NothingToPublish:
            continue
        result.published.append(key)


def parts_of(article: Unit, units: Mapping[str, Unit]) -> set[str]:
    """Return the keys of what its document holds: an article, its opinions, their conflicts."""
    cited = {row["fields"]["opinion"][0] for row in article.rows if is_citation(row)}
    joined = {
        conflict.key
        for conflict in of_model(units, "kb.opinionconflict")
        if {conflict.root["first"][0], conflict.root["second"][0]} <= cited
    }
    return {article.key, *joined, *(f"kb.opinion:{uid}" for uid in cited)}


def remember(shipped: dict[str, Unit], result: Installation) -> None:
    """Write down the digest of everything that now stands as shipped."""
    InstalledUnit.objects.filter(key__in=result.removed).delete()
    InstalledUnit.objects.bulk_create(
        [
            InstalledUnit(key=key, digest=shipped[key].digest)
            for key in (*result.added, *result.upgraded, *result.unchanged)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["digest"],
    )
