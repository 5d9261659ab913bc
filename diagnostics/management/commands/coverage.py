"""List the holes in the knowledge."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from diagnostics.coverage import find_holes
from diagnostics.management.knowledge import add_knowledge_argument, load_knowledge
from kb.content import files
from kb.content.units import LOADING_ORDER, stored_rows


class Command(BaseCommand):
    help = "List codes, providers, signatures and articles that somebody has to write about."

    def add_arguments(self, parser: CommandParser) -> None:
        add_knowledge_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options["knowledge"]
        knowledge = load_knowledge(directory)
        if directory:
            rows = files.read(directory)
        else:
            rows = [row for model in LOADING_ORDER for row in stored_rows(model)]
        holes = find_holes(rows, knowledge)
        for hole in holes:
            self.stdout.write(f"{hole.kind}: {hole.key}")
        counts = Counter(hole.kind for hole in holes)
        total = ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items()))
        self.stdout.write(total or "No holes.")
