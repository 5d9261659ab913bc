"""Accounting files of PowerMTA (user guide, chapter 11): CSV, a line a delivery.

The first column is the type: d delivered, b bounced, t tried, rb and rs told later by a notice,
f a complaint. Columns can be chosen, so the header counts; without it the usual order does.
"""

from __future__ import annotations

import re

from diagnostics.bounce.log_lines import find_relay
from diagnostics.bounce.model import Action, Bounce, Format, Report
from diagnostics.bounce.places import Told, place
from diagnostics.bounce.tables import Record, read_table

MARKS = ("timelogged", "dsnstatus", "dsndiag", ",failed,", ",delayed,", ",relayed,", ",delivered,")

COLUMNS = [
    "type", "timelogged", "timequeued", "orig", "rcpt", "orcpt", "dsnaction", "dsnstatus",
    "dsndiag", "dsnmta", "bouncecat", "srctype", "srcmta", "dlvtype", "dlvsourceip",
    "dlvdestinationip", "dlvesmtpavailable", "dlvsize", "vmta", "jobid", "envid",
]  # fmt: skip
KNOWN = frozenset([*COLUMNS, "queue", "vmtapool"])
ACTIONS = {
    "d": Action.DELIVERED,
    "b": Action.FAILED,
    "rb": Action.FAILED,
    "rs": Action.FAILED,
    "t": Action.DELAYED,
    "f": Action.DELIVERED,
}
YEAR = re.compile(r"20\d\d-")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
TYPED = re.compile(r"(?:smtp|x-[a-z-]{1,20}); ?", re.IGNORECASE)
HOST_AND_ADDRESS = re.compile(r" ?\(.*")


def read_powermta(text: str) -> Bounce | None:
    """Read the records of an accounting file, or return None when there is none."""
    records = [one for one in read_table(text, KNOWN, without_header) if is_record(one.values)]
    if not records:
        return None
    shown, reports = place(text, [read_record(record) for record in records])
    complaints = all(record.values["type"] == "f" for record in records)
    kind = Format.COMPLAINT if complaints else Format.LOG_LINE
    return Bounce(text=shown, format=kind, reports=tuple(reports))


def without_header(row: list[str]) -> list[str] | None:
    """Return the usual columns for a record of a type, a time and a known outcome."""
    is_one = len(row) > COLUMNS.index("dsnmta") and row[0] in ACTIONS
    return COLUMNS if is_one and YEAR.match(row[1]) else None


def is_record(values: dict[str, str]) -> bool:
    """Whether a line tells what became of a message."""
    return values.get("type") in ACTIONS and bool({"rcpt", "dsnstatus", "dsndiag"} & values.keys())


def read_record(record: Record) -> Told:
    """Return what a record says of its recipient."""
    values = record.values
    status = STATUS.match(values.get("dsnstatus", ""))
    original = values.get("orcpt", "").partition(";")[2] or values.get("orcpt")
    report = Report(
        recipient=values.get("rcpt") or None,
        original_recipient=original or None,
        action=action_of(values),
        status_code=status[0] if status else None,
        remote_host=find_relay(HOST_AND_ADDRESS.sub("", values.get("dsnmta", ""))),
    )
    words = TYPED.sub("", values.get("dsndiag", ""), count=1)
    return Told(report, words or values.get("dsnstatus", ""), record.start, record.end)


def action_of(values: dict[str, str]) -> Action:
    """Return what became of the message: by the action, else by the type."""
    word = values.get("dsnaction", "").lower()
    return Action(word) if word in Action.__members__.values() else ACTIONS[values["type"]]
