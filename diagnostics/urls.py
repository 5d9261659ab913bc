"""Addresses of the troubleshooter."""

from django.urls import path

from diagnostics import search_pages, views

app_name = "diagnostics"
urlpatterns = [
    path("", views.home, name="home"),
    path("diagnose/", views.diagnose, name="diagnose"),
    path("search/", search_pages.search_page, name="search"),
    path("search/suggest/", search_pages.suggest, name="suggest"),
]
