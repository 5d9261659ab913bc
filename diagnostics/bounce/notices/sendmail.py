"""Sendmail and who writes like it: addresses first, then a transcript of the session.

`<a@example.com>`, `(reason: 550 5.1.1 ...)`, `(expanded from: ...)`, then the transcript (sendmail
8, savemail.c). Version 5 has the transcript alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce.codes import find_codes
from diagnostics.bounce.model import Report
from diagnostics.bounce.notices.answer import reports_of
from diagnostics.bounce.notices.frame import items
from diagnostics.bounce.notices.notice import Item, Notice, trimmed
from diagnostics.bounce.notices.session import answers_in

MARKS = ("transcript of session follows", "transcript of the session follows", "while talking to ")

START = re.compile(
    r"^[ \t]{0,8}-{2,6}[ \t]?Transcript of (?:the )?session follows", re.IGNORECASE | re.MULTILINE
)
REASON = re.compile(r"\(reason: ([^\n]{1,998}(?:\n[ \t]{2}[^(]{1,998})?)")
# A program or file that an address stands for: "|/usr/bin/vacation", then whose it is.
PROGRAM = re.compile(
    r"^\"?[|/:][^\n]{1,400}\n(?:[ \t]{0,8}\(reason: [^\n]{1,400}\n)?"
    r"[ \t]{0,8}\(expanded from: <?([^\s<>()]{1,320})>?\)",
    re.MULTILINE,
)
CONSEQUENCE = "503"  # a bad sequence of commands, because one before was refused


def read(notice: Notice) -> list[Report]:
    """Return the reports of the addresses, completed by the transcript."""
    start = START.search(notice.text, notice.start, notice.end)
    session = (start.end() if start else notice.start, notice.end)
    answers = [replace(a, action=notice.action) for a in answers_in(notice.text, session)]
    listed = replace(notice, end=start.start()) if start else notice
    found = items(listed) + programs(listed) if start else []
    if not found:
        return once([answer for answer in answers if answer.recipient])
    names = {item.recipient.lower() for item in found}
    return [
        completed(with_reason(report, notice), answers, names, notice.text)
        for report in reports_of(listed, found)
    ]


def programs(notice: Notice) -> list[Item]:
    """Return the recipients that stand for programs and files."""
    found = PROGRAM.finditer(notice.text, notice.start, notice.end)
    return [Item(match[1], match.span(), at=match.start()) for match in found]


def once(answers: list[Report]) -> list[Report]:
    """Return the first answer for each recipient."""
    first: dict[str | None, Report] = {}
    for answer in answers:
        first.setdefault((answer.recipient or "").lower(), answer)
    return list(first.values())


def with_reason(report: Report, notice: Notice) -> Report:
    """Return a report whose diagnostic is the reason in brackets."""
    span = report.diagnostic
    reason = REASON.search(notice.text, *span) if span else None
    if not reason:
        return without_answer(report)
    start, end = trimmed(notice.text, reason.start(1), reason.end(1))
    end -= notice.text[start:end].endswith(")")
    if notice.text[start:end].isdigit():  # the exit status of a program; the transcript says more
        return without_answer(report)
    codes = find_codes(notice.text, start, end)
    return replace(
        report,
        diagnostic=(start, end),
        reply_code=codes.reply,
        status_code=codes.enhanced,
        codes=codes.span,
    )


def without_answer(report: Report) -> Report:
    """Return a report that leaves what was said to the transcript."""
    return replace(report, diagnostic=None, reply_code=None, status_code=None, codes=None)


def completed(report: Report, answers: list[Report], names: set[str], text: str) -> Report:
    """Return the report of an address with what the transcript says of it, not of others."""
    name = (report.recipient or "").lower()
    failed = [a for a in answers if (a.reply_code or a.status_code or "5")[0] in "45"]
    own = [a for a in failed if (a.recipient or "").lower() == name]
    anybody = [a for a in failed if (a.recipient or "").lower() not in names]
    fitting = own or anybody
    real = [a for a in fitting if a.reply_code != CONSEQUENCE] or fitting
    best = next((a for a in real if a.stage), None) or next(iter(real), None)
    if best is None:
        return report
    diagnostic = longer(report, best, text)
    return replace(
        report,
        diagnostic=diagnostic,
        reply_code=report.reply_code or best.reply_code,
        status_code=report.status_code or best.status_code,
        codes=best.codes if diagnostic == best.diagnostic else report.codes,
        token=report.token or best.token,
        stage=best.stage or report.stage,
        remote_host=best.remote_host or report.remote_host,
    )


def longer(report: Report, answer: Report, text: str) -> tuple[int, int] | None:
    """Return where the answer stands: in the transcript where the reason is only its start."""
    if not report.diagnostic or not answer.diagnostic:
        return report.diagnostic or answer.diagnostic
    reason = text[slice(*report.diagnostic)]
    whole = text[slice(*answer.diagnostic)]
    return answer.diagnostic if whole.startswith(reason[:60]) else report.diagnostic
