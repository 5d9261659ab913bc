"""How sure a finding is: the shares of right answers that were measured (docs/confidence.md).

Each number is how often that kind of evidence named the right cause on wordings of providers whose
own knowledge was left out. `benchmarks/confidence.py` measures them anew.
"""

from __future__ import annotations

TOKEN = 0.95
WORDING = 0.93
OWN_CODE = 0.8
SUBJECT = 0.4  # an enhanced code that nobody has registered: only its subject is known
CLASS = 0.35
NOTHING = 0.1

SURE_ENOUGH = 0.5  # below it the answer is "not sure"


def of_signature(*, own: bool, weight: int) -> float:
    """Return the trust in a signature, by whose words they are and by how much they say."""
    if own:
        return 0.97
    if weight >= 70:  # noqa: PLR2004 - weights are declared in the editors' guide
        return 0.95
    if weight >= 50:  # noqa: PLR2004
        return 0.92
    return 0.8 if weight >= 30 else 0.6  # noqa: PLR2004


def of_registry(agreeing: int, others: int) -> float:
    """Return the trust in a registry's meaning, by how many providers mean the same."""
    return 0.3 + 0.5 * (1 + agreeing) / (1 + others)


def of_guess(share: float, nearness: float) -> float:
    """Return the trust in a guess, by its share of the votes and how near the nearest is."""
    return round(0.75 * share * min(1.0, nearness / 0.6), 2)
