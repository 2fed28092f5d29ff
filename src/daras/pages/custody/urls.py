"""Where custodians keep what is protected, and where somebody is protected."""

from __future__ import annotations

from django.urls import path

from daras.pages.custody import grading, views

urlpatterns = [
    path("people/<str:number>/grade/<slug:entry>/", grading.grade, name="person_grade"),
    path("custody/", views.custody, name="custody"),
    path("custody/looks/", views.looks, name="custody_looks"),
    path("custody/protected/<int:protected_id>/end/", views.end, name="custody_end"),
    path("custody/named/<int:naming_id>/", views.named, name="custody_named"),
    path("custody/emergency/<int:access_id>/", views.emergency_review, name="custody_emergency"),
    path("custody/unusual/<int:unusual_id>/", views.unusual_review, name="custody_unusual"),
    path("emergency/", views.emergency, name="emergency"),
    path("people/<str:number>/protect/", views.protect_person, name="person_protect"),
    path("people/<str:number>/restrict/<int:fact_id>/", views.restrict_entry, name="person_restrict"),
]
