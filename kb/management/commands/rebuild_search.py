"""Make the search index anew from what is published."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kb.search import rebuild


class Command(BaseCommand):
    help = "Make the search index anew from what is published."

    def handle(self, *args: Any, **options: Any) -> None:
        number = rebuild()
        words = "article is" if number == 1 else "articles are"
        self.stdout.write(f"{number} {words} in the search index.")
