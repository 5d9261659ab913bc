"""The knowledge base as a Django application."""

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate


class KnowledgeConfig(AppConfig):
    """Install the search index after each migration (an AlterField drops it on SQLite)."""

    name = "kb"
    verbose_name = "Knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the index to migrations."""
        from kb import checks  # noqa: F401, PLC0415 - models are not ready before
        from kb.search import asked, install_index  # noqa: PLC0415 - as above

        request_finished.connect(asked.write_when_due, dispatch_uid="kb.asked")
        post_migrate.connect(install_index, sender=self, dispatch_uid="kb.install_index")
