"""The border of the pages: what came in an address becomes text that both databases take.

PostgreSQL refuses NUL, no encoder takes a lone surrogate, and SQLite hides both.
"""

from __future__ import annotations

import unicodedata

from django.http import QueryDict

MAX_VALUE = 200  # characters of one query parameter; a longer one is cut
REPLACEMENT = "\ufffd"
REFUSED = {"Cc", "Cs"}  # controls and lone surrogates


def clean(text: str, length: int = MAX_VALUE) -> str:
    """Return text cut to a length, line breaks as spaces, what no database takes replaced."""
    words = " ".join(text[:length].splitlines())
    return "".join(
        REPLACEMENT if unicodedata.category(char) in REFUSED and char != "\t" else char
        for char in words
    ).strip()


def clean_query(query: QueryDict) -> QueryDict:
    """Return the last value of each parameter, cleaned."""
    cleaned = QueryDict(mutable=True)
    for name in query:
        cleaned[clean(name, 40)] = clean(query.get(name, ""))
    return cleaned
