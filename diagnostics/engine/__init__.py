"""RECOGNISE: reports and a snapshot of the knowledge in, findings out. Plain Python.

The whole public face is here. The way of a bounce through the modules:

- `fold`       the words of an answer in one form, with the way back to the pasted text
- `matcher`    which phrases, tokens and patterns stand in them; `spelling` and `literals` write
  one pattern out as the phrases that it stands for
- `guess`      what the nearest known wordings mean, where no known words stand
- `confidence` how far each kind of evidence can be trusted, as it was measured
- `provider`   who answered
- `look`       where the words are looked for: in the answer, then around it
- `evidence`   what speaks for which cause, in the declared order
- `findings`   the decision, its confidence, and what else it could be
- `articles`   which articles answer it
- `record`     all of that as plain data, the contract of command line and API
"""

from diagnostics.engine.findings import Diagnosis, Finding, diagnose
from diagnostics.engine.knowledge import (
    ArticleEntry,
    CauseFacts,
    Knowledge,
    Meaning,
    ProviderFacts,
    Signature,
)
from diagnostics.engine.patterns import InvalidPattern, check_regex
from diagnostics.engine.record import record
from diagnostics.engine.words import Actor, Basis, Cause, Permanence

__all__ = [
    "Actor",
    "ArticleEntry",
    "Basis",
    "Cause",
    "CauseFacts",
    "Diagnosis",
    "Finding",
    "InvalidPattern",
    "Knowledge",
    "Meaning",
    "Permanence",
    "ProviderFacts",
    "Signature",
    "check_regex",
    "diagnose",
    "record",
]
