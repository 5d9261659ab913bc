"""SMTP replies as people paste them: one or many lines, or one within a sentence."""

from __future__ import annotations

import re

from diagnostics.bounce.codes import PAIR, Codes, find_codes, find_host, find_stage, find_token
from diagnostics.bounce.model import Action, Bounce, Format, Report, Span

# A line that an SMTP server could have sent: a code, then a space, a hyphen or nothing.
LINE = re.compile(
    r"^[ \t>]{0,20}(?:smtp;|remote server (?:returned|said):?|error:?)?[ \t]{0,4}['\"]?"
    r"([2-5][0-5]\d)(?:[ \-:]|$)",
    re.IGNORECASE,
)
STATUS_LINE = re.compile(r"^[ \t>#(]{0,20}([245]\.\d{1,3}\.\d{1,3})(?:[ \t:)\]-]|$)")
RECIPIENT = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@]{1,253})>")

ACTIONS = {"2": Action.DELIVERED, "4": Action.DELAYED, "5": Action.FAILED}


def read_reply(text: str) -> Bounce | None:
    """Read text as one SMTP reply, or return None when no line is one."""
    found = first_reply(text)
    if not found:
        return None
    start, codes = found
    code = codes.reply or codes.enhanced or ""
    end = len(text.rstrip())
    words = text[start:end]
    recipient = RECIPIENT.search(words)
    report = Report(
        recipient=recipient[1] if recipient else None,
        action=ACTIONS.get(code[:1]),
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(words),
        stage=find_stage(words),
        remote_host=find_host(text),
        diagnostic=(start, end),
        codes=codes.span,
    )
    return Bounce(text=text, format=Format.SMTP_REPLY, reports=(report,), prose=whole(text))


def read_opening_reply(text: str) -> Bounce | None:
    """Read text that starts with an SMTP reply, or return None."""
    first = text.lstrip()[:40].partition("\n")[0]
    return read_reply(text) if LINE.match(first) or STATUS_LINE.match(first) else None


def first_reply(text: str) -> tuple[int, Codes] | None:
    """Return where the reply starts, and its codes; a failure is preferred to a success."""
    at = 0
    success = None
    for line in text.split("\n"):
        if LINE.match(line) or STATUS_LINE.match(line):
            codes = find_codes(text, at, at + len(line))
            if codes.span and (codes.reply or codes.enhanced or "")[:1] in "45":
                return codes.span[0], codes
            success = success or (codes.span and (codes.span[0], codes))
        at += len(line) + 1
    if pair := PAIR.search(text):
        return pair.start(1), Codes(pair[1], pair[2], (pair.start(1), pair.end(2)))
    return success


def whole(text: str) -> Span:
    """Return the span of the whole text."""
    return (0, len(text))
