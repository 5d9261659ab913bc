"""Reply codes, enhanced codes, tokens, hosts and stages in the words of an answer.

Everything here looks at a stretch of text and returns what stands there, or None. The patterns
have no repeat inside a repeat: their time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from diagnostics.bounce.model import Span, Stage

ENHANCED = r"[245]\.\d{1,3}\.\d{1,3}"

# What may be a code. Both side by side (group 2): 550-5.7.1, 550 #5.7.1, 550 (5.7.1), 550, b'5.7.1;
# a reply code alone (group 1), but no telephone number and no amount; an enhanced code alone
# (group 3), but no version and no address. The first digit stands before the look back, because
# a search for one of few characters is fast.
CANDIDATE = re.compile(
    r"[245](?<![A-Za-z0-9_.+@/-].)(?!(?<=2)(?:[6-9]|5[4-9]))(?:(\d\d)(?:"
    rf"(?:[ \-:;,#(\[</]{{1,4}}|, b['\"])({ENHANCED})(?!\d|\.\d)"
    r"|(?=[\s:;,'\")\]>#-]|\.(?!\d)|$)(?![-) ]{1,2}\d{3}[-. ]\d{4})"
    r"(?! ?(?:[KMG]i?B|[kmg]b|bytes|ms|[Ee]uros?|EUR|USD|dollars?)\b))"
    r"|(?<!ersion .)(?<!ostfix .)(?<!Exim .)(\.\d\.\d{1,3})(?=[\s:;,'\")\]>}|-]|\.(?!\d)|$))"
)
BULLETS = ("\n-", "\n--")
OPENERS = "'\"(<[#=>"
# Words after which a number is a code, whatever stands around it.
LEADS = (
    "smtp", "smtp;", "said", "says", "returned", "returns", "response", "responded", "replied",
    "reply", "answer", "answered", "answers", "error", "errors", "code", "status", "result",
    "reason", "diagnostic", "bounced", "rejected", "refused", "failed", "dsn", "ndr", "msg",
    "replied with", "responded with", "returned with", "answered with", "rejected with",
    "refused with", "failed with", "bounced with", "bounces with", "bounce", "returned a", "got a",
    "code is", "code was", "response was", "returned was", "received", "error is", "error was",
    "fehler", "fehlercode", "erreur", "código", "codice", "errore", "ошибка", "код", "代码", "代碼",
    "错误", "錯誤", "コード", "エラー",
)  # fmt: skip
KEYED = re.compile(r"(?:info|message|details?|text|output|comment|stat)$", re.IGNORECASE)
FOLLOWED = re.compile(r" (?:smtp )?(?:error|bounce|reject|response|reply|permanent)", re.IGNORECASE)
WORDS_FOLLOW = re.compile(r"(?:[ \-:]{1,3}(?:\n[ \t]{0,20})?|, b)[<\[(\"']?[^\W\d]")

TOKEN = re.compile(r"[\[(]([A-Z]{1,8}[-_#]?[A-Z]{0,8}-?\d{2,8})[\])]")

# Words that lead to the name of the server that answered, and the name with what must follow it.
# Postfix: host X[…] said; Exim: host X […]: ; Sendmail: talking to X.: ; Exchange: <X #5.1.1
HOST_LEADS = ("host ", "talking to ", "onnection with ", "onversation with ", "erver at ")
HOST = re.compile(
    r"([\w-][\w.-]{0,252})(?: ?\[[\w.:/-]{2,60}\]:? (?:said|refused|while|timed)"
    r"| ?\[[\w.:]{2,45}\]: | said| refused| \([\w.:]{2,45}\) returned|:$|:\n| #\d)"
)
# Words that lead to the command that was answered. Postfix: in reply to X; Exim: after X.
STAGE_LEADS = ("reply to ", "after ", "response to ", "while sending ")
STAGE = re.compile(
    r"(?:pipelined |the )?[\"'(]{0,2}(RCPT TO|MAIL FROM|DATA|EHLO|HELO|LHLO|initial"
    r"|end of (?:DATA|data|message)|sending data block)"
)
STAGES = {
    "RCPT TO": Stage.RCPT,
    "MAIL FROM": Stage.MAIL,
    "DATA": Stage.DATA,
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
    "LHLO": Stage.EHLO,
    "initial": Stage.CONNECT,  # server greeting, connection
}  # the others are about the end of the data
# PHPMailer and qmail.
STAGE_PHRASES = {
    "RCPT TO command failed": Stage.RCPT,
    "MAIL FROM command failed": Stage.MAIL,
    "DATA END command failed": Stage.END_OF_DATA,
    "does not like recipient": Stage.RCPT,
    "sender was rejected": Stage.MAIL,
    "my name was rejected": Stage.EHLO,
    "but greeting failed": Stage.CONNECT,
    "failed on DATA command": Stage.DATA,
    "failed after I sent the message": Stage.END_OF_DATA,
}


class Codes(NamedTuple):
    """The codes of an answer and where they stand."""

    reply: str | None = None
    enhanced: str | None = None
    span: Span | None = None


def find_codes(text: str, start: int = 0, end: int | None = None) -> Codes:
    """Return the codes of the answer in a stretch of text; side by side beats alone."""
    pair = reply = None
    alone: list[re.Match[str]] = []
    for found in CANDIDATE.finditer(text, start, len(text) if end is None else end):
        if found[2]:
            pair = found if pair is None or is_better(found, pair) else pair
            if not is_generic(pair[2]):
                break
        elif found[3]:
            alone.append(found)
        elif is_first(found, reply) and (found.start() == start or is_opened(text, found)):
            reply = found
    if pair and (reply is None or reply[0] == pair[0][:3] or is_first(pair, reply)):
        return Codes(pair[0][:3], pair[2], pair.span())
    return unpaired(reply, alone)


def is_first(found: re.Match[str], other: re.Match[str] | None) -> bool:
    """Whether a code stands before another reply code, or that is the one of a greeting."""
    if other is None or found.start() < other.start():
        return True
    return other[0][0] == "2" and found[0][0] != "2"


def unpaired(reply: re.Match[str] | None, alone: list[re.Match[str]]) -> Codes:
    """Return a reply code with the enhanced code of its class that stands apart, after it first."""
    if reply is None:
        return Codes(None, alone[0][0], alone[0].span()) if alone else Codes()
    fitting = [found for found in alone if found[0][0] == reply[0][0]]
    after = (found for found in fitting if found.start() > reply.start())
    enhanced = next(after, fitting[0] if fitting else None)
    return Codes(reply[0], enhanced[0] if enhanced else None, reply.span())


def find_answers(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield the places where any text quotes an answer: codes that the words show to be some.

    A place starts with the reply code, or is an enhanced code alone.
    """
    for found in CANDIDATE.finditer(text, start, len(text) if end is None else end):
        if found[2] or is_introduced(text, found):
            yield found


def is_opened(text: str, found: re.Match[str]) -> bool:
    """Whether a number within an answer stands where a reply code would."""
    return text[found.start() - 1] in OPENERS or is_introduced(text, found)


def is_introduced(text: str, found: re.Match[str]) -> bool:
    """Whether the words around a number say that it is a code, or it opens a line."""
    at, end = found.span()
    if found[3] and (text[at - 1 : at] == "#" or is_bracketed(text, at, end)):
        return True
    before = text[max(0, at - 40) : at].rstrip(" \t'\"(<[#=>|*`\u201e\u201c")
    if not before or before[-1] in "\n;" or before.endswith(BULLETS):
        return WORDS_FOLLOW.match(text, end) is not None or not text[end : end + 1].strip(" -")
    if text[at - 2 : at].rstrip("\"'")[-1:] == "=" and KEYED.search(before):
        return True
    if before[-1] in ":\uff1a" and not found[3] and WORDS_FOLLOW.match(text, end):
        return True
    if before.rstrip(" :\uff1a-").lower().endswith(LEADS):
        return True
    return FOLLOWED.match(text, end) is not None


def is_bracketed(text: str, start: int, end: int) -> bool:
    """Whether a stretch is all that stands in brackets."""
    return text[start - 1 : start] + text[end : end + 1] in ("()", "[]")


def is_generic(status: str) -> bool:
    """Whether an enhanced code does not say why: 5.0.0, expiry, what Exchange wraps answers in."""
    return status.endswith((".0.0", ".0.350", ".4.7"))


def is_better(other: re.Match[str], pair: re.Match[str]) -> bool:
    """Whether a further pair of codes is the real answer behind one that says nothing."""
    return is_generic(pair[2]) and not is_generic(other[2]) and other[2][0] in "45"


def better_status(field: str | None, words: str | None) -> str | None:
    """Return the more telling of two enhanced codes: that of a field, that in the words.

    The words are those of the server that refused, the field is that of the one that tells of it:
    the words count, unless they say nothing (5.0.0) or the subject only (5.1.0).
    """
    if not field or not words:
        return field or words
    general = words.endswith(".0") and not field.endswith(".0")
    return field if general or is_generic(words) else words


def find_token(text: str) -> str | None:
    """Return a provider's own tag in brackets: TSS04, S3150, CS01."""
    found = TOKEN.search(text)
    return found[1] if found else None


def find_host(text: str) -> str | None:
    """Return the host that `host … said` and its like name."""
    found = led_by(HOST_LEADS, HOST, text) or (" #" in text and led_by(("<",), HOST, text))
    name = found[1].rstrip(".").lower() if found else ""
    return name if "." in name else None


def find_stage(text: str) -> Stage | None:
    """Return the stage that `in reply to … command`, `after …` and their like name."""
    if found := led_by(STAGE_LEADS, STAGE, text):
        return STAGES.get(found[1], Stage.END_OF_DATA)
    if "failed" in text or "was rejected" in text or "not like" in text:
        return next((stage for phrase, stage in STAGE_PHRASES.items() if phrase in text), None)
    return None


def led_by(leads: tuple[str, ...], pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match that stands right after one of the words; faster than a search."""
    for lead in leads:
        at = text.find(lead)
        while at >= 0:
            at += len(lead)
            if found := pattern.match(text, at):
                return found
            at = text.find(lead, at)
    return None
