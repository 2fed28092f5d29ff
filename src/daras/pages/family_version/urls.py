"""Where families' versions are written and released."""

from __future__ import annotations

from django.urls import path

from daras.pages.family_version import views

urlpatterns = [
    path("discussions/<str:reference>/family/", views.versions, name="family_versions"),
    path("discussions/<str:reference>/family/<str:version>/", views.version, name="family_version"),
    path("discussions/<str:reference>/family/<str:version>/print/", views.printed, name="family_print"),
]
