"""Log lines of Postfix, with any syslog or journald prefix.

postfix/smtp, /lmtp, /local, /error and their like: `to=<…>, … dsn=…, status=… (…)` (postfix
DSN_README); smtpd and postscreen: `reject: RCPT from …: 554 5.7.1 …; from=<…> to=<…>`; cleanup:
`milter-reject: END-OF-MESSAGE from …`, `reject: header … from …: 5.7.1 …`; qmgr: `status=expired`.
"""

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

MARKS = ("status=", "reject: ", "reject_warning: ", "postfix/")

STATUS = re.compile(r" status=([A-Za-z-]{4,20})(?= \(|,? )")
REJECT = re.compile(
    r"\b(?:milter-|proxy-)?reject(?:_warning)?: ([A-Z-]{4,16}|(?:mime-|nested-)?header|body)\b:? "
    r"(?:from \S{1,320}: )?"
)
ENVELOPE = re.compile(r"; (?:from|to|proto|helo)=")
ENVELOPE_END = re.compile(r"(?:helo=<[^<>]{0,320}>|proto=\w{1,10}|to=<[^<>]{0,320}>): ")
RECIPIENT = re.compile(r"[ ,;]to=<([^<>]{1,320})>")
PROGRAM = re.compile(r"postfix")
# What a server said before the next one was tried.
ATTEMPT = re.compile(
    r"[:-] (host \S{1,320} (?:said|refused to talk to me): |connect to \S{1,320}: "
    r"|lost connection with |conversation with )"
)

ACTIONS = {
    "bounced": Action.FAILED,
    "expired": Action.FAILED,
    "force-expired": Action.FAILED,
    "undeliverable": Action.FAILED,
    "deferred": Action.DELAYED,
    "softbounce": Action.DELAYED,
    "sent": Action.DELIVERED,
    "deliverable": Action.DELIVERED,
}
STAGES = {
    "CONNECT": Stage.CONNECT,
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
    "MAIL": Stage.MAIL,
    "RCPT": Stage.RCPT,
    "DATA": Stage.DATA,
}  # others look at the message itself


def read_postfix(text: str) -> Bounce | None:
    """Read Postfix log lines, one report a recipient, or return None when there is none."""
    return read_log(text, read_line)


def read_line(text: str, start: int, end: int) -> Iterator[Entry]:
    """Yield what one line tells of a delivery."""
    status = STATUS.search(text, start, end)
    if status and status[1].lower() in ACTIONS:
        yield read_delivery(text, start, end, status)
    elif reject := REJECT.search(text, start, end):
        yield Entry(read_reject(text, start, end, reject))
    elif attempt := PROGRAM.search(text, start, end) and ATTEMPT.search(text, start, end):
        known = Report(reporting_host=find_reporter(text, start, attempt.start()))
        report = with_answer(known, text, attempt.start(1), end)
        yield Entry(report, find_message(text, start, attempt.start(1)))


def read_delivery(text: str, start: int, end: int, status: re.Match[str]) -> Entry:
    """Return the outcome of a delivery attempt, or of the message when its time is over."""
    fields = find_fields(text, start, status.start())
    known = Report(
        recipient=fields.get("to") or None,
        original_recipient=fields.get("orig_to") or None,
        action=ACTIONS[status[1].lower()],
        status_code=fields.get("dsn"),
        remote_host=find_relay(fields.get("relay")),
        reporting_host=find_reporter(text, start, status.start()),
    )
    closed = text.rfind(")", start, end)
    if text.startswith(" (", status.end()) and closed > 0:
        report = with_answer(known, text, status.end() + 2, closed)
    else:
        report = with_answer(known, text, status.start(), end)
    message = find_message(text, start, status.start())
    return Entry(report, message, settles="to" not in fields)


def read_reject(text: str, start: int, end: int, reject: re.Match[str]) -> Report:
    """Return the report of a refusal by this server itself."""
    envelope = ENVELOPE.search(text, reject.end(), end)
    stop = envelope.start() if envelope else end
    recipient = RECIPIENT.search(text, stop, end)
    known = Report(
        recipient=recipient[1] if recipient else None,
        stage=STAGES.get(reject[1], Stage.END_OF_DATA),
        reporting_host=find_reporter(text, start, reject.start()),
    )
    behind = ENVELOPE_END.search(text, stop, end) if reject[1].islower() else None
    words = (behind.end(), end) if behind else (reject.end(), stop)
    report = with_answer(known, text, *words)
    return report if report.action else replace(report, action=Action.FAILED)
