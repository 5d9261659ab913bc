"""Where a page stands: the steps that lead to it from the front page.

A view gives its page `trail`; base.html shows it above the page and tells machines in JSON-LD.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.db import models
from django.urls import reverse

from kb.models import ArticleRevision, Cause, Provider, Source, Topic

# The list that a page belongs to: its label and the name of its address.
SECTIONS: dict[type[models.Model], tuple[str, str]] = {
    ArticleRevision: ("Articles", "kb:article-list"),
    Provider: ("Providers", "kb:provider-list"),
    Cause: ("Causes", "kb:cause-list"),
    Source: ("Sources", "kb:source-list"),
    Topic: ("Topics", "kb:topic-list"),
}
CODES = ("Codes", "kb:code-list")


class Step(NamedTuple):
    """One step of a trail: what it is called and where it leads."""

    label: str
    path: str


class Page(Protocol):
    """Anything with a name and a page of its own."""

    def get_absolute_url(self) -> str:
        """Return its public page."""


def trail(*steps: tuple[str, str]) -> list[Step]:
    """Return the steps to a page from the front page on; the page itself is the last.

    A step is a pair of label and path, or of label and the name of an address:
    `trail(("Topics", "kb:topic-list"), (topic.name, topic.get_absolute_url()))`.
    """
    home = Step("Home", reverse("diagnostics:home"))
    return [home, *(Step(label, path_of(address)) for label, address in steps)]


def path_of(address: str) -> str:
    """Return a path as it is, and the path of the name of an address."""
    return address if address.startswith("/") else reverse(address)


def trail_of(row: Page) -> list[Step]:
    """Return the trail of a row's page: its section, the family of a provider, itself."""
    family = getattr(row, "family", None)
    above = [(str(family), family.get_absolute_url())] if family else []
    label = row.question if isinstance(row, ArticleRevision) else str(row)
    return trail(SECTIONS[type(row)], *above, (label, row.get_absolute_url()))
