"""How fast the knowledge is there: compiled, started cold, and changed by an editor.

And what many phrases cost: the same unseen texts with 1,000 and with 100,000 synthetic phrases.
Ratios count; seconds depend on the machine.
"""

from __future__ import annotations

import os
import pickle
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
FEW, MANY = 1_000, 100_000
EDITED = 10_000
TEXTS = 2_000
TURNS = 3

sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django  # noqa: E402 - it looks for the settings that were named above

django.setup()

from django.core.management import call_command  # noqa: E402

from diagnostics import signatures  # noqa: E402
from diagnostics.bounce import read  # noqa: E402
from diagnostics.engine import Cause, Knowledge, Signature, diagnose  # noqa: E402
from diagnostics.knowledge import LOOK_AGAIN, catch_up, from_database, from_fixtures  # noqa: E402
from kb import editorial, models  # noqa: E402

COLD_START = """
import os, sys
sys.path.insert(0, ".")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from pathlib import Path
from diagnostics.bounce import read
from diagnostics.engine import diagnose
from diagnostics.knowledge import from_fixtures
knowledge = from_fixtures(Path("fixtures"))
print(diagnose(read("550 5.1.1 user unknown"), knowledge).worst.cause)
"""
SYLLABLES = [a + b for a in "bcdflmnprst" for b in "aeiou"]


def seconds(deed: Callable[[], object]) -> float:
    """Return the shortest time that a deed took."""
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        deed()
        times.append(time.perf_counter() - started)
    return min(times)


def report(what: str, took: float, limit: float) -> None:
    """Print one figure beside what it may be."""
    print(f"  {what:58}{took:8.2f} s   (goal: at most {limit:g} s)")


def vocabulary() -> list[str]:
    """Return made-up words."""
    chance = random.Random(1)  # noqa: S311 - no secret
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(5_000)]


def phrases(count: int) -> tuple[Signature, ...]:
    """Return signatures of made-up words, the same for the same count."""
    chance = random.Random(count)  # noqa: S311
    words = vocabulary()
    return tuple(
        Signature(
            slug=f"s{number}",
            cause=Cause.SPAM_CONTENT,
            pattern=" ".join(chance.choices(words, k=chance.randint(2, 5))),
        )
        for number in range(count)
    )


def texts(seed: int) -> list[str]:
    """Return replies in the words of the phrases, none twice."""
    chance = random.Random(seed)  # noqa: S311
    words = vocabulary()
    return [
        f"550 5.7.{number % 30} {number} {' '.join(chance.choices(words, k=20))}"
        for number in range(TEXTS)
    ]


def each(knowledge: Knowledge, replies: list[str]) -> list[float]:
    """Return what each text costs, from the paste to the finding."""
    costs = []
    for reply in replies:
        started = time.perf_counter()
        diagnose(read(reply), knowledge)
        costs.append(time.perf_counter() - started)
    return costs


def many_phrases() -> None:
    """Print what 100,000 phrases cost beside 1,000, at the median of unseen texts."""
    print(f"\nSynthetic phrases, {TEXTS:,} unseen texts, median of each, best of {TURNS} turns")
    medians = {}
    for count in (FEW, MANY):
        knowledge = Knowledge(signatures=phrases(count))
        each(knowledge, texts(0))
        medians[count] = min(
            statistics.median(each(knowledge, texts(turn))) for turn in range(1, TURNS + 1)
        )
        print(f"  {count:>9,} phrases{medians[count] * 1e6:>10.0f} µs a text")
    print(f"  ratio {medians[MANY] / medians[FEW]:.2f} (goal: at most 2)")


def compiling() -> None:
    """Print how long the shipped knowledge takes to be there."""
    knowledge = from_fixtures(FIXTURES)
    print(f"\nThe shipped knowledge: {knowledge.size:,} phrases")

    def compile_anew() -> None:
        fresh = pickle.loads(pickle.dumps(knowledge))  # noqa: S301 - our own
        diagnose(read("550 5.1.1 words that nobody knows at all"), fresh)

    report("compiled in another process, first answer included", seconds(compile_anew), 1)

    def start_cold() -> None:
        command = [sys.executable, "-c", COLD_START]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603

    report("cold start from fixtures/, Python and Django included", seconds(start_cold), 3)


def publishing() -> None:
    """Print how long a published change takes to be live, among 10,000 signatures."""
    call_command("migrate", verbosity=0)
    cause = models.Cause.objects.create(
        slug="spam-content", name="Spam", sentence="it is", meaning="It is.",
        permanence="permanent", who_acts="sender", advice="Do.",
    )  # fmt: skip
    source = models.Source.objects.create(slug="s", name="S", kind="standard")
    rows = [
        models.Signature(
            slug=s.slug, pattern=s.pattern, cause=cause, source=source, meaning="M",
            status="published",
        )
        for s in phrases(EDITED)
    ]  # fmt: skip
    models.Signature.objects.bulk_create(rows)
    stored = {row.slug: row for row in models.Signature.objects.all()}
    models.SignatureExample.objects.bulk_create(
        models.SignatureExample(signature=row, uid=f"m{n}", text=f"550 5.7.1 {row.pattern}")
        for row in stored.values()
        for n in range(2)
    )
    editorial.grow_version()
    print(f"\nAn editor among {EDITED:,} signatures with {2 * EDITED:,} examples")
    report("built from the database", seconds(from_database), 10)
    older = from_database()
    older.matcher  # noqa: B018 - compiled, as in a worker that has answered before
    new = models.Signature.objects.create(
        slug="new", pattern="quite new words", cause=cause, source=source, meaning="M"
    )
    models.SignatureExample.objects.create(signature=new, uid="m", text="550 quite new words")
    signatures.snapshot.now()
    started = time.perf_counter()
    signatures.publish(new)
    report("published, every example tried", time.perf_counter() - started, 10)

    def be_told() -> None:
        newer = catch_up(older)
        assert diagnose(read("550 quite new words"), newer).worst.signature == "new"  # noqa: S101

    took = seconds(be_told)
    report(f"live in a worker, which looks every {LOOK_AGAIN:g} s", LOOK_AGAIN + took, 2)


if __name__ == "__main__":
    many_phrases()
    compiling()
    publishing()
