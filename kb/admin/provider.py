"""Providers, their marks and how to reach them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from kb.admin.base import OpenAdmin
from kb.models import Provider


class ProviderForm(forms.ModelForm):
    """Keeps families one level deep; the database cannot see that from one row."""

    def clean_family(self) -> Any:
        """Refuse itself, a service as family, and a family for what has services."""
        family = self.cleaned_data["family"]
        if not family:
            return None
        if family.pk == self.instance.pk:
            raise forms.ValidationError("A provider is not its own family.")
        if family.family_id:
            raise forms.ValidationError(f"{family} is a service itself: choose {family.family}.")
        if self.instance.pk and self.instance.services.exists():
            raise forms.ValidationError("It has services, so it is a family itself.")
        return family


@admin.register(Provider)
class ProviderAdmin(OpenAdmin):
    """Who received or refused. A change is public at once."""

    form = ProviderForm
    list_display = ["name", "kind", "family", "postmaster_url"]
    list_filter = ["kind", ("family", admin.EmptyFieldListFilter)]
    list_select_related = ["family"]
    search_fields = ["name", "slug", "summary"]
    ordering = ["name"]
    autocomplete_fields = ["family"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", ("kind", "family"), "summary", "notes"]}),
        (
            "How it is recognised",
            {
                "fields": ["mx_suffixes", "address_domains", "reply_marks"],
                "description": "One item a line. The engine reads these: a wrong mark misleads it.",
            },
        ),
        (
            "How it is reached",
            {"fields": ["postmaster_url", "delisting_url", "contact", "feedback_loop"]},
        ),
    ]
