"""How sure a finding is: shares of right answers as they were measured.

Each number is how often that kind of evidence named the right cause on wordings of providers whose
own knowledge had been left out, rounded; `benchmarks/confidence.py` measures them anew, and
docs/confidence.md holds the last measurement.
"""

from __future__ import annotations

TOKEN = 0.96
WORDING = 0.95
OWN_SIGNATURE = 0.96
OWN_CODE = 0.75
SUBJECT = 0.35  # an enhanced code that nobody has registered: only its subject is known
CLASS = 0.3
NOTHING = 0.1

# What words mean that anybody may send, by the weight that their editor gave them (at least).
BY_WEIGHT = ((70, 0.93), (50, 0.91), (40, 0.87), (30, 0.76), (20, 0.74), (0, 0.58))

AGREED = 0.03  # the code says the same
REPEATED = 0.01  # for each place more where words say the same
MOST_REPEATED = 3
AROUND = 0.03  # the words are not those of the answer, but of the notice around it
DISPUTED = 0.08  # other words, nearly as strong, say something else
NEARLY = 10  # weight
MOST = 0.99

SURE_ENOUGH = 0.5  # below it the answer is "not sure"
LEAST_GUESS = 0.25  # below it a guess is right one time in ten, and better left unsaid


def of_signature(*, own: bool, weight: int) -> float:
    """Return the trust in a signature, by whose words they are and by how much they say."""
    if own:
        return OWN_SIGNATURE
    return next(trust for least, trust in BY_WEIGHT if weight >= least)


def of_registry(agreeing: int, others: int) -> float:
    """Return the trust in a registry's meaning: from 0.1 to 0.7, by how many providers agree."""
    return 0.1 + 0.6 * (1 + agreeing) / (2 + others)


def of_guess(share: float, nearness: float) -> float:
    """Return the trust in a guess, by its share of the votes and how near the nearest is."""
    return round(0.95 * share * min(1.0, nearness / 0.6), 2)


def settled(trust: float, *, agreed: bool, repeated: int, disputed: bool, around: bool) -> float:
    """Return the confidence of a finding, from the trust in what decided and what stands beside."""
    more = AGREED * agreed + REPEATED * min(repeated, MOST_REPEATED)
    return max(0.0, min(MOST, trust + more - DISPUTED * disputed - AROUND * around))
