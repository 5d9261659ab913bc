"""Full text on SQLite: an FTS5 index over `SearchDocument`, kept current by triggers."""

from __future__ import annotations

from django.db import connection

from kb.models import SearchDocument
from kb.search.base import FIELDS, WEIGHTS, Hit, Results

TABLE = SearchDocument._meta.db_table  # noqa: SLF001
INDEX = "kb_search_index"
COLUMNS = ", ".join(FIELDS)
NEW = ", ".join(f"new.{name}" for name in FIELDS)
OLD = ", ".join(f"old.{name}" for name in FIELDS)
REMOVE = (
    f"INSERT INTO {INDEX}({INDEX}, rowid, {COLUMNS}) VALUES ('delete', old.revision_id, {OLD});"
)
ADD = f"INSERT INTO {INDEX}(rowid, {COLUMNS}) VALUES (new.revision_id, {NEW});"

STATEMENTS = [
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({COLUMNS}, content='{TABLE}',
    content_rowid='revision_id', tokenize="porter unicode61 remove_diacritics 2")""",
    f"CREATE TRIGGER IF NOT EXISTS {INDEX}_insert AFTER INSERT ON {TABLE} BEGIN {ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS {INDEX}_delete AFTER DELETE ON {TABLE} BEGIN {REMOVE} END",
    f"CREATE TRIGGER IF NOT EXISTS {INDEX}_update AFTER UPDATE ON {TABLE} BEGIN {REMOVE} {ADD} END",
    f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')",
]

RANK = f"bm25({INDEX}, {', '.join(str(WEIGHTS[name]) for name in FIELDS)})"
FOUND = f"FROM {INDEX} WHERE {INDEX} MATCH %s"
SEARCH = (
    f"SELECT r.slug, r.question, r.summary, found.rank FROM (SELECT rowid, {RANK} AS rank {FOUND}) "
    "AS found JOIN kb_articlerevision r ON r.id = found.rowid WHERE r.state = 'published' "
    "ORDER BY found.rank, r.slug LIMIT %s OFFSET %s"
)
COUNT = (
    f"SELECT count(*) {FOUND} AND rowid IN "
    "(SELECT id FROM kb_articlerevision WHERE state = 'published')"
)


class SqliteBackend:
    """FTS5 with Porter stemming; bm25 by field."""

    def install_index(self) -> None:
        """Make table and triggers if they are not there, and fill the index anew."""
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement)

    def search(self, words: list[str], *, limit: int, offset: int) -> Results:
        """Ask for all words, each quoted so that none is read as FTS5 syntax."""
        query = " ".join(f'"{word}"' for word in words) + "*"
        with connection.cursor() as cursor:
            cursor.execute(SEARCH, [query, limit, offset])
            hits = [Hit(slug, question, summary, -rank) for slug, question, summary, rank in cursor]
            cursor.execute(COUNT, [query])
            (total,) = cursor.fetchone()
        return Results(hits=hits, total=total)
