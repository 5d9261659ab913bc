"""Whose mailbox an answer speaks of, among the addresses that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.bounce.model import Span

MOST = 6  # addresses of one answer that are looked at
LONGEST = 64  # of the part before the @ (RFC 5321 section 4.5.3.1)

LOCAL = re.compile(r"[^\s<>()\[\]:;,'\"\\|{}=@]{1,64}")
DOMAIN = re.compile(r"[\w-][\w.-]{0,252}")

PARTED = re.compile(r"[,;|]")
HEADER = re.compile(r"(?:^|\n)(?:To|Cc|Bcc): [^\n]{0,40}$", re.IGNORECASE)  # of the notice itself

# The last words before an address say whose it is.
RECIPIENT = {"to", "for", "recipient", "recipients", "user", "mailbox", "account", "address",
             "addresses", "failed", "reach", "reached", "rcpt", "mailing", "addr", "->",
             "→", "address was", "address is", "an", "à", "a", "para"}  # fmt: skip
OTHER = {"from", "sender", "senders", "by", "contact", "mailto", "message-id", "msgid", "id", "at",
         "via", "reference", "return-path", "see", "reply to", "report to", "write to",
         "sender address"}  # fmt: skip
# What stands behind a refused one: as in a dict of Python, words that say so, its answer.
BEHIND = re.compile(
    r"': |>? (?:failed|rejected|bounced|refused)\b"
    r"|[>)\"']{0,2}[ \t]{0,3}[-\u2013:|,;=]{1,3}>?[ \t]{0,3}[45]\d\d[ -]",
    re.IGNORECASE,
)
ROLES = ("postmaster", "abuse", "mailer-daemon", "support", "noreply", "no-reply", "helpdesk")


def find_recipient(text: str, start: int, end: int, *, named: bool = False) -> str | None:
    """Return the address of the mailbox that a stretch speaks of; a sender's is not taken.

    With `named`, only one that the words before it call a recipient; else one in <> will do.
    """
    bracketed = None
    for span in find_addresses(text, start, end):
        meant = is_recipient(text, *span)
        if meant:
            return text[span[0] : span[1]]
        if meant is None and not bracketed and not named and text[span[0] - 1] in "<{":
            bracketed = text[span[0] : span[1]]
    return bracketed


def find_addresses(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield where addresses stand in a stretch, the first few of them."""
    at = start - 1
    for _ in range(MOST):
        at = text.find("@", at + 1, end)
        if at < 0:
            return
        local = LOCAL.match(text[max(start, at - LONGEST) : at][::-1])
        domain = DOMAIN.match(text, at + 1, end)
        if local and domain:
            yield at - local.end(), at + 1 + len(domain[0].rstrip(".-"))


def is_recipient(text: str, start: int, end: int) -> bool | None:
    """Whether an address is that of a recipient; None where nothing around it says so."""
    before = text[max(0, start - 40) : start]
    if HEADER.search(before):
        return None
    words = before.rstrip(" \t\n:;=<'\"([").lower().split()[-2:]
    last = PARTED.split(words[-1])[-1].lstrip("(<") if words else ""
    if last in OTHER or " ".join(words) in OTHER:
        return False
    if text[end : end + 20].lstrip(">'\"): ").lower().startswith("sender"):
        return False
    if text[start:end].lower().startswith(ROLES) and words != ["rcpt", "to"]:
        return False
    opens_line = text[max(0, start - 2) : start].rstrip("<")[-1:] in ("", "\n")
    names_answer = opens_line and text[end : end + 1] in (":", ">", "\n")
    called = last in RECIPIENT or " ".join(words) in RECIPIENT
    if called or names_answer or BEHIND.match(text, end):
        return True
    return None
