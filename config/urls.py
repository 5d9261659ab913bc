"""Addresses of the whole site; each application has its own."""

from django.contrib import admin
from django.urls import include, path

from config import health

handler404 = "kb.views.errors.page_not_found"
handler500 = "kb.views.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("diagnostics.urls")),
    path("", include("kb.urls")),
]
