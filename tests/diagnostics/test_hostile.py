"""Whatever the bytes: no exception, spans inside the text, the same answer twice."""

import time
from pathlib import Path

import pytest
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


def test_a_million_recipients_are_cut_to_what_can_be_told_apart():
    block = "Final-Recipient: rfc822; a{}@example.com\nAction: failed\nStatus: 5.1.1\n\n"
    text = "".join(block.format(number) for number in range(100_000))

    bounce = read(text)

    assert len(bounce.reports) == limits.MAX_REPORTS
    assert limits.MANY_RECIPIENTS in bounce.notes
