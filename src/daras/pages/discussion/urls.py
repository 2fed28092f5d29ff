"""Where discussions are."""

from __future__ import annotations

from django.urls import path

from daras.pages.discussion import views

urlpatterns = [
    path("matters/<str:reference>/convene/", views.convene, name="convene"),
    path("discussions/<str:reference>/", views.discussion, name="discussion"),
    path("discussions/<str:reference>/minutes/", views.minutes, name="minutes"),
    path("discussions/<str:reference>/calendar.ics", views.calendar, name="discussion_calendar"),
    path("discussions/<str:reference>/<slug:step>/", views.step, name="discussion_step"),
]
