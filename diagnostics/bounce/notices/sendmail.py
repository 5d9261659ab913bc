"""Sendmail and who writes like it: addresses first, then a transcript of the session.

`<a@example.com>`, `(reason: 550 5.1.1 ...)`, `(expanded from: ...)`, then `>>> RCPT To:<...>` and
`<<< 550 ...` (sendmail 8, savemail.c). Version 5 has the transcript alone: `554 <a@...>... reason`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce.codes import find_codes, find_token
from diagnostics.bounce.model import Report, Span, Stage
from diagnostics.bounce.notices.frame import ADDRESS, Notice, items, report_of, trimmed

MARKS = ("transcript of session follows", "transcript of the session follows", "while talking to ")

REASON = re.compile(r"\(reason: ([^\n]{1,998}(?:\n[ \t]{2}[^(]{1,998})?)")
START = re.compile(
    r"^[ \t]{0,8}-{2,6}[ \t]?Transcript of (?:the )?session follows", re.IGNORECASE | re.MULTILINE
)
TALKING = re.compile(r"while talking to ([\w.-]{1,253}?)\.?:?[ \t]*$", re.IGNORECASE)
SENT = re.compile(r"^[ \t]{0,4}>>> ?([A-Za-z]{4})\b(.{0,600})")
HEARD = re.compile(r"^[ \t]{0,4}<<< ?(.{1,900})")
TOLD = re.compile(
    rf"^(?:([245]\d\d)(?:[ \-]([245]\.\d{{1,3}}\.\d{{1,3}}))? )?<?({ADDRESS})>?\.\.\. ?(.{{1,900}})"
)
PLAIN = re.compile(r"^[45]\d\d[ \-]")
STAGES = {
    "helo": Stage.EHLO, "ehlo": Stage.EHLO, "mail": Stage.MAIL, "rcpt": Stage.RCPT,
    "data": Stage.DATA,
}  # fmt: skip


def read(notice: Notice) -> list[Report]:
    """Return the reports of the addresses, completed by the transcript."""
    start = START.search(notice.text, notice.start, notice.end)
    session = (start.end() if start else notice.start, notice.end)
    answers = transcript(notice.text, session)
    listed = replace(notice, end=start.start()) if start else notice
    reports = (
        [with_reason(report_of(listed, item), notice) for item in items(listed)] if start else []
    )
    if not reports:
        return [answer for answer in answers if answer.recipient]
    return [completed(report, answers) for report in reports]


def with_reason(report: Report, notice: Notice) -> Report:
    """Return a report whose diagnostic is the reason in brackets."""
    span = report.diagnostic
    if not span:
        return report
    reason = REASON.search(notice.text, *span)
    if not reason:
        return replace(report, diagnostic=None)
    start, end = trimmed(notice.text, reason.start(1), reason.end(1))
    end -= notice.text[start:end].endswith(")")
    if notice.text[start:end].isdigit():  # the exit status of a program; the transcript says more
        return replace(report, diagnostic=None, reply_code=None, status_code=None, codes=None)
    codes = find_codes(notice.text, start, end)
    return replace(
        report,
        diagnostic=(start, end),
        reply_code=codes.reply,
        status_code=codes.enhanced,
        codes=codes.span,
    )


def transcript(text: str, session: Span) -> list[Report]:
    """Return the refusals of a transcript in order; those of a recipient name it."""
    found: list[Report] = []
    host: str | None = None
    recipient: str | None = None
    stage: Stage | None = None
    at = session[0]
    for line in text[slice(*session)].split("\n"):
        talking = TALKING.search(line) if "alking to" in line else None
        if talking:
            host, recipient, stage = talking[1].lower(), None, Stage.CONNECT
        elif sent := SENT.match(line):
            stage = STAGES.get(sent[1].lower(), stage)
            named = re_address(sent[2]) if stage is Stage.RCPT else None
            recipient = named or recipient
        elif heard := HEARD.match(line):
            report = answer(text, (at + heard.start(1), at + len(line)), recipient, host)
            if report.reply_code or report.status_code:
                found.append(replace(report, stage=stage))
        elif told := TOLD.match(line):
            start = at if told[1] and not PLAIN.match(told[4]) else at + told.start(4)
            found.append(answer(text, (start, at + len(line)), told[3], host))
        elif PLAIN.match(line):
            found.append(answer(text, (at, at + len(line)), None, host))
        at += len(line) + 1
    return found


def re_address(words: str) -> str | None:
    """Return the address in the argument of a command."""
    found = ADDRESS_IN.search(words)
    return found[0] if found else None


ADDRESS_IN = re.compile(ADDRESS)


def answer(text: str, span: Span, recipient: str | None, host: str | None) -> Report:
    """Return the report of one line of a transcript."""
    start, end = trimmed(text, *span)
    codes = find_codes(text, start, end)
    return Report(
        recipient=recipient,
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(text[start:end]),
        remote_host=host,
        diagnostic=(start, end),
        codes=codes.span,
    )


def completed(report: Report, answers: list[Report]) -> Report:
    """Return the report of an address with what the transcript says of it."""
    own = [a for a in answers if (a.recipient or "").lower() == (report.recipient or "").lower()]
    failed = [a for a in own or answers if (a.reply_code or a.status_code or "5")[0] in "45"]
    best = next((a for a in failed if a.stage), None) or next(iter(failed), None)
    if best is None:
        return report
    return replace(
        report,
        diagnostic=report.diagnostic or best.diagnostic,
        reply_code=report.reply_code or best.reply_code,
        status_code=report.status_code or best.status_code,
        codes=report.codes or best.codes,
        token=report.token or best.token,
        stage=best.stage,
        remote_host=best.remote_host or report.remote_host,
    )
