"""Where safety tonight, the analysis and the change of shift are."""

from __future__ import annotations

from django.urls import path

from daras.pages.authority import views as authorities
from daras.pages.handover import views as handover
from daras.pages.safety import views

urlpatterns = [
    path("matters/<str:reference>/safe-tonight/", views.record, name="safe_tonight"),
    path("matters/<str:reference>/safe-tonight/<int:protection_id>/", views.one, name="protection"),
    path("matters/<str:reference>/analysis/", views.analysis, name="analysis"),
    path("matters/<str:reference>/authority/", authorities.authority, name="authority"),
    path("handover/", handover.handover, name="handover"),
]
