"""What all public pages have in common: browsers and this process keep them until they change.

A page is made from its address, the published knowledge and the release, so the version of both is
its ETag. Browsers ask each time, and are answered 304 without rendering anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_vary_headers,
)
from django.utils.http import http_date

from kb.fragments import of_this_version
from kb.release import release
from kb.versioned import watch
from kb.views import page_cache

View = Callable[..., HttpResponse]
# A moment has whole seconds and this process looks once a second: before that has passed, another
# change could bear the same moment.
SETTLED = 2.0  # seconds; longer than kb.versioned.LOOK_AGAIN


@dataclass(frozen=True, slots=True)
class Edition:
    """One page in one version of the knowledge and of the release."""

    key: str
    changed: int | None  # seconds since 1970; None while that may not be the last change of then

    @classmethod
    def of(cls, request: HttpRequest) -> Edition:
        """Return the edition that a request is answered with now."""
        knowledge, ours = watch.current(), release()
        version = f"{watch.version()} {ours.digest}"
        changed = ours.moment
        if knowledge.changed_at:
            changed = max(changed, knowledge.changed_at.timestamp())
        is_settled = time.time() - changed > SETTLED
        return cls(page_cache.key_of(request, version), int(changed) if is_settled else None)

    @property
    def etag(self) -> str:
        """The validator that tells this edition from every other."""
        return f'"{self.key[:32]}"'

    def is_known_to(self, request: HttpRequest) -> bool:
        """Whether a request names this very edition, so that the page is there for sure."""
        if etags := request.headers.get("If-None-Match"):
            return self.etag in etags
        since = request.headers.get("If-Modified-Since")
        return bool(since and self.changed and since == http_date(self.changed))

    def condition(
        self, request: HttpRequest, response: HttpResponse | None = None
    ) -> HttpResponse | None:
        """Return the response with its validators, or 304 where the visitor has it already."""
        answer = get_conditional_response(request, self.etag, self.changed, response)
        if answer is not None:
            answer["ETag"] = self.etag
            if self.changed:
                answer["Last-Modified"] = http_date(self.changed)
            say_how_to_keep(answer)
        return answer


def say_how_to_keep(response: HttpResponse) -> None:
    """Let anybody keep a page that is asked for without a session, and ask before using it."""
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])


def public_page(view: View) -> View:
    """Answer from what is kept where nothing has changed; with a session, fresh and privately.

    The view reads its parameters through `clean_query`, and nothing else of the request.
    """

    @wraps(view)
    def public(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_public_page = True
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        if settings.DEBUG:
            return privately(view(request, *args, **kwargs))
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            with of_this_version():
                return privately(rendered(view(request, *args, **kwargs)))
        edition = Edition.of(request)
        if edition.is_known_to(request) and (unchanged := edition.condition(request)):
            return unchanged
        response = page_cache.find(edition.key)
        if response is None:
            with of_this_version():
                response = rendered(view(request, *args, **kwargs))
            if response.status_code != HTTPStatus.OK:
                say_how_to_keep(response)
                return response
            page_cache.keep(edition.key, request, response)
        return edition.condition(request, response)

    return public


def privately(response: HttpResponse) -> HttpResponse:
    """Have nobody keep a response."""
    add_never_cache_headers(response)
    patch_vary_headers(response, ["Cookie"])
    return response


def rendered(response: HttpResponse) -> HttpResponse:
    """Return a response whose content is there; a TemplateResponse makes it late."""
    return response.render() if hasattr(response, "render") else response
