"""The words of a notice: where the returned message starts, who is told of, and what is said.

Nearly all mail systems write the same way: a greeting, then each recipient's address (alone on a
line, or at the start of one) with the reason beside or below it, then the message that came back.
`items` reads that. What only one system does is in the module of its family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from diagnostics.bounce import limits
from diagnostics.bounce.codes import Codes, find_codes, find_host, find_stage, find_token
from diagnostics.bounce.model import Action, Report, Span

ADDRESS = r"[^\s<>\"'`()\[\]:;,|]{1,200}@[^\s<>\"'`()\[\],;|]{1,200}[^\s<>\"'`()\[\].,;:|?!*]"

# What stands before an address that a line starts with: bullets, quotation marks, a label.
BEFORE = (
    r"[ \t>*|\-+\u2022\u00b7]{0,40}+"
    r"(?:[^\s@:<>][^@:<>\n]{0,50}?[:=][ \t]{0,4}|\"[^\"@\n]{1,80}\"[ \t]{1,4}(?=<)"
    r"|[^\W\d_][\w .'-]{0,60}(?=<))?"
    r"[ \t\"'`<(\[]{0,4}(?:smtp[:=]|rfc822;|mailto:|to:)?[ \t<]{0,3}"
)
X400 = re.compile(
    rf"^[ \t]{{0,20}}c=[a-z]{{2}};[^\n@]{{0,200}}dda:(?:smtp|rfc-822)=(?P<address>{ADDRESS})",
    re.IGNORECASE,
)
RECIPIENT = re.compile(rf"^{BEFORE}(?P<address>{ADDRESS})", re.IGNORECASE)
AFTER = re.compile(
    r"[>\])\"'`]{0,3}(?:[ \t]{0,3}[<(\[]{1,2}(?:mailto:|smtp:)?[^\s<>]{1,255}[>\])]{1,2})?"
    r"[>\])\"'`]{0,2}[ \t]{0,4}(?:\.\.\.|[:;,.\-\u2013]{1,2})?[ \t]*",
    re.IGNORECASE,
)
# An address within a sentence that says what could not be done for it.
IN_SENTENCE = re.compile(
    r"\b(?:deliver(?:ed|y|ing)?|send|sent|mail|message|reach|undeliverable|addressed|recipients?"
    r"|user|mailbox|account|address)\b[^@\n:]{0,60}?\b(?:to|for|recipients?|user|mailbox|address)?"
    rf"[ \t:]{{1,4}}[\"'`<(\[]{{0,2}}(?:mailto:)?({ADDRESS})",
    re.IGNORECASE,
)
RCPT = re.compile(rf"\bRCPT TO: ?<?({ADDRESS})>?", re.IGNORECASE)
IN_REPLY = re.compile(
    rf"^[ \t>]{{0,20}}[45]\d\d[ \-][^\n<@]{{0,100}}<?({ADDRESS})", re.IGNORECASE | re.MULTILINE
)
EXPANDED = re.compile(
    r"\((?:expanded|(?:ultimately )?generated) from:? <?([^\s<>()]{1,255})>?\)", re.IGNORECASE
)
# Labels of addresses that are not the failed one.
OTHER_LABEL = re.compile(
    r"\b(?:from|sender|reply-?to|return-?path|cc|bcc|contact|help|support|message-?id|by|subject"
    r"|postmaster|administrator|references|in-reply-to|received|list|de|von|mail from|absender)"
    r"[ \t\"'<(]{0,3}[:=]?[ \t\"'<(]{0,12}$|^[ \t>*<]{0,8}[245]\d\d\b",
    re.IGNORECASE,
)
TO_LABEL = re.compile(r"^[ \t>*|]{0,20}(?:to|an|para|pour|a|\u00e0)[ \t]?:", re.IGNORECASE)
ORIGINAL_LABEL = re.compile(r"^[ \t>*|]{0,20}(?:original|intended)\b[^@:\n]{0,30}:", re.IGNORECASE)
NOT_FAILED = re.compile(
    r"contact|assist|questions?|help|support|please|visit|refer|inquir|appl(?:y|ies)", re.IGNORECASE
)

RETURNED_TO = re.compile(
    rf"^[ \t>]{{0,20}}to:[^\n@]{{0,200}}?({ADDRESS})[>\"']{{0,2}}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
FAILURE = re.compile(r"(?:^|[\s:(<#'\"\[\-])(?:[45]\d\d[ \-.:]|#?[45]\.\d{1,3}\.\d{1,3}\b)")
PARAGRAPH = re.compile(r"\n[ \t>|]{0,8}\n")
WORD = re.compile(r"\w{2,}")
ENOUGH_WORDS = 3
MAX_ITEM = 2_500
MAX_LOOK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice for people, with what the mail around it says."""

    text: str
    start: int
    end: int
    to: str = ""  # whom the notice was sent to: the sender of what came back
    failed: tuple[str, ...] = ()  # X-Failed-Recipients
    action: Action = Action.FAILED
    reporting_host: str | None = None

    @property
    def words(self) -> str:
        """The notice itself."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Item:
    """One recipient and where what is said of it stands; an empty span: nothing beside it."""

    recipient: str
    span: Span
    original: str | None = None
    at: int = 0


def is_failed_address(label: str, address: str, line: str) -> bool:
    """Whether an address that a line starts with is one that the notice is about."""
    if OTHER_LABEL.search(label) or "//" in label:
        return False
    local = address.partition("@")[0].lower()
    return not (local in ("postmaster", "mailer-daemon") and NOT_FAILED.search(line))


def addresses_on_lines(notice: Notice) -> Iterator[Item]:
    """Yield the recipients that stand at the start of a line, with the rest of the line."""
    at = notice.start
    for line in notice.words.split("\n"):
        if "@" in line:
            found = X400.match(line) or RECIPIENT.match(line)
            if found and is_failed_address(line[: found.start("address")], found["address"], line):
                after = AFTER.match(line, found.end())
                rest = after.end() if after else found.end()
                yield Item(found["address"], (at + rest, at + len(line)), at=at)
        at += len(line) + 1


def items(notice: Notice) -> list[Item]:
    """Return the recipients in order, each once, with the words that belong to it."""
    found = list(addresses_on_lines(notice))[: limits.MAX_REPORTS]
    found = without_the_sender(found, notice)
    if not found:
        return in_sentences(notice)
    merged: dict[str, Item] = {}
    for number, item in enumerate(found):
        label = notice.text[item.at : item.span[0]]
        if ORIGINAL_LABEL.match(label) and merged:
            last = next(reversed(merged))
            merged[last] = replace(merged[last], original=item.recipient)
            continue
        key = item.recipient.lower()
        others = (other.at for other in found[number + 1 :] if other.recipient.lower() != key)
        end = next(others, notice.end)
        span = words_beside(notice.text, item.span[0], end)
        if key not in merged or is_empty(notice.text, merged[key].span):
            original = EXPANDED.search(notice.text, item.span[0], min(end, item.span[0] + 300))
            merged[key] = Item(item.recipient, span, original[1] if original else None, item.at)
    return share(list(merged.values()), notice.text)


def without_the_sender(found: list[Item], notice: Notice) -> list[Item]:
    """Return the items without whom the notice was sent to, and without `To:`, if others stand."""
    others = [item for item in found if item.recipient.lower() != notice.to.lower()]
    found = others or found
    labelled = [item for item in found if not TO_LABEL.match(notice.text[item.at : item.span[0]])]
    return labelled or found


def in_sentences(notice: Notice) -> list[Item]:
    """Return the recipient that a sentence names, or that the header of the notice names."""
    words = notice.words
    for pattern in (IN_SENTENCE, RCPT, IN_REPLY):
        for found in pattern.finditer(words):
            address = found[1]
            line = words[words.rfind("\n", 0, found.start()) + 1 : found.end()]
            if address.lower() != notice.to.lower() and is_failed_address("", address, line):
                at = notice.start + found.start()
                return [Item(address, words_beside(notice.text, at, notice.end), at=at)]
    return [Item(address, (notice.start, notice.start)) for address in notice.failed]


def words_beside(text: str, start: int, end: int) -> Span:
    """Return the first paragraph that says something, or all up to the first with a code."""
    end = min(end, start + MAX_ITEM)
    at = start
    told: Span | None = None
    while at < end:
        blank = PARAGRAPH.search(text, at, end)
        stop = blank.start() if blank else end
        paragraph = text[at:stop]
        if FAILURE.search(paragraph):
            return trimmed(text, told[0] if told else at, stop)
        if told is None and len(WORD.findall(paragraph[:200])) >= ENOUGH_WORDS:
            told = (at, stop)
        at = blank.end() if blank else end
    return trimmed(text, *told) if told else trimmed(text, start, end)


def share(found: list[Item], text: str) -> list[Item]:
    """Give recipients with nothing beside them the words of the next that has some."""
    shared: list[Item] = []
    span: Span = (0, 0)
    for item in reversed(found):
        if is_empty(text, item.span):
            shared.append(replace(item, span=span))
        else:
            span = item.span
            shared.append(item)
    return shared[::-1]


def is_empty(text: str, span: Span) -> bool:
    """Whether a stretch says nothing."""
    return not WORD.search(text, *span)


def trimmed(text: str, start: int, end: int) -> Span:
    """Return a stretch without outer blanks."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return (start, max(start, start + len(stretch.strip())))


def codes_in(text: str, start: int, end: int) -> Codes:
    """Return the codes in a stretch of several lines: those of the first that has any."""
    codes = find_codes(text, start, end)
    at = start
    for line in text[start:end].split("\n"):
        if codes.span:
            break
        codes = find_codes(text, at + len(line) - len(line.lstrip()), at + len(line))
        at += len(line) + 1
    return codes


def said_before(notice: Notice, item: Item) -> tuple[Span, Codes] | None:
    """Return the paragraph above the recipients that holds a code, and the code."""
    lead = notice.text[notice.start : item.at]
    found = FAILURE.search(lead)
    if not found:
        return None
    start = lead.rfind("\n", 0, found.start() + 1) + 1
    blank = PARAGRAPH.search(lead, start)
    span = trimmed(
        notice.text, notice.start + start, notice.start + (blank.start() if blank else len(lead))
    )
    codes = codes_in(notice.text, *span)
    return (span, codes) if codes.span else None


def report_of(notice: Notice, item: Item) -> Report:
    """Return the report of one recipient from the words beside it, else from those above."""
    span = item.span if item.span[1] > item.span[0] else None
    codes = codes_in(notice.text, *span) if span else Codes()
    if not codes.span and (above := said_before(notice, item)):
        span, codes = above
    words = notice.text[slice(*span)] if span else ""
    return Report(
        recipient=item.recipient,
        original_recipient=item.original,
        action=action_of(notice.action, codes.reply, codes.enhanced),
        reply_code=codes.reply,
        status_code=codes.enhanced,
        token=find_token(words),
        stage=find_stage(words or notice.words),
        remote_host=find_host(words or notice.words),
        reporting_host=notice.reporting_host,
        diagnostic=span,
        codes=codes.span,
    )


def action_of(action: Action, reply: str | None, enhanced: str | None) -> Action:
    """Return what became of it: what the notice says, but a success code is no failure."""
    return Action.DELIVERED if (reply or enhanced or "5")[0] == "2" else action


def reports_of(notice: Notice, found: Iterable[Item]) -> list[Report]:
    """Return the reports of recipients."""
    return [report_of(notice, item) for item in found]


def without_address(notice: Notice) -> Report:
    """Return the report of a notice that names nobody: the returned message names one."""
    to = RETURNED_TO.search(notice.text, notice.end, notice.end + MAX_LOOK)
    span = words_beside(notice.text, notice.start, notice.end)
    report = report_of(notice, Item("", span, at=notice.start))
    return replace(
        report, recipient=to[1] if to else None, diagnostic=span if report.codes else None
    )
