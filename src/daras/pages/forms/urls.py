"""Where forms are filled in. Addresses hold references only, never a name."""

from __future__ import annotations

from django.urls import path

from daras.pages.forms import views

urlpatterns = [
    path("forms/", views.forms, name="forms"),
    path("forms/begin/<slug:form_id>/", views.begin, name="form_begin"),
    path("forms/preview/<slug:form_id>/", views.preview, name="form_preview"),
    path("forms/<str:reference>/", views.form, name="form"),
    path("forms/<str:reference>/print/", views.printed, name="form_print"),
]
