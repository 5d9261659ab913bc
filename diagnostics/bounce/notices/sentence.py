"""Whom a notice tells of that names no recipient on a line of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce import limits
from diagnostics.bounce.model import Report
from diagnostics.bounce.notices.answer import report_of
from diagnostics.bounce.notices.frame import ADDRESS, is_failed_address, words_beside
from diagnostics.bounce.notices.notice import Item, Notice

# An address within a sentence that says what could not be done for it.
IN_SENTENCE = re.compile(
    r"\b(?:deliver(?:ed|y|ing)?|send|sent|mail|message|reach|undeliverable|addressed|recipients?"
    r"|user|mailbox|account|address)\b[^@\n:]{0,60}?\b(?:to|for|recipients?|user|mailbox|address)?"
    rf"[ \t:]{{1,4}}[\"'`<(\[]{{0,2}}(?:mailto:)?({ADDRESS})",
    re.IGNORECASE,
)
RCPT = re.compile(rf"\bRCPT TO: ?<?({ADDRESS})>?", re.IGNORECASE)
IN_REPLY = re.compile(
    rf"^[ \t>]{{0,20}}[45]\d\d[ \-](?:[^\n<@]{{0,100}}[ <(\[:;,'\"])?({ADDRESS})",
    re.IGNORECASE | re.MULTILINE,
)
ANYWHERE = re.compile(rf"(?:^|(?<=[\s<(\"':\uff1a]))({ADDRESS})")
RETURNED_TO = re.compile(
    rf"^[ \t>]{{0,20}}to:[^\n@]{{0,200}}?({ADDRESS})[>\"']{{0,2}}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)

MAX_BEFORE = 200  # code points of the sentence before the address


def in_sentences(notice: Notice) -> list[Item]:
    """Return the recipient that a sentence names, or those that the header of the notice names."""
    if notice.text.find("@", notice.start, notice.end) >= 0:
        for pattern in (IN_SENTENCE, RCPT, IN_REPLY):
            if item := first_of(pattern, notice):
                return [item]
    if notice.failed:
        return [
            Item(address, (notice.start, notice.start)) for address in dict.fromkeys(notice.failed)
        ]
    item = first_of(ANYWHERE, notice)
    return [item] if item else []


def first_of(pattern: re.Pattern[str], notice: Notice) -> Item | None:
    """Return the first address in a place where a recipient would stand."""
    text = notice.text
    for found in pattern.finditer(text, notice.start, notice.end):
        address = found[1]
        start = text.rfind("\n", notice.start, found.start(1)) + 1
        label = "" if pattern is IN_REPLY else text[max(start, notice.start) : found.start(1)]
        line = text[max(start, notice.start) : found.end()]
        if address.lower() != notice.to.lower() and is_failed_address(label, address, line):
            at = max(start, notice.start, found.start() - MAX_BEFORE)
            return Item(address, words_beside(text, at, notice.end), at=at)
    return None


def without_address(notice: Notice) -> Report:
    """Return the report of a notice that names nobody: the returned message names one."""
    to = RETURNED_TO.search(notice.text, notice.end, notice.end + limits.MAX_LOOK)
    span = words_beside(notice.text, notice.start, notice.end)
    report = report_of(notice, Item(to[1] if to else "", span, at=notice.start))
    return report if report.codes else replace(report, diagnostic=None)
