"""What a public page costs beside a view that only says "ok": cold, warm, kept, and unchanged.

    make bench

Cold: the first rendering after something was published, when nothing of the page is kept.
Warm: the page is not in the page cache, but its pieces (`kb.fragments`) are: rows and opinion cards
that other pages show too, and of an article, a code, a provider, a cause or a source, and of short
lists, everything between header and footer, which only an earlier rendering of the same has made.
Kept: from the page cache. Queries are those of warm and cold, without the look at the version.

All are asked through the whole WSGI application, of one process, with the starter content in a
SQLite database of its own. They take turns, so that a slow moment of the machine hits them alike;
the best turn counts. Seconds are of the CPU, and only ratios of one run mean anything.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = tempfile.TemporaryDirectory(prefix="bouncebook-bench-")
TURNS = 5
PAGES = {
    "home": "/",
    "articles": "/articles/",
    "an article": "/articles/gmail-451-4-3-0-mail-server-temporarily-rejected-message/",
    "codes": "/codes/",
    "an enhanced code": "/codes/4.3.0/",
    "a pair of codes": "/codes/451-4.3.0/",
    "a token": "/codes/tss04/",
    "providers": "/providers/",
    "a provider": "/providers/google/",
    "causes": "/causes/",
    "a cause": "/causes/server-error/",
    "sources": "/sources/",
    "a source": "/sources/suped/",
    "feed": "/feeds/articles.atom",
    "sitemap": "/sitemap.xml",
}

sys.path.insert(0, str(ROOT))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "VAR_DIR": SCRATCH.name,
    "DATABASE_URL": f"sqlite:///{SCRATCH.name}/bench.sqlite3",
    "SITE_URL": "http://127.0.0.1",
    "SECRET_KEY": "for-this-run-only",
    "DEBUG": "",
}

import django  # noqa: E402 - it looks for the settings that were named above

django.setup()
logging.disable()  # a line for each request is not what is measured

from django.conf import settings  # noqa: E402
from django.core.cache import caches  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.urls import include, path  # noqa: E402

from kb.fragments import pieces  # noqa: E402

Ask = Callable[[], object]


def install() -> None:
    """Have the starter content, and beside the site's addresses one that only says "ok"."""
    call_command("migrate", verbosity=0)
    call_command("install_content", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    addresses = types.ModuleType("addresses")
    addresses.urlpatterns = [
        path("bare", lambda _: HttpResponse("ok")),
        path("", include("config.urls")),
    ]
    sys.modules["addresses"] = addresses
    settings.ROOT_URLCONF = "addresses"


def asking(address: str, *, clear: bool = False, cold: bool = False, etag: str = "") -> Ask:
    """Return a function that asks for a page through WSGI and returns status and headers."""
    from config.wsgi import application  # noqa: PLC0415 - it wants the settings

    headers = {"HTTP_IF_NONE_MATCH": etag} if etag else {}
    environ = RequestFactory().get(address, HTTP_HOST="127.0.0.1", **headers).environ

    def ask() -> dict[str, str]:
        if clear:
            caches["pages"].clear()
        if cold:
            pieces.forget()
        said: dict[str, str] = {}
        response = application(
            dict(environ),
            lambda status, headers: said.update(dict(headers), status=status),
        )
        b"".join(response)
        response.close()
        return said

    return ask


def seconds(ask: Ask, times: int) -> float:
    """Return the CPU seconds of one request."""
    started = time.process_time()
    for _ in range(times):
        ask()
    return (time.process_time() - started) / times


def queries(ask: Ask) -> int:
    """Return how many queries one request costs."""
    asked: list[str] = []

    def note(execute: Callable, sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        ask()
    return len(asked)


def compare() -> None:
    """Print what each page costs, as so many views that only say "ok"."""
    bare = asking("/bare")
    heads = f"{'kB':>6}{'queries':>9}{'cold':>9}{'warm':>8}{'kept':>8}{'304':>8}"
    print(f"{'':18}{heads}  times a bare view")
    worst = dict.fromkeys(("cold", "warm", "kept", "304"), 0.0)
    for name, address in PAGES.items():
        cold, warm = asking(address, clear=True, cold=True), asking(address, clear=True)
        kept = asking(address)
        said = kept()
        ways = {"cold": cold, "warm": warm, "kept": kept, "304": asking(address, etag=said["ETag"])}
        best = dict.fromkeys(("bare", *ways), float("inf"))
        for _ in range(TURNS):
            best["bare"] = min(best["bare"], seconds(bare, 200))
            best["cold"] = min(best["cold"], seconds(cold, 4))
            best["warm"] = min(best["warm"], seconds(warm, 20))
            kept()
            for way in ("kept", "304"):
                best[way] = min(best[way], seconds(ways[way], 100))
        ratios = {way: best[way] / best["bare"] for way in ways}
        worst = {way: max(worst[way], ratio) for way, ratio in ratios.items()}
        size = int(said["Content-Length"]) / 1000
        print(f"  {name:16}{size:>6.0f}{queries(cold):>7}/{queries(warm)}", end="")
        print(
            "".join(
                f"{ratio:>{width}.1f}x"
                for ratio, width in zip(ratios.values(), (8, 7, 7, 7), strict=True)
            )
        )
    print(f"  {'the dearest':16}{'':15}", end="")
    print(
        "".join(
            f"{ratio:>{width}.1f}x"
            for ratio, width in zip(worst.values(), (8, 7, 7, 7), strict=True)
        )
    )


if __name__ == "__main__":
    install()
    compare()
    SCRATCH.cleanup()
