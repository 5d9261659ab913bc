"""How right a finding is, beside how sure it says it is; whole providers left out in turn.

Each wording of a provider is diagnosed without anything that is known of that provider alone: no
signature bound to it, none of its meanings. So it stands for a wording that nobody has seen. Where
the corpus lies beside the project, its answers are asked in the same way, its mails as they are.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared/corpus"
FIXTURES = ROOT / "fixtures"
BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 1.01)
SHORTEST = 8  # letters of a wording that means something without its provider

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - it looks for the settings that were named above

django.setup()

from diagnostics.bounce import read  # noqa: E402
from diagnostics.engine import Cause, Knowledge, diagnose  # noqa: E402
from diagnostics.knowledge import from_fixtures  # noqa: E402


class Item(NamedTuple):
    """A bounce with the causes that are right, and the provider whose knowledge is left out."""

    source: str
    bounce: str | bytes
    causes: frozenset[str]
    left_out: str | None


class Outcome(NamedTuple):
    """What came of it."""

    source: str
    stated: float
    right: bool
    basis: str


def wordings(knowledge: Knowledge) -> Iterator[Item]:
    """Yield the wordings of all providers, with the codes that they stand beside."""
    for meaning in knowledge.meanings:
        long_enough = len(meaning.wording) > SHORTEST
        if meaning.provider and long_enough and meaning.cause is not Cause.UNKNOWN:
            text = " ".join(filter(None, [meaning.reply, meaning.enhanced, meaning.wording]))
            family = knowledge.family(meaning.provider)
            yield Item("wordings", text, frozenset({meaning.cause.value}), family)


def corpus_texts(knowledge: Knowledge) -> Iterator[Item]:
    """Yield the answers of the corpus; the log lines among them repeat them."""
    families = {knowledge.family(provider.slug) for provider in knowledge.providers}
    for line in (CORPUS / "texts.jsonl").open(encoding="utf-8"):
        gold = json.loads(line)
        if gold["corpus"] != "synthlog":
            named = [slug for slug in gold.get("provider") or [] if slug in families]
            yield Item(
                "answers", gold["text"], frozenset(gold["causes"]), named[0] if named else None
            )


def corpus_mails() -> Iterator[Item]:
    """Yield the bounces of the corpus."""
    for line in (CORPUS / "emails.jsonl").open(encoding="utf-8"):
        gold = json.loads(line)
        if gold["kind"] == "bounce":
            causes = {cause for row in gold["expected"] for cause in row["causes"]}
            yield Item("mails", (CORPUS / gold["file"]).read_bytes(), frozenset(causes), None)


def without(knowledge: Knowledge, family: str) -> Knowledge:
    """Return the knowledge less all that is known of one provider and its services alone."""
    own = {p.slug for p in knowledge.providers if knowledge.family(p.slug) == family}
    gone = {
        "signatures": {
            s.slug for s in knowledge.signatures if s.providers & own or s.identifies in own
        },
        "meanings": {m.slug for m in knowledge.meanings if m.provider in own},
    }
    return knowledge.with_change({}, gone, digest="", number=0)


def outcomes(items: Iterable[Item], knowledge: Knowledge) -> Iterator[Outcome]:
    """Yield what comes of each."""
    by_family: dict[str | None, list[Item]] = defaultdict(list)
    for item in items:
        by_family[item.left_out].append(item)
    for family, group in by_family.items():
        known = without(knowledge, family) if family else knowledge
        for item in group:
            worst = diagnose(read(item.bounce), known).worst
            basis = str(worst.basis or "nothing")
            yield Outcome(item.source, worst.confidence, worst.cause in item.causes, basis)


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z = 1.96
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return middle - half, middle + half


def show(title: str, found: list[Outcome]) -> None:
    """Print one line: how many, how many right, what was stated."""
    if not found:
        return
    hits = sum(outcome.right for outcome in found)
    low, high = interval(hits, len(found))
    stated = sum(outcome.stated for outcome in found) / len(found)
    print(
        f"  {title:24}{len(found):>6}{hits:>6} right {hits / len(found):>7.1%}"
        f"  [{low:.1%}, {high:.1%}]   stated {stated:.1%}"
    )


def main() -> None:
    """Print the bands, and what each kind of evidence is worth."""
    knowledge = from_fixtures(FIXTURES)
    items = [*wordings(knowledge)]
    if CORPUS.is_dir():
        items += [*corpus_texts(knowledge), *corpus_mails()]
    found = list(outcomes(items, knowledge))
    print("\nWhole providers left out in turn, by source")
    for source in dict.fromkeys(item.source for item in items):
        show(source, [o for o in found if o.source == source])
    print("\nBy stated confidence")
    for low, high in pairwise(BANDS):
        show(f"from {low:.2f} below {high:.2f}", [o for o in found if low <= o.stated < high])
    print("\nBy what decided")
    for basis in sorted({o.basis for o in found}):
        show(basis, [o for o in found if o.basis == basis])


if __name__ == "__main__":
    main()
