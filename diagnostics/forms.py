"""The paste box: a text or a file, no more than can be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

TOO_LONG = (
    "This is longer than 1 MiB. Paste the part that says why the message came back: "
    "usually a few lines with a number such as 550 or 451."
)
EMPTY = "Paste the message that came back, or choose its file."


class PasteField(forms.CharField):
    """Text as it was pasted: neither stripped nor refused for its characters."""

    def __init__(self) -> None:
        super().__init__(
            strip=False,
            required=False,
            widget=forms.Textarea(
                attrs={"rows": 9, "spellcheck": "false", "autocapitalize": "off"}
            ),
            label="The bounce",
        )
        # The reader deals with NUL itself; a person cannot see why a form refuses it.
        self.validators = []


class BounceForm(forms.Form):
    """What to diagnose; `cleaned_data["bounce"]` is text or bytes for `bounce.read`."""

    text = PasteField()
    file = forms.FileField(required=False, allow_empty_file=True, label="or a file")

    def clean_text(self) -> str:
        """Refuse a text that is longer than the limit, and say what to paste instead."""
        text: str = self.cleaned_data["text"]
        if len(text) > settings.PASTE_MAX_BYTES:
            raise forms.ValidationError(TOO_LONG, code="too-large")
        return text

    def clean_file(self) -> UploadedFile | None:
        """Refuse a file that is longer than the limit."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.FILE_MAX_BYTES:
            raise forms.ValidationError(TOO_LONG.replace("1 MiB", "5 MiB"), code="too-large")
        return file

    def clean(self) -> dict[str, Any]:
        """Take the file where there is one, else the text; one of them is needed."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        bounce: str | bytes = file.read() if file else cleaned.get("text", "")
        if not self.errors and not bounce.strip():
            raise forms.ValidationError(EMPTY, code="empty")
        cleaned["bounce"] = bounce
        return cleaned

    def is_too_large(self) -> bool:
        """Whether size is what is wrong (the answer is 413 then)."""
        return any(self.has_error(name, "too-large") for name in self.fields)
