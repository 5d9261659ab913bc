"""Which of many marks stand in a text, found in one pass over it (Aho-Corasick)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ahocorasick_rs import AhoCorasick, Implementation


class Marks:
    """Groups of small-letter literals; says which groups stand in a text."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        owners: dict[str, list[str]] = {}
        for name, literals in groups.items():
            for literal in literals:
                owners.setdefault(literal, []).append(name)
        self._owners = list(owners.values())
        self._automaton = AhoCorasick(list(owners), implementation=Implementation.DFA)

    def find(self, lowered: str) -> dict[str, int]:
        """Return the groups that stand in a small-letter text, each with its first place."""
        found: dict[str, int] = {}
        for number, start, _ in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            for name in self._owners[number]:
                if name not in found:
                    found[name] = start
        return found
