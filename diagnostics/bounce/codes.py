"""Reply codes, enhanced codes, tokens, hosts and stages in the words of an answer.

Everything here looks at a stretch of text and returns what stands there, or None. The patterns
have no repeat inside a repeat: their time is linear in the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from diagnostics.bounce.model import Span, Stage

ENHANCED = r"[245]\.\d{1,3}\.\d{1,3}"

# 550-5.7.1, 550 5.7.1, 550 #5.7.1, 550 (5.7.1): both codes side by side.
PAIR = re.compile(rf"(?<![\w.])([245]\d\d)[ \-]{{1,2}}[#(]?({ENHANCED})(?![\d.]\d)")
# A reply code where an answer starts: at the very start, after "said:", "smtp;" and their like.
START = re.compile(
    r"(?:^|said: ?|returned: ?|smtp; ?|response: ?|error: ?|error |<<< |reply=|\()[\s'\"<(\[]{0,4}"
    r"([245][0-5]\d)(?=[\s:;,'\")\-]|$)",
    re.IGNORECASE,
)
# An enhanced code that stands alone: at the start, after # or in brackets.
ALONE = re.compile(rf"(?:^|[#(\[\s])({ENHANCED})(?=[\s:;,)\]'\"]|$)")

EXPIRED = ("4.4.7", "5.4.7")

TOKEN = re.compile(r"[\[(]([A-Z]{1,8}[-_#]?[A-Z]{0,8}-?\d{2,8})[\])]")
SAID = re.compile(r"\bhost ([\w.-]{1,253})(?:\[[\w.:]{2,45}\])? (?:said|refused)", re.IGNORECASE)
IN_REPLY_TO = re.compile(r"in reply to ([A-Za-z ]{2,20}?) ?(?:command)?\)", re.IGNORECASE)

STAGES = {
    "end of data": Stage.END_OF_DATA,
    "rcpt to": Stage.RCPT,
    "rcpt": Stage.RCPT,
    "mail from": Stage.MAIL,
    "mail": Stage.MAIL,
    "ehlo": Stage.EHLO,
    "helo": Stage.EHLO,
    "data": Stage.DATA,
    "initial server greeting": Stage.CONNECT,
}


class Codes(NamedTuple):
    """The codes of an answer and where they stand."""

    reply: str | None = None
    enhanced: str | None = None
    span: Span | None = None


def find_codes(text: str, start: int = 0, end: int | None = None) -> Codes:
    """Return the codes of the answer in a stretch of text; side by side beats alone."""
    stretch = text[start:end]
    if pair := PAIR.search(stretch):
        return Codes(pair[1], pair[2], (start + pair.start(1), start + pair.end(2)))
    reply = START.search(stretch)
    alone = ALONE.search(stretch)
    if not reply and not alone:
        return Codes()
    ends = [(m.start(1), m.end(1)) for m in (reply, alone) if m]
    return Codes(
        reply[1] if reply else None,
        alone[1] if alone else None,
        (start + ends[0][0], start + ends[0][1]),
    )


def better_status(field: str | None, words: str | None) -> str | None:
    """Return the more telling of two enhanced codes: that of a Status field, that in the words.

    The words are the other server's, the field is what the sending server made of them, so the
    words win; but not where they are general (`5.0.0`, `5.1.0` beside `5.1.1`) or say only that
    the time was up.
    """
    if not field or not words:
        return field or words
    if words.endswith(".0") and not field.endswith(".0"):
        return field
    if words in EXPIRED and not field.endswith(".0"):
        return field
    return words


def find_token(text: str) -> str | None:
    """Return a provider's own tag in brackets: TSS04, S3150, CS01."""
    found = TOKEN.search(text)
    return found[1] if found else None


def find_host(text: str) -> str | None:
    """Return the host that `host … said` names."""
    found = SAID.search(text)
    return found[1].rstrip(".").lower() if found else None


def find_stage(text: str) -> Stage | None:
    """Return the stage that `in reply to … command` names."""
    found = IN_REPLY_TO.search(text)
    return STAGES.get(found[1].strip().lower()) if found else None
