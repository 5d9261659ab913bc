"""What admins have in common: fields that fit, and what a change means for the public."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from kb import editorial, renaming
from kb.models.base import LinesField

DATE_FIELDS = (("stated_on", "precision", "date_kind"),)


class Admin(admin.ModelAdmin):
    """Boxes that are as high as what is usually in them."""

    formfield_overrides = {
        LinesField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
    }
    save_on_top = True


class GrowsOnDelete(Admin):
    """Deleting changes what the public reads, so the version of the knowledge grows with it."""

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete one row."""
        super().delete_model(request, obj)
        editorial.grow_version()

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete the chosen rows."""
        super().delete_queryset(request, queryset)
        editorial.grow_version()


class OpenAdmin(GrowsOnDelete):
    """Rows without a state of their own: every change is public at once."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Let the old address lead to the new one where a page gets another slug."""
        moves = change and "slug" in form.changed_data and hasattr(obj, "get_absolute_url")
        old_path = type(obj).objects.get(pk=obj.pk).get_absolute_url() if moves else ""
        super().save_model(request, obj, form, change)
        if moves:
            renaming.lead_on(old_path, obj.get_absolute_url())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Grow the version in the transaction of the change, after its last write."""
        super().save_related(request, form, formsets, change)
        editorial.grow_version()


class ReadOnlyAdmin(Admin):
    """Rows that deeds write and nobody edits."""

    save_on_top = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody deletes one."""
        return False
