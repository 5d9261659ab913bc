"""Write the whole knowledge to the files that starter content comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.content import files
from kb.content.units import stored_units


class Command(BaseCommand):
    help = "Write the whole knowledge as fixtures; the same bytes when nothing changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=settings.FIXTURES_DIR, help="fixtures/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        units = stored_units()
        if not units:
            raise CommandError("There is nothing to export; the files were left as they are.")
        written, removed = files.write(options["directory"], units)
        for name in written:
            self.stdout.write(f"wrote {name}")
        for name in removed:
            self.stdout.write(f"removed {name}")
        self.stdout.write(f"{len(written)} files changed, {len(removed)} removed.")
