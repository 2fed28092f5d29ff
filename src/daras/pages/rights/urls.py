"""Where people's rights are answered."""

from __future__ import annotations

from django.urls import path

from daras.pages.rights import contesting, views

urlpatterns = [
    path("rights/", views.cases, name="rights"),
    path("rights/contested/<str:reference>/", contesting.decide, name="rights_contested"),
    path("rights/parts/<str:reference>/", views.part, name="rights_part"),
    path("rights/parts/<str:reference>/copy/", views.copy, name="rights_copy"),
    path("rights/parts/<str:reference>/print/", views.printed, name="rights_print"),
    path("rights/parts/<str:reference>/<slug:step>/", views.part_step, name="rights_part_step"),
    path("rights/<str:reference>/", views.case, name="rights_case"),
    path("rights/<str:reference>/<slug:step>/", views.case_step, name="rights_case_step"),
    path("people/<str:number>/rights/", views.ask, name="person_rights"),
    path("people/<str:number>/contest/<slug:entry>/", contesting.contest, name="person_contest"),
]
