"""What a reader says of an article."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from kb.feedback import speak
from kb.models import Article
from kb.views.origin import from_this_site

ANSWERS = {"yes": True, "no": False}


@from_this_site
@require_POST
def helped(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Count whether an article helped, and show it again with thanks."""
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        return HttpResponseBadRequest("The answer is yes or no.", content_type="text/plain")
    article = Article.objects.published().filter(slug=slug).first()
    if article is None:
        raise Http404
    speak(article, helped=ANSWERS[answer], visitor=visitor_of(request))
    return HttpResponseRedirect(f"{article.get_absolute_url()}?said={answer}#helped")


def visitor_of(request: HttpRequest) -> str:
    """Return what tells visitors apart, never kept as it is."""
    agent = request.headers.get("User-Agent", "")[:300]
    return f"{request.META.get('REMOTE_ADDR', '')} {agent}"
