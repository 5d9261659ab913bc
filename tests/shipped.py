"""The knowledge that is shipped, read from its files once."""

from functools import cache

from django.conf import settings

from diagnostics.engine import Knowledge
from diagnostics.knowledge import from_fixtures
from kb.content import files
from kb.content.units import Row


@cache
def shipped_rows() -> list[Row]:
    return files.read(settings.FIXTURES_DIR)


@cache
def shipped() -> Knowledge:
    return from_fixtures(settings.FIXTURES_DIR)
