"""What is read from bounces of our own, in every form (`tests/bounces`)."""

from pathlib import Path

import pytest
import yaml

from diagnostics.bounce import Bounce, read
from diagnostics.bounce.recognise import FAMILIES, families_in

BOUNCES = Path(__file__).parent.parent / "bounces"
FILES = sorted(
    path for path in BOUNCES.iterdir() if path.suffix in {".eml", ".txt", ".json", ".csv"}
)


def expected_of(path):
    return yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))


def words_at(bounce: Bounce, span):
    return bounce.text[span[0] : span[1]] if span else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_example_is_read_as_the_file_beside_it_says(path):
    expected = expected_of(path)

    bounce = read(path.read_bytes())

    assert bounce.format == expected["format"]
    assert bounce.is_bounce is expected["is_bounce"]
    assert len(bounce.reports) == len(expected["reports"])
    for report, fields in zip(bounce.reports, expected["reports"], strict=True):
        assert {name: getattr(report, name) for name in fields} == fields
    assert [words_at(bounce, r.diagnostic) for r in bounce.reports] == expected["diagnostics"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_returned_message_is_read_as_the_file_beside_it_says(path):
    fields = expected_of(path)["original"]

    original = read(path.read_bytes()).original

    if fields is None:
        assert original is None
    else:
        assert {name: getattr(original, name) for name in fields} == fields


def facts_of(raw: bytes):
    reports = read(raw).reports
    return [(r.recipient, r.reply_code, r.status_code, r.action) for r in reports]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_line_ends_of_the_internet_change_no_fact(path):
    raw = path.read_bytes()

    assert facts_of(raw.replace(b"\n", b"\r\n")) == facts_of(raw)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".txt"], ids=lambda p: p.stem)
def test_line_ends_of_old_macs_change_no_fact(path):
    raw = path.read_bytes()

    assert facts_of(raw.replace(b"\n", b"\r")) == facts_of(raw)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_codes_stand_where_their_span_says(path):
    bounce = read(path.read_bytes())

    for report in bounce.reports:
        if report.codes:
            told = [code for code in (report.reply_code, report.status_code) if code]
            assert any(code in words_at(bounce, report.codes) for code in told)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix != ".eml"], ids=lambda p: p.stem)
def test_a_reader_is_asked_wherever_it_would_read(path):
    text = path.read_text(encoding="utf-8")

    reading = {number for number, (_, reader) in enumerate(FAMILIES) if reader(text)}

    assert reading <= set(families_in(text))


def test_nothing_is_empty():
    assert read("").format == "empty"
    assert read(b" \r\n\t ").format == "empty"


@pytest.mark.parametrize(
    ("status", "words", "told"),
    [
        ("5.0.0", "550 5.1.1 no such user", "5.1.1"),
        ("5.1.0", "550 5.1.1 no such user", "5.1.1"),
        ("5.7.1", "550 5.0.0 refused", "5.7.1"),
        ("5.7.1", "550 refused", "5.7.1"),
        ("", "550 5.7.1 refused", "5.7.1"),
        ("5.2.2", "552 5.3.4 too big", "5.3.4"),
        ("4.4.7", "552 5.3.0 too big", "4.4.7"),
        ("4.4.7", "552 5.3.4 too big", "5.3.4"),
    ],
)
def test_the_more_telling_status_code_is_reported(status, words, told):
    fields = f"Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: {status}\n"

    (report,) = read(f"{fields}Diagnostic-Code: smtp; {words}").reports

    assert report.status_code == told


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.5 5.1.1.2 4.96.1.0",
        "Version 5.1.1 was released",
        "Room 550",
        "It costs 550 euros",
        "see http://example.com/550/5.7.1/",
    ],
)
def test_numbers_that_only_look_like_codes_are_no_reply(text):
    assert read(text).reports == ()


def test_a_failure_is_preferred_to_the_success_before_it():
    bounce = read("250 2.1.0 Ok\n250 2.1.5 Ok\n550 5.7.1 refused")

    assert [(r.reply_code, r.status_code) for r in bounce.reports] == [("550", "5.7.1")]


def test_unsafe_characters_are_replaced_and_the_codes_still_read():
    bounce = read("550 5.1.1 user\x00 un\u202eknown \ud800 <a@example.com>")

    assert bounce.text == "550 5.1.1 user\ufffd un\ufffdknown ? <a@example.com>"
    assert bounce.reports[0].status_code == "5.1.1"
