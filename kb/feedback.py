"""Take down what a reader says of an article: did it help? One voice a visitor and day."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kb.models import Article, ArticleFeedback, Voice
from kb.models.feedback import least_share

KEPT = dt.timedelta(days=1)


@transaction.atomic
def speak(article: Article, *, helped: bool, visitor: str) -> bool:
    """Count a reader's judgement; return whether it counts: the second of a day does not.

    `visitor` tells visitors apart (address and browser). It is kept as a keyed digest for a day.
    """
    today = timezone.localdate()
    Voice.objects.filter(day__lt=today - KEPT).delete()
    digest = salted_hmac(f"kb.feedback {today}", f"{article.pk} {visitor}", algorithm="sha256")
    try:
        with transaction.atomic():
            Voice.objects.create(digest=digest.hexdigest(), day=today)
    except IntegrityError:
        return False
    ArticleFeedback.objects.get_or_create(article=article)
    feedback = ArticleFeedback.objects.select_for_update().get(article=article)
    feedback.helped += helped
    feedback.not_helped += not helped
    feedback.score = least_share(feedback.helped, feedback.not_helped)
    feedback.save()
    return True
