"""Full text on PostgreSQL: two vectors beside each `SearchDocument`, kept current by a trigger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from kb.bits import Bits, bits_of
from kb.models import SearchDocument, SearchWord
from kb.search.base import FIELDS, HEAD, Group, Posting, Way

TABLE = SearchDocument._meta.db_table  # noqa: SLF001
WORDS = SearchWord._meta.db_table  # noqa: SLF001
PREFIX = "kb_search"

# The terms are made already (kb.search.analysis), so no parser of PostgreSQL's reads them: it would
# take 4.3.0 for a version. Fields are kept apart by one place, or a phrase could begin in one and
# end in the next; no position may pass 16383.
VECTOR = rf"""
CREATE OR REPLACE FUNCTION {PREFIX}_vector(VARIADIC fields text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(string_agg(
        '''' || replace(replace(term, '\', '\\'), '''', '''''') || ''':' || least(place, 16383), ' '
    ), '')::tsvector
    FROM unnest(string_to_array(array_to_string(fields, '  '), ' '))
        WITH ORDINALITY AS t(term, place)
    WHERE term <> ''
$$"""
FOLLOW = f"""
CREATE OR REPLACE FUNCTION {PREFIX}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.head_terms := {PREFIX}_vector({", ".join(f"NEW.{name}" for name in HEAD)});
    NEW.all_terms := {PREFIX}_vector({", ".join(f"NEW.{name}" for name in FIELDS)});
    RETURN NEW;
END $$"""
COUNT = f"""
CREATE OR REPLACE FUNCTION {PREFIX}_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE {WORDS} SET documents = documents - 1
            WHERE word IN (SELECT jsonb_array_elements_text(OLD.distinct_words));
        DELETE FROM {WORDS} WHERE documents < 1
            AND word IN (SELECT jsonb_array_elements_text(OLD.distinct_words));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {WORDS}(word, documents)
            SELECT jsonb_array_elements_text(NEW.distinct_words), 1
            ON CONFLICT (word) DO UPDATE SET documents = {WORDS}.documents + 1;
    END IF;
    RETURN NULL;
END $$"""
# The planner takes a vector for something short and would rather read all of them than the index.
HOLDING = """
CREATE OR REPLACE FUNCTION {name}(wanted tsquery) RETURNS bigint[]
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT array_agg(revision_id) FROM {table} WHERE {column} @@ wanted
$$"""
HOLDERS = ANYWHERE, IN_HEAD = (f"{PREFIX}_anywhere", f"{PREFIX}_in_head")
MAKE = [
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS head_terms tsvector",
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS all_terms tsvector",
    # Texts and vectors stand elsewhere, so that finding many documents reads few pages.
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
    VECTOR,
    FOLLOW,
    COUNT,
    HOLDING.format(name=ANYWHERE, table=TABLE, column="all_terms"),
    HOLDING.format(name=IN_HEAD, table=TABLE, column="head_terms"),
    f"""CREATE OR REPLACE TRIGGER {PREFIX}_follow
        BEFORE INSERT OR UPDATE OF form, {", ".join(FIELDS)} ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {PREFIX}_follow()""",
    f"""CREATE OR REPLACE TRIGGER {PREFIX}_count
        AFTER INSERT OR UPDATE OF distinct_words OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {PREFIX}_count()""",
    f"CREATE INDEX IF NOT EXISTS {PREFIX}_head ON {TABLE} USING gin (head_terms)",
    f"CREATE INDEX IF NOT EXISTS {PREFIX}_all ON {TABLE} USING gin (all_terms)",
]
COUNT_WORDS = f"""INSERT INTO {WORDS}(word, documents)
    SELECT word, count(*) FROM {TABLE}, jsonb_array_elements_text(distinct_words) AS word
    GROUP BY word"""
WRONG = f"""SELECT count(*) FROM {TABLE} WHERE
    head_terms IS DISTINCT FROM {PREFIX}_vector({", ".join(HEAD)})
    OR all_terms IS DISTINCT FROM {PREFIX}_vector({", ".join(FIELDS)})"""
PRESENT = """SELECT tgname FROM pg_trigger WHERE tgname LIKE %s
    UNION SELECT indexname FROM pg_indexes WHERE indexname LIKE %s"""
OBJECTS = [f"{PREFIX}_{name}" for name in ("all", "count", "follow", "head")]


@contextmanager
def patient_cursor() -> Iterator[Any]:
    """Yield a cursor in a transaction that may take as long as all documents need."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


class PostgresBackend:
    """A GIN index finds; all ranking is ours."""

    def remove(self) -> None:
        """Drop triggers and indexes; the columns wait to be filled again."""
        connection.check_constraints()  # no table changes while some are to be checked later
        with connection.cursor() as cursor:
            for name in ("follow", "count"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}_{name} ON {TABLE}")
            for name in ("head", "all"):
                cursor.execute(f"DROP INDEX IF EXISTS {PREFIX}_{name}")

    def install(self) -> bool:
        """Make columns, functions, triggers and indexes if they are not there."""
        connection.check_constraints()
        with patient_cursor() as cursor:
            cursor.execute(PRESENT, [f"{PREFIX}%", f"{PREFIX}%"])
            known = {name for (name,) in cursor}
            for statement in MAKE:
                cursor.execute(statement)
        return not known.issuperset(OBJECTS)

    def fill(self) -> None:
        """Make the index anew from the documents."""
        with patient_cursor() as cursor:
            cursor.execute(f"UPDATE {TABLE} SET form = form")  # as the trigger sees it, all changed
            cursor.execute(f"DELETE FROM {WORDS}")
            cursor.execute(COUNT_WORDS)

    def faults(self) -> list[str]:
        """Compare each vector with the document that it is made from, and look for the triggers."""
        with connection.cursor() as cursor:
            cursor.execute(PRESENT, [f"{PREFIX}%", f"{PREFIX}%"])
            present = {name for (name,) in cursor}
            if missing := [name for name in OBJECTS if name not in present]:
                return [f"The search index lacks {', '.join(missing)}."]
            cursor.execute(WRONG)
            (wrong,) = cursor.fetchone()
        if wrong:
            return ["The search index and the documents that it is made from differ."]
        return []

    def postings(self, groups: Iterable[Group]) -> list[Posting]:
        """Ask for all groups, each in any field and in the head, in one query."""
        asked = [
            (n, holder, query)
            for n, group in enumerate(groups)
            for holder in HOLDERS
            for query in to_queries(group.ways)
        ]
        if not asked:
            return []
        columns = ", ".join(f"{holder}(%s::tsquery)" for _, holder, _ in asked)
        sets: dict[tuple[int, str], Bits] = defaultdict(int)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns}", [query for _, _, query in asked])
            for (n, holder, _), keys in zip(asked, cursor.fetchone(), strict=True):
                sets[n, holder] |= bits_of(keys or ())
        numbers = dict.fromkeys(n for n, _, _ in asked)
        return [Posting(sets[n, ANYWHERE], sets[n, IN_HEAD]) for n in numbers]


def to_queries(ways: Sequence[Way]) -> list[str]:
    """Return ways in the syntax of tsquery: all words in one, each phrase in one of its own.

    What may hold a phrase is read to see whether it does; what holds a word need not be.
    """
    words = [way for way in ways if len(way.terms) == 1]
    phrases = [[way] for way in ways if len(way.terms) > 1]
    return [to_query(some) for some in (words, *phrases) if some]


def to_query(ways: Sequence[Way]) -> str:
    """Return ways in the syntax of tsquery, each term quoted so that none is read as syntax."""
    return " | ".join("({})".format(" <-> ".join(map(quote, way.terms))) for way in ways)


def quote(term: str) -> str:
    """Return a term as a lexeme in quotes."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
