"""Log lines of Sendmail (op.me: `to=…, dsn=…, stat=…`), refusals by rulesets and milters too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.log_lines import (
    Entry,
    find_fields,
    find_message,
    find_relay,
    find_reporter,
    read_log,
)
from diagnostics.bounce.model import Action, Bounce, Report, Stage

MARKS = ("stat=", "reject=", ">... ")

STAT = re.compile(r",? stat=(\w{0,20})")
REJECT = re.compile(r", reject=")
RULESET = re.compile(r"ruleset=check_(rcpt|mail|relay|eoh|eom)|Milter: (to|from|data|helo|connect)")
LOCAL = re.compile(r": <([^<>]{1,320})>\.\.\. (?=\w)")
STAGES = {
    "rcpt": Stage.RCPT,
    "to": Stage.RCPT,
    "mail": Stage.MAIL,
    "from": Stage.MAIL,
    "relay": Stage.CONNECT,
    "connect": Stage.CONNECT,
    "helo": Stage.EHLO,
}  # others look at the message itself
ACTIONS = {"Sent": Action.DELIVERED, "Deferred": Action.DELAYED}


def read_sendmail(text: str) -> Bounce | None:
    """Read log lines of Sendmail, one report a recipient, or return None when there is none."""
    return read_log(text, read_line)


def read_line(text: str, start: int, end: int) -> Iterator[Entry]:
    """Yield what one line tells of a delivery, for each of its recipients."""
    if stat := STAT.search(text, start, end):
        if stat[1] not in ("queued", ""):
            yield from read_delivery(text, start, end, stat)
    elif reject := REJECT.search(text, start, end):
        yield Entry(read_reject(text, start, end, reject))
    elif unknown := LOCAL.search(text, start, end):
        known = Report(
            recipient=unknown[1],
            action=Action.FAILED,
            reporting_host=find_reporter(text, start, unknown.start()),
        )
        yield Entry(with_answer(known, text, unknown.end(), end))


def read_delivery(text: str, start: int, end: int, stat: re.Match[str]) -> Iterator[Entry]:
    """Yield the outcome of a delivery attempt; `reply=` holds the whole answer, `stat=` a part."""
    fields = find_fields(text, start, stat.start())
    reply = text.find(", reply=", start, stat.start())
    status = fields.get("dsn")
    temporary = status is not None and status.startswith("4")
    words = (reply + 8, stat.start()) if reply >= 0 else (stat.start(1), end)
    message = find_message(text, start, stat.start())
    for recipient in fields.get("to", "").split(","):
        known = Report(
            recipient=recipient.strip("<> ") or None,
            action=ACTIONS.get(stat[1]) or (Action.DELAYED if temporary else Action.FAILED),
            status_code=status,
            remote_host=find_relay(fields.get("relay")),
            reporting_host=find_reporter(text, start, stat.start()),
        )
        yield Entry(with_answer(known, text, *words), message)


def read_reject(text: str, start: int, end: int, reject: re.Match[str]) -> Report:
    """Return the report of a refusal by this server itself, through a ruleset or a milter."""
    fields = find_fields(text, start, reject.start())
    check = RULESET.search(text, start, reject.start())
    stage = STAGES.get((check[1] or check[2]) if check else "", Stage.END_OF_DATA)
    known = Report(
        recipient=fields.get("arg1", fields.get("to")) if stage is Stage.RCPT else None,
        stage=stage,
        reporting_host=find_reporter(text, start, reject.start()),
    )
    report = with_answer(known, text, reject.end(), end)
    return report if report.action else replace(report, action=Action.FAILED)
