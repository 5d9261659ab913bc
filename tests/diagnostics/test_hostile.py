"""Whatever the bytes: no exception, spans inside the text, the same answer twice."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.bounce import limits, read
from diagnostics.bounce.recognise import FAMILIES
from diagnostics.engine import Knowledge, Signature, diagnose, record
from diagnostics.engine.words import Cause

BOUNCES = [
    path.read_bytes()
    for path in sorted((Path(__file__).parent.parent / "bounces").iterdir())
    if path.suffix in {".eml", ".txt", ".json", ".csv"}
]
for path in sorted((Path(__file__).parent.parent / "bounces/notices").glob("*.yaml")):
    for case in yaml.safe_load(path.read_text(encoding="utf-8")):
        header = f"From: {case['from']}\nSubject: {case['subject']}\n\n"
        BOUNCES.append((header + case["words"]).encode())
KNOWLEDGE = Knowledge(
    signatures=(
        Signature(slug="one", cause=Cause.RECIPIENT_UNKNOWN, pattern="user unknown"),
        Signature(slug="two", cause=Cause.SERVER_ERROR, pattern="temporarily rejected"),
    )
)


def examine(data):
    """Read and diagnose; assert what holds for every input, and return the record."""
    bounce = read(data)
    diagnosis = diagnose(bounce, KNOWLEDGE)
    spans = [bounce.prose, *(f.span for f in diagnosis.findings)]
    spans += [span for report in bounce.reports for span in (report.diagnostic, report.codes)]
    for start, end in filter(None, spans):
        assert 0 <= start <= end <= len(bounce.text)
    assert "\x00" not in bounce.text
    assert bounce.text.encode().decode() == bounce.text
    return record(diagnosis)


@st.composite
def mutated_bounces(draw):
    """Draw a bounce of ours with bytes cut out, repeated, replaced or put in."""
    raw = draw(st.sampled_from(BOUNCES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 200)))
        other = draw(st.sampled_from(BOUNCES)) if draw(st.booleans()) else b""
        junk = draw(st.binary(max_size=20)) + other[:300]
        raw = raw[:start] + junk * draw(st.integers(0, 3)) + raw[end:]
    return raw


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(data):
    assert examine(data) == examine(data)


@given(st.text(st.characters(exclude_categories=[]), max_size=2000))
def test_any_text_is_read(text):
    assert examine(text) == examine(text)


@given(mutated_bounces())
def test_any_mutation_of_a_bounce_is_read(raw):
    assert examine(raw) == examine(raw)


MARKS = [mark for marks, _ in FAMILIES for mark in marks]
PIECES = [
    "550",
    "-",
    " ",
    "5.1.1",
    "\n",
    "<",
    ">",
    "@",
    "said:",
    "to=<",
    '"',
    "{",
    "}",
    "\\",
    ",",
    ": ",
]


@given(st.lists(st.sampled_from([*PIECES, *MARKS])))
def test_any_heap_of_the_marks_that_readers_look_for_is_read(pieces):
    examine("".join(pieces))


@pytest.mark.parametrize("piece", [*PIECES, *MARKS])
def test_a_mark_a_million_times_takes_no_longer_than_other_text(piece):
    # All marks stand in front, so all readers are asked.
    text = " ".join(MARKS) + (piece * 1_000_000)[:1_000_000]
    started = time.process_time()

    read(text)

    assert time.process_time() - started < 3


ONION = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
    for depth in range(30)
)
HEADER = b"From: a@example.com\nTo: b@example.com\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        (HEADER + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\n" * 500, "plain"),
        (HEADER + ONION, "plain"),
        (HEADER + b"X: y\n" * 5000 + b"\nbody", "plain"),
        (HEADER + b"\n" + b"line\n" * 70_000, "cut"),
        (HEADER + b"\n" + b"x" * (3 * 1024 * 1024), "cut"),
        (b"550 5.1.1 user unknown " + b"x" * (11 * 1024 * 1024), "cut"),
    ],
    ids=["delimiters", "onion", "headers", "lines", "long-mail", "long-text"],
)
def test_above_a_limit_a_note_says_what_was_left_out(raw, note):
    wanted = {"plain": limits.AS_PLAIN_TEXT, "cut": limits.CUT}[note]

    bounce = read(raw)

    assert wanted in bounce.notes
    assert len(bounce.text) <= limits.MAX_TEXT + 1000


def test_a_delivery_status_is_read_even_where_the_mail_is_too_complicated():
    raw = (
        HEADER
        + b"Content-Type: multipart/report; boundary=b\n\n"
        + b"--b\n\n" * 500
        + b"Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n"
    )

    bounce = read(raw)

    assert [(r.recipient, r.status_code) for r in bounce.reports] == [("a@example.com", "5.1.1")]


def test_a_million_recipients_are_cut_to_what_can_be_told_apart_and_counted():
    block = "Final-Recipient: rfc822; a{}@example.com\nAction: failed\n\n"
    text = "".join(block.format(number) for number in range(1_000_000))

    bounce = read(text)

    assert len(bounce.reports) == 500
    assert "Only the first 500 of 1,000,000 recipients are told apart." in bounce.notes


SENDER = b"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@example.net>\n"
NOTHING = b""
NOTICE = SENDER + b"Subject: failure notice\n\n"
SUBJECT = SENDER + b"Subject: "
HTML = SENDER + b"Subject: failure notice\nContent-Type: text/html\n\n"
BASE64 = SENDER + b"Subject: failure notice\nContent-Transfer-Encoding: base64\n\n"
STATUS = SENDER + b"Content-Type: multipart/report; boundary=b\n\n"
PERSON = (
    b"From: a@example.com\nTo: b@example.com\nSubject: Fwd: x\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n"
)
# What stands before, what comes again until ten megabytes are full, and what is read of it.
FLOODS = [
    ("one-line", NOTHING, b"x", "unknown", 0),
    ("newlines", NOTHING, b"\n", "empty", 0),
    ("blanks", NOTHING, b" ", "empty", 0),
    ("quotation-marks", NOTHING, b">", "unknown", 0),
    ("at-signs", NOTHING, b"@", "unknown", 0),
    ("quoted-lines", NOTHING, b"> x\n", "unknown", 0),
    ("codes", NOTHING, b"550 ", "smtp-reply", 1),
    ("nul", NOTHING, b"\x00", "unknown", 0),
    ("eight-bit", NOTHING, b"\xff", "unknown", 0),
    ("status-fields", NOTHING, b"Final-Recipient: rfc822; a@example.com\n", "dsn", 500),
    ("folded-field", NOTHING, b"Action: failed\n ", "unknown", 0),
    ("notice-one-line", NOTICE, b"x", "ndr", 1),
    ("notice-newlines", NOTICE, b"\n", "ndr", 1),
    ("notice-blanks", NOTICE, b" ", "ndr", 1),
    ("notice-quotation-marks", NOTICE, b">", "ndr", 1),
    ("notice-at-signs", NOTICE, b"@", "ndr", 1),
    ("notice-at-lines", NOTICE, b"@\n", "ndr", 1),
    ("notice-addresses", NOTICE, b"a@example.com\n", "ndr", 1),
    ("notice-addresses-in-a-line", NOTICE, b"a@example.com, ", "ndr", 2),
    ("notice-codes", NOTICE, b"550 ", "ndr", 1),
    ("notice-replies", NOTICE, b"550 5.1.1 x\n", "ndr", 1),
    ("notice-dashes", NOTICE, b"-----\n", "ndr", 1),
    ("notice-fields", NOTICE, b"received: x\n", "ndr", 1),
    (
        "notice-transcript",
        NOTICE,
        b"... while talking to x.example:\n>>> RCPT To:<a@example.com>\n<<< 550 no\n",
        "ndr",
        1,
    ),
    ("notice-answer-without-end", NOTICE, b"while talking to x.example:\n<<< 550-no\n", "ndr", 1),
    ("notice-expanded", NOTICE, b"a@example.com (expanded from: <\n", "ndr", 1),
    ("notice-labels", NOTICE, b"to: from: by: ", "ndr", 1),
    ("notice-hosts", NOTICE, b"host x.y ", "ndr", 1),
    ("notice-dotted-capitals", NOTICE, b"\xc4\xb0\n", "ndr", 1),
    ("notice-nul", NOTICE, b"\x00", "ndr", 1),
    ("notice-json", NOTICE, b'{"a":', "ndr", 1),
    ("notice-json-addresses", NOTICE + b"{", b"a@example.com, ", "ndr", 2),
    ("html-tags", HTML, b"<div>", "ndr", 1),
    ("html-unclosed", HTML, b"<", "ndr", 1),
    ("html-scripts", HTML, b"<script>", "ndr", 1),
    ("html-entities", HTML, b"&#x", "ndr", 1),
    ("html-paragraphs", HTML, b"<p>a@example.com 550 x</p>", "ndr", 1),
    ("encoded-words", SUBJECT, b"=?utf-8?B?eA==?= ", "message", 0),
    ("broken-encoded-words", SUBJECT, b"=?x?q?", "message", 0),
    ("folded-header", SUBJECT, b"x\n ", "unknown", 0),
    ("header-lines", SUBJECT, b"x\nX: ", "unknown", 0),
    ("envelopes", NOTHING, b"From x\n", "unknown", 0),
    ("boundaries", STATUS, b"--b\n\nx\n", "unknown", 0),
    ("boundaries-of-others", STATUS, b"--bx\n", "unknown", 0),
    (
        "status-blocks",
        STATUS,
        b"--b\nContent-Type: message/delivery-status\n\nAction: failed\n",
        "unknown",
        0,
    ),
    ("base64", BASE64, b"QUJD", "ndr", 1),
    ("broken-base64", BASE64, b"A=!", "ndr", 1),
    ("forwarded-marks", PERSON, b"---- forwarded message ----\n", "message", 0),
    (
        "attached-mails",
        PERSON,
        b"--b\nContent-Type: message/rfc822\n\nFrom: a@example.com\nTo: a@example.com\n\nx\n",
        "unknown",
        0,
    ),
]


@pytest.mark.parametrize(
    ("start", "piece", "format_", "reports"),
    [flood[1:] for flood in FLOODS],
    ids=[flood[0] for flood in FLOODS],
)
def test_a_flood_is_read_as_far_as_the_limits_go(start, piece, format_, reports):
    raw = start + (piece * (limits.MAX_BYTES // len(piece) + 1))[: limits.MAX_BYTES]

    bounce = read(raw)

    assert (bounce.format, len(bounce.reports)) == (format_, reports)
    assert len(bounce.text) <= limits.MAX_TEXT
