"""What is read from a bounce: facts only, no judgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]  # start and end in `Bounce.text`, in code points, end excluded


class Format(StrEnum):
    """What kind of text it is."""

    DSN = "dsn"
    NDR = "ndr"
    SMTP_REPLY = "smtp-reply"
    LOG_LINE = "log-line"
    TRANSCRIPT = "transcript"
    WEBHOOK = "webhook"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    MESSAGE = "message"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Where in the SMTP session the answer came (RFC 5321 section 3)."""

    CONNECT = "connect"
    EHLO = "ehlo"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END_OF_DATA = "end-of-data"


class Action(StrEnum):
    """What became of the message for one recipient (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a bounce says of ONE recipient. None: the text does not say."""

    recipient: str | None = None  # the final one, as the refusing server knows it
    original_recipient: str | None = None  # as the sender wrote it
    action: Action | None = None
    reply_code: str | None = None  # RFC 5321: 451
    status_code: str | None = None  # RFC 3463: 4.3.0
    token: str | None = None  # a provider's own tag: TSS04
    stage: Stage | None = None
    remote_host: str | None = None  # the server that answered
    reporting_host: str | None = None  # the server that tells of it
    attempted: str | None = None  # when it was tried last, as it stands (RFC 3464)
    retry_until: str | None = None  # until when it will be tried, as it stands
    diagnostic: Span | None = None  # the words of the answer
    codes: Span | None = None  # reply code and enhanced code within them


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What a bounce returns of the message that came back."""

    from_domain: str | None = None
    sending_ip: str | None = None  # from where the last server took it
    message_id: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One pasted text with everything that was read from it."""

    text: str  # cleaned and decoded, as a person is shown it
    format: Format
    reports: tuple[Report, ...] = ()
    prose: Span | None = None  # words for people around the reports
    subject: Span | None = None
    original: Original | None = None
    notes: tuple[str, ...] = ()  # what was cut or not read, in sentences

    @property
    def is_bounce(self) -> bool:
        """Whether it says that a message was not delivered, or not yet."""
        bad = (Action.FAILED, Action.DELAYED)
        return any(report.action in bad for report in self.reports)
