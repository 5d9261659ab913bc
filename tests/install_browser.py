"""Find a Chromium for the browser tests, or install one: `python tests/install_browser.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = """\
The browser tests need Chromium, and none could be installed.
Install one by hand (Debian: apt-get install chromium; elsewhere: Google Chrome), then try again.
"""


def find_browser() -> Path | None:
    """Return the Chromium of the system, else the one that Playwright has downloaded."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next(iter(sorted(playwright_browsers(), reverse=True)), None)


def playwright_browsers() -> list[Path]:
    """Return every Chromium in Playwright's own store."""
    homes = {
        "linux": Path.home() / ".cache/ms-playwright",
        "darwin": Path.home() / "Library/Caches/ms-playwright",
    }
    store = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or homes.get(sys.platform, "."))
    linux = store.glob("chromium-*/chrome-linux*/chrome")
    return [*linux, *store.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*")]


def install_browser() -> Path | None:
    """Install Debian's Chromium where that is possible, else Playwright's; return where it is."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--yes"]
        subprocess.run([*apt, "update"], check=False)
        # Without the recommended packages there is no font to draw a page with.
        packages = ["chromium", "fonts-liberation"]
        subprocess.run([*apt, "install", "--no-install-recommends", *packages], check=False)
        if found := find_browser():
            return found
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find_browser()


if __name__ == "__main__":
    print(find_browser() or install_browser() or sys.exit(MISSING))
