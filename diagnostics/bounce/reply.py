"""SMTP replies as people paste them: one or many lines, within a sentence, several in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from diagnostics.bounce import limits
from diagnostics.bounce.addresses import find_recipient
from diagnostics.bounce.codes import (
    Codes,
    find_answers,
    find_codes,
    find_host,
    find_stage,
    find_token,
    is_generic,
)
from diagnostics.bounce.log_lines import STARTS_LOG_LINE
from diagnostics.bounce.model import Action, Bounce, Format, Report, Span

OPENED = " \t>|*#'\"(<["  # what may stand before a reply that opens its line
QUOTES = "'\"\u201c\u201e"
WORD = re.compile(r"[^\W\d_]{3}")
ADDRESS_ALONE = re.compile(r"[ \t<]{0,8}[^\s<>@]{1,64}@[\w.-]{1,253}[>:,]{0,2}[ \t]{0,4}$")
OPENING = re.compile(r"(?:smtp;?[ ]?)?(?:[2-5][0-5]\d[ \-:]|[245]\.\d\.\d{1,3}[ :])", re.IGNORECASE)
CLOSED = re.compile(r"['\"\u201d](?=[\s.,;:)\]>}]|$)")
# What Exchange writes behind the answer that it quotes.
TAIL = re.compile(r"[> ]{0,2}#SMTP#|[> ]{0,2}##$")
ADVICE = "Please check the message recip"  # what Thunderbird writes behind it
# The server, where a log names it in a field.
KEYED_HOST = re.compile(
    r"\b(?:remote[_-]?)?(?:host|hostname|relay|mx) ?= ?\"?([\w-]{1,63}\.[\w.-]{0,189}\w)"
)

ACTIONS = {"2": Action.DELIVERED, "4": Action.DELAYED, "5": Action.FAILED}
BAD = ("4", "5")
SAME = 6  # letters by which lines of one program are known
CONSEQUENCE = "503"  # a bad sequence of commands, because one before was refused


@dataclass(slots=True)
class Reply:
    """A reply in the text, while its lines are read."""

    floor: int  # where the reply before it ended
    begin: int  # where the paragraph before it begins
    start: int  # where its codes start
    end: int
    code: str  # the reply code, or an enhanced code alone
    answer: re.Match[str]  # the codes


def read_reply(text: str) -> Bounce | None:
    """Read text as SMTP replies, or return None when it quotes none.

    Of several, each refusal is told; a success only where nothing was refused.
    """
    replies = find_replies(text)
    if not replies:
        return None
    refused = [reply for reply in replies if reply.code.startswith(BAD)]
    told = [reply for reply in refused if reply.code != CONSEQUENCE] or refused or replies[:1]
    return Bounce(
        text=text,
        format=Format.LOG_LINE if STARTS_LOG_LINE.match(text) else Format.SMTP_REPLY,
        reports=tuple([report_of(text, reply) for reply in told[: limits.MAX_REPORTS]]),
        prose=whole(text),
    )


def opens_with_reply(text: str) -> bool:
    """Whether the first words of a text are a server's answer: its code stands first."""
    head = text[:80].lstrip(OPENED)
    return OPENING.match(head) is not None


def find_replies(text: str) -> list[Reply]:
    """Return the replies in the text, those of many lines as one."""
    replies: list[Reply] = []
    current: Reply | None = None
    at = begin = 0
    for line in text.split("\n"):
        end = at + len(line)
        answer = first_answer(text, at, end)
        if answer and not (current and goes_on(text, current, answer, (at, end))):
            code = answer[0] if answer[3] else answer[0][:3]
            floor = begin if replies else 0
            current = Reply(floor, begin, answer.start(), end, code, answer)
            replies.append(current)
            begin = end
        elif current and line.strip() and (answer or not is_anew(text, current, line)):
            current.end = begin = end
        else:
            current = None
            begin = begin if line.strip() or replies else end
        at = end + 1
    return replies


def is_anew(text: str, reply: Reply, line: str) -> bool:
    """Whether a line below a reply is an address alone, or starts as its line did: `msmtp: `."""
    start = text.rfind("\n", 0, reply.start) + 1
    opening = text[start : start + SAME] if start + SAME < reply.start else ""
    again = opening.isprintable() and not opening.isspace() and line.startswith(opening or "\n")
    return again or ADDRESS_ALONE.match(line) is not None


def first_answer(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first refusal that a line quotes, else the first success; reply codes first.

    A reply code that is named before its answer (`code 550, message 550 5.1.1 …`) gives way to it.
    """
    named = alone = success = None
    for answer in find_answers(text, start, end):
        if answer[0][0] == "2":
            success = success or answer
        elif answer[1] and named and answer[0][:3] == named[0]:
            return answer
        elif answer[1] and not named:
            named = answer
        elif not answer[1]:
            alone = alone or answer
    return named or alone or success


def goes_on(text: str, reply: Reply, answer: re.Match[str], line: Span) -> bool:
    """Whether an answer in the next line belongs to the reply: `550-` before, or within words."""
    opens = not text[line[0] : answer.start()].strip(OPENED)
    if opens and answer[1] and answer[0][:3] != reply.code:
        return False
    if text[reply.start + 3 : reply.start + 4] == "-":
        return opens
    other = find_recipient(text, line[0], line[1] if opens else answer.end())
    return other is None or other == find_recipient(text, reply.begin, reply.end)


def report_of(text: str, reply: Reply) -> Report:
    """Return what a reply says, and the words before it of whom and when."""
    end = end_of_answer(text, reply)
    start = start_of_answer(text, reply, end)
    codes = codes_of(text, reply, end)
    around, words = text[reply.begin : end], text[start:end]
    host = find_host(around)
    if not host and "=" in around and (keyed := KEYED_HOST.search(around)):
        host = keyed[1].lower()
    return Report(
        recipient=recipient_of(text, reply, end) if "@" in text else None,
        action=ACTIONS[reply.code[0]],
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(words),
        stage=find_stage(around),
        remote_host=host,
        diagnostic=(start, end),
        codes=codes.span,
    )


def recipient_of(text: str, reply: Reply, end: int) -> str | None:
    """Return whom a reply is about: by its words, those before it, then what else names one."""
    return (
        find_recipient(text, reply.start, end)
        or find_recipient(text, reply.begin, reply.start)
        or find_recipient(text, reply.floor, reply.begin, named=True)
    )


def codes_of(text: str, reply: Reply, end: int) -> Codes:
    """Return the codes of a reply; an enhanced one may stand before it in its line."""
    answer = reply.answer
    if answer[2] and not is_generic(answer[2]):
        return Codes(answer[0][:3], answer[2], answer.span())
    codes = find_codes(text, reply.start, end)
    if codes.enhanced:
        return codes
    line = max(reply.begin, text.rfind("\n", 0, reply.start) + 1)
    before = find_codes(text, line, reply.start).enhanced if line < reply.start else None
    return codes._replace(enhanced=before) if before and before[0] == reply.code[0] else codes


def end_of_answer(text: str, reply: Reply) -> int:
    """Return where the words of the answer end: at the quotation mark that closes them."""
    start = reply.start
    end = start + len(text[start : reply.end].rstrip())
    if text.find("#", start, end) >= 0 and (tail := TAIL.search(text, start, end)):
        end = tail.start()
    if (advice := text.find(ADVICE, start, end)) >= 0:
        end = advice
    if start == 0:
        return end
    before = text[max(0, start - 8) : start].rstrip(" ").lower().removesuffix("smtp;")
    mark = before[-1:]
    if text.startswith(", b", start + 3):  # (550, b'5.1.1 no such user')
        mark = text[start + 6 : start + 7]
    if not mark or mark not in QUOTES:
        return end
    closing = [found.start() for found in CLOSED.finditer(text, start, end)]
    fitting = [at for at in closing if text[at] == mark or mark in "\u201c\u201e"]
    if not fitting:
        return end
    return fitting[-1] if mark == "'" else fitting[0]


def start_of_answer(text: str, reply: Reply, end: int) -> int:
    """Return where the words of the answer start: before the codes where none stand behind."""
    if WORD.search(text, reply.start, end):
        return reply.start
    before = text[reply.begin : reply.start]
    line = before.rstrip(" \t\n(<[#").rpartition("\n")[2]
    return reply.begin + before.rfind(line) if WORD.search(line) else reply.start


def whole(text: str) -> Span:
    """Return the span of the whole text."""
    return (0, len(text))
