"""The transcript of a session as sendmail shows it in its notices.

`... while talking to mx.example.net.:`, then `>>> RCPT To:<...>` and `<<< 550 ...`, then what
sendmail itself makes of it: `550 5.1.1 <a@example.net>... User unknown`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from diagnostics.bounce.codes import find_codes, find_token
from diagnostics.bounce.model import Report, Span, Stage
from diagnostics.bounce.notices.frame import ADDRESS
from diagnostics.bounce.notices.notice import trimmed

TALKING = re.compile(r"while talking to ([\w.-]{1,253}?)\.?:?[ \t]*$", re.IGNORECASE)
SENT = re.compile(r"[ \t]{0,4}>>> ?([A-Za-z]{4})\b(.{0,600})")
HEARD = re.compile(r"[ \t]{0,4}<<< ?(.{1,900})")
TOLD = re.compile(
    rf"(?:([245]\d\d)(?:[ \-]([245]\.\d{{1,3}}\.\d{{1,3}}))? )?<?({ADDRESS})>?\.\.\. ?(.{{1,900}})"
)
ABOUT = re.compile(rf"[245]\d\d[^<\n]{{0,30}}<({ADDRESS})>")
OWN = re.compile(r"[45]\d\d[ \-]")
ADDRESS_IN = re.compile(ADDRESS)
STAGES = {
    "helo": Stage.EHLO, "ehlo": Stage.EHLO, "mail": Stage.MAIL, "rcpt": Stage.RCPT,
    "data": Stage.DATA,
}  # fmt: skip


@dataclass(slots=True)
class Session:
    """What is known while the lines are read."""

    text: str
    host: str | None = None
    recipient: str | None = None
    sender: str | None = None
    stage: Stage | None = None
    heard: int | None = None  # the number of the last refusal that nothing was made of yet
    found: list[Report] = field(default_factory=list)


def answers_in(text: str, span: Span) -> list[Report]:
    """Return the refusals of a transcript in order; those of a recipient name it."""
    session = Session(text)
    at = span[0]
    for line in text[slice(*span)].split("\n"):
        read_line(session, line, at)
        at += len(line) + 1
    return session.found


def read_line(session: Session, line: str, at: int) -> None:
    """Take in one line that starts at that offset."""
    talking = TALKING.search(line) if "alking to" in line else None
    if talking:
        session.host, session.recipient = talking[1].lower(), None
        session.stage, session.heard = Stage.CONNECT, None
    elif sent := SENT.match(line):
        session.stage = STAGES.get(sent[1].lower(), session.stage)
        session.heard = None
        named = ADDRESS_IN.search(sent[2])
        if named and session.stage is Stage.RCPT:
            session.recipient = named[0]
        elif named and session.stage is Stage.MAIL:
            session.sender = named[0].lower()
    elif heard := HEARD.match(line):
        hear(session, (at + heard.start(1), at + len(line)))
    elif told := TOLD.match(line):
        start = at if told[1] and not OWN.match(told[4]) else at + told.start(4)
        tell(session, told[3], (start, at + len(line)))
    elif OWN.match(line):
        session.found.append(answer(session, None, (at, at + len(line))))
        if not line.startswith("4"):
            session.host, session.heard = None, None


def hear(session: Session, span: Span) -> None:
    """Take in a line of the other server; further lines of one answer belong to the first."""
    last = session.found[-1] if session.found and session.heard is not None else None
    if last and last.diagnostic and session.text[last.diagnostic[0] + 3] == "-":
        code = session.text[slice(*last.diagnostic)][:3]
        if session.text.startswith(code, span[0]):
            session.found[-1] = replace(last, diagnostic=(last.diagnostic[0], span[1]))
            return
    about = ABOUT.match(session.text, *span)
    named = about[1] if about and about[1].lower() != session.sender else None
    report = answer(session, session.recipient or named, span)
    if report.reply_code or report.status_code:
        session.found.append(replace(report, stage=session.stage))
        session.heard = len(session.found) - 1


def tell(session: Session, recipient: str, span: Span) -> None:
    """Take in what sendmail made of an answer for a recipient; the answer itself says more."""
    if recipient.lower() == session.sender:
        return
    heard = session.found[session.heard] if session.heard is not None else None
    if not heard or (heard.reply_code or "")[:1] not in "45":
        session.found.append(answer(session, recipient, span))
        return
    if (heard.recipient or recipient).lower() == recipient.lower():
        session.found[session.heard or 0] = replace(heard, recipient=recipient)
    else:
        session.found.append(replace(heard, recipient=recipient))


def answer(session: Session, recipient: str | None, span: Span) -> Report:
    """Return the report of one line of a transcript."""
    start, end = trimmed(session.text, *span)
    codes = find_codes(session.text, start, end)
    return Report(
        recipient=recipient,
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(session.text[start:end]),
        remote_host=session.host,
        diagnostic=(start, end),
        codes=codes.span,
    )
