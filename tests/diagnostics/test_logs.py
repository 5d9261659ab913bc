"""Log lines of mail servers: what stands before them, and what several of them tell together."""

import pytest

from diagnostics.bounce import read

DEFERRED = (
    "{prefix}4XyZ1k2Jza: to=<ann@example.com>, relay=mx.example.com[192.0.2.9]:25, delay=6, "
    "delays=0/0/0.5/0.5, dsn=4.2.0, status=deferred (host mx.example.com[192.0.2.9] said: "
    "450 4.2.0 Greylisted (in reply to RCPT TO command))"
)
SENT = (
    "{prefix}4XyZ1k2Jza: to=<ann@example.com>, relay=mx.example.com[192.0.2.9]:25, delay=6, "
    "delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
)
SYSLOG = "Nov 24 09:14:05 mx1 postfix/smtp[2102]: "


def facts_of(text):
    return [(r.recipient, r.action, r.reply_code, r.status_code) for r in read(text).reports]


@pytest.mark.parametrize(
    "prefix",
    [
        SYSLOG,
        "<22>Nov  4 09:14:05 mx1 postfix/smtp[2102]: ",
        "<22>1 2026-11-24T09:14:05.123456+00:00 mx1 postfix/smtp 2102 - - ",
        "2026-11-24T09:14:05+01:00 mx1 postfix/smtp[2102]: ",
        "2026-11-24T09:14:05Z mx1 postfix-out/smtp[2102]: ",
        "mail-1  | 2026-11-24T09:14:05.1+00:00 mx1 postfix/smtp[2102]: ",
    ],
)
def test_any_prefix_of_syslog_tells_who_reports(prefix):
    (report,) = read(DEFERRED.format(prefix=prefix)).reports

    assert (report.recipient, report.reporting_host) == ("ann@example.com", "mx1")


def test_a_line_without_its_prefix_is_read_too():
    bounce = read(DEFERRED.format(prefix=""))

    assert (bounce.format, bounce.reports[0].reporting_host) == ("log-line", None)


def test_the_last_outcome_of_a_recipient_counts():
    text = "\n".join(line.format(prefix=SYSLOG) for line in (DEFERRED, DEFERRED, SENT))

    assert facts_of(text) == [("ann@example.com", "delivered", "250", "2.0.0")]


def test_a_message_that_expired_has_failed_for_the_recipients_it_was_kept_for():
    expired = (
        "Nov 29 09:14:05 mx1 postfix/qmgr[9]: 4XyZ1k2Jza: from=<me@example.net>, status=expired"
    )
    text = f"{DEFERRED.format(prefix=SYSLOG)}\n{expired}, returned to sender"

    assert facts_of(text) == [("ann@example.com", "failed", "450", "4.2.0")]


def test_outcomes_of_different_messages_stay_apart():
    text = "\n".join(
        [DEFERRED.format(prefix=SYSLOG), SENT.format(prefix=SYSLOG).replace("4XyZ1k2Jza", "5AbC")]
    )

    assert [action for _, action, _, _ in facts_of(text)] == ["delayed", "delivered"]


def test_an_answer_of_a_host_that_was_not_the_last_is_told_where_nothing_else_is():
    line = f"{SYSLOG}4XyZ1k2Jza: host mx1.example.com[192.0.2.9] said: 450 4.7.1 Busy"

    assert facts_of(line) == [(None, "delayed", "450", "4.7.1")]


def test_lines_on_the_way_are_no_outcome():
    line = "2026-11-23 10:00:00 1abcde-000001-AB <= me@example.net H=localhost [127.0.0.1] P=esmtp"

    assert read(line).reports == ()


def test_recipients_of_one_record_get_their_own_answers():
    record = (
        "#Fields: event-id,source,recipient-address,recipient-status\n"
        "FAIL,SMTP,ann@example.com;bob@example.com,550 5.1.1 unknown;552 5.2.2 full\n"
    )

    assert facts_of(record) == [
        ("ann@example.com", "failed", "550", "5.1.1"),
        ("bob@example.com", "failed", "552", "5.2.2"),
    ]


def test_a_tracking_line_is_read_without_its_header():
    line = (
        "2026-11-23T10:30:01.000Z,192.0.2.1,ex1.example.net,192.0.2.25,mx.example.com,08D1,Internet,"
        "SMTP,FAIL,1,<m1@example.net>,guid,ann@example.com,"
        "[{LRT=2026};{LED=550 5.1.1 User unknown};{FQDN=mx.example.com};{IP=192.0.2.25}],1234,1"
    )

    assert facts_of(line) == [("ann@example.com", "failed", "550", "5.1.1")]


def test_columns_of_an_accounting_file_may_be_chosen_and_parted_by_anything():
    for mark in ",;\t":
        text = "type,rcpt,dsnStatus,dsnDiag\nb,ann@example.com,5.1.1 (bad),550 unknown"

        assert facts_of(text.replace(",", mark)) == [("ann@example.com", "failed", "550", "5.1.1")]


def test_complaints_of_an_accounting_file_are_complaints():
    text = "type,timeLogged,rcpt,dsnStatus\nf,2026-11-23 10:00:00+0000,ann@example.com,"

    bounce = read(text)

    assert (bounce.format, bounce.is_bounce) == ("complaint", False)


def test_blanks_that_qmail_wrote_as_underscores_are_shown_as_blanks():
    bounce = read("delivery 7: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/")

    assert bounce.text == "delivery 7: failure: Sorry, no mailbox here by that name. (#5.1.1)/"


def test_new_lines_that_exim_wrote_as_letters_are_shown_as_new_lines():
    line = "2026-11-23 10:00:00 1abcde-000001-AB ** a@example.com R=x T=y: "

    bounce = read(f"{line}550-5.1.1 one\\n550 5.1.1 two")

    assert bounce.text[slice(*bounce.reports[0].diagnostic)] == "550-5.1.1 one\n 550 5.1.1 two"
