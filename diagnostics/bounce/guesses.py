"""Events of services that no row of `webhook_events` describes: the names of their keys tell.

An object is an event where it names a recipient and says what became of the message, or quotes an
answer with a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple

from diagnostics.bounce import limits
from diagnostics.bounce.codes import Codes, find_codes
from diagnostics.bounce.model import Action, Format, Report
from diagnostics.bounce.places import Told
from diagnostics.bounce.text import clean

MOST_VALUES = 400
DEEPEST = 8
SHORT = 3  # letters of a name that longer ones may end in by chance
LONGEST_KIND = 60
NOT_LETTERS = re.compile(r"[^a-z0-9]")
ADDRESS = re.compile(r"(?:[^<>]{0,100}<)?([^\s<>@,;]{1,64}@[\w.-]{1,253}\w)>?$")
TYPED = re.compile(r"(?:smtp|dns|dsn|x-[a-z-]{1,20}); ?", re.IGNORECASE)
LONGEST = 320  # of a name that is told: an address, a host
REPLY = re.compile(r"[245][0-5]\d$")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}$")
WORD = re.compile(r"[^\W\d_]{3}")

# Parts of names of keys; of several, what stands first counts more.
SENDER = ("from", "sender", "replyto", "returnpath", "subject", "url")
RECIPIENT = ("recipient", "rcpt", "rcptto", "envelopeto", "rejected", "to", "emailto", "mailto",
             "toemail", "toaddress", "sentto", "email", "emailaddress", "address",
             "username")  # fmt: skip
WORDS = ("diagnostic", "smtpresponse", "smtpmessage", "output", "bouncereason", "errormessage",
         "failuremessage", "statusmessage", "responsemessage", "smtpreply", "bouncetext",
         "response", "reason", "error", "message", "details", "detail", "description", "reply",
         "text", "comment")  # fmt: skip
CODE = ("code", "smtpstatus", "status", "reply", "dsn", "extended", "enhanced")
KIND = ("event", "type", "status", "metric", "action", "state", "result", "category", "bounce",
        "kind", "notification", "outcome", "error", "object")  # fmt: skip
HOST = ("host", "hostname", "mx", "mxhost", "remotemta", "remotehost", "mxserver", "destinationmx",
        "remoteserver", "mxhostname")  # fmt: skip

# What the values of such keys say of the message; the first that fits counts.
COMPLAINTS = re.compile(
    r"(?:^|.*(?:email|mark|abuse|spam))(?:spam|complain(?:t|ed)|spamreport(?:ed)?)$"
)
OUTCOMES: tuple[tuple[Action, re.Pattern[str]], ...] = (
    (
        Action.DELAYED,
        re.compile(
            r"^soft|softbounce|softfail|defer|delay|transient|tempor|tempfail|retry|throttl"
        ),
    ),
    (
        Action.FAILED,
        re.compile(
            r"bounce|hardfail|fail|drop|reject|undeliver|suppress|blocked|invalid|notdelivered"
            r"|expired|error|refused|hard$"
        ),
    ),
    (Action.DELIVERED, re.compile(r"deliver|opened|clicked")),
)


class Value(NamedTuple):
    """A text or number of an event, with the names of the keys that lead to it, letters only."""

    keys: tuple[str, ...]
    text: str


class Guess(NamedTuple):
    """What the keys of an event say."""

    recipients: tuple[str, ...]
    outcome: Action | Literal[Format.COMPLAINT] | None
    words: str = ""
    reply: str | None = None
    status: str | None = None
    host: str = ""
    sender: str = ""

    @property
    def action(self) -> Action | None:
        """What became of the message; a complaint is about one that was delivered."""
        return Action.DELIVERED if self.outcome is Format.COMPLAINT else self.outcome


def find_guesses(value: Any, depth: int = DEEPEST) -> Iterator[Guess]:
    """Yield what an object says, or each object of the first list whose objects are events."""
    if isinstance(value, list) and depth:
        for item in value[: limits.MAX_REPORTS]:
            yield from find_guesses(item, depth - 1)
    elif isinstance(value, dict):
        lists = (item for item in value.values() if isinstance(item, list))
        inner = next(filter(None, ([*find_events(items)] for items in lists)), None)
        own = inner or [guess for guess in (guess_at(value),) if guess]
        yield from own


def told_by(guess: Guess, start: int, end: int) -> Iterator[Told]:
    """Yield what an event that stands there says of each of its recipients."""
    words = TYPED.sub("", guess.words.strip(), count=1)
    for recipient in guess.recipients:
        report = Report(
            recipient=name_of(recipient),
            action=guess.action,
            reply_code=guess.reply,
            status_code=guess.status,
            remote_host=host_of(guess.host.partition("[")[0].strip()),
        )
        yield Told(report, words, start, end)


def find_events(items: list[Any]) -> Iterator[Guess]:
    """Yield what the objects of a list say that are events by themselves."""
    for item in items[: limits.MAX_REPORTS]:
        if isinstance(item, dict) and (guess := guess_at(item)):
            yield guess


def guess_at(event: dict[str, Any]) -> Guess | None:
    """Return what an object says, or None when it is no event."""
    values = list(islice(flat(event, (), DEEPEST), MOST_VALUES))
    recipients = recipients_of(values)
    if not recipients:
        return None
    words = words_of(values)
    codes = find_codes(words)
    reply, status = code_of(values, REPLY), code_of(values, STATUS)
    outcome = outcome_of(values)
    if not outcome and not (codes.reply or codes.enhanced):
        return None
    return Guess(
        recipients=recipients,
        outcome=outcome,
        words=words,
        reply=codes.reply or reply,
        status=status,
        host=next((one.text for one in values if one.keys[-1] in HOST), ""),
        sender=next((one.text for one in values if is_sender(one) and "@" in one.text), ""),
    )


def flat(value: Any, keys: tuple[str, ...], depth: int) -> Iterator[Value]:
    """Yield the texts and numbers of a value, in order."""
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from flat(item, (*keys, NOT_LETTERS.sub("", str(key).lower())), depth - 1)
    elif isinstance(value, list) and depth:
        for item in value[:MOST_VALUES]:
            yield from flat(item, keys, depth - 1)
    elif isinstance(value, (str, int)) and not isinstance(value, bool) and keys:
        yield Value(keys, str(value)[: limits.MAX_LINE])


def is_sender(value: Value) -> bool:
    """Whether a value stands below a key that speaks of the sender, or of the subject."""
    return any(key.startswith(SENDER) or key.endswith("from") for key in value.keys)


def recipients_of(values: list[Value]) -> tuple[str, ...]:
    """Return the addresses below the key that most surely names recipients."""
    found: dict[int, list[str]] = {}
    for value in values:
        address = (
            ADDRESS.match(value.text.strip()) if "@" in value.text[: limits.MAX_LINE] else None
        )
        if address and not is_sender(value):
            ranks = [rank for rank, name in enumerate(RECIPIENT) if has_name(value.keys, name)]
            if ranks:
                found.setdefault(ranks[0], []).append(address[1])
    return tuple(dict.fromkeys(found[min(found)])) if found else ()


def has_name(keys: tuple[str, ...], name: str) -> bool:
    """Whether one of the keys is called so, or ends in it where that cannot be another word."""
    return name in keys or (
        len(name) > SHORT and any(key.endswith((name, f"{name}s")) for key in keys)
    )


def words_of(values: list[Value]) -> str:
    """Return the words of the answer: those with a code first, then by the name of their key."""
    ranked: list[tuple[bool, int, int, str]] = []
    for number, value in enumerate(values):
        if is_sender(value) or not WORD.search(value.text):
            continue
        ranks = [rank for rank, name in enumerate(WORDS) if value.keys[-1].endswith(name)]
        codes = find_codes(value.text) if " " in value.text else Codes()
        if ranks or codes.reply:
            rank = ranks[0] if ranks else len(WORDS)
            ranked.append((codes.span is None, rank, number, value.text))
    return min(ranked)[3] if ranked else ""


def code_of(values: list[Value], form: re.Pattern[str]) -> str | None:
    """Return the first value of a key for codes that has the form of one."""
    return next(
        (
            value.text
            for value in values
            if value.keys[-1].endswith(CODE) and form.match(value.text)
        ),
        None,
    )


def outcome_of(values: list[Value]) -> Action | Literal[Format.COMPLAINT] | None:
    """Return what the kinds of event and status that stand there make of the message."""
    told = [
        NOT_LETTERS.sub("", value.text.lower())
        for value in values
        if len(value.text) < LONGEST_KIND
        and any(part in key for key in value.keys for part in KIND)
    ]
    if any(map(COMPLAINTS.match, told)):
        return Format.COMPLAINT
    for action, words in OUTCOMES:
        if any(map(words.search, told)):
            return action
    return None


def name_of(value: str) -> str | None:
    """Return an address as it can be shown, or None when there is none."""
    return clean(value[:LONGEST]).strip() or None


def host_of(value: str) -> str | None:
    """Return a host without its type and final dot."""
    return (name_of(TYPED.sub("", value, count=1)) or "").rstrip(".").lower() or None
