"""Log lines of Postfix, with any syslog or journald prefix.

postfix/smtp, /lmtp, /local, /error and their like: `to=<…>, … dsn=…, status=… (…)` (postfix
DSN_README); postfix/smtpd: `reject: RCPT from …: 554 5.7.1 …; from=<…> to=<…>`.
"""

from __future__ import annotations

import re

from diagnostics.bounce import limits
from diagnostics.bounce.codes import better_status, find_codes, find_host, find_stage, find_token
from diagnostics.bounce.model import Action, Bounce, Format, Report, Stage

DELIVERY = re.compile(r"\bto=<([^\s<>]{0,320})>,.{0,600}?\bstatus=([a-z-]{4,20}) ")
ORIGINAL = re.compile(r"\borig_to=<([^\s<>]{0,320})>")
RELAY = re.compile(r"\brelay=([\w.-]{1,253})\[")
DSN = re.compile(r"\bdsn=([245]\.\d{1,3}\.\d{1,3})")
REJECT = re.compile(r"\breject(?:_warning)?: ([A-Z]{4,8}|CONNECT|END-OF-MESSAGE) from ")
REJECTED = re.compile(r"; from=<[^\s<>]{0,320}> to=<([^\s<>]{0,320})>")
PROCESS = re.compile(r"\b(\S{1,100}) (?:postfix[\w/.-]{0,80})\[\d{1,9}\]:")

ACTIONS = {
    "bounced": Action.FAILED,
    "expired": Action.FAILED,
    "undeliverable": Action.FAILED,
    "deferred": Action.DELAYED,
    "soft-bounce": Action.DELAYED,
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
    "END-OF-MESSAGE": Stage.END_OF_DATA,
}


def read_postfix(text: str) -> Bounce | None:
    """Read Postfix log lines, one report a delivery, or return None when there is none."""
    reports: list[Report] = []
    at = 0
    for line in text.split("\n"):
        report = read_line(line, at)
        if report and len(reports) < limits.MAX_REPORTS:
            reports.append(report)
        at += len(line) + 1
    if not reports:
        return None
    return Bounce(text=text, format=Format.LOG_LINE, reports=tuple(reports))


def read_line(line: str, at: int) -> Report | None:
    """Return the report of one line that starts at that offset, or None."""
    delivery = DELIVERY.search(line)
    if delivery and delivery[2] in ACTIONS:
        return read_delivery(line, at, delivery)
    reject = REJECT.search(line)
    return read_reject(line, at, reject) if reject else None


def read_delivery(line: str, at: int, delivery: re.Match[str]) -> Report:
    """Return the report of a delivery attempt."""
    start, end = delivery.end(), len(line.rstrip())
    if line[start:end].startswith("(") and line[:end].endswith(")"):
        start, end = start + 1, end - 1
    words = line[start:end]
    codes = find_codes(line, start, end)
    field = DSN.search(line, 0, start)
    relay = RELAY.search(line, 0, start)
    original = ORIGINAL.search(line, 0, start)
    reporter = PROCESS.search(line, 0, start)
    return Report(
        recipient=delivery[1] or None,
        original_recipient=original[1] if original else None,
        action=ACTIONS[delivery[2]],
        reply_code=codes.reply,
        status_code=better_status(field[1] if field else None, codes.enhanced),
        token=find_token(words),
        stage=find_stage(words),
        remote_host=find_host(words) or (relay[1].lower() if relay else None),
        reporting_host=reporter[1] if reporter else None,
        diagnostic=(at + start, at + end),
        codes=shift(codes.span, at),
    )


def read_reject(line: str, at: int, reject: re.Match[str]) -> Report:
    """Return the report of a refusal by this server itself."""
    colon = line.find("]: ", reject.end())
    start = colon + 3 if colon >= 0 else reject.end()
    semicolon = line.find("; from=<", start)
    end = semicolon if semicolon >= 0 else len(line.rstrip())
    codes = find_codes(line, start, end)
    recipient = REJECTED.search(line, end)
    reporter = PROCESS.search(line, 0, start)
    temporary = (codes.reply or codes.enhanced or "5").startswith("4")
    return Report(
        recipient=recipient[1] if recipient else None,
        action=Action.DELAYED if temporary else Action.FAILED,
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(line[start:end]),
        stage=STAGES.get(reject[1]),
        reporting_host=reporter[1] if reporter else None,
        diagnostic=(at + start, at + end),
        codes=shift(codes.span, at),
    )


def shift(span: tuple[int, int] | None, at: int) -> tuple[int, int] | None:
    """Return a span within a line as one within the text."""
    return (at + span[0], at + span[1]) if span else None
