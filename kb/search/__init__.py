"""Search over published articles: one interface, SQLite FTS5 or PostgreSQL full text behind it."""

from __future__ import annotations

from typing import Any

from django.db import connection

from kb.search.base import Backend, Hit, Results, query_words
from kb.search.postgres import PostgresBackend
from kb.search.sqlite import SqliteBackend

__all__ = ["Hit", "Results", "install_index", "search"]

BACKENDS: dict[str, type[Backend]] = {"sqlite": SqliteBackend, "postgresql": PostgresBackend}


def backend() -> Backend:
    """Return the backend of the database in use."""
    return BACKENDS[connection.vendor]()


def search(text: str, *, limit: int = 20, offset: int = 0) -> Results:
    """Return published articles that match, best first; any text is a valid query."""
    words = query_words(text)
    if not words:
        return Results(hits=[], total=0)
    return backend().search(words, limit=limit, offset=offset)


def install_index(**kwargs: Any) -> None:  # noqa: ARG001 - the signature of post_migrate
    """Make the index after a migration: on SQLite an altered table loses its triggers."""
    backend().install_index()
