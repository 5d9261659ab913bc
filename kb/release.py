"""Which release of Bouncebook makes the pages: its own files, read once a process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

MAKES_PAGES = ("templates/**/*.html", "kb/**/*.py", "diagnostics/**/*.py", "config/**/*.py")


@dataclass(frozen=True, slots=True)
class Release:
    """What pages depend on beside the knowledge; `moment` is when its newest file was written."""

    digest: str
    moment: float


@cache
def release() -> Release:
    """Return the release that this process runs.

    It is another as soon as a template, a module, a static file or the address of the site is.
    """
    root = Path(settings.BASE_DIR)
    paths = sorted(path for pattern in MAKES_PAGES for path in root.glob(pattern))
    digest = hashlib.sha256(settings.SITE_URL.encode())
    for path in paths:
        digest.update(path.read_bytes())
    digest.update(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    return Release(digest.hexdigest()[:12], max(path.stat().st_mtime for path in paths))
