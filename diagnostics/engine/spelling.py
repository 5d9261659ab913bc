"""One phrase in the spellings that servers use: `doesn't exist` stands for `does not exist` too.

Whoever writes a signature writes one of them; all are looked for. The table holds only spellings
that mean the same in every sentence.
"""

from __future__ import annotations

import re

MOST = 48  # spellings of one phrase; further ones are left out

NEGATED = ("are", "could", "did", "do", "does", "had", "has", "have", "is", "should", "was", "were",
           "would")  # fmt: skip

# Spellings of one thing. Those that end in - may go on: blacklist-ed, e-mail-s.
SAME: tuple[tuple[str, ...], ...] = (
    *((f"{verb} not", f"{verb}n't", f"{verb}nt") for verb in NEGATED),
    ("cannot", "can not", "can't", "cant"),
    ("will not", "won't", "wont"),
    ("email-", "e-mail-"),
    ("mailbox-", "mail box-", "mail-box-"),
    ("blacklist-", "black list-", "black-list-", "blocklist-", "block list-", "block-list-"),
    ("whitelist-", "white list-", "white-list-", "allowlist-"),
    ("greylist-", "graylist-", "grey list-", "gray list-", "grey-list-", "gray-list-"),
    ("nonexistent", "non-existent", "non existent", "nonexistant", "non-existant"),
    ("authoriz-", "authoris-"),
    ("unauthoriz-", "unauthoris-"),
    ("recogniz-", "recognis-"),
    ("unrecogniz-", "unrecognis-"),
    ("over quota", "overquota", "over-quota"),
    ("timed out", "timed-out"),
    ("hostname-", "host name-"),
    ("username-", "user name-"),
)
GROUP_OF = {spelling.rstrip("-"): group for group in SAME for spelling in group}
KNOWN = re.compile(
    r"(?<![a-z])(?:{})(?![a-z])|(?<![a-z])(?:{})".format(
        *(
            "|".join(sorted(map(re.escape, words), key=len, reverse=True))
            for words in (
                [word for group in SAME for word in group if not word.endswith("-")],
                [word[:-1] for group in SAME for word in group if word.endswith("-")],
            )
        )
    )
)


def spellings(phrase: str) -> list[str]:
    """Return a folded phrase in all its spellings, its own first."""
    found = [""]
    at = 0
    for known in KNOWN.finditer(phrase):
        between = phrase[at : known.start()]
        own = known[0]
        others = (s.rstrip("-") for s in GROUP_OF[own] if s.rstrip("-") != own)
        found = [head + between + word for word in (own, *others) for head in found][:MOST]
        at = known.end()
    return [head + phrase[at:] for head in found]
