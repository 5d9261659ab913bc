"""What `manage.py check --database default` looks at beside Django's own checks."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connection

from kb import search
from kb.models import SearchDocument


@register(Tags.database)
def check_search_index(*, databases: list[str] | None = None, **_: Any) -> list[Error]:
    """Say where the search index and what is published differ."""
    if not databases or "default" not in databases:
        return []
    if SearchDocument._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001
        return []  # nothing is migrated yet
    hint = "Make it anew: manage.py rebuild_search"
    return [Error(fault, hint=hint, id="kb.E001") for fault in search.faults()]
