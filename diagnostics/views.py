"""The paste box and the answer. Nothing that is pasted is stored, and no cookie is set."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from diagnostics import bounce, engine
from diagnostics.answering import answer
from diagnostics.bounce.text import clean, decode
from diagnostics.forms import BounceForm
from diagnostics.knowledge import snapshot
from kb.models import ArticleRevision, Cause, Provider, Topic
from kb.views.origin import from_this_site
from kb.views.public import public_page


class Example(NamedTuple):
    """A bounce to try the page with."""

    label: str
    text: str


EXAMPLES = [
    Example("A Gmail deferral", "451 4.3.0 Mail server temporarily rejected message. - gsmtp"),
    Example(
        "An unknown address",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
        "550-5.1.1 double-checking the recipient's email address for typos or\n"
        "550 5.1.1 unnecessary spaces. - gsmtp",
    ),
    Example(
        "A line of a Postfix log",
        "Nov 24 09:14:02 mx1 postfix/smtp[2101]: 4XyZ1k2Jz9: to=<ann@example.com>, "
        "relay=gmail-smtp-in.l.google.com[192.0.2.26]:25, delay=2.1, "
        "delays=0.1/0/0.9/1.1, dsn=4.3.0, status=deferred (host "
        "gmail-smtp-in.l.google.com[192.0.2.26] said: 451 4.3.0 Mail server temporarily "
        "rejected message. - gsmtp (in reply to end of DATA command))",
    ),
    Example("Only a number", "550 5.7.1"),
]

HOME_ARTICLES = 8


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the paste box, examples, and the ways to browse."""
    context = {
        "form": BounceForm(),
        "examples": EXAMPLES,
        "articles": ArticleRevision.objects.published().for_lists().recent_first()[:HOME_ARTICLES],
        "providers": Provider.objects.families().by_name(),
        "topics": Topic.objects.by_name(),
        "causes": Cause.objects.by_name(),
    }
    return render(request, "diagnostics/home.html", context)


@from_this_site
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def diagnose(request: HttpRequest) -> HttpResponse:
    """Answer a paste; a form that cannot be answered comes back with what was pasted."""
    if request.method != "POST":
        return render(request, "diagnostics/diagnose.html", {"form": BounceForm()})
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REQUEST_MAX_BYTES:
        return render(request, "413.html", status=413)
    try:
        form = BounceForm(request.POST, request.FILES)
    except RequestDataTooBig:
        return render(request, "413.html", status=413)
    except (TooManyFieldsSent, MultiPartParserError):
        return render(request, "400.html", status=400)
    if not form.is_valid():
        status = 413 if form.is_too_large() else 200
        return render(request, "diagnostics/diagnose.html", {"form": form}, status=status)
    return show_answer(request, form)


def show_answer(request: HttpRequest, form: BounceForm) -> HttpResponse:
    """Read, recognise, and show what answers it."""
    pasted = form.cleaned_data["bounce"]
    knowledge = snapshot.current()
    diagnosis = engine.diagnose(bounce.read(pasted), knowledge)
    context = {
        "answer": answer(diagnosis, knowledge),
        "form": form,
        "paste": clean(decode(pasted) if isinstance(pasted, bytes) else pasted),
    }
    return render(request, "diagnostics/answer.html", context)
