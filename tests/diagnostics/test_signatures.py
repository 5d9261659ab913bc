"""Publishing a signature: every example is tried, and nothing is saved when one breaks."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from diagnostics import signatures
from diagnostics.admin import SignatureForm
from diagnostics.knowledge import from_database, snapshot
from kb.models import Cause, KnowledgeVersion, Signature, SignatureExample
from tests.factories import make_cause, make_editor, make_provider, make_source

pytestmark = pytest.mark.django_db

NO_WORD = "nothing to find it by: each match needs a word: "
MATCH = "must-match"
MISS = "must-miss"


@pytest.fixture(autouse=True)
def no_snapshot():
    """Start as a process does that has seen no knowledge yet."""
    snapshot.forget()
    yield
    snapshot.forget()


@pytest.fixture(autouse=True)
def causes():
    """Have the causes that these tests name."""
    for slug in ("mailbox-full", "recipient-unknown"):
        make_cause(slug=slug)


def make_signature(slug: str, pattern: str, *examples: tuple[str, str], **fields) -> Signature:
    """Return a draft with these examples: expectation and text."""
    defaults = {"status": "draft", "meaning": "That.", "source": make_source()}
    fields = defaults | {"cause": "mailbox-full"} | fields
    fields["cause"] = Cause.objects.get(slug=fields["cause"])
    row = Signature.objects.create(slug=slug, pattern=pattern, **fields)
    for number, (expectation, text) in enumerate(examples):
        SignatureExample.objects.create(
            signature=row, uid=f"{number}", expectation=expectation, text=text
        )
    return row


def publish(row: Signature) -> Signature:
    signatures.publish(row)
    return row


def refusal_of(row: Signature) -> list[str]:
    """Return why publishing is refused."""
    with pytest.raises(signatures.ExampleBroken) as refusal:
        signatures.publish(row)
    return refusal.value.messages


def status(row: Signature) -> str:
    return Signature.objects.get(pk=row.pk).status


def version() -> int:
    return KnowledgeVersion.objects.current().number


def test_a_signature_whose_examples_hold_takes_part_in_diagnoses():
    row = make_signature(
        "full", "over quota", (MATCH, "552 5.2.2 over quota"), (MISS, "550 unknown user")
    )

    signatures.publish(row)

    assert [signature.slug for signature in from_database().signatures] == ["full"]


def test_an_example_that_must_match_and_does_not_is_named():
    row = make_signature("full", "over quota", (MATCH, "550 5.1.1 No such user here"))

    messages = refusal_of(row)

    assert messages == ["The signature does not decide its example “550 5.1.1 No such user here”."]


def test_an_example_that_must_miss_and_matches_is_named():
    row = make_signature(
        "full", "over quota", (MATCH, "552 over quota"), (MISS, "550 not over quota")
    )

    messages = refusal_of(row)

    assert messages == ["The signature decides its example “550 not over quota”."]


def test_a_signature_without_an_example_that_it_must_match_is_refused():
    row = make_signature("full", "over quota", (MISS, "550 No such user here"))

    messages = refusal_of(row)

    assert messages == ["A signature needs an example that it must match."]


def test_an_example_of_another_signature_that_would_get_another_cause_is_named():
    publish(make_signature("full", "over quota", (MATCH, "552 user is over quota")))
    row = make_signature(
        "user", "user is", (MATCH, "550 user is gone"), cause="recipient-unknown", weight=90
    )

    messages = refusal_of(row)

    assert messages == ["The example “552 user is over quota” of full would change."]


def test_an_example_of_another_signature_that_keeps_its_cause_does_not_matter():
    publish(make_signature("full", "over quota", (MATCH, "552 user is over quota")))
    row = make_signature("user", "user is", (MATCH, "550 user is gone"), weight=90)

    signatures.publish(row)

    assert status(row) == "published"


def test_an_example_of_a_draft_does_not_matter():
    make_signature("full", "over quota", (MATCH, "552 user is over quota"))
    row = make_signature("user", "user is", (MATCH, "550 user is"), cause="recipient-unknown")

    signatures.publish(row)

    assert status(row) == "published"


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("stage", {"stage": "rcpt"}),
        ("providers", {"host": "mx.example.net"}),
    ],
)
def test_an_example_is_tried_in_its_context(condition, values):
    row = make_signature("full", "over quota")
    if condition == "stage":
        Signature.objects.filter(pk=row.pk).update(stage="rcpt")
    else:
        row.providers.add(make_provider(mx_suffixes=["example.net"]))
    row.refresh_from_db()
    SignatureExample.objects.create(signature=row, text="552 over quota", **values)

    signatures.publish(row)

    assert status(row) == "published"


def test_an_example_names_its_provider_in_place_of_a_host():
    provider = make_provider(mx_suffixes=["example.net"])
    row = make_signature("full", "over quota")
    row.providers.add(provider)
    SignatureExample.objects.create(signature=row, text="552 over quota", provider=provider)

    signatures.publish(row)

    assert status(row) == "published"


def test_an_example_in_plain_words_is_tried_in_its_context_too():
    row = make_signature("full", "over quota")
    row.providers.add(make_provider(mx_suffixes=["example.net"]))
    text = "Your friend is over quota."
    SignatureExample.objects.create(signature=row, text=text, host="mx.example.net")

    signatures.publish(row)

    assert status(row) == "published"


def test_a_refusal_saves_nothing():
    row = make_signature("full", "over quota", (MATCH, "550 No such user here"))
    before = version()

    refusal_of(row)

    assert (status(row), version()) == ("draft", before)


def test_publishing_and_retiring_grow_the_version_once_each():
    row = make_signature("full", "over quota", (MATCH, "552 over quota"))
    before = version()

    signatures.publish(row)
    published = version()
    signatures.retire(row)

    assert (published, version()) == (before + 1, before + 2)


def test_a_retired_signature_takes_part_in_no_diagnosis():
    row = publish(make_signature("full", "over quota", (MATCH, "552 over quota")))

    signatures.retire(row)

    assert (status(row), from_database().signatures) == ("retired", ())


@pytest.mark.parametrize(
    ("kind", "pattern", "error"),
    [
        pytest.param("phrase", " \n", "A pattern has words.", id="no words"),
        pytest.param("phrase", "*", "A pattern has words.", id="only a star"),
        pytest.param("regex", r"[0-9]+|quota", f"{NO_WORD}[0-9]+", id="an alternative of figures"),
        pytest.param("regex", r"\w+ [a-z]*", rf"{NO_WORD}\w+ [a-z]*", id="any words"),
    ],
)
def test_a_pattern_that_cannot_be_found_is_refused(kind, pattern, error):
    with pytest.raises(ValidationError) as refusal:
        signatures.check_pattern(kind, pattern)

    assert refusal.value.message_dict == {"pattern": [error]}


@pytest.mark.parametrize("pattern", ["over (quota", r"(?=over) quota", r"(over) \1"])
def test_what_re2_cannot_run_is_refused(pattern):
    with pytest.raises(ValidationError) as refusal:
        signatures.check_pattern("regex", pattern)

    (message,) = refusal.value.message_dict["pattern"]
    assert message.startswith("RE2 cannot run this: ")


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("phrase", "over quota"), ("regex", r"over \d{1,9} MB")],
    ids=["phrase", "regex"],
)
def test_a_pattern_that_can_be_found_is_accepted(kind, pattern):
    assert signatures.check_pattern(kind, pattern) is None


def form_data(row: Signature, **values) -> dict:
    """Return what the admin's page of a signature would post."""
    data = {
        "slug": row.slug,
        "language": "en",
        "cause": row.cause_id,
        "meaning": row.meaning,
        "kind": row.kind,
        "pattern": row.pattern,
        "weight": row.weight,
        "source": row.source_id,
        "examples-TOTAL_FORMS": "0",
        "examples-INITIAL_FORMS": "0",
    }
    return data | values


def test_the_form_refuses_a_regular_expression_without_a_word():
    row = make_signature("full", "over quota")

    form = SignatureForm(form_data(row, kind="regex", pattern="[0-9]+"), instance=row)

    assert form.errors["pattern"] == [f"{NO_WORD}[0-9]+"]


def test_the_form_refuses_what_re2_cannot_run():
    row = make_signature("full", "over quota")

    form = SignatureForm(form_data(row, kind="regex", pattern="("), instance=row)

    assert [message[:20] for message in form.errors["pattern"]] == ["RE2 cannot run this:"]


def test_the_form_asks_for_a_pattern():
    row = make_signature("full", "over quota")

    form = SignatureForm(form_data(row, pattern=""), instance=row)

    assert form.errors == {"pattern": ["This field is required."]}


@pytest.fixture
def editor(client):
    client.force_login(make_editor())
    return client


def address(row: Signature) -> str:
    return reverse("admin:kb_signature_change", args=[row.pk])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def act(client, action: str, row: Signature, **extra: str) -> list[str]:
    data = {"action": action, "_selected_action": [row.pk]} | extra
    return told(client.post(reverse("admin:kb_signature_changelist"), data))


def test_no_form_sets_the_status(editor):
    row = make_signature("full", "over quota")

    response = editor.post(address(row), form_data(row, status="published", weight="60"))

    assert response.status_code == 302
    assert (status(row), Signature.objects.get().weight) == ("draft", 60)


def test_a_published_signature_that_a_change_breaks_is_a_draft_again(editor):
    row = publish(make_signature("full", "over quota", (MATCH, "552 over quota")))
    before = version()

    response = editor.post(address(row), form_data(row, pattern="mailbox is full"))

    assert told(response)[0] == (
        "It is a draft again. The signature does not decide its example “552 over quota”."
    )
    assert (status(row), version()) == ("draft", before + 1)


def test_a_published_signature_that_a_change_does_not_break_stays_published(editor):
    row = publish(make_signature("full", "over quota", (MATCH, "552 over quota")))
    before = version()

    editor.post(address(row), form_data(row, pattern="quota"))

    assert (status(row), version()) == ("published", before + 1)


def test_an_editor_publishes_and_retires_by_actions(editor):
    row = make_signature("full", "over quota", (MATCH, "552 over quota"))

    published = act(editor, "publish", row)
    retired = act(editor, "retire", row)

    assert published == ["full takes part in diagnoses now."]
    assert retired == [*published, "1 retired."]
    assert status(row) == "retired"


def test_an_editor_reads_why_publishing_is_refused(editor):
    row = make_signature("full", "over quota", (MISS, "552 over quota"))

    messages = act(editor, "publish", row)

    reasons = [
        "The signature decides its example “552 over quota”.",
        "A signature needs an example that it must match.",
    ]
    assert messages == [f"full: {' '.join(reasons)}"]


def test_deleting_a_published_signature_takes_it_out_of_diagnoses(editor):
    row = publish(make_signature("full", "over quota", (MATCH, "552 over quota")))
    before = version()

    editor.post(reverse("admin:kb_signature_delete", args=[row.pk]), {"post": "yes"})

    assert (from_database().signatures, version()) == ((), before + 1)


def test_deleting_chosen_signatures_takes_them_out_of_diagnoses(editor):
    row = publish(make_signature("full", "over quota", (MATCH, "552 over quota")))
    before = version()

    act(editor, "delete_selected", row, post="yes")

    assert (from_database().signatures, version()) == ((), before + 1)
