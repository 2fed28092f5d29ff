"""Where flags are raised and read, and the summary by NHS number."""

from __future__ import annotations

from django.urls import path

from daras.pages.flags import views

urlpatterns = [
    path("flags/", views.flags_shown, name="flags"),
    path("flags/<str:reference>/", views.flag, name="flag"),
    path("people/<str:number>/flag/", views.raised, name="person_flag"),
    path("summary/", views.by_number, name="summary"),
]
