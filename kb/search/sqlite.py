"""Full text on SQLite: an FTS5 index over `SearchDocument`, kept current by triggers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.db import DatabaseError, connection, transaction

from kb.bits import bits_of
from kb.models import SearchDocument, SearchWord
from kb.search.base import FIELDS, HEAD, Group, Posting

TABLE = SearchDocument._meta.db_table  # noqa: SLF001
WORDS = SearchWord._meta.db_table  # noqa: SLF001
INDEX = "kb_search_text"
COLUMNS = ", ".join(FIELDS)
NEW = ", ".join(f"new.{name}" for name in FIELDS)
OLD = ", ".join(f"old.{name}" for name in FIELDS)
TAKE_OUT = f"""
    INSERT INTO {INDEX}({INDEX}, rowid, {COLUMNS}) VALUES ('delete', old.revision_id, {OLD});
    UPDATE {WORDS} SET documents = documents - 1
        WHERE word IN (SELECT value FROM json_each(old.distinct_words));
    DELETE FROM {WORDS} WHERE documents < 1
        AND word IN (SELECT value FROM json_each(old.distinct_words));"""
PUT_IN = f"""
    INSERT INTO {INDEX}(rowid, {COLUMNS}) VALUES (new.revision_id, {NEW});
    INSERT INTO {WORDS}(word, documents)
        SELECT value, 1 FROM json_each(new.distinct_words) WHERE true
        ON CONFLICT(word) DO UPDATE SET documents = documents + 1;"""
TRIGGERS = {
    "insert": f"AFTER INSERT ON {TABLE} BEGIN {PUT_IN} END",
    "delete": f"AFTER DELETE ON {TABLE} BEGIN {TAKE_OUT} END",
    "update": f"AFTER UPDATE ON {TABLE} BEGIN {TAKE_OUT} {PUT_IN} END",
}
# The terms are made already (kb.search.analysis): they are cut at spaces and kept as they are.
MAKE = f"""CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({COLUMNS}, content='{TABLE}',
    content_rowid='revision_id', tokenize="ascii tokenchars '.-_'")"""
COUNT_WORDS = f"""INSERT INTO {WORDS}(word, documents)
    SELECT value, count(*) FROM {TABLE}, json_each(distinct_words) GROUP BY value"""
FOUND = f"SELECT group_concat(rowid) FROM {INDEX} WHERE {INDEX} MATCH %s"


class SqliteBackend:
    """FTS5 finds; all ranking is ours."""

    def remove(self) -> None:
        """Drop triggers and table; FTS5 refuses to forget what it does not hold."""
        with connection.cursor() as cursor:
            for name in TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {INDEX}_{name}")
            cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")

    def install(self) -> bool:
        """Make the table, and the triggers anew: an altered table has lost them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = %s", [INDEX])
            (known,) = cursor.fetchone()
            cursor.execute(MAKE)
            for name, body in TRIGGERS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {INDEX}_{name}")
                cursor.execute(f"CREATE TRIGGER {INDEX}_{name} {body}")
        return not known

    def fill(self) -> None:
        """Make the index anew from the documents."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")
            cursor.execute(f"DELETE FROM {WORDS}")
            cursor.execute(COUNT_WORDS)

    def faults(self) -> list[str]:
        """Ask FTS5 whether its index agrees with the documents, and look for the triggers."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{INDEX}%"])
            present = {name for (name,) in cursor}
        if missing := sorted({INDEX, *(f"{INDEX}_{name}" for name in TRIGGERS)} - present):
            return [f"The search index lacks {', '.join(missing)}."]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('integrity-check', 1)")
        except DatabaseError:
            return ["The search index and the documents that it is made from differ."]
        return []

    def postings(self, groups: Iterable[Group]) -> list[Posting]:
        """Ask for all groups, each in any field and in the head, in one query."""
        asked = [to_match(group.ways, head=head) for group in groups for head in (False, True)]
        if not asked:
            return []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([FOUND] * len(asked)), asked)
            found = [bits_of(json.loads(f"[{keys or ''}]")) for (keys,) in cursor]
        return [Posting(*pair) for pair in zip(found[::2], found[1::2], strict=True)]


def to_match(ways: Sequence, *, head: bool) -> str:
    """Return ways in the syntax of FTS5, each quoted so that none is read as syntax."""
    phrases = " OR ".join('"{}"'.format(" ".join(way.terms).replace('"', '""')) for way in ways)
    return f"{{{' '.join(HEAD)}}} : ({phrases})" if head else phrases
