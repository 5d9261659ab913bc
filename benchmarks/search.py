"""How fast the search is among 1,000, 10,000 and 100,000 articles, on SQLite and on PostgreSQL.

    make bench
    SIZES=1000,10000 .venv/bin/python benchmarks/search.py

The library is made up from the shipped articles (`made_up/press.py`). What is compared takes turns
within one run; ratios count, milliseconds depend on the machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
SIZES = os.environ.get("SIZES", "1000,10000,100000")
TURNS = 3
PASTE_TURNS = 5
APP_GOAL = (2.5, 2.0)  # times the raw query, plus times a bare view
FACETS_GOAL = 3.0
PASTE_GOAL = (50.0, 250.0)  # ms at the median and at the 95th percentile

QUERIES = """
451 4.3.0
550 5.7.1
421
5.1.1
550-5.7.26
4.7.28
TSS04
AUP#CXCNCT
S3140
CS01
spamhaus
mimecast
greylisting
dmarc
backscatter
throttled
mailbox
reputation
postmaster
certificate
mailbox full
user unknown
rate limit
gmail spam
microsoft blocked
dns lookup
spf fail
tls required
too many connections
relay access denied
message too large
blacklisted ip address
dkim signature invalid
reverse dns missing
outlook blocks our newsletter
yahoo defers our mail
quota exceeded on mailbox
mail loop detected
sender address rejected
forwarded mail fails
soft bounce
black list removal
out of office reply
suspicious link content
shared ip pool
warm up new ip
list unsubscribe header
recipient verification callout
null mx record
"access denied"
"mailbox unavailable" outlook
how long does a server retry
why does gmail say rate limited
what do I do about a full mailbox
is a 4xx code a permanent failure
how to get off the spamhaus list
who must act when dmarc fails
my invoices bounce at t-online.de
grey listng
mailserver blokced
""".strip().splitlines()

sys.path.insert(0, str(ROOT))


def main() -> None:
    """Measure on each database, in a process of its own: a process has one database."""
    from tests.with_postgres import started_postgres  # noqa: PLC0415 - it sets the directory

    with tempfile.TemporaryDirectory(prefix="bouncebook-bench-") as directory:
        measure_on(f"sqlite:///{directory}/library.sqlite3", Path(directory, "sqlite"))
        with started_postgres() as url:
            measure_on(url, Path(directory, "postgres"))


def measure_on(url: str, var_dir: Path) -> None:
    """Run this script as the measuring process."""
    var_dir.mkdir()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "VAR_DIR": str(var_dir),
        "SECRET_KEY": "a-secret-for-benchmarks-only",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, __file__, "--here"]
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - ourselves


if "--here" not in sys.argv:
    main()
    sys.exit()

import django  # noqa: E402 - the measuring process starts here

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, QueryDict  # noqa: E402
from django.urls import path  # noqa: E402

from benchmarks.made_up.press import Press  # noqa: E402
from config import urls  # noqa: E402
from config.wsgi import application  # noqa: E402
from diagnostics.knowledge import snapshot  # noqa: E402
from kb import search as searching  # noqa: E402
from kb.facets import Panel  # noqa: E402
from kb.filters import ArticleFilters  # noqa: E402
from kb.models import (  # noqa: E402
    ArticleRevision,
    SignatureExample,
)
from kb.search import backend, search  # noqa: E402
from kb.search.directory import directory  # noqa: E402
from kb.search.library import library  # noqa: E402
from kb.search.query import understand  # noqa: E402
from kb.shelf import SORTS, shelf  # noqa: E402


def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Answer with nothing: what Django and its middleware cost alone."""
    return HttpResponse("")


def visit(address: str, query: str = "") -> None:
    """Ask for a page as a server does, and read it to its end."""
    environ = {"PATH_INFO": address, "QUERY_STRING": urlencode({"q": query}), "REMOTE_ADDR": "::1"}
    setup_testing_defaults(environ)
    said: list[str] = []
    response = application(environ, lambda status, headers: said.append(status))  # noqa: ARG005
    b"".join(response)
    response.close()
    if said != ["200 OK"]:
        raise RuntimeError(f"{address}?{query} answers {said}")


def raw(query: str, keys: list[int]) -> None:
    """Ask the database alone for what a search asks: where the words stand, and a page of rows."""
    backend().postings([g for g in understand(query, library.get()).groups if g.ways])
    rows_of_page = ArticleRevision.objects.published().for_lists().with_codes()
    rows_of_page.in_bulk(keys)


def with_facets(query: str) -> None:
    """Search, and count what each facet would leave."""
    results = search(query)
    filters = ArticleFilters(QueryDict(), ArticleRevision.objects.published())
    Panel(filters, results.unfiltered, {"q": query}, SORTS, "relevance").facets  # noqa: B018


def timed(deed: Callable[[], object]) -> float:
    """Return how many milliseconds a deed takes."""
    started = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - started)


def in_turns(contestants: dict[str, Callable[[str], object]]) -> dict[str, list[float]]:
    """Return the milliseconds of each, query by query, all taking turns."""
    took: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(TURNS):
        for query in QUERIES:
            for name, contestant in contestants.items():
                searching.read_before.forget()
                took[name].append(timed(partial(contestant, query)))
    return took


def verdict(*, holds: bool) -> str:
    """Return whether a goal is reached."""
    return "holds" if holds else "MISSED"


def first_search() -> None:
    """Print what a worker makes anew after a publish, before its first answer."""
    makers = {"shelf": shelf, "library": library, "directory": directory}
    took = {name: timed(kept.get) for name, kept in makers.items()}
    took["completions"] = timed(lambda: (library.get().alphabet, library.get().terms))
    took["corrections"] = timed(lambda: library.get().plain_words)
    took["snapshot"] = timed(snapshot.current)
    parts = ", ".join(f"{name} {ms:.0f}" for name, ms in took.items())
    print(f"  a worker's first search after a publish {sum(took.values()):10.0f} ms ({parts})")


def queries() -> None:
    """Print what the search page takes, beside the raw query and a bare view, and the facets."""
    keys = {query: [hit.revision for hit in search(query).hits] for query in QUERIES}
    took = in_turns(
        {
            "bare": lambda _: visit("/bare/"),
            "raw": lambda query: raw(query, keys[query]),
            "app": lambda query: visit("/search/", query),
            "search": search,
            "faceted": with_facets,
        }
    )
    middle = {name: statistics.median(times) for name, times in took.items()}
    most = APP_GOAL[0] * middle["raw"] + APP_GOAL[1] * middle["bare"]
    print(f"  {len(QUERIES)} queries, median of {TURNS} turns:", end=" ")
    print(f"raw query {middle['raw']:.1f} ms, bare view {middle['bare']:.1f} ms")
    print(
        f"  search page {middle['app']:26.1f} ms (goal: {APP_GOAL[0]} raw + {APP_GOAL[1]} bare ="
        f" {most:.1f} ms: {verdict(holds=middle['app'] <= most)}), slowest {max(took['app']):.0f}"
    )
    ratio = middle["faceted"] / middle["search"]
    print(
        f"  search alone {middle['search']:25.1f} ms, with facets {middle['faceted']:.1f} ms:"
        f" {ratio:.2f} x (goal: {FACETS_GOAL} x: {verdict(holds=ratio <= FACETS_GOAL)})"
    )


def pastes() -> None:
    """Print what a pasted reply takes."""
    texts = set(SignatureExample.objects.values_list("text", flat=True))
    long = sorted(texts, key=lambda text: (-len(text), text))[:20]
    took = []
    for _ in range(PASTE_TURNS):
        searching.read_before.forget()
        took += [timed(partial(visit, "/search/", text)) for text in long]
    middle, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    holds = middle <= PASTE_GOAL[0] and late <= PASTE_GOAL[1]
    print(
        f"  pasted reply {middle:25.1f} ms, 95th percentile {late:.0f} ms"
        f" (goal: {PASTE_GOAL[0]:g} and {PASTE_GOAL[1]:g} ms: {verdict(holds=holds)})"
    )


def here() -> None:
    """Measure on the database that the settings name."""
    urls.urlpatterns.append(path("bare/", bare))
    call_command("migrate", verbosity=0)
    call_command("install_content", stdout=sys.stderr)
    call_command("collectstatic", verbosity=0, interactive=False)
    press = Press()
    for size in map(int, SIZES.split(",")):
        print(f"\n{connection.vendor}, {size:,} articles", flush=True)
        press.grow_to(size)
        first_search()
        for query in QUERIES:
            visit("/search/", query)  # as in a running worker
        visit("/bare/")
        queries()
        pastes()
        sys.stdout.flush()


here()
