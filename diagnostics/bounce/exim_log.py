"""Lines of Exim's main log and reject log (Exim specification, chapter 53).

Deliveries: `1abcde-000001-AB ** ann@example.com R=… T=… H=mx.example.com […]: reason`; the flag
says what became of it. Refusals: `H=… F=<…> rejected RCPT <ann@example.com>: reason`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.log_lines import Entry, find_reporter, read_log
from diagnostics.bounce.model import Action, Bounce, Report, Stage

MARKS = ("** ", " == ", " => ", " -> ", "rejected rcpt", "rejected mail", "rejected after",
         "rejected data", "rejected ehlo", "rejected helo", "rejected connection", "rejected by",
         "rejected during", "smtp error from", "smtp timeout", "lmtp error", "remote host ",
         "] connection ")  # fmt: skip

MESSAGE_ID = re.compile(r"\b([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) ")
DELIVERY = re.compile(
    r"(?:\[\d{1,9}\] )?(\*\*|==|=>|->|\*>) ([^\s<>]{1,320}?):? (?:<([^<>]{1,320})>)?"
)
HOST = re.compile(r" H=([\w-][\w.-]{0,252}\.[\w-]{1,63}) \[")
CONFIRMED = re.compile(r" C=\"([^\"]{1,600})\"")
REJECTED = re.compile(
    r" (temporarily )?rejected (RCPT|MAIL|DATA|after DATA|EHLO or HELO|EHLO|HELO|connection|by"
    r"|during)(?: <?([^\s<>:]{1,320}))?"
)
# What a server said before the next one was tried.
ATTEMPT = re.compile(
    r"(?:SMTP|LMTP) (?:error (?:from|after)|timeout) |Remote host |Connection (?:timed|refused)"
)
ACTIONS = {
    "**": Action.FAILED,
    "==": Action.DELAYED,
    "=>": Action.DELIVERED,
    "->": Action.DELIVERED,
    "*>": Action.DELIVERED,
}
STAGES = {
    "RCPT": Stage.RCPT,
    "MAIL": Stage.MAIL,
    "EHLO or HELO": Stage.EHLO,
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
    "connection": Stage.CONNECT,
}  # others look at the message itself


def read_exim(text: str) -> Bounce | None:
    r"""Read lines of an Exim log, one report a recipient, or return None when there is none.

    A new line within an answer stands there as `\n`; it is shown as one again, in as many letters.
    """
    bounce = read_log(text, read_line)
    if bounce and "\\n" in text:
        return replace(bounce, text=text.replace("\\n", "\n "))
    return bounce


def read_line(text: str, start: int, end: int) -> Iterator[Entry]:
    """Yield what one line tells of a delivery."""
    identifier = MESSAGE_ID.search(text, start, min(end, start + 200))
    head = identifier.end() if identifier else start
    message = identifier[1] if identifier else None
    known = Report(reporting_host=find_reporter(text, start, head))
    delivery = DELIVERY.match(text, head, end)
    if delivery and (identifier or "@" in delivery[2]):
        yield Entry(read_delivery(known, text, end, delivery), message)
    elif rejected := REJECTED.search(text, start, end):
        if identifier or text.find("H=", start, rejected.start()) >= 0:
            yield Entry(read_rejected(known, text, end, rejected))
    elif identifier and (attempt := ATTEMPT.search(text, head, end)):
        known = replace(known, remote_host=find_client(text, head - 1, attempt.start()))
        yield Entry(with_answer(known, text, attempt.start(), end), message)


def read_delivery(known: Report, text: str, end: int, delivery: re.Match[str]) -> Report:
    """Return the report of a flagged line; an address before a redirection stands in brackets."""
    colon = text.find(": ", delivery.end(2), end)
    final, original = delivery[2], delivery[3]
    known = replace(
        known,
        recipient=original if original and "@" not in final else final,
        original_recipient=original,
        action=ACTIONS[delivery[1]],
        remote_host=find_client(text, delivery.end(2), colon if colon >= 0 else end),
    )
    if known.action is Action.DELIVERED:
        confirmed = CONFIRMED.search(text, delivery.end(), end)
        return with_answer(known, text, *confirmed.span(1)) if confirmed else known
    return with_answer(known, text, colon + 2 if colon >= 0 else end, end)


def read_rejected(known: Report, text: str, end: int, rejected: re.Match[str]) -> Report:
    """Return the report of a refusal by this server itself."""
    colon = text.find(": ", rejected.end(), end)
    known = replace(
        known,
        recipient=rejected[3] if rejected[2] == "RCPT" else None,
        action=Action.DELAYED if rejected[1] else Action.FAILED,
        stage=STAGES.get(rejected[2], Stage.END_OF_DATA),
    )
    return with_answer(known, text, colon + 2 if colon >= 0 else rejected.start(), end)


def find_client(text: str, start: int, end: int) -> str | None:
    """Return the host of the field H= in a stretch of a line."""
    found = HOST.search(text, start, end)
    return found[1].lower() if found else None
