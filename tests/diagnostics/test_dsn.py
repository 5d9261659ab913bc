"""The fields of a delivery status (RFC 3464), also where they are not as they should be."""

import pytest

from diagnostics.bounce import read

MAIL = """\
Return-Path: <>
From: MAILER-DAEMON@relay.example.net
To: ann@example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

{words}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net

{fields}
--b--
"""
BOB = "bob@example.net"


def facts_of(fields: str, words: str = ""):
    reports = read(MAIL.format(fields=fields, words=words)).reports
    return [(r.recipient, r.reply_code, r.status_code, r.action) for r in reports]


@pytest.mark.parametrize(
    ("value", "recipient"),
    [
        ("rfc822;bob@example.net", BOB),
        ("rfc822; <bob@example.net>", BOB),
        ("RFC822;bob@example.net>", BOB),
        ("bob@example.net", BOB),
        ("rfc822; bob@example.net (Bob Reader)", BOB),
        ("rfc822; bob@example.net;", BOB),
        ("rfc822;\n bob@example.net", BOB),
        ("utf-8; jürgen@bücher.example", "jürgen@bücher.example"),
        ('rfc822; "bob reader"@example.net', '"bob reader"@example.net'),
        ("rfc822; host!bob@example.net", "host!bob@example.net"),
    ],
)
def test_final_recipient_is_read_without_what_stands_around_it(value, recipient):
    assert facts_of(f"Final-Recipient: {value}\nAction: failed\nStatus: 5.1.1") == [
        (recipient, None, "5.1.1", "failed")
    ]


@pytest.mark.parametrize(
    "final", ["bob@ims-ms-daemon", "bob", "|/usr/bin/x", "X400; /C=us/A= /", ""]
)
def test_original_recipient_counts_where_the_final_one_is_an_inner_name(final):
    fields = f"Original-Recipient: rfc822;{BOB}\nFinal-Recipient: rfc822; {final}\nAction: failed"

    assert facts_of(fields) == [(BOB, None, None, "failed")]


@pytest.mark.parametrize("final", ["X400; /C=us/A= /P=x/", "", "rfc822;"])
def test_recipient_is_taken_from_the_words_where_the_fields_name_none(final):
    words = f"<{BOB}>: user unknown\n"

    assert facts_of(f"Final-Recipient: {final}\nAction: failed\nStatus: 5.1.1", words) == [
        (BOB, None, "5.1.1", "failed")
    ]


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ("Action: Failed (permanent)\nStatus: 5.1.1", "failed"),
        ("Action: failure\nStatus: 5.1.1", "failed"),
        ("Action: delayed;\nStatus: 4.1.1", "delayed"),
        ("Action : failed\nStatus : 5.1.1", "failed"),
        ("Status: 4.2.2", "delayed"),
        ("Action: expanded (to multi-recipient alias)\nStatus: 2.0.0", "expanded"),
    ],
)
def test_action_is_what_the_field_says_else_what_the_status_says(fields, action):
    assert [fact[3] for fact in facts_of(f"Final-Recipient: rfc822; {BOB}\n{fields}")] == [action]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ("Status: 5.1.1 (permanent failure)", (None, "5.1.1")),
        ("Status: 550", ("550", None)),
        ("Status: 550 5.1.1 <bob@example.net>... User unknown", (None, "5.1.1")),
        ("Status: 5.0.0\nX-Supplementary-Info: < #5.1.1 smtp;550 5.1.1 unknown>", ("550", "5.1.1")),
        ("Status: 5.3.0\nDiagnostic-Code: x-unix; 127", (None, "5.3.0")),
        ("Status: 5.3.0\nDiagnostic-Code: smtp; ", (None, "5.3.0")),
        ("Status: 5.1.1\nDiagnostic-Code: SMTP; 550-5.1.1 a\n 550 5.1.1 b", ("550", "5.1.1")),
        ("Status: 4.4.7\nDiagnostic-Code: smtp; 451 4.7.1 come back later", ("451", "4.7.1")),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 554 4.4.7 expired <421 4.4.2 x>", ("421", "4.4.2")),
    ],
)
def test_codes_of_the_fields(fields, codes):
    (fact,) = facts_of(f"Final-Recipient: rfc822; {BOB}\nAction: failed\n{fields}")

    assert fact[1:3] == codes


def test_codes_are_taken_from_the_words_where_the_diagnostic_is_a_number():
    fields = f"Final-Recipient: rfc822; {BOB}\nAction: failed\nDiagnostic-Code: smtp; 550"

    assert facts_of(fields, f"<{BOB}>: 550 5.1.1 user unknown\n") == [
        (BOB, "550", "5.1.1", "failed")
    ]


def test_recipients_without_a_blank_line_between_them_are_told_apart():
    block = "Final-Recipient: rfc822; {}@example.net\nAction: failed\nStatus: 5.1.1\n"

    facts = facts_of(block.format("bob") + block.format("carl"))

    assert [fact[0] for fact in facts] == [BOB, "carl@example.net"]


def test_a_mail_with_a_status_part_that_is_empty_is_read_by_its_words():
    words = "Your mail to bob@example.net failed: 550 5.1.1 no such user here\n"

    assert facts_of("", words) == [(BOB, "550", "5.1.1", "failed")]


def test_times_stand_as_they_are_written():
    (report,) = read(
        f"Final-Recipient: rfc822; {BOB}\nAction: delayed\nLast-Attempt-Date: Mon, 23 Nov 2026\n"
        "Will-Retry-Until: Sat, 28 Nov 2026"
    ).reports

    assert (report.attempted, report.retry_until) == ("Mon, 23 Nov 2026", "Sat, 28 Nov 2026")


@pytest.mark.parametrize(
    ("received", "ip"),
    [
        ("from mail.example.com (mail.example.com [192.0.2.1]) by mx.example.net", "192.0.2.1"),
        ("from [10.0.0.3] (home.example.com [192.0.2.1]) by mx.example.net", "192.0.2.1"),
        ("from mail.example.com (192.0.2.1) by mx.example.net with Microsoft SMTP", "192.0.2.1"),
        ("from unknown (HELO mail.example.com) (192.0.2.1) by mx.example.net", "192.0.2.1"),
        ("from mail.example.com ([IPv6:2001:DB8::1]) by mx.example.net", "2001:db8::1"),
        ("from mail.example.com ([192.168.1.1]) by mx.example.net (mx [192.0.2.9])", None),
        ("by mx.example.net (mx [192.0.2.9]) with HTTP", None),
    ],
)
def test_sending_address_is_the_one_that_the_server_saw(received, ip):
    original = f"Received: {received}\nFrom: ann@example.com\nMessage-ID: <m@example.com>\n"
    mail = MAIL.format(fields="", words="Your mail failed.\n").replace("\n--b--", "")

    read_original = read(f"{mail}--b\nContent-Type: message/rfc822\n\n{original}").original

    assert (read_original.from_domain, read_original.sending_ip) == ("example.com", ip)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (
            "5.1.0 - Unknown address error 550-'5.7.1 <ann@example.com>... Access denied'",
            "550-'5.7.1 <ann@example.com>... Access denied'",
        ),
        (
            "4.4.7 - Delivery expired (message too old) 451-'4.7.1 Greylisted'",
            "451-'4.7.1 Greylisted'",
        ),
        (
            "5.1.2 - Bad destination host 'DNS Hard Error looking up example.net (MX): NXDomain'",
            "5.1.2 - Bad destination host 'DNS Hard Error looking up example.net (MX): NXDomain'",
        ),
    ],
)
def test_the_answer_counts_and_not_what_the_gateway_made_of_it(value, answer):
    fields = f"Final-Recipient: rfc822; {BOB}\nAction: failed\nDiagnostic-Code: smtp; {value}"

    bounce = read(MAIL.format(fields=fields, words=""))

    assert [bounce.text[slice(*r.diagnostic)] for r in bounce.reports] == [answer]


def test_words_behind_the_status_end_where_the_returned_message_starts():
    returned = (
        "--b\nContent-Type: text/plain\n\nReturn-Path: <ann@example.com>\n"
        "Received: from client.example.com by relay.example.net; Mon, 2 Mar 2026 10:00:00 +0000\n"
        "X-Spam-Details: phishscore=0\n\n--b--\n"
    )
    fields = f"Final-Recipient: rfc822; {BOB}\nAction: delayed\nStatus: 4.4.7"
    mail = MAIL.format(fields=fields, words="It could not be delivered for a day.")

    bounce = read(mail.replace("--b--\n", returned))

    assert "phishscore" in bounce.text
    assert "phishscore" not in bounce.text[slice(*bounce.prose)]
