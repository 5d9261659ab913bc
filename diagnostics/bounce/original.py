"""What a notice returns of the message that came back: who sent it, from where, when."""

from __future__ import annotations

import re

from diagnostics.bounce import limits
from diagnostics.bounce.mime import Part, header_text
from diagnostics.bounce.model import Original
from diagnostics.bounce.text import clean

FROM_WITHIN = 60  # qmail writes (qmail 1 invoked from network) first
MAX_CLAUSE = 600
MAX_AHEAD = 16_384  # code points in which the header is looked for
SHOWN = (("From", "from"), ("To", "to"), ("Subject", "subject"), ("Date", "date"))
DOMAIN = re.compile(r"@([\w.-]{1,253}\w)")
# The addresses in the from clause of a Received field (RFC 5321 section 4.4): first what the client
# said, [192.0.2.1] or nothing, then what the server saw: (name [192.0.2.1]), or (192.0.2.1).
ADDRESS = re.compile(r"[\[(](?:ipv6:)?([0-9a-f]{0,4}[.:][0-9a-f.:]{2,45})[\])]", re.IGNORECASE)
INNER = re.compile(
    r"^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|::1$|fe80:|f[cd][0-9a-f]{2}:)",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"^(from|message-id|date|received|to):[ \t]*([^\n]{0,998}(?:\n[ \t][^\n]{0,998}){0,20})",
    re.IGNORECASE | re.MULTILINE,
)


def shown_headers(message: Part) -> list[str]:
    """Return the header lines that a person is shown, decoded."""
    return [
        f"{name}: {header_text(value)}" for name, key in SHOWN if (value := message.header(key))
    ]


def original_of(message: Part) -> Original | None:
    """Return what the header of a returned message says, or None when it says nothing."""
    return make(
        message.header("from"),
        message.header("message-id"),
        message.header("date"),
        message.headers.get("received", []),
    )


def original_in(text: str, start: int) -> Original | None:
    """Return what a header that stands in text says, from that place on."""
    values: dict[str, list[str]] = {}
    first = FIELD.search(text, start, start + MAX_AHEAD)
    if not first:
        return None
    end = text.find("\n\n", first.start(), first.start() + MAX_AHEAD)
    for found in FIELD.finditer(text, first.start(), end if end >= 0 else len(text)):
        values.setdefault(found[1].lower(), []).append(" ".join(found[2].split()))
    if "from" not in values and "message-id" not in values:
        return None
    return make(
        values.get("from", [""])[0],
        values.get("message-id", [""])[0],
        values.get("date", [""])[0],
        values.get("received", []),
    )


def make(sender: str, message_id: str, date: str, received: list[str]) -> Original | None:
    """Return the facts of a header, or None when there are none."""
    domain = DOMAIN.search(sender[: limits.MAX_LINE])
    facts = Original(
        from_domain=domain[1].lower() if domain else None,
        sending_ip=sending_ip(received),
        message_id=clean(message_id)[:998] or None,
        date=clean(date)[:100] or None,
    )
    return facts if facts != Original() else None


def sending_ip(received: list[str]) -> str | None:
    """Return the address that the last public server took the message from."""
    for value in received[: limits.MAX_RECEIVED]:
        start = value[:FROM_WITHIN].lower().find("from ")
        if start < 0:
            continue
        clause = value[start : start + MAX_CLAUSE].partition(" by ")[0]
        seen = [ip for ip in ADDRESS.findall(clause) if not INNER.match(ip)]
        if seen:
            return str(seen[-1]).lower()
    return None
