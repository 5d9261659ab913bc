"""The option `--knowledge` of the commands: from files, with no database at all."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from diagnostics.engine import Knowledge
from diagnostics.knowledge import from_database, from_fixtures
from kb.content.files import InvalidContent


def add_knowledge_argument(parser: CommandParser) -> None:
    """Let a command take its knowledge from a directory of fixtures."""
    parser.add_argument(
        "--knowledge",
        type=Path,
        metavar="DIRECTORY",
        help="read the knowledge from fixtures instead of the database",
    )


def load_knowledge(directory: Path | None) -> Knowledge:
    """Return the knowledge, or say why there is none."""
    if directory:
        if not directory.is_dir():
            raise CommandError(f"There is no directory {directory}.")
        try:
            return from_fixtures(directory)
        except InvalidContent as error:
            raise CommandError(str(error)) from error
    try:
        knowledge = from_database()
    except DatabaseError as error:
        raise CommandError(
            "The database cannot be read; --knowledge fixtures needs none."
        ) from error
    if not knowledge.causes:
        raise CommandError("The database holds no knowledge: run install_content first.")
    return knowledge
