"""The JSON documents in a text, whatever stands between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

DECODER = json.JSONDecoder(strict=False)
TRIES = 20  # places where JSON could start that are tried in vain

Document = tuple[Any, int, int]  # a value, and where it stands in the text


def find_documents(text: str) -> Iterator[Document]:
    """Yield the JSON objects in a text with their places; else a form as browsers send it."""
    at = text.find("{")
    if at < 0:
        yield from find_form(text)
    tries = TRIES
    while at >= 0 and tries:
        try:
            value, end = decode(text, at)
        except (ValueError, RecursionError):
            tries -= 1
            end = at + 1
        else:
            yield value, at, end
        at = text.find("{", end)


def decode(text: str, at: int) -> tuple[Any, int]:
    r"""Return the value that starts there and its end; of `{\"a\": …}` the text that it is."""
    end = text.rfind("}", at) + 1 if text.startswith('{\\"', at) else 0
    if end:
        return json.loads(f'"{text[at:end]}"', strict=False), end
    return DECODER.raw_decode(text, at)


def find_form(text: str) -> Iterator[tuple[Any, int, int]]:
    """Yield the fields of a form, `event=bounced&recipient=…`, as one object."""
    try:
        fields = parse_qsl(text.strip(), max_num_fields=200)
    except ValueError:
        return
    yield dict(fields), 0, len(text)
