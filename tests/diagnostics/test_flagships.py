"""Bounces that everybody meets and other tools get wrong, on the shipped knowledge."""

from pathlib import Path

import pytest

from diagnostics.bounce import read
from diagnostics.engine import Actor, Basis, Cause, Finding, diagnose
from diagnostics.wording import is_sure
from tests.shipped import shipped

BOUNCES = Path(__file__).parent.parent / "bounces"


def finding(text: str | bytes) -> Finding:
    return diagnose(read(text), shipped()).worst


def causes(found: Finding) -> set[Cause]:
    return {cause for cause, _ in found.alternatives}


def at(host: str, reply: str, stage: str = "RCPT TO") -> str:
    """Return the line of a Postfix log in which that host gives that answer."""
    return (
        "Nov 24 10:00:00 mail postfix/smtp[4711]: 4ABC12DE3F: to=<user@example.com>, "
        f"relay={host}[192.0.2.25]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=5.0.0, "
        f"status=bounced (host {host}[192.0.2.25] said: {reply} (in reply to {stage} command))"
    )


def test_access_denied_at_microsoft_is_an_unknown_recipient_and_may_be_something_else():
    found = finding("550 5.4.1 Recipient address rejected: Access denied")

    assert (found.cause, found.provider) == (Cause.RECIPIENT_UNKNOWN, "microsoft")
    assert Cause.POLICY_REJECTION in causes(found)


def test_too_many_recipients_outranks_the_code_of_an_unknown_user():
    found = finding("550 5.1.1 <user@example.com>: too many recipients this hour")

    assert (found.cause, found.code_alone) == (Cause.RATE_LIMITED, Cause.RECIPIENT_UNKNOWN)


def test_a_bare_5_7_1_is_not_sure_and_names_alternatives():
    found = finding("550 5.7.1")

    assert not is_sure(found)
    assert found.basis is Basis.REGISTRY
    assert len(found.alternatives) == 3


def test_over_quota_is_a_full_mailbox():
    found = finding("452 4.2.2 The email account that you tried to reach is over quota")

    assert (found.cause, found.permanent) == (Cause.MAILBOX_FULL, False)


def test_a_submission_quota_is_the_senders_limit_and_no_full_mailbox():
    host = "example-com.mail.protection.outlook.com"

    found = finding(at(host, "552 5.2.2 Submission quota exceeded"))

    assert (found.cause, found.code_alone) == (Cause.RATE_LIMITED, Cause.MAILBOX_FULL)
    assert (found.provider, found.service) == ("microsoft", "exchange-online")


def test_docomo_says_user_unknown_when_a_filter_refuses_too():
    early = finding(at("mfsmax.docomo.ne.jp", "550 Unknown user user@docomo.ne.jp"))
    late = finding(at("mfsmax.docomo.ne.jp", "550 Unknown user user@docomo.ne.jp", "end of DATA"))

    assert (early.cause, early.provider) == (Cause.RECIPIENT_UNKNOWN, "docomo")
    assert (late.cause, late.provider) == (Cause.POLICY_REJECTION, "docomo")


def test_a_listing_at_spamhaus_is_for_the_senders_administrator():
    found = finding(
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; "
        "https://www.spamhaus.org/query/ip/192.0.2.1"
    )

    assert (found.cause, found.who_acts) == (Cause.IP_BLOCKLISTED, Actor.SENDER_ADMIN)


@pytest.mark.parametrize(
    "behind",
    [
        "127.255.255.254",
        "Error: open resolver; https://www.spamhaus.org/returnc/pub/192.0.2.53",
        "https://www.spamhaus.org/returnc/vol/",
    ],
)
def test_an_error_answer_of_a_blocklist_is_the_receivers_fault_and_not_the_senders(behind):
    found = finding(f"554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org; {behind}")

    assert (found.cause, found.who_acts) == (Cause.SERVER_ERROR, Actor.RECIPIENT_ADMIN)
    assert Cause.IP_BLOCKLISTED in causes(found)


@pytest.mark.parametrize(
    ("token", "provider", "cause"),
    [
        ("S3150", "microsoft", Cause.IP_BLOCKLISTED),
        ("TSS04", "yahoo", Cause.RATE_LIMITED),
        ("CS01", "apple", Cause.SPAM_CONTENT),
        ("HM08", "apple", Cause.SPAM_CONTENT),
        ("RL000003", "comcast", Cause.RATE_LIMITED),
        ("OFR_999", "orange", Cause.IP_BLOCKLISTED),
        ("BL21", "yahoo", Cause.IP_BLOCKLISTED),
    ],
)
def test_a_providers_own_tag_tells_provider_and_cause_alone(token, provider, cause):
    found = finding(token)

    assert (found.provider, found.cause) == (provider, cause)


def test_three_recipients_have_three_findings():
    diagnosis = diagnose(read((BOUNCES / "three-recipients.eml").read_bytes()), shipped())

    assert [f.cause for f in diagnosis.findings] == [
        Cause.RECIPIENT_UNKNOWN, Cause.MAILBOX_FULL, Cause.NOT_A_BOUNCE,
    ]  # fmt: skip


def test_a_mail_that_merely_quotes_a_bounce_is_none():
    raw = (BOUNCES / "mail-that-quotes-a-bounce.eml").read_bytes()

    diagnosis = diagnose(read(raw), shipped())

    assert (diagnosis.is_bounce, diagnosis.worst.cause) == (False, Cause.NOT_A_BOUNCE)
