"""Search over published articles: one interface, SQLite FTS5 or PostgreSQL full text behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from kb.bits import Bits, members_in_order
from kb.models import ArticleRevision, SearchDocument
from kb.search import documents, ranking
from kb.search.base import FIELDS, Backend, Document, Hit, Posting, Results
from kb.search.library import library
from kb.search.postgres import PostgresBackend
from kb.search.query import Query, understand
from kb.search.sqlite import SqliteBackend
from kb.shelf import Shelf, shelf
from kb.versioned import Kept

__all__ = ["Hit", "Results", "backend", "faults", "install_index", "rebuild", "search"]

BACKENDS: dict[str, type[Backend]] = {"sqlite": SqliteBackend, "postgresql": PostgresBackend}
NO_POSTING = Posting(0, 0)
ALL_OF = 2  # words of a query that must all be there; of more, most are enough
MOST_KEPT = 2_000  # documents that stay in memory

read_before: Kept[dict[int, Document]] = Kept(dict)


def backend() -> Backend:
    """Return the backend of the database in use."""
    return BACKENDS[connection.vendor]()


def search(  # noqa: PLR0913 - a page of results has these sides
    text: str,
    *,
    chosen: Mapping[str, str] | None = None,
    sort: str = "relevance",
    limit: int = 20,
    offset: int = 0,
    lifted: Mapping[str, float] | None = None,
    complete: bool = True,
) -> Results:
    """Return published articles that match, best first; any text is a valid query.

    `chosen` are facets with a value each (`kb.shelf`); `lifted` names articles that are known to
    answer the query whatever words they hold, with what that adds to a score between 0 and 1.
    """
    stock = shelf.get()
    query = understand(text, library.get(), complete=complete)
    lifts = {stock.keys[slug]: lift for slug, lift in (lifted or {}).items() if slug in stock.keys}
    asked = ask(query, stock)
    found, all_words = matching(asked)
    for key in lifts:
        found |= 1 << key
    found &= stock.published
    kept = stock.narrow(found, chosen or {})
    hits = page(kept, asked, lifts, stock, sort=sort, limit=limit, offset=offset)
    return Results(
        hits=hits,
        matches=kept,
        unfiltered=found,
        groups=query.groups,
        all_words=all_words,
        corrected=query.corrected,
    )


def ask(query: Query, stock: Shelf) -> list[ranking.Asked]:
    """Return each group with where it stands."""
    known = [group for group in query.groups if group.ways]
    found = dict(zip(known, backend().postings(known), strict=True)) if known else {}
    postings = [found.get(group, NO_POSTING) for group in query.groups]
    return ranking.weigh_groups(query.groups, postings, stock.published.bit_count())


def matching(asked: list[ranking.Asked]) -> tuple[Bits, bool]:
    """Return what holds all phrases and all words, or most of them; and whether it holds all.

    Of one or two words all are needed, of more at least half; fewer where nothing has so many.
    """
    if not asked:
        return 0, True
    within: Bits = -1
    for one in asked:
        if one.group.required:
            within &= one.posting.anywhere
    words = [one for one in asked if not one.group.required]
    known = [one.posting.anywhere & within for one in words if one.group.ways]
    if not known:
        return (0 if within == -1 else within), not words
    sums: list[Bits] = []
    for members in known:
        ranking.add(sums, members, 1)
    wanted = len(known) if len(known) <= ALL_OF else len(known) - len(known) // 2
    for needed in range(wanted, 0, -1):
        if found := at_least(sums, needed):
            return found, needed == len(words)
    return 0, True


def at_least(sums: list[Bits], needed: int) -> Bits:
    """Return the members whose sum, a set a binary digit, is no smaller than needed."""
    greater, equal = 0, -1
    for place in range(max(len(sums), needed.bit_length()) - 1, -1, -1):
        digit = sums[place] if place < len(sums) else 0
        if needed >> place & 1:
            equal &= digit
        else:
            greater |= equal & digit
            equal &= ~digit
    return greater | equal if needed else -1


def page(  # noqa: PLR0913 - as above
    kept: Bits,
    asked: list[ranking.Asked],
    lifts: Mapping[int, float],
    stock: Shelf,
    *,
    sort: str,
    limit: int,
    offset: int,
) -> list[Hit]:
    """Return the hits of one page in the order that is asked for."""
    if sort in {"evidence", "helpful"}:
        ordered = stock.by_evidence if sort == "evidence" else by_help(stock)
        keys = list(members_in_order(kept, ordered))[offset : offset + limit]
        return [Hit(key, 0.0) for key in keys]
    near = ranking.promising(kept, asked, ranking.WINDOW)
    for key in lifts:
        near |= kept & (1 << key)
    scores = ranking.order(read(near), asked, {k: v for k, v in lifts.items() if near >> k & 1})
    if offset + limit > len(scores):
        behind = ranking.first_of(kept & ~near, offset + limit - len(scores))
        scores += [(key, 0.0) for key in ranking.keys_in_order(behind)]
    return [Hit(*pair) for pair in scores[offset : offset + limit]]


def by_help(stock: Shelf) -> list[int]:
    """Return all articles by what readers said of them, the unjudged after it by their evidence."""
    judged = ArticleRevision.objects.published().filter(article__feedback__score__gt=0)
    best = list(judged.order_by("-article__feedback__score", "-pk").values_list("pk", flat=True))
    known = set(best)
    return [*best, *(key for key in stock.by_evidence if key not in known)]


def read(bits: Bits) -> dict[int, Document]:
    """Return documents by primary key, those not read before in one query."""
    kept = read_before.get()
    keys = ranking.keys_in_order(bits)
    found = {key: document for key in keys if (document := kept.get(key))}
    if missing := [key for key in keys if key not in found]:
        rows = SearchDocument.objects.filter(pk__in=missing).values_list("pk", *FIELDS)
        new = {key: Document.of(key, fields) for key, *fields in rows}
        if len(kept) + len(new) > MOST_KEPT:
            kept.clear()  # other threads hold what they have found
        kept.update(new)
        found |= new
    return found


def install_index(**kwargs: Any) -> None:  # noqa: ARG001 - the signature of post_migrate
    """Make the index after a migration, and put in what it lacks."""
    if backend().install():
        backend().fill()
    documents.write_missing()


@transaction.atomic
def rebuild() -> int:
    """Make all of the index anew; return how many articles it holds."""
    backend().remove()
    number = documents.write_all()
    backend().install()
    backend().fill()
    return number


def faults() -> list[str]:
    """Return what is wrong with the index, in sentences."""
    return [*documents.faults(), *backend().faults()]
