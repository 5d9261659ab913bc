"""The border of the pages: what came in an address becomes text that both databases take.

PostgreSQL refuses NUL, no encoder takes a lone surrogate, and SQLite hides both.
"""

from __future__ import annotations

import re
import unicodedata

from django.http import QueryDict

MAX_VALUE = 200  # characters of one query parameter; a longer one is cut
REPLACEMENT = "\ufffd"
REFUSED = {"Cc", "Cs"}  # controls and lone surrogates
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str, length: int = MAX_VALUE) -> str:
    """Return text cut to a length, line breaks as spaces, what no database takes replaced."""
    words = " ".join(text[:length].splitlines())
    return "".join(
        REPLACEMENT if unicodedata.category(char) in REFUSED and char != "\t" else char
        for char in words
    ).strip()


def for_xml(text: str) -> str:
    """Return text with what no XML document can hold, escaped or not, replaced."""
    return NOT_IN_XML.sub(REPLACEMENT, text)


def clean_query(query: QueryDict) -> QueryDict:
    """Return the last value of each parameter, cleaned."""
    cleaned = QueryDict(mutable=True)
    for name in query:
        cleaned[clean(name, 40)] = clean(query.get(name, ""))
    return cleaned
