"""Events of sending services: where their words stand in the JSON, and what is no bounce."""

import json

import pytest

from diagnostics.bounce import limits, read

EVENT = {"event": "bounce", "email": "ann@example.com", "sg_event_id": "e1", "status": "5.1.1"}


def sendgrid(**fields):
    return json.dumps([{**EVENT, **fields}])


def words_of(bounce):
    return [bounce.text[slice(*report.diagnostic)] for report in bounce.reports]


def test_the_words_are_shown_where_they_stand_in_the_json():
    text = sendgrid(reason="550 5.1.1 no such user")

    bounce = read(text)

    assert bounce.text == text
    assert words_of(bounce) == ["550 5.1.1 no such user"]


def test_words_with_escaped_quotation_marks_are_shown_where_they_stand():
    text = sendgrid(reason='550 5.1.1 "ann" is unknown')

    bounce = read(text)

    assert bounce.text == text
    assert words_of(bounce) == [r"550 5.1.1 \"ann\" is unknown"]


def test_words_that_stand_there_in_another_form_are_written_below():
    text = sendgrid(reason="550 5.1.1 unbekannter Empf\u00e4nger\nbitte pr\u00fcfen")

    bounce = read(text)

    assert bounce.text == f"{text}\n550 5.1.1 unbekannter Empf\u00e4nger\nbitte pr\u00fcfen"
    assert words_of(bounce) == ["550 5.1.1 unbekannter Empf\u00e4nger\nbitte pr\u00fcfen"]


def test_what_no_text_may_hold_is_replaced_in_decoded_words_too():
    (report,) = read(sendgrid(email="a\u0000b\ud800@example.com", reason="550 \u202e no")).reports

    assert report.recipient == "a\ufffdb\ufffd@example.com"


def test_one_long_line_is_read_and_shown_whole():
    text = sendgrid(padding="x" * 2 * limits.MAX_LINE, reason="550 5.1.1 no such user")

    bounce = read(text)

    assert bounce.text == text
    assert bounce.reports[0].recipient == "ann@example.com"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: f"This came:\n\n{text}\n\nWhat is it?",
        lambda text: text.replace("}]", "}, {"),
        lambda text: json.dumps({"Type": "Notification", "Message": text}),
        lambda text: json.dumps({"Records": [{"Sns": {"Message": text}}]}),
        lambda text: json.dumps({"Records": [{"body": json.dumps({"Message": text})}]}),
        lambda text: json.dumps({"events": json.loads(text)}),
        lambda text: json.dumps(json.loads(text), indent=2),
        json.dumps,
        lambda text: json.dumps(text[1:-1])[1:-1],
    ],
    ids=["sentence", "cut", "sns", "lambda", "sqs", "list", "indented", "string", "escaped"],
)
def test_an_event_is_read_out_of_what_it_is_wrapped_in(wrap):
    bounce = read(wrap(sendgrid(reason="550 5.1.1 no such user")))

    assert [(r.recipient, r.reply_code) for r in bounce.reports] == [("ann@example.com", "550")]


@pytest.mark.parametrize(
    ("event", "kind", "is_bounce"),
    [
        ("spamreport", "complaint", False),
        ("delivered", "webhook", False),
        ("open", "webhook", False),
        ("processed", "webhook", False),
        ("deferred", "webhook", True),
        ("dropped", "webhook", True),
    ],
)
def test_complaints_and_deliveries_are_told_apart(event, kind, is_bounce):
    bounce = read(sendgrid(event=event))

    assert (bounce.format, bounce.is_bounce) == (kind, is_bounce)


def test_a_number_that_is_no_reply_code_is_none():
    event = {"event": "failed", "recipient": "ann@example.com", "delivery-status": {"code": 605}}

    assert [r.reply_code for r in read(json.dumps({"event-data": event})).reports] == [None]


@pytest.mark.parametrize(
    "text",
    ['{"a": {"b": [1]}}', '{"event": "bounce"}', '{"' * 5000, '[{"event":', '{\\"', '{"a":1e999}'],
)
def test_other_json_is_no_event(text):
    assert read(text).format == "unknown"
