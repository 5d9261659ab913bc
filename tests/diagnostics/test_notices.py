"""Notices in prose (`tests/bounces/notices`): what is said of whom, however they come."""

import base64
import html
from pathlib import Path

import pytest
import yaml

from diagnostics.bounce import read

NOTICES = Path(__file__).parent.parent / "bounces/notices"
CASES = {
    f"{path.stem}-{case['name']}": case
    for path in sorted(NOTICES.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
}


def mail(case, body: str, *fields: str) -> str:
    """Return the mail that the mail system sends, with further header fields."""
    lines = [
        f"Return-Path: {case.get('return_path', '<>')}",
        f"From: {case['from']}",
        "To: ann@example.com",
        f"Subject: {case['subject']}",
        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
        "MIME-Version: 1.0",
        *([case["header"]] if "header" in case else []),
        *(fields or ["Content-Type: text/plain; charset=utf-8"]),
    ]
    return "\n".join([*lines, "", body])


def plain(case) -> str:
    return mail(case, case["words"])


def with_the_line_ends_of_the_internet(case) -> str:
    return plain(case).replace("\n", "\r\n")


def in_base64(case) -> str:
    body = base64.encodebytes(case["words"].encode()).decode()
    return mail(
        case,
        body,
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    )


def in_html(case) -> str:
    lines = (f"{html.escape(line)}<br>" for line in case["words"].split("\n"))
    body = f"<html><head><title>Notice</title></head><body>{''.join(lines)}</body></html>"
    return mail(case, body, "Content-Type: text/html; charset=utf-8")


def forwarded(case) -> str:
    return "\n".join(
        [
            "From: Ann <ann@example.com>",
            "To: help@example.com",
            f"Subject: Fwd: {case['subject']}",
            "",
            "What is this?",
            "",
            "---------- Forwarded message ---------",
            f"From: {case['from']}",
            f"Subject: {case['subject']}",
            "To: ann@example.com",
            "",
            case["words"],
        ]
    )


def attached(case) -> str:
    outer = {
        "from": "Ann <ann@example.com>",
        "subject": "see there",
        "return_path": "<a@b.example>",
    }
    body = f"--o\n\nSee there.\n\n--o\nContent-Type: message/rfc822\n\n{plain(case)}\n--o--\n"
    return mail(outer, body, 'Content-Type: multipart/mixed; boundary="o"')


def pasted(case) -> str:
    return f"From: {case['from']}\nSubject: {case['subject']}\n\n{case['words']}"


CLOTHES = [
    with_the_line_ends_of_the_internet,
    in_base64,
    in_html,
    forwarded,
    attached,
    pasted,
]


def facts_of(text: str):
    reports = read(text).reports
    return [(r.recipient, r.action, r.reply_code, r.status_code) for r in reports]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_notice_is_read_as_the_case_says(case):
    bounce = read(plain(case))

    assert bounce.format == "ndr"
    found = [
        {name: getattr(report, name) for name in fields}
        for report, fields in zip(bounce.reports, case["reports"], strict=True)
    ]
    assert found == case["reports"]


@pytest.mark.parametrize(
    "case", [c for c in CASES.values() if "original" in c], ids=lambda c: c["name"]
)
def test_returned_message_is_read_as_the_case_says(case):
    original = read(plain(case)).original

    assert {name: getattr(original, name) for name in case["original"]} == case["original"]


@pytest.mark.parametrize("clothes", CLOTHES, ids=lambda clothes: clothes.__name__)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_notice_says_the_same_in_other_clothes(case, clothes):
    assert facts_of(clothes(case)) == facts_of(plain(case))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("<bob@example.net>\nServer sent: RCPT\nServer replied: 550 No such user\nCode: 3",
         "550 No such user"),
        ("<bob@example.net>\n\nThe other server said:\n\n550 No such user", "550 No such user"),
        ("for the following reason:\n\nThe account is over quota.\n\n<bob@example.net>",
         "The account is over quota."),
        ("bob@example.net on 11/2/2026 10:00 AM\n  The account is gone.\n  <a.example #5.1.1>",
         "The account is gone.\n  <a.example #5.1.1>"),
        ("bob@example.net on 11/2/2026 10:00 AM\n   <a.example #5.5.0 smtp;550 No such user>",
         "550 No such user"),
        ("unknown user: bob@example.net", "unknown user: bob@example.net"),
    ],
)  # fmt: skip
def test_the_words_of_the_answer_are_shown_without_what_leads_to_them(told, words):
    head = "From: postmaster@example.net\nSubject: Undeliverable\n\nIt was not delivered:\n\n"

    bounce = read(f"{head}{told}\n")

    (report,) = bounce.reports
    assert bounce.text[slice(*report.diagnostic)] == words
