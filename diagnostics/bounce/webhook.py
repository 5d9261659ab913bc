"""Events of sending services as JSON: one, an array, a line each, or wrapped in messages of SNS.

What stands where in them is a table in `webhook_events`; here is what they have in common.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from diagnostics.bounce import limits
from diagnostics.bounce.addresses import find_recipient
from diagnostics.bounce.documents import Document, find_documents
from diagnostics.bounce.guesses import TYPED, find_guesses, host_of, name_of, told_by
from diagnostics.bounce.model import Action, Bounce, Format, Original, Report, Stage
from diagnostics.bounce.places import Told, place
from diagnostics.bounce.text import clean
from diagnostics.bounce.webhook_events import SHAPES, WRAPPERS, Outcome, Paths, Shape

MARKS = ('":', '" :', "event=")

MOST_DOCUMENTS = 2 * limits.MAX_REPORTS
DEEPEST = 8  # wrappers in wrappers

NOT_LETTERS = re.compile(r"[^a-z0-9]")
REPLY = re.compile(r"[245][0-5]\d$")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}$")
STAGES = {
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
    "MAIL": Stage.MAIL,
    "RCPT": Stage.RCPT,
    "DATA": Stage.DATA,
    ".": Stage.END_OF_DATA,
}
DOMAIN = re.compile(r"@([\w.-]{1,253})")


class Event(NamedTuple):
    """An event, the shape it has, what happened, and where it stands in the text."""

    value: dict[str, Any]
    shape: Shape
    outcome: Outcome
    start: int
    end: int


def read_webhook(text: str) -> Bounce | None:
    """Read events, one report a recipient, or return None when nothing in it is an event."""
    documents = list(islice(find_documents(text), MOST_DOCUMENTS))
    events: list[Event] = []
    for value, start, end in documents:
        for event in find_events(value, DEEPEST):
            if len(events) < limits.MAX_REPORTS:
                events.append(Event(*event, start, end))
    if not events:
        return read_unknown(text, documents)
    told = [one for event in events for one in read_event(event)]
    shown, reports = place(text, told[: limits.MAX_REPORTS])
    return Bounce(
        text=shown,
        format=format_of(events),
        reports=tuple(reports),
        original=original_of(events[0]),
    )


def read_unknown(text: str, documents: list[Document]) -> Bounce | None:
    """Read events of services that are not known, by the names of their keys."""
    guesses = [(guess, s, e) for value, s, e in documents for guess in find_guesses(value)]
    if not guesses:
        return None
    told = [one for guess, start, end in guesses for one in told_by(guess, start, end)]
    shown, reports = place(text, told[: limits.MAX_REPORTS])
    complaints = all(guess.outcome is Format.COMPLAINT for guess, _, _ in guesses)
    return Bounce(
        text=shown,
        format=Format.COMPLAINT if complaints else Format.WEBHOOK,
        reports=tuple(reports),
        original=original_from(guesses[0][0].sender, "", ""),
    )


def is_event(value: Any) -> bool:
    """Whether a JSON value holds an event."""
    known = next(find_events(value, DEEPEST), None)
    return known is not None or next(find_guesses(value), None) is not None


def find_events(value: Any, depth: int) -> Iterator[tuple[dict[str, Any], Shape, Outcome]]:
    """Yield the events that a value holds, out of whatever they are wrapped in."""
    known = shape_of(value) if isinstance(value, dict) else None
    if known:
        yield value, *known
    elif depth:
        for item in unwrapped(value):
            yield from find_events(item, depth - 1)


def unwrapped(value: Any) -> Iterable[Any]:
    """Return what a value holds that may be an event or hold one."""
    if isinstance(value, dict):
        return [value[wrapper] for wrapper in WRAPPERS if wrapper in value]
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return [json.loads(value, strict=False)]
        except (ValueError, RecursionError):
            return []
    return value if isinstance(value, list) else []


def shape_of(event: dict[str, Any]) -> tuple[Shape, Outcome] | None:
    """Return the first shape that an event has, and what happened."""
    for shape in SHAPES:
        outcome = outcome_of(event, shape)
        if outcome:
            return shape, outcome
    return None


def outcome_of(event: dict[str, Any], shape: Shape) -> Outcome | None:
    """Return what happened, or None when the event is not of this shape."""
    if any(look_up(event, path) is None for path in shape.known_by):
        return None
    if not shape.kind:
        return shape.otherwise
    kind = NOT_LETTERS.sub("", first((event,), shape.kind).lower())
    return shape.outcomes.get(kind)


def read_event(event: Event) -> Iterator[Told]:
    """Yield what an event says of each of its recipients."""
    lists = (look_up(event.value, path) for path in event.shape.recipients)
    recipients: Any = next(filter(None, lists), event.value)
    for recipient in recipients if isinstance(recipients, list) else [recipients]:
        yield read_recipient(event, recipient)


def read_recipient(event: Event, recipient: Any) -> Told:
    """Return what an event says of one recipient: an address, or an object that holds more."""
    shape = event.shape
    scopes = [one for one in (recipient, event.value) if isinstance(one, dict)]
    words = TYPED.sub("", first(scopes, shape.words).strip(), count=1)
    address = recipient if isinstance(recipient, str) else first(scopes, shape.address)
    reply = REPLY.match(first(scopes, shape.reply))
    status = STATUS.match(first(scopes, shape.status))
    report = Report(
        recipient=name_of(address) or find_recipient(words, 0, len(words)),
        action=action_of(event, scopes),
        reply_code=reply[0] if reply else None,
        status_code=status[0] if status else None,
        stage=stage_of(first(scopes, shape.stage)),
        remote_host=host_of(first(scopes, shape.remote_host)),
        reporting_host=host_of(first(scopes, shape.reporting_host)),
    )
    return Told(report, words, event.start, event.end)


def action_of(event: Event, scopes: list[dict[str, Any]]) -> Action | None:
    """Return what became of the message; a complaint is about one that was delivered."""
    shape, outcome = event.shape, event.outcome
    word = first(scopes, shape.action).lower()
    if word in Action.__members__.values():
        return Action(word)
    if isinstance(outcome, Format):
        return Action.DELIVERED if outcome is Format.COMPLAINT else None
    if outcome is Action.FAILED and shape.soft:
        path, value = shape.soft
        return Action.DELAYED if first(scopes, (path,)).lower() == value else outcome
    return outcome


def format_of(events: list[Event]) -> Format:
    """Return what kind of text it is: complaints where all events are some."""
    outcomes = {event.outcome for event in events}
    if outcomes <= {Format.COMPLAINT, Format.AUTO_REPLY}:
        return Format(events[0].outcome)
    return events[0].shape.format


def original_of(event: Event) -> Original | None:
    """Return what an event says of the message."""
    sender, identifier, date = (
        first((event.value,), paths)
        for paths in (event.shape.sender, event.shape.message_id, event.shape.date)
    )
    return original_from(sender, identifier, date)


def original_from(sender: str, identifier: str, date: str) -> Original | None:
    """Return what is known of the message, or None when nothing is."""
    domain = DOMAIN.search(sender)
    if not (domain or identifier or date):
        return None
    return Original(
        from_domain=domain[1].lower() if domain else None,
        message_id=clean(identifier) or None,
        date=clean(date) or None,
    )


def look_up(value: Any, path: str) -> Any:
    """Return what stands at a path, or None."""
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def first(scopes: Iterable[dict[str, Any]], paths: Paths) -> str:
    """Return the first text that stands at one of the paths; empty when there is none."""
    for path in paths:
        for scope in scopes:
            if text := text_of(look_up(scope, path)):
                return text
    return ""


def text_of(value: Any) -> str:
    """Return a value as text: codes in pieces joined, lines joined, truth in JSON's words."""
    if isinstance(value, dict):
        value = [value.get(key) for key in ("class", "subject", "detail")]
    if isinstance(value, list):
        numbers = all(isinstance(item, int) for item in value)
        return (".".join if numbers else " ".join)(str(item) for item in value[:20])
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int)) else ""


def stage_of(command: str) -> Stage | None:
    """Return the stage of a command: `RCPT TO:<…>`, `.`."""
    return STAGES.get(command.partition(" ")[0].partition(":")[0].upper())
