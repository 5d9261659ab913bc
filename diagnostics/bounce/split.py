"""Several bounces in one stream: an mbox, a log, or pastes one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diagnostics.bounce import limits


def split(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield single bounces from the lines of a stream, in order.

    An mbox (RFC 4155: the first line starts with `From `) is cut at its `From ` lines; anything
    else is a bounce a line. What is longer than one bounce may be is cut.
    """
    lines = iter(stream)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        return
    if first.startswith(b"From "):
        yield from split_mbox(first, lines)
        return
    yield first.rstrip(b"\r\n")[: limits.MAX_BYTES]
    for line in lines:
        if line.strip():
            yield line.rstrip(b"\r\n")[: limits.MAX_BYTES]


def split_mbox(first: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the messages of an mbox; `>From ` within them is brought back to `From `."""
    message = [first]
    size = len(first)
    blank = False
    for line in lines:
        if blank and line.startswith(b"From "):
            yield b"".join(message)
            message, size = [], 0
        blank = not line.strip()
        if size < limits.MAX_BYTES:
            quoted = line.startswith(b">") and line.lstrip(b">").startswith(b"From ")
            message.append(line[1:] if quoted else line)
            size += len(line)
    yield b"".join(message)
