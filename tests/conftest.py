"""What every test stands on: settings of its own, static files, and starter content on request."""

from __future__ import annotations

import math
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
VAR_DIR = Path(tempfile.mkdtemp(prefix="bouncebook-tests-"))


def prepare_settings() -> None:
    """Read the settings as on a new machine, whatever the shell has exported."""
    text = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text):
        if name != "DATABASE_URL":
            os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["SECRET_KEY"] = "a-secret-for-tests-only"
    os.environ["VAR_DIR"] = str(VAR_DIR)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # A file, as in production: threads that share a connection in memory trip over each other.
        database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    else:
        # The planner has no statistics of what a test has just written, and plans badly without.
        database["OPTIONS"]["options"] = "-c statement_timeout=60000 -c lock_timeout=2000"
    django.setup()


prepare_settings()

# A slow moment of the machine is no failure; CI tries the same examples each time.
hypothesis.settings.register_profile(
    "bouncebook", deadline=None, database=None, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("bouncebook")


def pytest_unconfigure() -> None:
    shutil.rmtree(VAR_DIR)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests of the starter content last: it is installed once, and stays in the database."""
    items.sort(key=lambda item: "starter_content" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Collect the static files once: pages name them by their hashes."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def install_starter_content(django_db_setup, django_db_blocker) -> Iterator[Callable[[], None]]:
    """Install the starter content; yield what brings it back after a flush."""
    with django_db_blocker.unblock():
        call_command("install_content", verbosity=0)
        if connection.vendor != "sqlite":
            yield lambda: call_command("install_content", verbosity=0)
            return
        connection.ensure_connection()
        snapshot = sqlite3.connect(":memory:")
        connection.connection.backup(snapshot)
        yield lambda: snapshot.backup(connection.connection)
        snapshot.close()


@pytest.fixture
def starter_content(install_starter_content, db) -> None:
    """Have the starter content in the database, as after `make run`."""
    from kb.models import InstalledUnit  # noqa: PLC0415 - models are not ready before

    if not InstalledUnit.objects.exists():
        install_starter_content()


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch) -> None:
    """Keep nothing of another test's knowledge."""
    from kb import versioned  # noqa: PLC0415 - models are not ready before
    from kb.search import asked  # noqa: PLC0415 - as above

    versioned.forget_everything()
    monkeypatch.setattr(versioned, "LOOK_AGAIN", math.inf)  # a slow moment is no other version
    monkeypatch.setattr(asked, "waiting", asked.Waiting())
    monkeypatch.setattr(asked, "WAIT", math.inf)  # counts are written where a test asks for it
