"""Addresses of the troubleshooter."""

from django.urls import path

from diagnostics import views

app_name = "diagnostics"
urlpatterns = [
    path("", views.home, name="home"),
    path("diagnose/", views.diagnose, name="diagnose"),
]
