"""Any number of bounces through reader and engine, in order, on one or several processes."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any, TextIO

from diagnostics.bounce import read
from diagnostics.engine import Knowledge, diagnose, record
from diagnostics.inputs import Item

CHUNK = 64  # bounces that go to a process at once
AHEAD = 4  # chunks a process that may wait their turn

COLUMNS = [
    "id", "format", "is_bounce", "recipients", "reply_code", "status_code", "token", "provider",
    "service", "stage", "remote_host", "cause", "permanent", "confidence", "who_acts", "basis",
    "signature", "deciding_words", "code_alone", "article", "error",
]  # fmt: skip

_knowledge: Knowledge | None = None  # of a worker process


def triage(items: Iterable[Item], knowledge: Knowledge, processes: int) -> Iterator[dict[str, Any]]:
    """Yield a record for each item, in order."""
    if processes <= 1:
        for item in items:
            yield examine(item, knowledge)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, start, (knowledge,)) as pool:
        iterator = iter(items)
        waiting: deque[Future[list[dict[str, Any]]]] = deque()
        while True:
            chunk = list(islice(iterator, CHUNK))
            if chunk:
                waiting.append(pool.submit(examine_chunk, chunk))
            if not waiting:
                return
            if not chunk or len(waiting) >= processes * AHEAD:
                yield from waiting.popleft().result()


def start(knowledge: Knowledge) -> None:
    """Keep the knowledge in a worker process."""
    global _knowledge  # noqa: PLW0603 - a process holds it for all its chunks
    _knowledge = knowledge


def examine_chunk(chunk: list[Item]) -> list[dict[str, Any]]:
    """Return the records of a chunk, in a worker process."""
    if _knowledge is None:
        raise RuntimeError("The worker was started without knowledge.")
    return [examine(item, _knowledge) for item in chunk]


def examine(item: Item, knowledge: Knowledge) -> dict[str, Any]:
    """Return the record of one bounce; one that could not be read says why."""
    found = record(diagnose(read(item.data), knowledge), item.identifier)
    return {**found, "error": item.error} if item.error else found


def write_jsonl(records: Iterable[dict[str, Any]], stream: TextIO) -> Iterator[dict[str, Any]]:
    """Write one JSON object a line, and yield each once it is written."""
    for found in records:
        stream.write(json.dumps(found, ensure_ascii=False) + "\n")
        yield found


def write_csv(records: Iterable[dict[str, Any]], stream: TextIO) -> Iterator[dict[str, Any]]:
    """Write one row a bounce, and yield each record once it is written."""
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    for found in records:
        writer.writerow({name: cell(value) for name, value in row_of(found).items()})
        yield found


def row_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the columns of a row."""
    decided = found["decided_by"] or {}
    flat = {name: found.get(name) for name in COLUMNS}
    return {
        **flat,
        "recipients": " ".join(found["recipients"]),
        "signature": decided.get("signature"),
        "deciding_words": decided.get("text"),
        "article": next((match["slug"] for match in found["articles"]), None),
    }


def cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
