"""Frozen articles: to read, to compare, to bring back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from kb import editorial
from kb.admin.base import ReadOnlyAdmin
from kb.content import files
from kb.models import ArticleRevision


@admin.register(ArticleRevision)
class ArticleRevisionAdmin(ReadOnlyAdmin):
    """What was frozen, when and by whom; never changed, only brought back."""

    list_display = ["question", "number", "state", "created_at", "created_by", "note"]
    list_filter = ["state", "created_at"]
    list_select_related = ["created_by"]
    search_fields = ["question", "slug", "note"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = [
        "article",
        ("number", "state"),
        ("created_at", "created_by", "published_at"),
        "note",
        "changes",
        "text",
    ]
    readonly_fields = ["changes", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Leave the documents where they are; one page reads one."""
        return super().get_queryset(request).for_lists()

    def get_urls(self) -> list[Any]:
        """Add the address that brings a revision back."""
        restore = self.admin_site.admin_view(require_POST(self.restore))
        return [
            path("<int:pk>/restore/", restore, name="kb_articlerevision_restore"),
            *super().get_urls(),
        ]

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring the working copy back to a revision, and show it."""
        if not request.user.has_perm("kb.publish_article"):
            raise PermissionDenied
        revision = get_object_or_404(ArticleRevision, pk=pk)
        try:
            editorial.restore(revision)
        except (DeserializationError, IntegrityError, ObjectDoesNotExist) as error:
            refused = f"It cannot be brought back: something it names is gone or taken. {error}"
            self.message_user(request, refused, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:kb_articlerevision_change", args=[pk]))
        done = f"The working copy is revision {revision.number} again. Publish it to show it."
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:kb_article_change", args=[revision.article_id]))

    @admin.display(description="changes since the revision before")
    def changes(self, revision: ArticleRevision) -> SafeString | str:
        """The lines that differ from the revision before."""
        earlier = ArticleRevision.objects.filter(
            article=revision.article, number__lt=revision.number
        )
        before = earlier.order_by("-number").first()
        if before is None:
            return "This is the first."
        lines = editorial.compare(before.document["rows"], revision.document["rows"])
        return as_text("\n".join(lines)) if lines else f"The same as revision {before.number}."

    @admin.display(description="the whole article")
    def text(self, revision: ArticleRevision) -> SafeString:
        """The document as its file reads."""
        return as_text(files.dump(revision.document["rows"]))

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Tell the template who may bring a revision back."""
        context["can_restore"] = request.user.has_perm("kb.publish_article")
        return super().render_change_form(request, context, **kwargs)


def as_text(text: str) -> SafeString:
    """Return text as it stands, lines kept."""
    return format_html('<pre class="kb-text">{}</pre>', text)
