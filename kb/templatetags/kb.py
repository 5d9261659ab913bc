"""Text as pages show it: Markdown without raw HTML, and addresses that are safe to link."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from kb.models.base import Dated
from kb.reading import When

register = template.Library()

LINKED = {"http", "https", "mailto"}
WEB = {"http", "https"}
HIGHEST = 3  # the page has the h1, its sections h2: headings of a text, ## and below, start at h3
DEEPEST = 6
# A wide table scrolls within its frame, by keyboard too; the page does not.
TABLE = '<div class="table-frame" role="group" aria-label="Table" tabindex="0"><table>'


def has_scheme(url: str, schemes: set[str]) -> bool:
    """Whether an address has one of the schemes."""
    try:
        return urlsplit(url.strip()).scheme.lower() in schemes
    except ValueError:
        return False


def make_renderer() -> MarkdownIt:
    """Return CommonMark with tables, raw HTML and images off and links to the web and mail only."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    renderer.renderer.rules["table_open"] = lambda *_: TABLE
    renderer.renderer.rules["table_close"] = lambda *_: "</table></div>"
    renderer.validateLink = lambda url: has_scheme(url, LINKED) or url.startswith(("/", "#"))
    return renderer


RENDERER = make_renderer()
CODE_ONLY = MarkdownIt("zero").enable("backticks")  # <user@example.com> and * stay as they are


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML with headings from h3 down."""
    tokens = RENDERER.parse(text)
    for token in tokens:
        token.attrs.pop("style", None)  # an aligned column: the page's policy allows no styles
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]) + 1, HIGHEST), DEEPEST)}"
    html = RENDERER.renderer.render(tokens, RENDERER.options, {})
    return mark_safe(html)  # noqa: S308 - the renderer escapes, raw HTML is off


@register.filter
def markdown_line(text: str) -> SafeString:
    """Return a line whose `code` is marked; everything else stands as it is written."""
    return mark_safe(CODE_ONLY.renderInline(text))  # noqa: S308 - as above


@register.filter
def plain(text: str) -> str:
    """Return a line without the marks of its `code`, for where nothing is marked."""
    return text.replace("`", "")


@register.filter
def web(url: str) -> str:
    """Return an address if it is one of the web, otherwise nothing."""
    return url if has_scheme(url, WEB) else ""


@register.filter
def host(url: str) -> str:
    """Return the name of the server in an address, as a reader recognises it."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> SafeString:
    """Return a link to a section, marked where the page shown is it or in it."""
    address = reverse(name)
    shown = context["request"].path if "request" in context else ""
    if not shown.startswith(address):
        return format_html('<a href="{}">{}</a>', address, label)
    state = "page" if shown == address else "true"
    return format_html('<a href="{}" aria-current="{}">{}</a>', address, state, label)


@register.filter
def when(row: Dated) -> When:
    """Return the date of a row with the precision that is known of it."""
    return When(row.stated_on, row.precision, row.date_kind)


@register.filter
def day(text: str) -> str:
    """Return an ISO date as people read it: 5 June 2024."""
    return When(dt.date.fromisoformat(text), "day", "stated").words if text else ""
