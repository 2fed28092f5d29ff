"""Where prints are made. They stand before the steps of a discussion, whose addresses they would else be taken for."""

from __future__ import annotations

from django.urls import path

from daras.pages.prints import views

urlpatterns = [
    path("discussions/<str:reference>/print/", views.record, name="discussion_print"),
    path("discussions/<str:reference>/print/actions/", views.actions, name="actions_print"),
]
