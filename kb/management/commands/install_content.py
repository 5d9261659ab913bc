"""Install or upgrade the starter content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError

from kb.content import files
from kb.content.install import Installation, install

LINES = [
    ("added", "added"),
    ("upgraded", "upgraded"),
    ("unchanged", "unchanged"),
    ("removed", "no longer shipped, removed"),
    ("published", "articles published"),
]
REPORTED = [
    ("kept", "changed or still needed here, kept as it is"),
    ("stayed_deleted", "deleted here, stays deleted"),
    ("left_out", "left as it was: it would refer to something that was deleted here"),
    ("unpublished", "upgraded but not published: an opinion it cites is being edited"),
]


class Command(BaseCommand):
    help = "Install or upgrade the starter content, never over what an editor changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=settings.FIXTURES_DIR, help="fixtures/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"There is no directory {directory}.")
        try:
            rows = files.read(directory)
        except files.InvalidContent as error:
            raise CommandError(str(error)) from error
        try:
            result = install(rows)
        except (DeserializationError, IntegrityError) as error:
            raise CommandError(f"Nothing was installed, a row cannot be stored: {error}") from error
        self.report(result)

    def report(self, result: Installation) -> None:
        """Say what happened, and name what was left alone."""
        parts = [f"{len(getattr(result, name))} {words}" for name, words in LINES]
        self.stdout.write("Starter content: " + ", ".join(parts) + ".")
        for name, words in REPORTED:
            for key in getattr(result, name):
                self.stdout.write(f"  {key}: {words}")
        self.stdout.write(f"Knowledge version {result.version}.")
