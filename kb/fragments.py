"""Pieces of pages that depend on rows and on nothing of the request: made once a version, and kept.

A page that is not in the page cache is put together from them. Only public pages keep pieces: they
take hold of the pieces of their version before they read any row, so nothing old is kept as new.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from kb.versioned import Kept

MOST_PIECES = 20_000
MOST_BYTES = 40 * 1024 * 1024  # in each process; all pages of the starter content take 33
LONG = 8 * 1024  # characters from which on a piece is kept packed, in about a tenth of its size
FASTEST = 1  # of the levels of zlib

Made = TypeVar("Made")


class Pieces:
    """What was made in one version; when it is full, it starts anew."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}
        self.size = 0  # bytes, without those of the keys

    def find(self, key: Hashable) -> Any:
        """Return a piece, or None."""
        piece = self.kept.get(key)
        if isinstance(piece, bytes):
            return mark_safe(zlib.decompress(piece).decode("utf-8", "surrogatepass"))  # noqa: S308 - safe when kept
        return piece

    def keep(self, key: Hashable, piece: Any) -> None:
        """Keep a piece, a long one packed."""
        if isinstance(piece, SafeString) and len(piece) > LONG:
            piece = zlib.compress(piece.encode("utf-8", "surrogatepass"), FASTEST)
        size = sys.getsizeof(piece)
        if len(self.kept) >= MOST_PIECES or self.size + size > MOST_BYTES:
            self.kept, self.size = {}, 0
        self.kept[key] = piece
        self.size += size


pieces = Kept(Pieces)
held: ContextVar[Pieces | None] = ContextVar("held", default=None)


@contextmanager
def of_this_version() -> Iterator[None]:
    """Keep what is made within for other pages of the version that stands now."""
    token = held.set(pieces.get())
    try:
        yield
    finally:
        held.reset(token)


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """Return what was made under a key in this version, or make it."""
    of_version = held.get()
    if of_version is None:
        return make()
    made = of_version.find(key)
    if made is None:
        made = make()
        of_version.keep(key, made)
    return made


class LateRows:
    """Rows of which the keys are known; the rest is read where a piece of one is not kept."""

    def __init__(self, keys: Sequence[int], rows: QuerySet) -> None:
        self.keys = keys
        self.rows = rows

    def __iter__(self) -> Iterator[Any]:
        found = self.rows.in_bulk(self.keys)
        return (found[key] for key in self.keys if key in found)

    def __len__(self) -> int:
        return len(self.keys)
