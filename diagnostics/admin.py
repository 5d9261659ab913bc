"""Signatures in the admin: patterns, conditions, examples, and publishing that tries them all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseModelForm
from django.http import HttpRequest

from diagnostics import signatures
from kb import editorial
from kb.admin.base import GrowsOnDelete
from kb.models import Signature, SignatureExample
from kb.models.signature import SignatureStatus


class SignatureForm(forms.ModelForm):
    """Refuses what the matcher cannot run; the status is changed by actions only."""

    class Meta:
        model = Signature
        fields = [
            "slug", "cause", "language", "meaning", "kind", "pattern", "weight",
            "providers", "reply_codes", "enhanced_codes", "stage", "identifies", "permanence",
            "who_acts", "article", "source", "url", "checked_on",
        ]  # fmt: skip
        widgets = {"pattern": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        """Try the pattern."""
        cleaned = super().clean() or self.cleaned_data
        if "pattern" in cleaned:
            signatures.check_pattern(cleaned.get("kind", ""), cleaned["pattern"])
        return cleaned


class ExampleInline(admin.StackedInline):
    """What the signature must match, and what it must miss."""

    model = SignatureExample
    extra = 0
    autocomplete_fields = ["provider"]
    fields = [("expectation", "uid"), "text", ("provider", "stage", "host")]


@admin.register(Signature)
class SignatureAdmin(GrowsOnDelete):
    """Signatures; one that is published stays so only while every example holds."""

    form = SignatureForm
    inlines = [ExampleInline]
    list_display = ["slug", "status", "cause", "pattern", "weight", "article"]
    list_filter = ["status", "cause", "language", "kind", "providers"]
    list_select_related = ["cause", "article"]
    search_fields = ["slug", "pattern", "meaning", "examples__text"]
    autocomplete_fields = ["cause", "providers", "identifies", "article", "source"]
    readonly_fields = ["status"]
    actions = ["publish", "retire"]
    fieldsets = [
        (None, {"fields": ["slug", "status", ("cause", "language"), "meaning"]}),
        ("Pattern", {"fields": ["kind", "pattern", "weight"]}),
        (
            "Conditions",
            {"fields": ["providers", ("reply_codes", "enhanced_codes"), "stage"]},
        ),
        (
            "What it says",
            {"fields": ["identifies", ("permanence", "who_acts"), "article"]},
        ),
        ("Where it comes from", {"fields": ["source", "url", "checked_on"]}),
    ]

    def save_related(
        self,
        request: HttpRequest,
        form: BaseModelForm,
        formsets: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Take a published signature out of diagnoses when a change breaks an example."""
        super().save_related(request, form, formsets, change)
        if form.instance.status == SignatureStatus.PUBLISHED:
            problems = signatures.broken_examples(form.instance)
            if problems:
                form.instance.status = SignatureStatus.DRAFT
                form.instance.save(update_fields=["status"])
                reason = " ".join(["It is a draft again.", *problems])
                messages.warning(request, reason)
            # Under another name it leaves the old one behind, so everything is looked at.
            editorial.grow_version(*([] if "slug" in form.changed_data else [form.instance]))

    @admin.action(description="Publish: try all examples first", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        """Publish each chosen signature whose examples and everybody else's hold."""
        for row in queryset:
            try:
                signatures.publish(row)
            except ValidationError as error:
                messages.error(request, f"{row}: {' '.join(error.messages)}")
            else:
                messages.success(request, f"{row} takes part in diagnoses now.")

    @admin.action(description="Retire", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        """Take the chosen signatures out of diagnoses."""
        for row in queryset:
            signatures.retire(row)
        messages.success(request, f"{len(queryset)} retired.")
