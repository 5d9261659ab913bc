"""What the logs of all programs share: how lines start, their fields, one outcome a recipient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from diagnostics.bounce import limits
from diagnostics.bounce.model import Bounce, Format, Report

# How a line of a log starts: RFC 5424, RFC 3164, ISO 8601, what docker puts before it, TAI64N.
STARTS_LOG_LINE = re.compile(
    r"[ \t]{0,8}(?:[\w.-]{1,60} {1,20}\| )?(?:<\d{1,3}>(?:1 )?)?"
    r"(?:\[|(?:date|time|datetime|timestamp)=\"?)?"
    r"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}[-/.]\d\d[-/.]\d\d(?: time=|[T ])\d\d:\d\d"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
    r"|\d\d:\d\d:\d\d[.,]\d{3} \["
    r"|\d\d/(?:\d\d|[A-Z][a-z]{2})/\d{2,4}[ :]\d\d:\d\d|@4[0-9a-f]{23} "
    r"|(?:NOTICE|INFO|WARN|ERROR|CRIT)\] )"
)
# The host before the program: `09:14:05 mx1 postfix/smtp[2102]: `, `…Z mx1 postfix/smtp 2101 `.
REPORTER = re.compile(
    r"\d\d:\d\d:\d\d\S{0,40} ([\w.-]{1,253}) [\w./-]{1,80}(?:\[\d{1,9}\]:? | \d{1,9} )"
)
QUEUE_ID = re.compile(r"[:-] ([0-9A-Za-z]{5,25}): ")


class Entry(NamedTuple):
    """What one line says of one recipient, or of all of a message when it names none."""

    report: Report
    message: str | None = None  # queue id; a later line of the same message tells its outcome
    settles: bool = False  # names no recipient, and says what became of those of other lines


LineReader = Callable[[str, int, int], Iterable[Entry]]  # the text, start and end of the line


def read_log(text: str, read_line: LineReader) -> Bounce | None:
    """Read a log line by line, or return None when no line tells of a delivery."""
    entries: list[Entry] = []
    start = 0
    while start < len(text) and len(entries) < limits.MAX_REPORTS:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        entries.extend(read_line(text, start, end))
        start = end + 1
    if not entries:
        return None
    reports = [entries[0].report] if len(entries) == 1 else outcomes(entries)
    return Bounce(text=text, format=Format.LOG_LINE, reports=tuple(reports[: limits.MAX_REPORTS]))


def outcomes(entries: Iterable[Entry]) -> list[Report]:
    """Return one report a recipient of each message: the last outcome, where the first one stood.

    Lines without a recipient count only where the message has no other, but for those that settle.
    """
    kept: dict[tuple[str, str | None], Report] = {}
    recipients: dict[str, list[tuple[str, str | None]]] = {}
    for number, (report, message, settles) in enumerate(entries):
        if message is None:
            kept[f"line {number}", None] = report
            continue
        known = recipients.setdefault(message, [])
        if settles and known:
            kept.update({key: replace(kept[key], action=report.action) for key in known})
            continue
        key = (message, report.recipient)
        if report.recipient and key not in kept:
            known.append(key)
            kept.pop((message, None), None)
        if report.recipient or not known:
            kept[key] = report
    return list(kept.values())


def find_fields(text: str, start: int, end: int) -> dict[str, str]:
    """Return the fields `name=value, name=<value>` in a stretch of a line."""
    fields: dict[str, str] = {}
    for piece in text[start:end].split(", "):
        name, _, value = piece.partition("=")
        fields.setdefault(name.rpartition(" ")[2], value.strip('<>",'))
    return fields


def find_reporter(text: str, start: int, end: int) -> str | None:
    """Return the host that wrote a line, which stands before its program."""
    found = REPORTER.search(text, start, end)
    return found[1] if found else None


def find_message(text: str, start: int, end: int) -> str | None:
    """Return the queue id that stands before a place of a line."""
    found = QUEUE_ID.search(text, start, end)
    return found[1] if found else None


def find_relay(value: str | None) -> str | None:
    """Return the host of a relay field without its address; none when it has no full name."""
    name = (value or "").partition("[")[0].partition(":")[0].strip().rstrip(".").lower()
    return name if "." in name else None
