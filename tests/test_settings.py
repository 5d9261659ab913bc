"""What config/settings.py makes of the environment."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).parent.parent / "config/settings.py"
POSTGRES = "postgresql://someone:secret@db.example:5433/bouncebook"


@pytest.fixture
def read_settings(monkeypatch, tmp_path):
    """Return a function that reads the settings with these variables in the environment."""

    def read(**variables: str) -> dict:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("VAR_DIR", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


def test_a_new_machine_needs_no_variables_but_a_secret(read_settings, tmp_path):
    settings = read_settings()

    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "bouncebook.sqlite3")


def test_the_secret_is_read_from_the_file_that_setup_makes(read_settings, monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / "secret-key").write_text("made-once\n")

    assert read_settings()["SECRET_KEY"] == "made-once"


def test_a_missing_secret_names_what_makes_one(read_settings, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(ImproperlyConfigured, match="make setup"):
        read_settings()


def test_an_https_address_keeps_cookies_and_visitors_on_https(read_settings):
    settings = read_settings(SITE_URL="https://bounces.example/")

    assert settings["SITE_URL"] == "https://bounces.example"
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://bounces.example"]
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000


def test_an_http_address_promises_no_https(read_settings):
    settings = read_settings(SITE_URL="http://bounces.example:8080")

    assert settings["CSRF_TRUSTED_ORIGINS"] == ["http://bounces.example:8080"]
    assert settings["SESSION_COOKIE_SECURE"] is False
    assert settings["SECURE_SSL_REDIRECT"] is False
    assert settings["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.parametrize("address", ["bounces.example", "ftp://bounces.example", "https://"])
def test_an_address_without_scheme_or_host_is_refused(read_settings, address):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        read_settings(SITE_URL=address)


def test_a_proxy_is_believed_only_where_one_is_named(read_settings):
    assert "SECURE_PROXY_SSL_HEADER" not in read_settings()
    assert "SECURE_PROXY_SSL_HEADER" in read_settings(TRUSTED_PROXIES="1")


def test_sqlite_has_one_writer_at_a_time_that_waits_its_turn(read_settings):
    options = read_settings()["DATABASES"]["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_gives_up_early_and_shares_its_connections(read_settings):
    database = read_settings(DATABASE_URL=POSTGRES)["DATABASES"]["default"]

    assert (database["HOST"], database["PORT"]) == ("db.example", 5433)
    assert database["OPTIONS"]["connect_timeout"] == 3
    assert database["OPTIONS"]["pool"]["timeout"] == 3
    assert "statement_timeout=5000" in database["OPTIONS"]["options"]


def test_options_in_the_address_of_the_database_hold(read_settings):
    database = read_settings(DATABASE_URL=f"{POSTGRES}?sslmode=require")["DATABASES"]["default"]

    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["connect_timeout"] == 3


def test_another_database_is_refused(read_settings):
    with pytest.raises(ImproperlyConfigured, match="SQLite or PostgreSQL"):
        read_settings(DATABASE_URL="mysql://someone@db.example/bouncebook")
