"""All articles from A to Z."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.alphabet import codes_in_order, keywords_by_letter, questions_by_letter
from kb.breadcrumbs import trail
from kb.text import clean_query
from kb.views.public import public_page


@public_page
@require_safe
def a_to_z(request: HttpRequest) -> HttpResponse:
    """Show the index of keywords, or with `?by=question` all questions."""
    if clean_query(request.GET).get("by") == "question":
        context = {"by": "question", "letters": questions_by_letter()}
    else:
        context = {"by": "keyword", "letters": keywords_by_letter(), "codes": codes_in_order()}
    context["trail"] = trail(("Articles", "kb:article-list"), ("A to Z", "kb:a-to-z"))
    return render(request, "kb/a_to_z.html", context)
