"""What a process keeps of one version of the published knowledge.

Each worker looks at most once a second whether the knowledge has changed; what is made from it
(the words of the library, the pages that are cached) is made anew then, and once a day: what was
reviewed "within 30 days" or helped most changes without a new version.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakSet

from django.core.cache import caches
from django.utils import timezone

from kb.models import KnowledgeVersion

LOOK_AGAIN = 1.0  # seconds between two looks at the version

Made = TypeVar("Made")
Version = tuple[int, str, dt.date]  # number, digest, and the day on which it is asked


class Watch:
    """The version of the knowledge, as this process saw it last."""

    def __init__(self) -> None:
        self._seen: KnowledgeVersion | None = None
        self._looked_at = 0.0

    def version(self) -> Version:
        """Return the version; asks the database at most once a second."""
        seen = self.current()
        return seen.number, seen.digest, timezone.localdate()

    def current(self) -> KnowledgeVersion:
        """Return the version with the moment since when it stands, as it was seen last."""
        seen, now = self._seen, time.monotonic()
        if seen is None or now - self._looked_at >= LOOK_AGAIN:
            seen = KnowledgeVersion.objects.current()
            self._seen, self._looked_at = seen, now
        return seen

    def expire(self) -> None:
        """Look again at the next question: this process has changed the knowledge itself."""
        self._seen = None


watch = Watch()
everything: WeakSet[Kept] = WeakSet()


class Kept(Generic[Made]):
    """Something made from the published knowledge, kept until that is another."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: tuple[Version, Made] | None = None
        everything.add(self)

    def get(self) -> Made:
        """Return it; one thread makes a newer one, the others go on with the old."""
        version = watch.version()
        kept = self._kept
        if kept and kept[0] == version:
            return kept[1]
        if not self._lock.acquire(blocking=kept is None):
            return kept[1]  # type: ignore[index]  # the lock is waited for without one
        try:
            if not self._kept or self._kept[0] != version:
                self._kept = (version, self._make())
            return self._kept[1]
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Make it anew at the next question."""
        self._kept = None


def make_everything() -> None:
    """Make now what the next question would have to wait for."""
    for kept in list(everything):
        kept.get()


def forget_everything() -> None:
    """Start as a new process does; for tests, whose databases change below it."""
    watch.expire()
    caches["pages"].clear()
    for kept in everything:
        kept.forget()
