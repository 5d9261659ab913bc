"""Outlook's files are read as the mails that they were saved from; damaged ones say so."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.bounce import limits, read
from diagnostics.bounce.model import Action, Format
from tests.outlook_files import compound_file, msg_file

CLASS, SUBJECT, HEADERS, BODY, HTML, PAGE = 0x001A, 0x0037, 0x007D, 0x1000, 0x1013, 0x3FDE
SENDER, TOLD, SMTP, CONTENT, TYPE = 0x0C1A, 0x0C1B, 0x39FE, 0x3701, 0x370E

REPORT = (
    {
        CLASS: "REPORT.IPM.Note.NDR",
        SUBJECT: "Undeliverable: Minutes",
        SENDER: "Microsoft Outlook",
        BODY: "Delivery has failed to these recipients or groups.",
    },
    (
        {SMTP: "kai@example.org", TOLD: "<mx.example.org #5.1.1 smtp;550 5.1.1 No such user here>"},
        {SMTP: "mia@example.net", TOLD: "<#5.2.2 smtp;552 5.2.2 The mailbox is full>"},
    ),
    (({HEADERS: "From: Lea <lea@example.com>\nMessage-ID: <7@example.com>\nSubject: Minutes\n"},),),
)
STATUS = (
    b"Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; kai@example.org\n"
    b"Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 421 4.4.1 Connection timed out\n"
)
NOTICE = "Your message was not delivered to:\n\nkai@example.org\n550 5.1.1 No such user here"


def words(bounce):
    return [bounce.text[slice(*report.diagnostic)] for report in bounce.reports]


def test_a_report_tells_its_recipients_their_answers_and_the_mail_that_came_back():
    bounce = read(msg_file(*REPORT))

    assert bounce.format is Format.DSN
    assert [
        (r.recipient, r.action, r.reply_code, r.status_code, r.remote_host) for r in bounce.reports
    ] == [
        ("kai@example.org", Action.FAILED, "550", "5.1.1", "mx.example.org"),
        ("mia@example.net", Action.FAILED, "552", "5.2.2", None),
    ]
    assert words(bounce) == ["550 5.1.1 No such user here", "552 5.2.2 The mailbox is full"]
    assert bounce.original
    assert (bounce.original.from_domain, bounce.original.message_id) == (
        "example.com",
        "<7@example.com>",
    )


@pytest.mark.parametrize(
    ("kind", "action", "is_bounce"),
    [
        ("REPORT.IPM.Note.Delayed", Action.DELAYED, True),
        ("REPORT.IPM.Note.DR", Action.DELIVERED, False),
    ],
)
def test_the_class_of_a_report_says_what_became_of_the_mail(kind, action, is_bounce):
    bounce = read(msg_file({CLASS: kind, SUBJECT: "Minutes"}, ({SMTP: "kai@example.org"},)))

    assert [(r.recipient, r.action) for r in bounce.reports] == [("kai@example.org", action)]
    assert bounce.is_bounce is is_bounce


def test_a_receipt_that_a_mail_was_read_is_no_bounce():
    raw = msg_file({CLASS: "REPORT.IPM.Note.IPNRN", SUBJECT: "Read: Minutes", BODY: "It was read."})

    assert not read(raw).is_bounce


def test_a_notice_that_was_received_by_mail_keeps_its_headers_and_its_status():
    headers = (
        "From: MAILER-DAEMON@mail.example.com\r\nSubject: Delayed mail\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=old\r\n"
        "Auto-Submitted: auto-replied\r\n"
    )
    raw = msg_file(
        {CLASS: "REPORT", HEADERS: headers, BODY: "Your message is delayed."},
        attachments=({TYPE: "message/delivery-status", CONTENT: STATUS},),
    )

    bounce = read(raw)

    assert bounce.format is Format.DSN
    assert [(r.recipient, r.action, r.reply_code) for r in bounce.reports] == [
        ("kai@example.org", Action.DELAYED, "421")
    ]
    assert bounce.text.startswith("From: MAILER-DAEMON@mail.example.com\nSubject: Delayed mail\n")


@pytest.mark.parametrize(
    "properties",
    [
        {BODY: NOTICE},
        {HTML: NOTICE.replace("\n", "<br>").encode()},
        {BODY: NOTICE.encode("cp1251"), PAGE: struct.pack("<I", 1251)},
    ],
)
def test_the_words_are_read_from_text_or_html(properties):
    bounce = read(msg_file({CLASS: "IPM.Note", SUBJECT: "Undelivered mail", **properties}))

    assert bounce.format is Format.NDR
    assert [r.recipient for r in bounce.reports] == ["kai@example.org"]
    assert words(bounce) == ["550 5.1.1 No such user here"]


@pytest.mark.parametrize(
    ("page", "charset"),
    [(932, "cp932"), (1251, "cp1251"), (50220, "iso2022_jp"), (65001, "utf-8"), (936, "gb18030")],
)
def test_texts_of_one_byte_are_read_in_the_code_page_that_is_stated(page, charset):
    text = "Привет" if page in {1251, 65001} else "配送"
    raw = msg_file({BODY: text.encode(charset), SUBJECT: "x", PAGE: struct.pack("<I", page)})

    assert read(raw).text == f"Subject: x\n\n{text}"


def test_a_notice_that_is_attached_to_a_mail_is_what_is_read():
    raw = msg_file(
        {CLASS: "IPM.Note", HEADERS: "From: lea@example.com\nSubject: FW: help\n", BODY: "Help!"},
        attachments=(REPORT,),
    )

    assert [r.recipient for r in read(raw).reports] == ["kai@example.org", "mia@example.net"]


def test_an_ordinary_mail_is_no_bounce():
    headers = "From: lea@example.com\nTo: kai@example.org\nSubject: Lunch?\nDate: Mon, 2 Mar 2026\n"

    assert read(msg_file({CLASS: "IPM.Note", HEADERS: headers, BODY: "At noon?"})).format is (
        Format.MESSAGE
    )


@pytest.mark.parametrize("size", [8, 100, 512, 1500, 3000])
def test_a_file_that_is_cut_off_says_that_it_cannot_be_opened(size):
    bounce = read(msg_file(*REPORT)[:size])

    assert (bounce.format, bounce.text, bounce.notes) == (
        Format.UNKNOWN,
        "",
        (limits.DAMAGED_FILE,),
    )


def test_a_header_that_announces_more_than_the_file_holds_is_not_believed():
    raw = bytearray(msg_file(*REPORT))
    struct.pack_into("<I", raw, 44, 2**31)  # sectors of the table of sectors

    assert read(bytes(raw)).notes == (limits.DAMAGED_FILE,)


def test_entries_that_share_their_bytes_are_not_all_read():
    body = {"__substg1.0_1000001F": "long ".encode("utf-16-le") * 100_000}
    inner = {f"__attach_version1.0_#{n:08X}": {"__substg1.0_3701000D": body} for n in range(20)}

    assert len(read(compound_file({**body, **inner})).text) <= limits.MAX_TEXT


@given(st.data())
def test_whatever_is_changed_in_a_file_is_read(data):
    raw = bytearray(msg_file(*REPORT))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(8, len(raw) - 4))
        raw[at : at + 4] = data.draw(st.binary(max_size=8))

    assert read(bytes(raw)) == read(bytes(raw))
