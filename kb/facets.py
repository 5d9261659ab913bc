"""The panel beside a list: facets with counts, chips of what is chosen, and the ways to sort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kb.bits import Bits
from kb.filters import FACETS, ArticleFilters
from kb.fragments import once

MOST_OPTIONS = 60  # values of one facet; the rarer ones are found by searching
LATEST_FIRST = {"evidence"}


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet with the values that something has, and how many have each."""

    name: str
    label: str
    options: SafeString  # <option> elements


@dataclass(frozen=True, slots=True)
class Link:
    """A chip to remove, or a way to sort."""

    label: str
    address: str
    current: bool = False
    value: str = ""  # escaped, as labels of the shelf are


@dataclass(frozen=True)
class Panel:
    """What stands beside a list of articles; `matches` is the list with no facet chosen."""

    filters: ArticleFilters
    matches: Bits
    kept: Mapping[str, str]  # other parameters of the page: q
    sorts: Mapping[str, str]
    sort: str

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The facets that are chosen."""
        return self.filters.chosen()

    @property
    def key(self) -> tuple[object, ...]:
        """All that the panel shows depends on."""
        chosen = tuple(self.chosen.items())
        return (self.matches, chosen, tuple(self.kept.items()), self.code, self.sort)

    @cached_property
    def found(self) -> Bits:
        """The articles that have all that is chosen."""
        if not self.filters.is_valid():
            return 0
        return self.filters.shelf.narrow(self.matches, self.chosen)

    @property
    def total(self) -> int:
        """How many articles have all that is chosen."""
        return self.found.bit_count()

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets that could narrow the list."""
        key = ("facets", self.matches, *sorted(self.chosen.items()))
        return once(key, self.count_facets)

    def count_facets(self) -> list[Facet]:
        """Count the values of each facet within what the others choose."""
        counts = self.filters.shelf.counts(self.matches, self.chosen)
        return [
            Facet(name, self.filters.filters[name].label, self.options(name, counts[name]))
            for name in FACETS
            if counts.get(name) or name in self.chosen
        ]

    def options(self, name: str, counts: Mapping[str, int]) -> SafeString:
        """Return a facet's options, the most frequent first, the chosen one always."""
        labels = self.filters.shelf.labels.get(name, {})
        chosen = self.chosen.get(name, "")
        if name in LATEST_FIRST:
            values = sorted(counts, reverse=True)
        else:
            values = sorted(counts, key=lambda value: (-counts[value], labels[value]))
        values = values[:MOST_OPTIONS]
        if chosen and chosen not in values:
            values.append(chosen)
        lines = ['<option value="">Any</option>']
        for value in values:
            selected = " selected" if value == chosen else ""
            words = f"{labels.get(value, conditional_escape(value))} ({counts.get(value, 0)})"
            lines.append(f'<option value="{conditional_escape(value)}"{selected}>{words}</option>')
        return mark_safe("".join(lines))  # noqa: S308 - labels and values are escaped

    @cached_property
    def chips(self) -> list[Link]:
        """What is chosen, each with the address of the list without it."""
        labels = self.filters.shelf.labels
        chips = [
            Link(
                self.filters.filters[name].label,
                self.address(but=name),
                value=labels.get(name, {}).get(value, value),
            )
            for name, value in self.chosen.items()
        ]
        if code := self.code:
            chips.append(Link("Code", self.address(but="code"), value=code))
        return chips

    @property
    def code(self) -> str:
        """The code that was asked for, if any."""
        return self.filters.data.get("code", "") if self.filters.is_valid() else ""

    @property
    def ways_to_sort(self) -> list[Link]:
        """The orders of the list, the present one marked."""
        usual = next(iter(self.sorts))
        return [
            Link(label, self.address(sort="" if name == usual else name), name == self.sort)
            for name, label in self.sorts.items()
        ]

    @property
    def query(self) -> str:
        """The present choice as a query string, for links to other pages of the list."""
        return urlencode(self.parameters(self.sort_if_unusual))

    @property
    def sort_if_unusual(self) -> str:
        """The order, where it is not the usual one."""
        return "" if self.sort == next(iter(self.sorts)) else self.sort

    @property
    def bare_address(self) -> str:
        """The address of the list with no facet chosen."""
        return f"?{urlencode([*self.kept.items(), *self.sort_pair])}"

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form of facets must carry on: the query, the code and the order."""
        code = [("code", self.code)] if self.code else []
        return [*self.kept.items(), *code, *self.sort_pair]

    @property
    def sort_pair(self) -> list[tuple[str, str]]:
        """The order as a parameter, where it is not the usual one."""
        return [("sort", self.sort_if_unusual)] if self.sort_if_unusual else []

    def address(self, *, but: str = "", sort: str | None = None) -> str:
        """Return the address of this list with one facet less, or in another order."""
        order = self.sort_if_unusual if sort is None else sort
        parameters = self.parameters(order)
        parameters.pop(but, None)
        return f"?{urlencode(parameters)}"

    def parameters(self, sort: str) -> dict[str, str]:
        """Return all parameters that say what is listed, without the number of the page."""
        pairs = {**self.kept, "code": self.code, **self.chosen, "sort": sort}
        return {name: value for name, value in pairs.items() if value}
