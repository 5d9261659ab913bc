"""Whom a notice tells of, and where the words about each stand.

Nearly all mail systems write the same way: a greeting, then each recipient's address (alone on a
line, or at the start of one) with the reason beside or below it, then the message that came back.
Some name the recipients first and the reasons below, each address once more. `items` reads that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from diagnostics.bounce import limits
from diagnostics.bounce.model import Span
from diagnostics.bounce.notices.notice import Item, Notice, trimmed

# What no address in a notice holds: East Asian scripts and marks, typographic quotation marks.
WIDE = r"\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef\u2018-\u201f"
LOCAL = rf"[^\s<>\"'`()\[\]:;,|{WIDE}]{{1,200}}"
ADDRESS = (
    rf"{LOCAL}@[^\s<>\"'`()\[\],;|{WIDE}]{{1,200}}[^\s<>\"'`()\[\].,;:|?!*{WIDE}]"
)

# What stands before an address that a line starts with: bullets, quotation marks, a label.
BEFORE = (
    r"[ \t>*|\-+\u2022\u00b7]{0,40}+"
    r"(?:[^\s@:<>][^@:<>\n\uff1a]{0,50}?[:=\uff1a][ \t]{0,4}|\"[^\"@\n]{1,80}\"[ \t]{1,4}(?=<)"
    r"|[^\W\d_][\w .'-]{0,60}(?=<))?"
    r"[ \t\"'`<(\[]{0,4}(?:smtp[:=]|rfc822;|mailto:|to:)?[ \t<]{0,3}"
)
X400 = re.compile(
    rf"[ \t]{{0,20}}c=[a-z]{{2}};[^\n@]{{0,200}}dda:(?:smtp|rfc-822)=(?P<address>{ADDRESS})",
    re.IGNORECASE,
)
RECIPIENT = re.compile(rf"{BEFORE}(?P<address>{ADDRESS})", re.IGNORECASE)
AFTER = re.compile(
    r"[>\])\"'`]{0,3}(?:[ \t]{0,3}[<(\[]{1,2}(?:mailto:|smtp:)?[^\s<>]{1,255}[>\])]{1,2})?"
    r"[>\])\"'`]{0,2}[ \t]{0,4}(?:\.\.\.|[:;,.\-\u2013]{1,2})?[ \t]*",
    re.IGNORECASE,
)
EXPANDED = re.compile(
    r"\((?:expanded|(?:ultimately )?generated) from:? <?([^\s<>()]{1,255})>?\)"
    r"|^[ \t]{1,8}original address: ?([^\s<>()]{1,255})$",
    re.IGNORECASE | re.MULTILINE,
)
# Labels of addresses that are not the failed one.
OTHER_LABEL = re.compile(
    r"\b(?:(?:from|sender|envelope[ -]sender)(?:'s|[ -](?:e?-?mail[ -])?address)?|reply-?to"
    r"|return-?path|cc|bcc|contact|help|support|message-?id|by|subject|postmaster|administrator"
    r"|references|in-reply-to|received|list|de|von|absender|expéditeur|remitente|mittente"
    r"|\u53d1\u4ef6\u4eba|\u9001\u4fe1\u8005)"
    r"[ \t\"'<(]{0,3}[:=\uff1a]?[ \t\"'<(]{0,12}$|^[ \t>*<]{0,8}[245]\d\d\b",
    re.IGNORECASE,
)
TO_LABEL = re.compile(r"[ \t>*|]{0,20}(?:to|an|para|pour|a|\u00e0)[ \t]?:", re.IGNORECASE)
ORIGINAL_LABEL = re.compile(r"[ \t>*|]{0,20}(?:original|intended)\b[^@:\n]{0,30}:", re.IGNORECASE)
# Labels that only say that an address follows.
LABEL = re.compile(
    r"\b(?:recipients?|address(?:es)?|addressee|to|user|undeliverable|intended)(?:\(s\))?"
    r"(?: address(?:es)?| e?-?mail)?[ \t]{0,3}[:=]?[ \t\"'<(]{0,4}$",
    re.IGNORECASE,
)
NOT_FAILED = re.compile(
    r"contact|assist|questions?|help|support|please|visit|refer|inquir|appl(?:y|ies)", re.IGNORECASE
)
MACHINES = ("mailer-daemon", "mail-daemon", "mdaemon", "mailerdaemon")

FAILURE = re.compile(r"(?:^|[\s:(<#'\"\[\-])(?:[45]\d\d[ \-.:]|#?[45]\.\d{1,3}\.\d{1,3}\b)")
PARAGRAPH = re.compile(r"\n[ \t>|]{0,8}\n")
# Paragraphs that tell what to do, not what happened.
ADVICE = re.compile(
    r"\s{0,80}(?:please (?:reply|contact|do not|direct|check|try|resend|note)|for (?:further|more)"
    r"|if you (?:feel|have|need|believe|think)|do not reply|no action|you do not need)",
    re.IGNORECASE,
)
WORD = re.compile(r"\w{2,}")
ENOUGH_WORDS = 3
ENOUGH_BESIDE = 2
MAX_ITEM = 2_500


def items(notice: Notice, *, labelled: bool = False) -> list[Item]:
    """Return the recipients in order, each once, with the words that belong to it.

    Those that stand after `To:` in the header that a notice shows are asked for by `labelled`.
    """
    mentions = without_the_sender(list(addresses_on_lines(notice)), notice)
    mentions = [m for m in mentions if TO_LABEL.match(notice.text, m.at) is None or labelled]
    found: dict[str, Item] = {}
    for number, mention in enumerate(mentions):
        key = mention.recipient.lower()
        end = end_of(notice.text, mentions, number, notice.end)
        if found and ORIGINAL_LABEL.match(notice.text, mention.at):
            last = next(reversed(found))
            found[last] = replace(found[last], original=mention.recipient)
            continue
        span = words_beside(notice.text, mention.span[0], end)
        if key not in found:
            original = EXPANDED.search(notice.text, mention.span[0], min(end, mention.at + 400))
            name = (original[1] or original[2]) if original else None
            found[key] = Item(mention.recipient, span, name, mention.at)
        elif says_more(notice.text, span, found[key].span):
            found[key] = replace(found[key], span=span)
    return filled_up(list(found.values()), notice.text)


def end_of(text: str, mentions: list[Item], number: int, end: int) -> int:
    """Return where the words about one mention end: where the next address stands."""
    key = mentions[number].recipient.lower()
    for other in mentions[number + 1 : number + 20]:
        if other.recipient.lower() != key and not ORIGINAL_LABEL.match(text, other.at):
            return other.at
    return end


def addresses_on_lines(notice: Notice) -> Iterator[Item]:
    """Yield the recipients that stand at the start of a line, with the rest of the line."""
    text = notice.text
    left = limits.MAX_REPORTS
    at = text.find("@", notice.start, notice.end)
    while at >= 0 and left:
        start = max(text.rfind("\n", notice.start, at) + 1, notice.start)
        end = text.find("\n", at, notice.end)
        end = notice.end if end < 0 else end
        found = X400.match(text, start, end) or RECIPIENT.match(text, start, end)
        if found and is_failed_address(
            text[start : found.start("address")], found["address"], text[start:end]
        ):
            left -= 1
            rest = (AFTER.match(text, found.end(), end) or found).end()
            told = is_sentence(text[start : found.start("address")], text[rest:end])
            yield Item(found["address"], (start if told else rest, end), at=start)
        at = text.find("@", end, notice.end)


def is_sentence(label: str, rest: str) -> bool:
    """Whether the words before an address in its line tell something, not only announce it."""
    if len(WORD.findall(label)) <= ENOUGH_WORDS or LABEL.search(label):
        return False
    return label.rstrip(" \t<\"'").endswith(":") or WORD.search(rest) is not None


def is_failed_address(label: str, address: str, line: str) -> bool:
    """Whether an address that a line starts with is one that the notice is about."""
    if OTHER_LABEL.search(label) or "//" in label:
        return False
    local = address.partition("@")[0].lower()
    if local in MACHINES:
        return False
    return not (local == "postmaster" and NOT_FAILED.search(line))


def without_the_sender(found: list[Item], notice: Notice) -> list[Item]:
    """Return the items without whom the notice was sent to, unless nobody else is named."""
    return [item for item in found if item.recipient.lower() != notice.to.lower()] or found


def words_beside(text: str, start: int, end: int) -> Span:
    """Return the first paragraph that says something, or all up to the first with a code."""
    end = min(end, start + MAX_ITEM)
    told: Span | None = None
    first = -1
    at, enough = start, ENOUGH_BESIDE
    while at < end:
        blank = PARAGRAPH.search(text, at, end)
        stop = blank.start() if blank else end
        if FAILURE.search(text, at, stop):
            return trimmed(text, at if first < 0 else first, stop)
        if told is None and says_something(text, at, stop, enough):
            first = at if first < 0 else first
            if not text[max(at, stop - 8) : stop].rstrip().endswith((":", "\uff1a")):
                told = (first, stop)
        at, enough = (blank.end() if blank else end), ENOUGH_WORDS
    line = text.find("\n", start, end)
    return trimmed(text, *(told or (start, end if line < 0 else line)))


def says_something(text: str, start: int, end: int, enough: int) -> bool:
    """Whether a paragraph has words enough, and is no advice."""
    words = WORD.findall(text, start, min(end, start + 200))
    return len(words) >= enough and not ADVICE.match(text, start, end)


def says_more(text: str, span: Span, than: Span) -> bool:
    """Whether the words of a later mention say more: a code, or anything at all."""
    if is_empty(text, than):
        return True
    return FAILURE.search(text, *than) is None and FAILURE.search(text, *span) is not None


def filled_up(found: list[Item], text: str) -> list[Item]:
    """Give recipients with nothing beside them the words around them.

    Those of their own line (`Unknown user: a@...`), else those of the next recipient that has some,
    else those of the lines above.
    """
    filled: list[Item] = []
    below: Span = (0, 0)
    for item in reversed(found):
        span = item.span
        if is_empty(text, span):
            span = own_line(text, item) or below
        else:
            below = span
        filled.append(replace(item, span=span) if span != item.span else item)
    return [item if item.span[1] else above(text, item) for item in reversed(filled)]


def own_line(text: str, item: Item) -> Span | None:
    """Return the line of an address when it says something before it."""
    address = text.find(item.recipient, item.at)
    before = text[item.at : max(address, item.at)]
    if len(WORD.findall(before)) < ENOUGH_WORDS - 1 or LABEL.search(before):
        return None
    return trimmed(text, item.at, max(item.span[1], address + len(item.recipient)))


def above(text: str, item: Item) -> Item:
    """Return an item with the lines right above it, unless they only announce it."""
    start = text.rfind("\n\n", 0, item.at) + 2
    lines = text[start : item.at].rstrip()
    if not WORD.search(lines) or lines.endswith((":", "\uff1a")):
        return item
    return replace(item, span=trimmed(text, start, item.at))


def is_empty(text: str, span: Span) -> bool:
    """Whether a stretch says nothing."""
    return not WORD.search(text, *span)
