"""Several bounces in one stream, cut into single ones."""

import json
from pathlib import Path

import pytest

from diagnostics.bounce import read, split
from diagnostics.bounce.split import cut

BOUNCES = Path(__file__).parent.parent / "bounces"
MULTIPART = (BOUNCES / "gmail-451-expired-dsn.eml").read_bytes()
PLAIN = (BOUNCES / "prose-notice.eml").read_bytes()


def pieces_of(text: bytes):
    return list(split(text.splitlines(keepends=True)))


def test_nothing_is_cut_into_nothing():
    assert pieces_of(b"") == []
    assert pieces_of(b"\n  \n") == []


def test_an_mbox_is_cut_at_its_from_lines_and_nowhere_else():
    mbox = b"From a Mon\nSubject: 1\n\n>From within\nFrom not after a blank\n\n"
    mbox += b"From b Tue\nSubject: 2\n"

    assert pieces_of(mbox) == [
        b"From a Mon\nSubject: 1\n\nFrom within\nFrom not after a blank\n\n",
        b"From b Tue\nSubject: 2\n",
    ]


def test_a_log_is_cut_into_its_lines():
    assert list(split([b"\n", b"one\r\n", b"  \n", b"two"])) == [b"one", b"two"]


def test_pieces_know_the_line_at_which_they_start():
    stream = [b"\n", b"550-a\n", b"550 b\n", b"\n", b"551 c\n"]

    assert list(cut(stream)) == [(2, b"550-a\n550 b"), (5, b"551 c")]


@pytest.mark.parametrize(
    "unit",
    [
        b"550-5.1.1 one\n550-5.1.1 two\n550 5.1.1 three",
        b"550 5.1.1 one that\n    goes on",
        *(
            (BOUNCES / f"{name}.txt").read_bytes().rstrip()
            for name in (
                "exchange-tracking-list", "mdaemon-transcript", "phpmailer-transcript",
                "pipelined-transcript", "reply-quoted-by-exchange", "sendmail-transcript",
                "smtplib-transcript", "swaks-transcript", "telnet-transcript",
            )
        ),
        b"Reporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; a@b.example\nStatus: 5.1.1",
    ],
)  # fmt: skip
def test_what_belongs_together_stays_together(unit):
    assert pieces_of(unit + b"\n\n" + unit + b"\n") == [unit.rstrip(), unit.rstrip()]


def test_replies_and_log_lines_are_one_bounce_a_line():
    lines = [b"550 5.1.1 a", b"550 5.1.1 b", b"250 ok", b"Nov 24 09:14:05 mx1 x[1]: 550 c"]

    assert pieces_of(b"\n".join(lines)) == lines


def test_the_start_of_a_delivery_by_qmail_goes_with_its_end():
    lines = (BOUNCES / "qmail-log.txt").read_bytes()

    told = [(r.recipient, r.reply_code) for piece in pieces_of(lines) for r in read(piece).reports]

    assert told == [("bob@example.org", "421"), ("ann@example.com", "550"), (None, None)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": "}"}, {"a": "\\"{"}]',
        '{"a": "}"}\n{"a": "\\"{"}\n',
        '[\n  {\n    "a": "}"\n  },\n  {"a": "\\"{"}\n]\n',
    ],
    ids=["array", "lines", "indented"],
)
def test_json_is_cut_into_its_objects(text):
    objects = [json.loads(piece) for piece in pieces_of(text.encode())]

    assert objects == [{"a": "}"}, {"a": '"{'}]


def test_a_json_that_is_cut_off_is_yielded_as_far_as_it_goes():
    assert pieces_of(b'[{"a": 1}, {"a": ') == [b'{"a": 1}', b'{"a": ']


def test_a_log_whose_lines_start_with_brackets_is_no_json():
    assert pieces_of(b"[NOTICE] a\n[NOTICE] b\n") == [b"[NOTICE] a", b"[NOTICE] b"]


@pytest.mark.parametrize("name", ["exchange-tracking-log", "powermta-accounting"])
def test_each_record_of_a_table_carries_the_header(name):
    raw = (BOUNCES / f"{name}.csv").read_bytes()

    told = [r.recipient for piece in pieces_of(raw) for r in read(piece).reports]

    assert {r.recipient for r in read(raw).reports} <= set(told)
    assert all(piece.startswith((b"#Fields: ", b"type,")) for piece in pieces_of(raw))


def test_a_record_of_several_lines_is_one_and_a_new_header_takes_over():
    table = b'type,rcpt,dsnDiag\nb,a,"1\n2"\nb,c,3\ntype,dsnDiag,rcpt\nb,4,d\n'

    assert pieces_of(table) == [
        b'type,rcpt,dsnDiag\nb,a,"1\n2"',
        b"type,rcpt,dsnDiag\nb,c,3",
        b"type,dsnDiag,rcpt\nb,4,d",
    ]


@pytest.mark.parametrize(
    ("first", "second"), [(MULTIPART, PLAIN), (PLAIN, MULTIPART), (PLAIN, PLAIN)]
)
def test_pasted_mails_are_cut_where_the_next_one_starts(first, second):
    assert [piece.strip() for piece in pieces_of(first + b"\n\n" + second)] == [
        first.strip(),
        second.strip(),
    ]


@pytest.mark.parametrize("path", sorted(BOUNCES.glob("*.eml")), ids=lambda path: path.stem)
def test_a_single_mail_is_not_cut(path):
    assert pieces_of(path.read_bytes()) == [path.read_bytes()]
