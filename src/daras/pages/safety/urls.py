"""Where safety tonight, the analysis and the change of shift are."""

from __future__ import annotations

from django.urls import path

from daras.pages.authority import views as authorities
from daras.pages.calls import views as calls
from daras.pages.handover import views as handover
from daras.pages.marked import views as marked
from daras.pages.safety import safe_now, views

urlpatterns = [
    path("matters/<str:reference>/safe-tonight/", views.record, name="safe_tonight"),
    path("matters/<str:reference>/safe-tonight/<int:protection_id>/", views.one, name="protection"),
    path("matters/<str:reference>/safe-now/", safe_now.in_matter, name="safe_now"),
    path("people/<str:number>/safe-now/", safe_now.of_person, name="person_safe_now"),
    path("safe-tonight/", safe_now.first, name="protect_first"),
    path("safe-tonight/<str:receipt>/", safe_now.recorded, name="protection_recorded"),
    path("matters/<str:reference>/analysis/", views.analysis, name="analysis"),
    path("matters/<str:reference>/authority/", authorities.authority, name="authority"),
    path("matters/<str:reference>/calls/", calls.of_matter, name="calls"),
    path("calls/", calls.to_make, name="calls_to_make"),
    path("marked/", marked.marked, name="marked"),
    path("handover/", handover.handover, name="handover"),
]
