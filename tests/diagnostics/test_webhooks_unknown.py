"""Events of services that no row describes: the names of their keys tell."""

import json

import pytest

from diagnostics.bounce import Format, read

WORDS = "550 5.1.1 <bob@example.net>: User unknown"
EVENTS = {
    "flat": {"event": "bounce", "sender": "ann@example.com", "rcpt": "bob@example.net",
             "context": "RCPT TO:<bob@example.net>", "message": WORDS, "subject": "hi"},
    "capitals": [{"EVENT": "bounced", "EMAIL": "bob@example.net", "FROMADDRESS": "ann@example.com",
                  "BOUNCE_REASON": WORDS}],
    "wrapped": {"event": "DeliveryFailed", "payload": {
        "message": {"to": "bob@example.net", "from": "ann@example.com", "subject": "hi"},
        "status": "HardFail", "details": "Permanent error", "output": WORDS}},
    "objects": {"event_name": ["hardbounce"], "info": {
        "to": [{"email_address": {"address": "bob@example.net", "name": "Bob"}}],
        "from": {"address": "ann@example.com"}, "reason": "invalid", "diagnostic": WORDS}},
    "list": {"results": [{"to": "Bob <bob@example.net>", "status": {"name": "REJECTED"},
                          "error": {"description": WORDS, "permanent": True}}]},
}  # fmt: skip


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_of_an_unknown_service_tells_whom_and_why(name):
    bounce = read(json.dumps(EVENTS[name]))

    (report,) = bounce.reports
    assert bounce.format is Format.WEBHOOK
    assert (report.recipient, report.action) == ("bob@example.net", "failed")
    assert (report.reply_code, report.status_code) == ("550", "5.1.1")
    assert bounce.text[slice(*report.diagnostic)] == WORDS


def test_codes_that_stand_in_keys_of_their_own_are_read():
    event = {"type": "email_dropped", "email_to": "bob@example.net", "email_response_code": 550,
             "enhanced": "5.1.1", "email_response_message": "User unknown"}  # fmt: skip

    (report,) = read(json.dumps(event)).reports

    assert (report.reply_code, report.status_code) == ("550", "5.1.1")


@pytest.mark.parametrize(
    ("kind", "action"),
    [("soft_bounce", "delayed"), ("deferred", "delayed"), ("dropped", "failed"),
     ("delivered", "delivered"), ("spam_complaint", "delivered")],
)  # fmt: skip
def test_the_kind_of_an_event_says_what_became_of_the_message(kind, action):
    event = {"kind": kind, "recipient": "bob@example.net", "service": "Microsoft"}

    (report,) = read(json.dumps(event)).reports

    assert report.action == action


@pytest.mark.parametrize(
    "value",
    [
        {"email": "bob@example.net", "status": "active"},
        {"event": "bounce", "reason": "no recipient is named"},
        {"to": "nobody", "status": "failed"},
        {"from": "ann@example.com", "event": "bounce"},
    ],
)
def test_other_json_is_no_event(value):
    assert read(json.dumps(value)).format is not Format.WEBHOOK


@pytest.mark.parametrize(
    "table",
    [
        "status,rcpt,sender,reason\nx,bob@example.net,ann@example.com,550 5.1.1 No such user\n",
        '"event","to","diagnostic"\n"Bounce","bob@example.net","smtp; 550 5.1.1 No such user"\n',
        'status;error;email;created\n5.1.1;"550 5.1.1 No such user";bob@example.net;17936136\n',
    ],
)
def test_the_names_of_columns_tell_as_well(table):
    bounce = read(table)

    (report,) = bounce.reports
    assert (bounce.format, report.recipient) == (Format.LOG_LINE, "bob@example.net")
    assert bounce.text[slice(*report.diagnostic)] == "550 5.1.1 No such user"


def test_a_table_of_addresses_is_no_log():
    table = "name,email,message\nBob,bob@example.net,hello\n"

    assert not read(table).reports
