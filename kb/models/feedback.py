"""What readers said of an article: counts only, nothing of who said it."""

from __future__ import annotations

from math import sqrt

from django.db import models

from kb.models.article import Article

CERTAINTY = 1.96  # of a normal distribution: 95 %


class ArticleFeedback(models.Model):
    """How often an article helped, and how often it did not."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="feedback"
    )
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)
    score = models.FloatField(
        default=0, help_text="Wilson: how helpful it is at the least, 0 to 1."
    )

    def __str__(self) -> str:
        return f"{self.helped} of {self.helped + self.not_helped}"


class Voice(models.Model):
    """That somebody has spoken on an article, as a keyed digest that is deleted after a day.

    It only keeps one visitor from speaking twice.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:12]


def least_share(yes: int, no: int) -> float:
    """Return the share of yes that is certain by 95 % (Wilson, 1927): few votes count little."""
    number = yes + no
    if not number:
        return 0.0
    share, spread = yes / number, CERTAINTY**2 / number
    middle = share + spread / 2
    width = CERTAINTY * sqrt(share * (1 - share) / number + spread / (4 * number))
    return (middle - width) / (1 + spread)
