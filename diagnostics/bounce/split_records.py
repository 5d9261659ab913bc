"""Tables cut into records that each carry the header, JSON cut into objects."""

from __future__ import annotations

import csv
import re

from diagnostics.bounce import exchange_log, powermta
from diagnostics.bounce.piece import Piece, Pieces, Unit
from diagnostics.bounce.tables import ENOUGH, column, delimiter_of

JSON_STARTS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,20}(?:\[\s{0,20}(?:\{|$)|\{\s{0,20}(?:\"|$))")
BRACES = re.compile(rb"[{}\"\\]")
FIRST = 5  # letters of a column's name that no record starts with
COLUMNS = (exchange_log.KNOWN, powermta.KNOWN)


def is_json(line: bytes) -> bool:
    """Whether a stream that starts with this line holds JSON objects, in an array or not."""
    return JSON_STARTS.match(line) is not None


def cut_json(lines: Pieces) -> Pieces:
    """Yield the outermost objects, whatever stands between them."""
    unit = Unit()
    depth = 0
    in_string = False
    escaped = -1  # the place behind a backslash, which means nothing
    for piece in lines:
        start = 0
        for found in BRACES.finditer(piece.data):
            at, mark = found.start(), found[0]
            if mark == b'"' and at != escaped and depth:
                in_string = not in_string
            elif mark == b"\\" and at != escaped:
                escaped = at + 1
            elif mark == b"{" and not in_string:
                start = at if depth == 0 else start
                depth += 1
            elif mark == b"}" and not in_string and depth:
                depth -= 1
                if depth == 0:
                    unit.add(Piece(piece.line, piece.data[start : at + 1]))
                    yield from unit.take()
        escaped = -1
        if depth:
            unit.add(Piece(piece.line, piece.data[start:]))
    yield from unit.take()


def is_header(line: bytes) -> bool:
    """Whether a line names the columns of a table that is known."""
    text = line[:4000].decode("utf-8-sig", "replace").strip()
    if text.lower().startswith(("#software:", "#version:", "#log-type:")):
        return True
    row = next(csv.reader([text], delimiter=delimiter_of(text)), [])
    names = {column(cell) for cell in row}
    return any(len(names & known) >= ENOUGH for known in COLUMNS)


def starts_alike(header: bytes, line: bytes) -> bool:
    """Whether a line may be a header again: it names the same first column, or there was none."""
    return not header or line.startswith(header[:FIRST])


def cut_table(lines: Pieces) -> Pieces:
    """Yield each record below the header that stands above it in the stream."""
    header = b""
    unit = Unit()
    quotes = 0
    for piece in lines:
        if not unit.parts and piece.data.startswith(b"#"):
            header = piece.data if piece.data.lower().startswith(b"#fields:") else header
        elif not unit.parts and starts_alike(header, piece.data) and is_header(piece.data):
            header = piece.data
        else:
            if not unit.parts:
                unit.add(Piece(piece.line, header))
            unit.add(piece)
            quotes += piece.data.count(b'"')
            if quotes % 2 == 0:
                yield from unit.take() if piece.data.strip() else ()
                unit, quotes = Unit(), 0
    yield from unit.take()
