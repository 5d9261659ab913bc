"""Transcripts of SMTP sessions: who was refused, by which host, at which command."""

import pytest

from diagnostics.bounce import read

SESSION = """\
S: 220 mx.example.com ESMTP
C: EHLO client.example.net
S: 250 mx.example.com
C: MAIL FROM:<me@example.net>
S: {mail}
C: RCPT TO:<ann@example.com>
S: {ann}
C: RCPT TO:<bob@example.com>
S: {bob}
C: DATA
S: {data}
C: .
S: {end}
"""
FINE = {"mail": "250 ok", "ann": "250 ok", "bob": "250 ok", "data": "354 go", "end": "250 queued"}


def facts_of(text):
    reports = read(text).reports
    return [(r.recipient, r.action, r.stage, r.reply_code) for r in reports]


@pytest.mark.parametrize(
    ("answers", "facts"),
    [
        (
            {"ann": "550 5.1.1 unknown"},
            [
                ("ann@example.com", "failed", "rcpt", "550"),
                ("bob@example.com", "delivered", "end-of-data", "250"),
            ],
        ),
        (
            {"end": "452 4.3.1 full"},
            [
                ("ann@example.com", "delayed", "end-of-data", "452"),
                ("bob@example.com", "delayed", "end-of-data", "452"),
            ],
        ),
        (
            {"mail": "550 refused", "ann": "503 no", "bob": "503 no", "data": "503 no"},
            [
                ("ann@example.com", "failed", "mail", "550"),
                ("bob@example.com", "failed", "mail", "550"),
            ],
        ),
        (
            {"ann": "550 a", "bob": "551 b", "data": "554 5.5.1 no valid recipients"},
            [
                ("ann@example.com", "failed", "rcpt", "550"),
                ("bob@example.com", "failed", "rcpt", "551"),
            ],
        ),
    ],
)
def test_each_recipient_gets_the_answer_that_was_his(answers, facts):
    assert facts_of(SESSION.format(**{**FINE, **answers}).replace("503 no\nC: .\n", "")) == facts


def test_whoever_answers_is_the_remote_host():
    bounce = read(SESSION.format(**{**FINE, "ann": "550 no"}))

    assert (bounce.format, bounce.reports[0].remote_host) == ("transcript", "mx.example.com")


def test_sessions_below_each_other_stay_apart():
    first = SESSION.format(**{**FINE, "end": "554 spam"})
    second = first.replace("example.com", "example.org").replace("554", "421")

    hosts = [(r.recipient, r.remote_host, r.reply_code) for r in read(first + second).reports]

    assert hosts == [
        ("ann@example.com", "mx.example.com", "554"),
        ("bob@example.com", "mx.example.com", "554"),
        ("ann@example.org", "mx.example.org", "421"),
        ("bob@example.org", "mx.example.org", "421"),
    ]


def test_an_answer_of_several_lines_is_one():
    bounce = read(SESSION.format(**{**FINE, "ann": "550-no such\nS: 550 user"}))

    (words,) = [bounce.text[slice(*r.diagnostic)] for r in bounce.reports if r.action == "failed"]
    assert words == "550-no such\nS: 550 user"


def test_a_session_that_comes_to_no_end_tells_nothing():
    assert read("C: EHLO client.example.net\nS: 250 mx.example.com\n").reports == ()
