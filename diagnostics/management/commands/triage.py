"""Diagnose any number of bounces into a file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diagnostics import triage
from diagnostics.inputs import read_inputs
from diagnostics.management.knowledge import add_knowledge_argument, load_knowledge

WRITERS = {"jsonl": triage.write_jsonl, "csv": triage.write_csv}


class Command(BaseCommand):
    help = "Diagnose e-mails, mboxes, Maildirs, text files and JSON lines; one record a bounce."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument("--format", choices=WRITERS, default="jsonl")
        parser.add_argument("--processes", type=int, default=1, metavar="N")
        add_knowledge_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["inputs"]:
            if not path.exists():
                raise CommandError(f"There is no {path}.")
        if options["processes"] < 1:
            raise CommandError("--processes is 1 or more.")
        knowledge = load_knowledge(options["knowledge"])
        records = triage.triage(read_inputs(options["inputs"]), knowledge, options["processes"])
        try:
            with options["output"].open("w", encoding="utf-8", newline="") as stream:
                self.write(WRITERS[options["format"]](records, stream))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error

    def write(self, written: Any) -> None:
        """Drain the writer, with progress on a terminal, and say how many there were."""
        count = errors = 0
        shown = time.monotonic()
        for found in written:
            count += 1
            errors += "error" in found
            if sys.stderr.isatty() and time.monotonic() - shown > 1:
                shown = time.monotonic()
                self.stderr.write(f"\r{count} …", ending="")
        self.stderr.write(f"\r{count} diagnosed, {errors} could not be read.")
