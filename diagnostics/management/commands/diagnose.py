"""Diagnose one bounce, for a person or a pipe."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from diagnostics import wording
from diagnostics.bounce import limits, read
from diagnostics.engine import Diagnosis, Finding, Knowledge, record
from diagnostics.engine import diagnose as diagnose_bounce
from diagnostics.management.knowledge import add_knowledge_argument, load_knowledge
from kb.models import Actor


class Command(BaseCommand):
    help = "Say why a message came back, who must act and what to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="or - for a pipe")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        add_knowledge_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        data = self.read_input(options["file"])
        knowledge = load_knowledge(options["knowledge"])
        diagnosis = diagnose_bounce(read(data), knowledge)
        if options["format"] == "json":
            identifier = None if options["file"] == "-" else options["file"]
            found = record(diagnosis, identifier)
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(text_of(diagnosis, knowledge)))

    def read_input(self, name: str) -> bytes:
        """Return the bytes of a file or of the pipe, no more than are read."""
        if name == "-":
            return sys.stdin.buffer.read(limits.MAX_BYTES + 1)
        try:
            with Path(name).open("rb") as stream:
                return stream.read(limits.MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}.") from error


def text_of(diagnosis: Diagnosis, knowledge: Knowledge) -> list[str]:
    """Return the lines for a person, the worst recipient first."""
    lines: list[str] = []
    for finding in diagnosis.ordered:
        lines += [*lines_of(finding, diagnosis.bounce.text, knowledge), ""]
    return [*lines, *diagnosis.bounce.notes][: None if diagnosis.bounce.notes else -1]


def lines_of(finding: Finding, text: str, knowledge: Knowledge) -> list[str]:
    """Return the lines of one finding."""
    sure, _ = wording.confidence_words(finding.confidence)
    alternatives = [knowledge.causes[cause].name for cause, _ in finding.alternatives]
    deciding = text[finding.span[0] : finding.span[1]] if finding.span else ""
    links = [f"{settings.SITE_URL}/articles/{match.slug}/" for match in finding.articles]
    facts = [
        ("Cause", f"{knowledge.causes[finding.cause].name} ({sure.lower()})"),
        ("Who must act", Actor(finding.who_acts.value).label),
        ("Lasts", wording.permanence(finding)[1]),
        ("First", knowledge.causes[finding.cause].advice),
        ("Decided by", " ".join(deciding.split())),
        ("Code alone", wording.code_alone(finding, knowledge)),
        ("Or", ", ".join(alternatives)),
        ("Read", " ".join(links)),
    ]
    head = [wording.sentence(finding, knowledge), wording.lead(finding, knowledge)]
    return [*head, *(f"{label + ':':14}{value}" for label, value in facts if value)]
