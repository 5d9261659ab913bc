"""What `triage` is given: files, directories, mboxes, Maildirs, text files, JSON lines.

Everything is yielded one bounce at a time, so memory does not grow with the input.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from diagnostics.bounce import limits
from diagnostics.bounce.mail import looks_like_mail
from diagnostics.bounce.split import cut
from diagnostics.bounce.webhook import is_event

NOTHING_GIVEN = "neither text nor file is given"


class Item(NamedTuple):
    """One bounce to read; `error` says why it cannot be, then data is empty."""

    identifier: str
    data: bytes | str
    error: str = ""


def read_inputs(paths: Iterable[Path]) -> Iterator[Item]:
    """Yield the bounces of all inputs, in order."""
    for path in paths:
        yield from read_directory(path) if path.is_dir() else read_file(path)


def read_directory(path: Path) -> Iterator[Item]:
    """Yield a Maildir's messages, or those of all files below a directory, by name."""
    boxes = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    if boxes:
        for file in sorted(file for box in boxes for file in box.iterdir() if file.is_file()):
            yield whole_file(file)
        return
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        yield from read_file(file)


def read_file(path: Path) -> Iterator[Item]:
    """Yield the bounces of one file by what it holds."""
    with path.open("rb") as stream:
        head = stream.read(20_000)
    if path.suffix == ".jsonl":
        yield from read_json_lines(path)
    elif path.suffix == ".mbox" or (head.startswith(b"From ") and path.suffix != ".eml"):
        yield from read_mbox(path)
    elif path.suffix == ".eml":
        yield whole_file(path)
    elif looks_like_mail(head):
        yield from read_mails(path)
    else:
        yield from read_lines(path)


def whole_file(path: Path) -> Item:
    """Return a file as one bounce, no more of it than is read."""
    with path.open("rb") as stream:
        return Item(str(path), stream.read(limits.MAX_BYTES + 1))


def read_mbox(path: Path) -> Iterator[Item]:
    """Yield the messages of an mbox, numbered from 1."""
    with path.open("rb") as stream:
        for number, message in enumerate(cut(lines_of(stream)), start=1):
            yield Item(f"{path}#{number}", message.data)


def read_mails(path: Path) -> Iterator[Item]:
    """Yield a mail by the name of its file, or several that follow each other as in an mbox."""
    with path.open("rb") as stream:
        several = len(list(islice(cut(lines_of(stream)), 2))) > 1
    if several:
        yield from read_mbox(path)
    else:
        yield whole_file(path)


def read_lines(path: Path) -> Iterator[Item]:
    """Yield the bounces of a text file, a line each or more where they belong together.

    By the number of the line at which each starts; records of a table carry its header.
    """
    with path.open("rb") as stream:
        for line, data in cut(lines_of(stream)):
            yield Item(f"{path}:{line}", data)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Return the lines of a file; one that is longer than a bounce may be comes in pieces."""
    return iter(partial(stream.readline, limits.MAX_BYTES), b"")


def read_json_lines(path: Path) -> Iterator[Item]:
    """Yield what `{"id", "text"}` or `{"id", "file"}` objects name; files lie beside the list."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield read_json(line, f"{path}:{number}", path.parent)


def read_json(line: bytes, place: str, directory: Path) -> Item:
    """Return what one JSON line names."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return Item(place, b"", "this line is no JSON")
    if not isinstance(given, dict):
        return Item(place, b"", "this line is no JSON object")
    identifier = str(given.get("id") or place)
    if isinstance(given.get("text"), str):
        return Item(identifier, given["text"])
    if not isinstance(given.get("file"), str):
        known = is_event(given)
        return Item(place, line) if known else Item(identifier, b"", NOTHING_GIVEN)
    try:
        return Item(identifier, whole_file(directory / given["file"]).data)
    except (OSError, ValueError) as error:
        return Item(identifier, b"", f"the file cannot be read: {type(error).__name__}")
