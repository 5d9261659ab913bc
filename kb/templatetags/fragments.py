"""Pieces of templates that are rendered once a version of the knowledge (see `kb.fragments`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString, mark_safe

from kb.fragments import LateRows, once

register = template.Library()


class KeptNode(Node):
    """What stands inside, with the named variables only, once for each key."""

    def __init__(
        self,
        keys: list[FilterExpression],
        variables: dict[str, FilterExpression],
        nodelist: NodeList,
    ) -> None:
        self.keys = keys
        self.variables = variables
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return the piece; variables that are lazy stay so where it is kept."""
        key = (self, *(key.resolve(context) for key in self.keys))
        return once(key, lambda: self.make(context))

    def make(self, context: Context) -> SafeString:
        """Render the piece."""
        values = {name: value.resolve(context) for name, value in self.variables.items()}
        return self.nodelist.render(context.new(values))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands before {% endkept %} under all keys: {% kept row.pk row=row %}."""
    bits = token.split_contents()[1:]
    keys = []
    while bits and "=" not in bits[0]:
        keys.append(parser.compile_filter(bits.pop(0)))
    variables = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError("{% kept %} takes keys, then name=value.")
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(keys, variables, nodelist)


class KeptForNode(Node):
    """A loop whose body is kept by the primary key of each row."""

    def __init__(self, name: str, rows: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.rows = rows
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return the pieces of all rows; the rows themselves are read where one lacks."""
        rows = self.rows.resolve(context)
        keys = rows.keys if isinstance(rows, LateRows) else [row.pk for row in rows]
        found: dict[int, Any] = {}

        def make(key: int) -> SafeString:
            if not found:
                found.update({row.pk: row for row in rows})
            if key not in found:  # withdrawn just now
                return SafeString()
            return self.nodelist.render(context.new({self.name: found[key]}))

        lines = [once((self, key), lambda key=key: make(key)) for key in keys]
        return mark_safe("".join(lines))  # noqa: S308 - rendered above


@register.tag
def keptfor(parser: Parser, token: Token) -> KeptForNode:
    """Repeat what stands before {% endkeptfor %}: {% keptfor row in rows %}; it sees only row."""
    try:
        _, name, word, rows = token.split_contents()
    except ValueError:
        word = ""
    if word != "in":
        raise TemplateSyntaxError("{% keptfor row in rows %} is how it is written.")
    nodelist = parser.parse(["endkeptfor"])
    parser.delete_first_token()
    return KeptForNode(name, parser.compile_filter(rows), nodelist)
