"""Where editors curate: one module a family; signatures live in `diagnostics.admin`."""

from kb.admin import (
    article,
    asked,
    cause,
    code,
    opinion,
    provider,
    revision,
    source,
    version,
    vocabulary,
)

__all__ = [
    "article",
    "asked",
    "cause",
    "code",
    "opinion",
    "provider",
    "revision",
    "source",
    "version",
    "vocabulary",
]
