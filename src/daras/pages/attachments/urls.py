"""Where files are."""

from __future__ import annotations

from django.urls import path

from daras.pages.attachments import views

urlpatterns = [
    path("matters/<str:reference>/files/", views.of_matter, name="matter_files"),
    path("our-referrals/<str:receipt>/files/", views.of_referral, name="referral_files"),
    path("files/<str:reference>/", views.download, name="attachment"),
]
