"""Where holds, reviews and disposals are."""

from __future__ import annotations

from django.urls import path

from daras.pages.keeping import views

urlpatterns = [
    path("keeping/", views.keeping, name="keeping"),
    path("keeping/hold/", views.hold, name="keeping_hold"),
    path("keeping/hold/<int:hold_id>/end/", views.end_hold, name="keeping_end_hold"),
    path("keeping/<str:reference>/review/", views.review, name="keeping_review"),
    path("keeping/<str:reference>/approve/", views.approve, name="keeping_approve"),
]
