"""Where a referral is written. Addresses hold the draft's reference and keys, never a name."""

from __future__ import annotations

from django.urls import path

from daras.pages.referral import people_views, views

urlpatterns = [
    path("refer/", views.refer, name="refer"),
    path("refer/<str:reference>/", views.draft, name="refer_draft"),
    path("refer/<str:reference>/people/", people_views.people, name="refer_people"),
    path("refer/<str:reference>/belonging/", people_views.ties, name="refer_ties"),
    path("refer/<str:reference>/worries/", views.add_worry, name="refer_add_worry"),
    path("refer/<str:reference>/check/", views.check, name="refer_check"),
    path("refer/<str:reference>/sent/", views.sent, name="refer_sent"),
    path("refer/<str:reference>/<str:growing>/<str:key>/remove/", views.remove, name="refer_remove"),
    path("refer/<str:reference>/<str:growing>/<str:key>/", views.one, name="refer_one"),
    path("refer/<str:reference>/<str:name>/", views.part, name="refer_part"),
]
