"""What a stream is cut into: lines first, then single bounces of one or more lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from diagnostics.bounce import limits


class Piece(NamedTuple):
    """Some lines, and the number of the first of them, from 1."""

    line: int
    data: bytes


Pieces = Iterator[Piece]


@dataclass(slots=True)
class Unit:
    """Lines that belong together, while they are gathered; what is too long is left out."""

    parts: list[bytes] = field(default_factory=list)
    line: int = 0
    size: int = 0

    def add(self, piece: Piece) -> None:
        """Take in the next line."""
        self.line = self.line or piece.line
        if self.size < limits.MAX_BYTES:
            self.parts.append(piece.data)
            self.size += len(piece.data)

    def take(self) -> Pieces:
        """Yield what was gathered, unless it is blank, and start anew."""
        data = b"".join(self.parts)[: limits.MAX_BYTES]
        line = self.line
        self.parts, self.line, self.size = [], 0, 0
        if data.strip():
            yield Piece(line, data)
