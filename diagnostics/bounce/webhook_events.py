"""Where the facts stand in the events of each sending service: one row a shape of event.

A path is keys joined by dots; of several paths the first that holds something counts, looked for in
the recipient's own object first, then in the event. Add a service by adding a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics.bounce.model import Action, Format

Outcome = Action | Format  # what became of it, or COMPLAINT or AUTO_REPLY
Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape of event."""

    known_by: Paths  # all of them are there
    kind: Paths = ()  # what happened
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)  # by kind, in small letters only
    otherwise: Outcome | None = None  # where no kind is given
    recipients: Paths = ()  # lists of addresses, or of objects with an address
    address: Paths = ()
    action: Paths = ()
    words: Paths = ()
    reply: Paths = ()
    status: Paths = ()
    stage: Paths = ()  # the command that was answered
    remote_host: Paths = ()
    reporting_host: Paths = ()
    soft: tuple[str, str] | None = None  # path and value of what may yet succeed
    sender: Paths = ()
    message_id: Paths = ()
    date: Paths = ()
    format: Format = Format.WEBHOOK


def outcomes(**kinds: str) -> dict[str, Outcome]:
    """Return a table of outcomes from the kinds of each, parted by blanks."""
    named: dict[str, Outcome] = {
        **{action.value: action for action in Action},
        "complaint": Format.COMPLAINT,
        "auto_reply": Format.AUTO_REPLY,
    }
    return {kind: named[name] for name, listed in kinds.items() for kind in listed.split()}


AMAZON_SES = Shape(
    known_by=("mail",),
    kind=("notificationType", "eventType"),
    outcomes=outcomes(
        failed="bounce reject renderingfailure",
        delayed="deliverydelay",
        delivered="delivery open click subscription",
        relayed="send",
        complaint="complaint",
    ),
    recipients=(
        "bounce.bouncedRecipients",
        "deliveryDelay.delayedRecipients",
        "complaint.complainedRecipients",
        "delivery.recipients",
        "mail.destination",
    ),
    address=("emailAddress",),
    action=("action",),
    words=(
        "diagnosticCode",
        "delivery.smtpResponse",
        "reject.reason",
        "failure.errorMessage",
        "bounce.bounceSubType",
        "deliveryDelay.delayType",
    ),
    status=("status",),
    reporting_host=("bounce.reportingMTA", "delivery.reportingMTA", "deliveryDelay.reportingMTA"),
    soft=("bounce.bounceType", "transient"),
    sender=("mail.source",),
    message_id=("mail.commonHeaders.messageId", "mail.messageId"),
    date=("mail.commonHeaders.date", "mail.timestamp"),
)
MAILGUN = Shape(
    known_by=("event", "recipient"),
    kind=("event",),
    outcomes=outcomes(
        failed="failed rejected bounced dropped",
        delivered="delivered opened clicked unsubscribed",
        relayed="accepted stored",
        complaint="complained",
    ),
    address=("recipient",),
    words=(
        "delivery-status.message",
        "delivery-status.description",
        "reject.reason",
        "error",
        "description",
        "notification",
        "reason",
    ),
    reply=("delivery-status.code", "code"),
    status=("delivery-status.enhanced-code",),
    remote_host=("delivery-status.mx-host",),
    soft=("severity", "temporary"),
    sender=("message.headers.from", "envelope.sender"),
    message_id=("message.headers.message-id", "Message-Id"),
)
MAILJET = Shape(
    known_by=("event", "email", "MessageID"),
    kind=("event",),
    outcomes=outcomes(failed="bounce blocked", delivered="sent open click unsub", complaint="spam"),
    address=("email",),
    words=("comment", "error", "smtp_reply"),
    soft=("hard_bounce", "false"),
)
BREVO = Shape(
    known_by=("event", "email", "message-id"),
    kind=("event",),
    outcomes=outcomes(
        failed="hardbounce invalidemail invalid blocked error",
        delayed="softbounce deferred",
        delivered="delivered opened uniqueopened proxyopen uniqueproxyopen click unsubscribed",
        relayed="request sent",
        complaint="spam complaint",
    ),
    address=("email",),
    words=("reason",),
    message_id=("message-id",),
)
SENDGRID = Shape(
    known_by=("event", "email"),
    kind=("event",),
    outcomes=outcomes(
        failed="bounce dropped blocked",
        delayed="deferred",
        delivered="delivered open click unsubscribe groupunsubscribe groupresubscribe",
        relayed="processed",
        complaint="spamreport",
    ),
    address=("email",),
    words=("reason", "response"),
    status=("status",),
    message_id=("smtp-id",),
)
SENDGRID_LIST = Shape(
    known_by=("created", "email", "reason"),
    otherwise=Action.FAILED,
    address=("email",),
    words=("reason",),
    status=("status",),
)
POSTMARK = Shape(
    known_by=("RecordType",),
    kind=("RecordType",),
    outcomes=outcomes(failed="bounce", delivered="delivery open click", complaint="spamcomplaint"),
    address=("Email", "Recipient"),
    words=("Details", "Description"),
    soft=("Type", "transient"),
    sender=("From",),
)
POSTMARK_AUTOMATIC = Shape(
    known_by=("TypeCode", "Email"),
    kind=("Type",),
    outcomes=outcomes(auto_reply="autoresponder", complaint="spamcomplaint"),
    address=("Email",),
)
POSTMARK_LIST = Shape(
    known_by=("TypeCode", "Email", "BouncedAt"),
    otherwise=Action.FAILED,
    address=("Email",),
    words=("Details", "Description"),
    soft=("Type", "transient"),
    sender=("From",),
)
POSTMARK_REFUSAL = Shape(
    known_by=("ErrorCode", "Message"),
    kind=("ErrorCode",),
    outcomes=outcomes(failed="406"),
    words=("Message",),
)
SPARKPOST = Shape(
    known_by=("rcpt_to",),
    kind=("type",),
    outcomes=outcomes(
        failed="bounce outofband policyrejection generationrejection generationfailure",
        delayed="delay",
        delivered="delivery open initialopen click amopen aminitialopen amclick linkunsubscribe"
        " listunsubscribe",
        relayed="injection",
        complaint="spamcomplaint",
    ),
    address=("rcpt_to",),
    words=("raw_reason", "reason"),
    reply=("error_code",),
    sender=("msg_from", "friendly_from"),
    message_id=("message_id",),
)
MANDRILL = Shape(
    known_by=("event", "msg.email"),
    kind=("event",),
    outcomes=outcomes(
        failed="hardbounce reject",
        delayed="softbounce deferral",
        delivered="send open click delivered",
        complaint="spam",
    ),
    address=("msg.email",),
    words=("msg.diag", "msg.bounce_description", "msg.reject.reason"),
    sender=("msg.sender",),
)
RESEND = Shape(
    known_by=("type", "data.to"),
    kind=("type",),
    outcomes=outcomes(
        failed="emailbounced emailfailed emailsuppressed",
        delayed="emaildeliverydelayed",
        delivered="emaildelivered emailopened emailclicked",
        relayed="emailsent",
        complaint="emailcomplained",
    ),
    recipients=("data.to",),
    words=("data.bounce.message", "data.failed.reason", "data.bounce.subType"),
    soft=("data.bounce.type", "transient"),
    sender=("data.from",),
)
KUMOMTA = Shape(
    known_by=("recipient", "response.code"),
    kind=("type",),
    outcomes=outcomes(
        failed="bounce oob rejection expiration adminbounce",
        delayed="transientfailure",
        delivered="delivery",
        relayed="reception",
        complaint="feedback",
    ),
    recipients=("recipient",),
    words=("response.content",),
    reply=("response.code",),
    status=("response.enhanced_code",),
    stage=("response.command",),
    remote_host=("peer_address.name",),
    sender=("sender",),
    format=Format.LOG_LINE,
)
HALON = Shape(
    known_by=("recipient", "result.code"),
    otherwise=Action.FAILED,
    address=("recipient",),
    words=("result.reason",),
    reply=("result.code",),
    status=("result.enhanced",),
    format=Format.LOG_LINE,
)

# The first that fits counts: those that ask for more stand before those that ask for less.
SHAPES = (
    AMAZON_SES, MANDRILL, MAILJET, BREVO, SENDGRID, SENDGRID_LIST, POSTMARK_AUTOMATIC, POSTMARK,
    POSTMARK_LIST, POSTMARK_REFUSAL, SPARKPOST, RESEND, KUMOMTA, HALON, MAILGUN,
)  # fmt: skip

# Keys that hold events, or the text of one: SNS, SQS, EventBridge, batches, lists of an API.
WRAPPERS = (
    "Message", "Sns", "Records", "Messages", "body", "Body", "detail", "event-data", "eventData",
    "msys", "message_event", "gen_event", "track_event", "unsubscribe_event", "relay_event",
    "results", "items", "Bounces", "events", "mandrill_events", "data",
)  # fmt: skip
