"""Where requests are made, answered and read. Addresses hold references only, never a name."""

from __future__ import annotations

from django.urls import path

from daras.pages.requests import ask, views

urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/ask/<slug:kind_id>/", ask.ask, name="request_ask"),
    path("requests/<str:reference>/", views.one, name="request"),
    path("requests/<str:reference>/form/", views.form, name="request_form"),
    path("requests/<str:reference>/refer/", views.refer, name="request_refer"),
    path("requests/<str:reference>/<slug:name>/", views.deed, name="request_deed"),
]
