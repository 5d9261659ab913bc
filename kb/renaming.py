"""Addresses that move with a new slug: the old one leads on for ever."""

from __future__ import annotations

from django.db import transaction

from kb.models import ArticleRevision, SlugRedirect


@transaction.atomic
def lead_on(old_path: str, new_path: str) -> None:
    """Let an address lead to another one, and whatever led to the old one go straight there.

    What has come back to an address it had before is found there again: nothing leads away.
    """
    if old_path == new_path:
        return
    SlugRedirect.objects.filter(old_path=new_path).delete()
    SlugRedirect.objects.filter(new_path=old_path).update(new_path=new_path)
    SlugRedirect.objects.update_or_create(old_path=old_path, defaults={"new_path": new_path})


def lead_to(revision: ArticleRevision) -> None:
    """Let the address that the public last knew an article by lead to this revision of it."""
    public = revision.article.revisions.filter(published_at__isnull=False)
    before = public.exclude(pk=revision.pk).for_lists().order_by("-number").first()
    if before:
        lead_on(before.get_absolute_url(), revision.get_absolute_url())
