"""Where measures are read. Addresses hold the measure's id."""

from __future__ import annotations

from django.urls import path

from daras.pages.measures import views

urlpatterns = [
    path("measures/", views.board, name="measures"),
    path("measures/<slug:measure_id>/", views.measure, name="measure"),
    path("measures/<slug:measure_id>/numbers.xlsx", views.spreadsheet, name="measure_xlsx"),
    path("measures/<slug:measure_id>/numbers.csv", views.numbers, name="measure_csv"),
]
