"""Publishing a signature: refused when an example breaks, its own or another signature's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from diagnostics import engine
from diagnostics.bounce import Report, Stage, read
from diagnostics.bounce.model import Bounce
from diagnostics.engine import Finding, InvalidPattern, Knowledge, check_regex, diagnose
from diagnostics.engine.fold import fold, fold_phrase
from diagnostics.knowledge import signature, snapshot
from kb import editorial
from kb.content.units import row_of
from kb.models import Signature, SignatureExample
from kb.models.signature import PatternKind, SignatureStatus


class ExampleBroken(ValidationError):  # noqa: N818 - it is an answer, not a fault
    """Publishing would break examples; the messages name them."""


@transaction.atomic
def publish(row: Signature) -> None:
    """Let a signature take part in diagnoses, or raise `ExampleBroken` and change nothing."""
    row.status = SignatureStatus.PUBLISHED
    row.save(update_fields=["status"])
    problems = broken_examples(row)
    if problems:
        raise ExampleBroken(problems)
    editorial.grow_version(row)


@transaction.atomic
def retire(row: Signature) -> None:
    """Take a signature out of diagnoses."""
    row.status = SignatureStatus.RETIRED
    row.save(update_fields=["status"])
    editorial.grow_version(row)


def check_pattern(kind: str, pattern: str) -> None:
    """Raise ValidationError for a pattern that is empty or cannot be run or found."""
    if not fold_phrase(pattern).strip("*"):
        raise ValidationError({"pattern": "A pattern has words."})
    if kind != PatternKind.REGEX:
        return
    try:
        check_regex(pattern)
    except InvalidPattern as error:
        raise ValidationError({"pattern": str(error)}) from error


def broken_examples(row: Signature) -> list[str]:
    """Return what publishing this signature, as its rows stand, would break, in sentences."""
    published = snapshot.now()
    mine = signature(row_of(row)["fields"])
    gone = {"signatures": {row.slug}}
    without = published.with_change({}, gone, digest="", number=0)
    knowledge = published.with_change({"signatures": [mine]}, gone, digest="", number=0)
    problems = [problem for example in row.examples.all() for problem in own(example, knowledge)]
    if not any(e.expectation == SignatureExample.Expectation.MATCH for e in row.examples.all()):
        problems.append("A signature needs an example that it must match.")
    return problems + stolen(row, mine, without, knowledge)


def own(example: SignatureExample, knowledge: Knowledge) -> Iterable[str]:
    """Yield what is wrong with an example of the signature itself."""
    decided = finding_of(example, knowledge).signature == example.signature.slug
    if decided != (example.expectation == SignatureExample.Expectation.MATCH):
        verb = "does not decide" if not decided else "decides"
        yield f"The signature {verb} its example “{example}”."


def stolen(
    row: Signature, mine: engine.Signature, without: Knowledge, knowledge: Knowledge
) -> list[str]:
    """Return the examples of others that would get another cause or article than before.

    Only those that hold the words of this signature can.
    """
    alone = Knowledge(signatures=(mine,)).matcher
    examples = SignatureExample.objects.filter(signature__status=SignatureStatus.PUBLISHED)
    problems = []
    for example in examples.exclude(signature=row).select_related("signature", "provider"):
        if not alone.find(fold(example.text)):
            continue
        before, after = (finding_of(example, k) for k in (without, knowledge))
        if (before.cause, before.articles[:1]) != (after.cause, after.articles[:1]):
            problems.append(f"The example “{example}” of {example.signature} would change.")
    return problems


def finding_of(example: SignatureExample, knowledge: Knowledge) -> Finding:
    """Return what an example is diagnosed as, whole, in the context that it is given."""
    bounce = read(example.text)
    reports = tuple(in_context(report, example, knowledge) for report in bounce.reports)
    if not reports and (example.host or example.provider or example.stage):
        reports = (in_context(Report(diagnostic=bounce.prose), example, knowledge),)
    return diagnose(with_reports(bounce, reports), knowledge).worst


def in_context(report: Report, example: SignatureExample, knowledge: Knowledge) -> Report:
    """Return a report with the host and stage of the example where the text names none."""
    provider = example.provider.slug if example.provider else ""
    facts = knowledge.provider_by_slug.get(provider)
    usual = f"mx.{facts.mx_suffixes[0]}" if facts and facts.mx_suffixes else None
    return replace(
        report,
        remote_host=report.remote_host or example.host or usual,
        stage=report.stage or (Stage(example.stage) if example.stage else None),
    )


def with_reports(bounce: Bounce, reports: tuple[Report, ...]) -> Bounce:
    """Return the bounce with these reports."""
    return replace(bounce, reports=reports)
