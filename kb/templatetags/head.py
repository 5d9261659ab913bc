"""What the head of a page tells machines: its title, its address, what it is about."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString, mark_safe

from kb import addresses, structured
from kb.breadcrumbs import Step

register = template.Library()

# A script element ends at its closing tag, whatever stands around it; JSON can say these otherwise.
ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


class CaptureNode(Node):
    """Keeps what stands inside for use in several places, blocks of other templates included."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        """Render nothing here."""
        context[self.name] = mark_safe(" ".join(self.nodelist.render(context).split()))  # noqa: S308 - escaped within
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """Keep what stands before {% endcapture %} under a name, on one line."""
    _, name = token.split_contents()
    nodelist = parser.parse(["endcapture"])
    parser.delete_first_token()
    return CaptureNode(name, nodelist)


@register.simple_tag(takes_context=True)
def canonical_address(context: Context) -> str:
    """Return the one address of a public page; nothing for a page that is not public."""
    request = context.get("request")
    if not getattr(request, "is_public_page", False):
        return ""
    if not request.GET:  # what is lazy of the page stays so
        return addresses.canonical(request.path)
    number = getattr(context.get("page"), "number", 1)
    filters = context.get("filters")
    is_filtered = bool(filters and filters.kept())
    return addresses.canonical(request.path, number=number, is_filtered=is_filtered)


@register.simple_tag
def article_data(article: Any, revision: Any, names: Any) -> SafeString:
    """Return an article as schema.org describes it."""
    return json_ld(structured.tech_article(article, revision, names))


@register.simple_tag
def trail_data(trail: list[Step]) -> SafeString:
    """Return the way to a page as schema.org describes it."""
    return json_ld(structured.breadcrumb_list(trail))


def json_ld(data: structured.Data) -> SafeString:
    """Return a block of data, which no browser runs."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
