"""What the shipped signatures and meanings promise: each decides its own bounces, none is idle."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from diagnostics.bounce import read
from diagnostics.engine import Basis, Cause, Finding, Knowledge, diagnose
from diagnostics.signatures import finding_of
from kb.models import Provider, Signature, SignatureExample
from tests.shipped import shipped, shipped_rows

BY_WORDS = {Basis.SIGNATURE, Basis.MEANING}
LANGUAGES = {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh", "ko"}


def of_model(label: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in shipped_rows() if row["model"] == label]


SIGNATURES = {fields["slug"]: fields for fields in of_model("kb.signature")}
EXAMPLES: dict[str, list[dict[str, Any]]] = defaultdict(list)
for example in of_model("kb.signatureexample"):
    EXAMPLES[example["signature"][0]].append(example)
PROVIDERS = {fields["slug"]: fields for fields in of_model("kb.provider")}
MEANINGS = {
    fields["slug"]: fields
    for fields in of_model("kb.codemeaning")
    if "provider" in fields
    and ("wording" in fields or "token" in fields)
    and fields["cause"] != [Cause.UNKNOWN]
}
each_signature = pytest.mark.parametrize("slug", SIGNATURES)


def must_match(fields: dict[str, Any]) -> bool:
    return fields.get("expectation", "must-match") == "must-match"


def diagnosed(fields: dict[str, Any], knowledge: Knowledge) -> Finding:
    """Return what an example is diagnosed as, in its context, without a database."""
    values = {name: fields[name] for name in ("text", "stage", "host") if name in fields}
    provider = Provider(slug=fields["provider"][0]) if "provider" in fields else None
    signature = Signature(slug=fields["signature"][0])
    row = SignatureExample(signature=signature, provider=provider, **values)
    return finding_of(row, knowledge)


def without(slug: str) -> Knowledge:
    """Return the shipped knowledge less one signature, with nothing compiled anew."""
    less = shipped().with_change({}, {"signatures": {slug}}, digest="", number=0)
    less.__dict__["nearest"] = shipped().nearest
    return less


@each_signature
def test_a_signature_decides_what_it_must_and_nothing_that_it_must_miss(slug):
    broken = [
        (fields["uid"], found.signature)
        for fields in EXAMPLES[slug]
        if ((found := diagnosed(fields, shipped())).signature == slug) is not must_match(fields)
    ]

    assert broken == []


@each_signature
def test_what_a_signature_decides_gets_its_cause_and_article(slug):
    signature = SIGNATURES[slug]

    found = [diagnosed(fields, shipped()) for fields in EXAMPLES[slug] if must_match(fields)]

    assert {finding.cause for finding in found} == {signature["cause"][0]}
    assert [f for f in found if signature["article"][0] not in [a.slug for a in f.articles]] == []


@each_signature
def test_a_signature_has_an_example_of_either_kind(slug):
    assert {must_match(fields) for fields in EXAMPLES[slug]} == {True, False}


def seen(finding: Finding) -> tuple[Any, ...]:
    """Return what a reader sees of a finding."""
    return (
        finding.cause,
        finding.permanent,
        finding.who_acts,
        finding.provider,
        finding.service,
        finding.basis in BY_WORDS,
        finding.articles[:1],
    )


@each_signature
def test_without_a_signature_one_of_its_examples_would_change(slug):
    examples = [fields for fields in EXAMPLES[slug] if must_match(fields)]
    less = without(slug)

    changed = [
        f["uid"] for f in examples if seen(diagnosed(f, shipped())) != seen(diagnosed(f, less))
    ]

    assert changed != []


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.UNKNOWN])
def test_every_cause_is_recognised_by_words(cause):
    assert any(fields["cause"] == [cause] for fields in SIGNATURES.values())


def test_common_notices_are_recognised_in_twelve_languages():
    assert {fields.get("language", "en") for fields in SIGNATURES.values()} == LANGUAGES


def traces(fields: dict[str, Any]) -> list[str]:
    """Return answers that betray a provider: by server, by mark, by the recipient's address."""
    ends = [end.lstrip(".") for end in fields.get("mx_suffixes", [])]
    marks = [mark.replace("*", "1") for mark in fields.get("reply_marks", [])]
    return [
        *(f"host mx.{end}[192.0.2.1] said: 550 no" for end in ends),
        *(f"550 no {mark} here" for mark in marks),
        *(f"550 <user@{domain}> no" for domain in fields.get("address_domains", [])),
    ]


# A blocklist is asked by whoever answers, and never answers itself.
ANSWERING = [slug for slug, fields in PROVIDERS.items() if fields.get("kind") != "blocklist"]


@pytest.mark.parametrize("slug", ANSWERING)
def test_a_provider_is_recognised_by_server_mark_and_address(slug):
    missed = []
    for text in traces(PROVIDERS[slug]):
        found = diagnose(read(text), shipped()).worst
        if slug not in (found.provider, found.service):
            missed.append((text, found.provider, found.service))

    assert missed == []


def told_by(fields: dict[str, Any], provider: dict[str, Any]) -> str:
    """Return a log line in which the provider gives the answer that a meaning is of."""
    reply, enhanced = fields.get("code", ("", ""))
    family = PROVIDERS[provider["family"][0]] if "family" in provider else {}
    ends = provider.get("mx_suffixes") or family.get("mx_suffixes") or ["example.com"]
    host = f"mx.{ends[0].lstrip('.')}"
    words = fields.get("wording") or f"[{fields['token']}]"
    answer = " ".join(filter(None, [reply, enhanced, words]))
    return (
        f"Nov 24 10:00:00 mail postfix/smtp[4711]: 4ABC12DE3F: to=<user@example.com>, "
        f"relay={host}[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn={enhanced or '5.0.0'}, "
        f"status=bounced (host {host}[192.0.2.25] said: {answer} (in reply to RCPT TO command))"
    )


@pytest.mark.parametrize("slug", MEANINGS)
def test_a_wording_or_token_of_a_provider_means_what_its_row_says(slug):
    fields = MEANINGS[slug]

    found = diagnose(read(told_by(fields, PROVIDERS[fields["provider"][0]])), shipped()).worst

    assert found.cause == fields["cause"][0]
