"""What a notice says of one recipient: the codes of the answer, who gave it, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from diagnostics.bounce.codes import (
    Codes,
    find_codes,
    find_host,
    find_stage,
    find_token,
    led_by,
)
from diagnostics.bounce.model import Action, Report, Span, Stage
from diagnostics.bounce.notices.frame import FAILURE, PARAGRAPH
from diagnostics.bounce.notices.notice import Item, Notice, trimmed

# Words that lead to the name of the server that answered.
HOST_LEADS = (
    "Connected to ", "SMTP Server <", "Server ", "server (", "server: ", "host: ",
    "Remote system: dns;", "Remote MTA ", " by ",
)  # fmt: skip
NAME = re.compile(r"([\w-]{1,63}\.[\w.-]{0,189}\w)(?=[\s,)>\[;:]|\.\s|$)")
HOST = re.compile(r"([\w-]{1,63}\.[\w.-]{0,189}\w)\.?(?=: | says| \[| \()")
# A line that is its name with its address; or what it did not like.
OPENING = re.compile(
    r"^[ \t]{0,8}(?:host )?([\w-]{1,63}\.[\w.-]{0,189}\w)\.?[ \t]?\[[\da-fA-F.:]{3,45}\]:?[ \t]*$"
    r"|^[ \t]{0,8}([\w-]{1,63}\.[\w.-]{0,189}\w)[ \t]{0,3}$",
    re.MULTILINE,
)
VERBS = (" does not like ", " did not like ", " failed on ", " failed after ")
BEFORE_VERB = re.compile(r"([\w-]{1,63}\.[\w.-]{0,189}\w)(?: \[[\da-fA-F.:]{3,45}\])?$")
# The command that was answered, and what stands before it where a notice shows the session.
COMMANDS = {
    "RCPT": Stage.RCPT, "MAIL": Stage.MAIL, "DATA": Stage.DATA, "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
}  # fmt: skip
# Before an answer that Exchange quotes, and behind it.
QUOTES = ("returned '", "smtp;", "#")
CLOSE = re.compile(r"'(?=\s|$)|[> ]{0,2}#SMTP#|[> ]{0,2}##")
ARROWS = ("<<<", "<--", "<<", ">>>")  # before what the other server said
BEFORE_COMMAND = (
    ">>>", "-->", "<<<", "sent:", "our", "in", "for", "[", "following", "after", "smtp:",
)  # fmt: skip


def reports_of(notice: Notice, found: Sequence[Item]) -> list[Report]:
    """Return the reports of recipients; where no words beside them hold a code, those above."""
    reports = [report_of(notice, item) for item in found]
    if not found or any(report.codes for report in reports):
        return reports
    above = said_above(notice, min(item.at for item in found))
    if not above:
        return reports
    shared = report_of(notice, Item("", above))
    before = notice.text[max(notice.start, above[0] - 200) : above[0]]
    shared = replace(shared, stage=shared.stage or commanded(before, len(before)))
    return [
        replace(shared, recipient=report.recipient, original_recipient=report.original_recipient)
        for report in reports
    ]


def report_of(notice: Notice, item: Item) -> Report:
    """Return the report of one recipient from the words beside it."""
    span = item.span if item.span[1] > item.span[0] else None
    words = notice.text[slice(*span)] if span else ""
    codes = find_codes(notice.text, *span) if span else Codes()
    start = codes.span[0] - span[0] if codes.span and span else len(words)
    if span and codes.span:
        span = answer_alone(notice.text, span, codes.span[0])
    return Report(
        recipient=item.recipient or None,
        original_recipient=item.original,
        action=action_of(notice.action, codes.reply or codes.enhanced),
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(words),
        stage=find_stage(words) or commanded(words, start) or commanded(words, len(words)),
        remote_host=host_of(words),
        reporting_host=notice.reporting_host,
        diagnostic=span,
        codes=codes.span,
    )


def answer_alone(text: str, span: Span, code: int) -> Span:
    """Return where the answer itself stands, if the words show a session or quote it."""
    line = max(text.rfind("\n", span[0], code) + 1, span[0])
    before = text[line:code].rstrip()
    if before.endswith(ARROWS):
        end = text.find("\n", code, span[1])
        return (code, end if end >= 0 else span[1])
    if before.endswith(QUOTES) and (close := CLOSE.search(text, code, span[1])):
        return (code, close.start())
    return span


def said_above(notice: Notice, end: int) -> Span | None:
    """Return the paragraph before the first recipient that holds a code, or None."""
    found = FAILURE.search(notice.text, notice.start, end)
    if not found:
        return None
    start = max(notice.text.rfind("\n", 0, found.start() + 1) + 1, notice.start)
    blank = PARAGRAPH.search(notice.text, start, end)
    span = trimmed(notice.text, start, blank.start() if blank else end)
    return span if find_codes(notice.text, *span).span else None


def action_of(action: Action, code: str | None) -> Action:
    """Return what became of it: what the notice says, but a success code is no failure."""
    return Action.DELIVERED if code and code[0] == "2" else action


def host_of(words: str) -> str | None:
    """Return the server that the words name as the one that answered."""
    flat = " ".join(words.split()) if "\n" in words else words
    if found := find_host(flat):
        return found
    for verb in VERBS:
        at = flat.find(verb)
        if at >= 0 and (named := BEFORE_VERB.search(flat, max(0, at - 260), at)):
            return named[1].lower()
    if named := led_by(("host ",), HOST, flat) or led_by(HOST_LEADS, NAME, flat):
        return named[1].lower()
    opening = OPENING.search(words)
    return (opening[1] or opening[2]).lower() if opening else None


def commanded(words: str, end: int) -> Stage | None:
    """Return the stage of the last command before the answer."""
    last, stage = -1, None
    for name, named in COMMANDS.items():
        at = words.rfind(name, 0, end)
        if at > last and words[max(0, at - 14) : at].rstrip().lower().endswith(BEFORE_COMMAND):
            last, stage = at, named
    return stage
