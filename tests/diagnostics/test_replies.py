"""SMTP replies wherever people quote them: which numbers are codes, which words are the answer."""

import pytest

from diagnostics.bounce import Format, read


def codes_of(text):
    return [(report.reply_code, report.status_code) for report in read(text).reports]


def words_of(text):
    bounce = read(text)
    return [bounce.text[slice(*report.diagnostic)] for report in bounce.reports]


FOLDED = """\
<bob@example.net>: host mx.example.net[192.0.2.50] said: 550 5.1.1 <bob@exampl=
e.net>: User unknown (in reply to RCPT TO command)
"""


@pytest.mark.parametrize(
    ("text", "reply", "status"),
    [
        ("error 550 5.1.1", "550", "5.1.1"),
        ("mail bounced (#5.1.1)", None, "5.1.1"),
        ("User unknown [5.1.1]", None, "5.1.1"),
        ("The server said: status code 5.7.1", None, "5.7.1"),
        ("550#5.1.0 Address rejected.", "550", "5.1.0"),
        ("550 (5.1.1) Address rejected.", "550", "5.1.1"),
        ("Error code: 550", "550", None),
        ("a 554 error came back", "554", None),
        ("smtp; 550 5.2.2 Mailbox full", "550", "5.2.2"),
        ("550 cuda_nsu 5.1.1 <ann@example.com>... User unknown", "550", "5.1.1"),
        ("553 Mail from 192.0.2.4 not allowed - 5.7.1 [BL23]", "553", "5.7.1"),
        ("failed,5.1.1 (bad destination mailbox address),smtp;553 Refused", "553", "5.1.1"),
        ("#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", "550", "5.1.1"),
        ("mx.example.com #< #5.7.1 smtp;554 5.7.2 Blocked> #SMTP#", "554", "5.7.2"),
        ("(550, b'5.1.1 no such user')", "550", "5.1.1"),
        ("SMTP code: 535 Additional SMTP info: 5.7.8", "535", "5.7.8"),
        ("Der Server meldet Fehler 550", "550", None),
        ("错误代码550 5.1.1 用户不存在", "550", "5.1.1"),
        ("591 your host [192.0.2.1] is listed", "591", None),
        ("550 IP 5.39.87.12 is blocked", "550", None),
        ("550 5.0.350 Remote server returned an error -> 554 5.7.1 Blocked", "554", "5.7.1"),
        ("220-mx.example.com 421 4.2.1 Service refused", "421", "4.2.1"),
        ("554 5.4.7 message timeout (last transfail: 451 4.7.1 try again)", "451", "4.7.1"),
        ("554 message timeout (last transfail: 451 4.7.1 try again)", "554", None),
        ("550 the mailbox holds 450 MB of 500 MB, see 5.1.1", "550", "5.1.1"),
    ],
)
def test_codes_are_found_however_they_are_written(text, reply, status):
    assert codes_of(text) == [(reply, status)]


@pytest.mark.parametrize(
    "text",
    [
        "Call me at +1 450 555 0100 or 550-555-0199",
        "My number is (550) 123-4567",
        "Order 550 shipped on 2025-04-29 11:47:10",
        "Size: 450 MB",
        "Preis: 550 Euro",
        "Postfix 2.5.1 on a machine with 4.0.1",
        "From 192.0.2.5 to 192.0.2.550 and 5.39.87.12",
        "Message-ID: <20250429.550.451@mail.example.com> was lost",
        "The meeting is at 4.30, 5.1.24 (a Monday)",
        "The train 421 leaves at 5:50",
        "RFC 5321 section 4.2.1 says so",
        "X-Unix; 255",
    ],
)
def test_telephone_numbers_dates_and_the_like_are_no_codes(text):
    assert codes_of(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it says '550 The user's mailbox is full.' and more", "550 The user's mailbox is full."),
        ('"smtp; 421 4.7.0 Slow down", that is all', "421 4.7.0 Slow down"),
        ("<mx.example.com #5.1.1 smtp;550 5.1.1 Nobody> #SMTP#", "550 5.1.1 Nobody"),
        ("Hello\n\nThe mailbox is full (#5.2.2).\n\nBye", "The mailbox is full (#5.2.2)."),
        ("550-5.1.1 one\n550 5.1.1 two\n\nBye", "550-5.1.1 one\n550 5.1.1 two"),
        ("host x said: 550 no (in reply to RCPT TO)", "550 no (in reply to RCPT TO)"),
    ],
)
def test_the_words_end_where_the_answer_does(text, words):
    assert words_of(text) == [words]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("550 <ann@example.com>: Recipient address rejected", "ann@example.com"),
        ("550 relaying denied for ann@example.com.", "ann@example.com"),
        ("<ann@example.com>: host mx.example.com said: 550 no", "ann@example.com"),
        (
            "after RCPT TO:<ann@example.com>: host mx.example.com [192.0.2.1]: 550 no",
            "ann@example.com",
        ),
        ("My mail to ann@example.com came back: 550 no such user", "ann@example.com"),
        ("ann@example.com\n550 no such user", "ann@example.com"),
        ("I wrote to ann@example.com.\n\nBut: 550 no such user", "ann@example.com"),
        ("To: me@example.net\n\n550 no such user", None),
        ("{'ann@example.com': (550, b'no such user')}", "ann@example.com"),
        ("550 5.1.8 <me@example.net>: Sender address rejected", None),
        ("550 refused, MAIL FROM:<me@example.net>", None),
        ("554 Blocked. Forward this to abuse@example.com", None),
        ("550 no such user. Message-ID: <1@example.net>", None),
    ],
)
def test_the_recipient_is_told_and_never_the_sender(text, recipient):
    assert [report.recipient for report in read(text).reports] == [recipient]


def test_what_the_words_before_an_answer_say_of_host_and_stage_is_told():
    (report,) = read(
        "SMTP error from remote mail server after MAIL FROM:<me@example.net> SIZE=1234: "
        "host mx.example.com [192.0.2.25]: 550 refused"
    ).reports

    assert (report.remote_host, report.stage) == ("mx.example.com", "mail")


def test_each_refusal_of_several_is_told():
    text = (
        "550 5.1.1 <ann@example.com> unknown\n550 5.1.1 <bob@example.com> unknown\n"
        "carl@example.com: 452 4.2.2 full\n503 5.5.1 bad sequence of commands"
    )

    told = [(report.recipient, report.reply_code) for report in read(text).reports]

    assert told == [
        ("ann@example.com", "550"),
        ("bob@example.com", "550"),
        ("carl@example.com", "452"),
    ]


def test_lines_of_one_reply_are_one_report_with_or_without_hyphens():
    assert codes_of("550 5.7.1 Our system\n550 5.7.1 has detected spam") == [("550", "5.7.1")]
    assert codes_of("550-Please see\n550-the page\n550 5.7.1 refused") == [("550", "5.7.1")]


def test_a_reply_in_a_line_of_an_unknown_log_is_a_log_line():
    assert read("Nov 24 09:14:05 mx1 mailer[7]: 550 5.1.1 unknown").format == "log-line"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Expected code 250 but got code "550", with message "550 5.1.1 No such user"',
         "550 5.1.1 No such user"),
        ("msmtp: server message: 550 5.1.1 No such user\nmsmtp: could not send mail",
         "550 5.1.1 No such user"),
        ("The mail server responded:\n550 5.1.1 No such user.\nPlease check the message recipient",
         "550 5.1.1 No such user."),
        ("Mailbox unavailable. The server response was: 5.7.1 Unable to relay",
         "5.7.1 Unable to relay"),
    ],
)  # fmt: skip
def test_what_a_program_says_before_and_behind_an_answer_is_left_out(text, words):
    bounce = read(text)

    (report,) = bounce.reports
    assert bounce.text[slice(*report.diagnostic)].strip() == words


@pytest.mark.parametrize(
    "line",
    [
        "Nov  2 11:00:02 mx esmtp: from=<ann@example.com>,addr=<bob@example.net>: 550 5.1.1 No",
        "Nov  2 11:00:02 mx smtpd: <ann@example.com> -> <bob@example.net>: FAILED, 550 5.1.1 No",
        "time=2026-11-02T10:00:02|Rcpt=bob@example.net|Info=550 5.1.1 No",
        "10:00:03.456 [7] SMTP(example.net)bob@example.net failed: mx.example.net: 550 5.1.1 No",
        "[02/Nov/2026 11:00:02] Sent: Recipient: <bob@example.net>, Result: failed, 550 5.1.1 No",
        "Nov 02 11:00:02 from=ann@example.com recipients=bob@example.net smtpmsg='550 5.1.1 No'",
    ],
)
def test_a_line_of_an_unknown_log_names_its_recipient(line):
    bounce = read(line)

    (report,) = bounce.reports
    assert (bounce.format, report.recipient) == (Format.LOG_LINE, "bob@example.net")
    assert (report.reply_code, report.status_code) == ("550", "5.1.1")


@pytest.mark.parametrize(
    "text",
    [
        "No podemos enviar correos a bob@example.net. El error es:\n\n550 5.1.1 No such user",
        "Permanent failure: ann@example.com → bob@example.net 'hi' Server response: 550 5.1.1 No",
        FOLDED,
    ],
)
def test_a_recipient_is_found_in_other_languages_and_folded_lines(text):
    (report,) = read(text).reports

    assert (report.recipient, report.status_code) == ("bob@example.net", "5.1.1")


def test_an_address_right_before_its_answer_is_the_recipient():
    bounce = read("1. bob@example.net - 550 5.1.1 No such user\n2. eve@example.net: 552 5.2.2 Full")

    assert [report.recipient for report in bounce.reports] == ["bob@example.net", "eve@example.net"]
