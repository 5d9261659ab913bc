"""How many bounces one CPU second diagnoses, from bytes to finding.

    make bench

Beside it, in the same run and on the same mails: flufl.bounce, the peer, and the floor, which only
parses. All take turns, so that a slow moment of the machine hits them alike; the best turn counts.
"""

from __future__ import annotations

import email
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared/corpus"
FIXTURES = ROOT / "fixtures"
TURNS = 5
LINES = 10_000

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - it looks for the settings that were named above

django.setup()
logging.disable()  # flufl.bounce notes each of its detectors, which is not what is measured

import fast_mail_parser  # noqa: E402
import flufl.bounce  # noqa: E402

from diagnostics.bounce import read  # noqa: E402
from diagnostics.engine import diagnose  # noqa: E402
from diagnostics.knowledge import from_fixtures  # noqa: E402
from kb.content import files  # noqa: E402

Contestant = Callable[[bytes], object]


def mails() -> list[bytes]:
    """Return our own bounces, and those of the corpus where it is there; none twice."""
    paths = [*(ROOT / "tests/bounces").glob("*.eml"), *(CORPUS / "emails").glob("*.eml")]
    return sorted({path.read_bytes() for path in paths})


def lines() -> list[bytes]:
    """Return replies and log lines, as many as are asked for; none twice."""
    rows = files.read(FIXTURES)
    texts = {row["fields"]["text"] for row in rows if row["model"] == "kb.signatureexample"}
    if (CORPUS / "texts.jsonl").exists():
        with (CORPUS / "texts.jsonl").open(encoding="utf-8") as corpus:
            texts |= {json.loads(line)["text"] for line in corpus}
    once = sorted(" ".join(text.split()) for text in texts)
    return [f"{once[n % len(once)]} id={n:06d}".encode() for n in range(LINES)]


def bouncebook() -> Contestant:
    """Return the whole way, with the knowledge that is shipped."""
    knowledge = from_fixtures(FIXTURES)
    return lambda raw: diagnose(read(raw), knowledge)


def peer(raw: bytes) -> object:
    """Return the addresses that flufl.bounce finds."""
    return flufl.bounce.all_failures(email.message_from_bytes(raw))


def mime_alone(raw: bytes) -> object:
    """Parse a mail and do nothing with it."""
    try:
        return fast_mail_parser.parse_email(raw)
    except fast_mail_parser.ParseError:
        return None


def words_alone(raw: bytes) -> object:
    """Split a line into words and do nothing with them."""
    return raw.decode().split()


def rate(contestant: Contestant, inputs: list[bytes]) -> float:
    """Return how many inputs a CPU second handles."""
    started = time.process_time()
    for raw in inputs:
        contestant(raw)
    return len(inputs) / (time.process_time() - started)


def compare(title: str, inputs: list[bytes], contestants: dict[str, Contestant]) -> None:
    """Print the best rate of each, and how the first compares with it."""
    best = dict.fromkeys(contestants, 0.0)
    for _ in range(TURNS):
        for name, contestant in contestants.items():
            best[name] = max(best[name], rate(contestant, inputs))

    ours = next(iter(best.values()))
    size = sum(map(len, inputs)) / len(inputs) / 1000
    print(f"\n{title}: {len(inputs):,} distinct, {size:.1f} kB each, best of {TURNS} turns")
    print(f"{'':24}{'a CPU second':>14}{'Bouncebook is':>16}")
    for name, reached in best.items():
        print(f"  {name:22}{reached:>14,.0f}{ours / reached:>15.2f}x")


if __name__ == "__main__":
    whole_way = bouncebook()
    compare(
        "E-mails",
        mails(),
        {"Bouncebook": whole_way, "flufl.bounce": peer, "MIME alone": mime_alone},
    )
    compare("Replies and log lines", lines(), {"Bouncebook": whole_way, "words alone": words_alone})
