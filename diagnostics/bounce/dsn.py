"""The fields of a delivery status notification (RFC 3464 section 2), wherever they stand.

They are looked for in text, not in a MIME part: mails with a wrong or lost structure and notices
pasted without headers are read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from diagnostics.bounce import limits
from diagnostics.bounce.codes import (
    ENHANCED,
    Codes,
    better_status,
    find_codes,
    find_host,
    find_stage,
    find_token,
)
from diagnostics.bounce.model import Action, Report, Span

FIELDS = {
    "reporting-mta", "original-recipient", "final-recipient", "action", "status", "remote-mta",
    "diagnostic-code", "x-supplementary-info", "last-attempt-date", "will-retry-until",
}  # fmt: skip
RECIPIENT_FIELDS = {"final-recipient", "original-recipient", "action"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}")
BEFORE = " \t>"  # quotation marks and blanks before a field that was pasted
TYPED = re.compile(
    r"(?:rfc-?822|utf-8|dns|dsn|smtp|lmtp|x400|local|system|unix|unknown|x-[\w-]{1,40})\s{0,4};\s{0,8}",
    re.IGNORECASE,
)
# IronPort's own view, before the answer that it got: 5.1.0 - Unknown address error 550-'5.7.1 …'
OWN_VIEW = re.compile(rf"{ENHANCED} - [A-Za-z ()-]{{3,60}} (?=[245]\d\d-['\"(\[])")
EXPIRED = ("4.4.7", "5.4.7")
REPLY = re.compile(r"[245]\d\d")
STATUS = re.compile(rf"({ENHANCED})")
WORD = re.compile(r"[^\W\d_]{2,}")
TOLD = 2  # words beyond which a diagnostic says something
# An address, and no comment behind it.
ADDRESS = re.compile(
    r"<?((?:\"[^\"@\n]{1,100}\"|[^\s<>;]{1,320})@[^\s<>;()]{1,255})>?(?:[ \t]*\(.{0,300})?$"
)


@dataclass(slots=True)
class Block:
    """The fields of one recipient (or of the message): name → (value, where it stands)."""

    values: dict[str, tuple[str, Span]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return a field without its type, in one line; empty when it is not there."""
        if name not in self.values:
            return ""
        value = self.values[name][0]
        value = " ".join(value.split()) if "\n" in value else value.strip()
        typed = TYPED.match(value) if ";" in value else None
        return value[typed.end() :] if typed else value


def read_blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Return the blocks of status fields in a stretch of text."""
    blocks: list[Block] = []
    block = Block()
    open_name = ""
    at = start
    for line in text[start:end].split("\n"):
        name, colon, value = line.partition(":")
        key = name.strip(BEFORE).lower() if colon else ""
        if key in FIELDS:
            open_name = key
            if key in block.values:
                blocks.append(block)
                block = Block()
            value = value.lstrip(" \t")
            block.values[key] = (value, (at + len(line) - len(value), at + len(line)))
        elif not line or line.isspace():
            open_name = ""
            if block.values:
                blocks.append(block)
                block = Block()
        elif open_name and line[0] in " \t":
            value, span = block.values[open_name]
            if len(value) < limits.MAX_LINE:
                block.values[open_name] = (f"{value}\n{line}", (span[0], at + len(line)))
        elif colon and NAME.fullmatch(key):
            open_name = ""
        at += len(line) + 1
    if block.values:
        blocks.append(block)
    return blocks


def read_reports(text: str, start: int = 0, end: int | None = None) -> list[Report]:
    """Return a report for each recipient of a delivery status, in order."""
    reports: list[Report] = []
    reporting = None
    for block in read_blocks(text, start, end):
        if "reporting-mta" in block.values:
            reporting = host(block.value("reporting-mta"))
        told = not RECIPIENT_FIELDS.isdisjoint(block.values)
        if told and len(reports) < limits.MAX_REPORTS:
            reports.append(read_block(block, text, reporting))
    return reports


def read_block(block: Block, text: str, reporting: str | None) -> Report:
    """Return the report of one recipient's fields."""
    said = block.value("status")
    field_status = STATUS.search(said)
    span = said_in(block, text)
    words = text[span[0] : span[1]] if span else ""
    codes = find_codes(text, *span) if span and not words.isdigit() else Codes()
    final = address(block.value("final-recipient"))
    original = address(block.value("original-recipient"))
    return Report(
        recipient=final_of(final, original),
        original_recipient=original,
        action=action_of(block, field_status[1] if field_status else None),
        reply_code=codes.reply or (said if REPLY.fullmatch(said) else None),
        status_code=better_status(field_status[1] if field_status else None, codes.enhanced),
        token=find_token(words),
        stage=find_stage(words),
        remote_host=host(block.value("remote-mta")) or find_host(words),
        reporting_host=reporting,
        attempted=block.value("last-attempt-date") or None,
        retry_until=block.value("will-retry-until") or None,
        diagnostic=span,
        codes=codes.span,
    )


def said_in(block: Block, text: str) -> Span | None:
    """Return where the diagnostic stands, or what Windows servers write in its place."""
    for name in ("diagnostic-code", "x-supplementary-info"):
        if name in block.values and (span := trim(text, block.values[name][1])):
            own_view = OWN_VIEW.match(text, *span)
            return (own_view.end(), span[1]) if own_view else span
    return None


def trim(text: str, span: Span) -> Span | None:
    """Return the span of a value without its type and outer blanks, or None when empty."""
    value = text[span[0] : span[1]]
    typed = TYPED.match(value)
    start = span[0] + (typed.end() if typed else 0)
    stripped = text[start : span[1]].strip()
    if not stripped:
        return None
    start += text[start : span[1]].index(stripped[0])
    return (start, start + len(stripped))


def address(value: str) -> str | None:
    """Return the address of a recipient field, or None when it holds none."""
    value = value.strip(" ;")
    found = ADDRESS.match(value)
    if not found:
        return value or None
    return found[1] if found[1].startswith('"') else found[1].strip("\"'")


def final_of(final: str | None, original: str | None) -> str | None:
    """Return the final address, unless only its own server knows it: bob@ims-ms-daemon."""
    if not final or not original:
        return final or original
    inner = "." not in final.rpartition("@")[2] and "." in original.rpartition("@")[2]
    return original if inner else final


def host(value: str) -> str | None:
    """Return the host of a Remote-MTA field without its address."""
    name = value.partition("(")[0].partition("[")[0].strip()
    literal = "" if name else value.partition("[")[2].partition("]")[0].lower()
    return name.rstrip(".").lower() or literal.removeprefix("ipv6:") or None


def action_of(block: Block, status: str | None) -> Action | None:
    """Return the action, or what the status says where none stands."""
    word = block.value("action").split(" ")[0].lower()
    if word in Action.__members__.values():
        return Action(word)
    classes = {"5": Action.FAILED, "4": Action.DELAYED, "2": Action.DELIVERED}
    return classes.get((status or "")[:1], Action.FAILED if "action" in block.values else None)


def has_fields(text: str) -> bool:
    """Whether fields of a delivery status stand in text."""
    if "ecipient:" not in text and "ECIPIENT:" not in text:
        return False
    lowered = text.lower()
    return "final-recipient:" in lowered or "original-recipient:" in lowered


def is_complete(report: Report, text: str) -> bool:
    """Whether a delivery status says who and why, in words."""
    if not report.recipient or "@" not in report.recipient or not report.diagnostic:
        return False
    if report.status_code in EXPIRED:
        return False
    start, end = report.diagnostic
    return len(WORD.findall(text, start, min(end, start + 200))) > TOLD


def complete(reports: Sequence[Report], told: Sequence[Report]) -> list[Report]:
    """Return the reports of a delivery status with what only the words for people say."""
    by_recipient = {(t.recipient or "").lower(): t for t in told}
    only = told[0] if len(told) == 1 and len(reports) == 1 else None
    return [
        filled(report, by_recipient.get((report.recipient or "").lower()) or only)
        for report in reports
    ]


def says_why(status: str | None) -> bool:
    """Whether an enhanced code says more than that the time was up."""
    return status is not None and status not in EXPIRED and not status.endswith(".0")


def filled(report: Report, told: Report | None) -> Report:
    """Return a report with what is missing in it taken from the words."""
    if told is None:
        return report
    if report.status_code in EXPIRED and says_why(told.status_code):
        report = replace(report, reply_code=None, status_code=None, diagnostic=None, codes=None)
    vague = not report.diagnostic or not (report.reply_code or report.status_code)
    final = report.recipient if "@" in (report.recipient or "") else None
    return replace(
        report,
        recipient=final or told.recipient or report.recipient,
        original_recipient=report.original_recipient or told.original_recipient,
        reply_code=report.reply_code or told.reply_code,
        status_code=better_status(report.status_code, told.status_code),
        token=report.token or told.token,
        stage=report.stage or told.stage,
        remote_host=report.remote_host or told.remote_host,
        diagnostic=(told.diagnostic or report.diagnostic) if vague else report.diagnostic,
        codes=report.codes or told.codes,
    )
