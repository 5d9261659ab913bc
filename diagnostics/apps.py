"""The troubleshooter as a Django application."""

from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    """Stands on `kb`; keeps no table of its own yet."""

    name = "diagnostics"
    default_auto_field = "django.db.models.BigAutoField"
