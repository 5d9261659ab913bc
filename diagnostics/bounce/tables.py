"""Logs that are tables: CSV with a header, and lists of `name : value` as PowerShell shows them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from diagnostics.bounce import limits

LONGEST_NAME = 40
ENOUGH = 3  # columns that are known make a line a header
NOT_LETTERS = re.compile(r"[^a-z0-9]")
LISTED = re.compile(r"[ \t]{0,8}(\w{2,40}) {0,40}: ?(.*)$")

Columns = list[str]


class Record(NamedTuple):
    """One record: its values by the name of their column, and where it stands."""

    values: dict[str, str]
    start: int
    end: int


class Lines:
    """The lines of a text; `at` is where the next one starts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.text):
            raise StopIteration
        start = self.at
        end = self.text.find("\n", start)
        self.at = end + 1 if end >= 0 else len(self.text)
        return self.text[start : self.at]


def column(name: str) -> str:
    """Return the name of a column in one form: event-id, event_id and EventId are the same."""
    return NOT_LETTERS.sub("", name.removeprefix("#Fields:").lower())


def read_table(
    text: str, known: frozenset[str], without_header: Callable[[list[str]], Columns | None]
) -> Iterator[Record]:
    """Yield the records of a CSV text by the header above them, or by the columns given for them.

    A line is a header when enough of its columns are known.
    """
    lines = Lines(text)
    rows = csv.reader(lines, delimiter=delimiter_of(text))
    header: Columns | None = None
    start = read = 0
    try:
        for row in rows:
            columns = [column(cell) for cell in row[: len(known) + 60]] if is_short(row) else []
            if len(known.intersection(columns)) >= ENOUGH:
                header = columns
            elif names := header or without_header(row):
                yield Record(dict(zip(names, row, strict=False)), start, lines.at)
                read += 1
            if read >= limits.MAX_REPORTS:
                return
            start = lines.at
    except csv.Error:
        return


def is_short(row: list[str]) -> bool:
    """Whether all cells are as short as the names of columns are."""
    return all(len(cell) <= LONGEST_NAME for cell in row)


def delimiter_of(text: str) -> str:
    """Return what parts the columns: what stands most often in the first line that has enough."""
    for line in text[: limits.MAX_LINE].split("\n"):
        counts = {mark: line.count(mark) for mark in ",\t;"}
        most = max(counts, key=lambda mark: counts[mark])
        if counts[most] >= ENOUGH:
            return most
    return ","


def read_list(text: str, known: frozenset[str]) -> Iterator[Record]:
    """Yield the records of a list: a line a value, blank lines between the records."""
    values: dict[str, str] = {}
    name = ""
    start = at = 0
    for line in [*text.split("\n"), ""]:
        found = LISTED.match(line)
        if found and column(found[1]) in known:
            name = column(found[1])
            values[name] = found[2].strip()
        elif line[:1] in (" ", "\t") and name and line.strip():
            values[name] = f"{values[name]} {line.strip()}"[: limits.MAX_LINE]
        elif not line.strip():
            if len(values) >= ENOUGH:
                yield Record(values, start, at)
            values, name, start = {}, "", at
        at += len(line) + 1
