"""Full text on PostgreSQL: an expression index over `SearchDocument`."""

from __future__ import annotations

from django.db import connection

from kb.models import SearchDocument
from kb.search.base import Hit, Results

TABLE = SearchDocument._meta.db_table  # noqa: SLF001
INDEX = "kb_search_index"

# Four classes of weight for six fields. A code such as 4.3.0 or gmail-451 would be read as a
# version, host or number: dots and hyphens become spaces, here and in the query.
CLASSES = {"title": "A", "codes": "A", "summary": "B", "steps": "C", "body": "C", "opinions": "D"}
CLASS_WEIGHTS = "{0.1, 0.3, 0.5, 1.0}"


def vector_of(field: str, weight: str) -> str:
    """Return the SQL of one field's words with their weight."""
    return f"setweight(to_tsvector('english', translate({field}, '.-_', '   ')), '{weight}')"


# One expression for index and query, or PostgreSQL would scan the table.
INDEXED = " || ".join(vector_of(name, weight) for name, weight in CLASSES.items())
DOCUMENT = " || ".join(vector_of(f"d.{name}", weight) for name, weight in CLASSES.items())
INSTALL = f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin (({INDEXED}))"
FOUND = (
    f"FROM {TABLE} d JOIN kb_articlerevision r ON r.id = d.revision_id, "
    "to_tsquery('english', %s) query "
    f"WHERE ({DOCUMENT}) @@ query AND r.state = 'published'"
)
SEARCH = (
    f"SELECT r.slug, r.question, r.summary, ts_rank('{CLASS_WEIGHTS}', {DOCUMENT}, query) AS rank "
    f"{FOUND} ORDER BY rank DESC, r.slug LIMIT %s OFFSET %s"
)
COUNT = f"SELECT count(*) {FOUND}"


class PostgresBackend:
    """English stemming; ts_rank by class of weight."""

    def install_index(self) -> None:
        """Make the index if it is not there."""
        with connection.cursor() as cursor:
            cursor.execute(INSTALL)

    def search(self, words: list[str], *, limit: int, offset: int) -> Results:
        """Ask for all words; a code is the sequence of its parts."""
        query = to_query(words)
        with connection.cursor() as cursor:
            cursor.execute(SEARCH, [query, limit, offset])
            hits = [Hit(*row) for row in cursor.fetchall()]
            cursor.execute(COUNT, [query])
            (total,) = cursor.fetchone()
        return Results(hits=hits, total=total)


def to_query(words: list[str]) -> str:
    """Return words in the syntax of to_tsquery, each quoted, the last as a prefix."""
    phrases = []
    for number, word in enumerate(words, start=1):
        parts = [f"'{part}'" for part in word.translate(str.maketrans("._-", "   ")).split()]
        if number == len(words):
            parts[-1] += ":*"
        phrases.append(f"({' <-> '.join(parts)})")
    return " & ".join(phrases)
