"""Codes read and taken apart (RFC 5321 section 4.2.1, RFC 3463 section 2 and 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Both are linear: fixed repeats, no alternatives that overlap.
ADDRESS = re.compile(r"(?:([2-5][0-9]{2})(?:-|$))?([245]\.[0-9]{1,3}\.[0-9]{1,3})?")
IN_WORDS = re.compile(
    r"(?<![0-9.])(?:([2-5][0-9]{2})[ -]?)?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])"
    r"|(?<![0-9.])([2-5][0-9]{2})(?![0-9.])"
)

CLASSES = {
    "2": ("Delivered", "The message was accepted."),
    "3": ("Half done", "The server waits for the rest of the message."),
    "4": ("Temporary", "Not now; the same message may get through later."),
    "5": ("Permanent", "The same message will be refused again."),
}
SUBJECTS = {
    "0": ("Undefined", "No more is said about where it went wrong."),
    "1": ("Address", "About the address of sender or recipient."),
    "2": ("Mailbox", "About the recipient's mailbox itself."),
    "3": ("Mail system", "About the server or system that receives."),
    "4": ("Network and routing", "About the way between the servers."),
    "5": ("Mail protocol", "About what the servers said to each other."),
    "6": ("Content", "About the form of the message."),
    "7": ("Security or policy", "About rules, trust and authentication."),
}
REPLY_SUBJECTS = {
    "0": ("Syntax", "The server did not understand a command."),
    "1": ("Information", "An answer to a question, such as help."),
    "2": ("Connection", "About the connection between the servers."),
    "3": ("Unspecified", "The standard leaves it open."),
    "4": ("Unspecified", "The standard leaves it open."),
    "5": ("Mail system", "About the mail system that receives."),
}
UNKNOWN = ("Not in the standard", "The standard does not say.")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a code in words."""

    text: str
    place: str  # class, subject, detail
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Code:
    """A reply code, an enhanced status code, or both; it need not be known."""

    reply: str = ""
    enhanced: str = ""

    @classmethod
    def of_address(cls, address: str) -> Code | None:
        """Read 451, 4.3.0 or 451-4.3.0; None for anything else."""
        found = ADDRESS.fullmatch(address)
        if not found or not address or address.endswith("-"):
            return None
        return cls(found[1] or "", found[2] or "")

    @property
    def text(self) -> str:
        """The code as people write it: 451 4.3.0."""
        return " ".join(filter(None, [self.reply, self.enhanced]))

    @property
    def address(self) -> str:
        """The code as it stands in an address: 451-4.3.0."""
        return "-".join(filter(None, [self.reply, self.enhanced]))

    def reply_parts(self) -> list[Part]:
        """Take the reply code apart, digit by digit."""
        if not self.reply:
            return []
        severity, subject, detail = self.reply
        return [
            Part(severity, "class", *CLASSES.get(severity, UNKNOWN)),
            Part(subject, "subject", *REPLY_SUBJECTS.get(subject, UNKNOWN)),
            Part(detail, "detail", "Finer detail", "Tells replies of one subject apart."),
        ]

    def enhanced_parts(self, title: str = "") -> list[Part]:
        """Take the enhanced code apart; `title` is the registry's name of the whole."""
        if not self.enhanced:
            return []
        severity, subject, detail = self.enhanced.split(".")
        name = title or "No name in the registry"
        return [
            Part(severity, "class", *CLASSES.get(severity, UNKNOWN)),
            Part(subject, "subject", *SUBJECTS.get(subject, UNKNOWN)),
            Part(detail, "detail", name, "What exactly, within that subject."),
        ]


def codes_in(text: str) -> Iterator[Code]:
    """Yield the codes that stand in a short text, in order."""
    for reply, enhanced, lone in IN_WORDS.findall(text):
        yield Code(reply or lone, enhanced)
