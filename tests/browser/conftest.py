"""A real Chromium in front of a live server with the starter content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.install_browser import find_browser

# Nothing of Chromium's own business may reach out of the machine.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a policy forbids is silent for a page; this has it tell the console.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`${event.violatedDirective} forbids ${event.blockedURI}`));
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def live_server(django_db_setup) -> Iterator[LiveServer]:
    """Serve the site from a thread, its static files through WhiteNoise as in production."""
    server = LiveServer("127.0.0.1", start=False)
    server.thread.static_handler = lambda application: application
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once; a test opens a window of its own."""
    executable = find_browser()
    if not executable:
        pytest.fail("There is no Chromium: run python tests/install_browser.py")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, where Django then sees an async context.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Collect what the browser holds against a page; clear it where that is expected."""
    return []


@pytest.fixture
def page(chromium, live_server, starter_content, complaints) -> Iterator[Page]:
    """Open a window on the site; fail on errors, forbidden content and requests elsewhere."""
    context = chromium.new_context(base_url=live_server.url)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    watch(page, complaints, live_server.url)
    yield page
    context.close()
    assert complaints == []


def watch(page: Page, complaints: list[str], site: str) -> None:
    """Note errors of scripts and of the console, and requests that leave the site."""

    def note_error(message) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def note_stranger(request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            complaints.append(f"request to {request.url}")

    page.on("console", note_error)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", note_stranger)
