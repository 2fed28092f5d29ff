"""Where discussions are."""

from __future__ import annotations

from django.urls import path

from daras.pages.deciding import disagreeing
from daras.pages.discussion import asking, views

urlpatterns = [
    path("matters/<str:reference>/convene/", views.convene, name="convene"),
    path("discussions/<str:reference>/", views.discussion, name="discussion"),
    path("discussions/<str:reference>/minutes/", views.minutes, name="minutes"),
    path("discussions/<str:reference>/calendar.ics", views.calendar, name="discussion_calendar"),
    path("discussions/<str:reference>/live/", views.live, name="discussion_live"),
    path("matters/<str:reference>/decline/", asking.decline_discussion, name="decline_discussion"),
    path("matters/<str:reference>/identify/", asking.identify, name="identify"),
    path("which-child/<str:reference>/", asking.identity, name="identity"),
    path("ask-for-discussion/<str:reference>/", asking.ask_for_discussion, name="ask_for_discussion"),
    path("matters/<str:reference>/decisions/", disagreeing.decisions, name="decisions"),
    path("decisions/<int:decision>/disagree/", disagreeing.disagree, name="disagree"),
    path("challenges/<str:reference>/", disagreeing.challenge, name="challenge"),
    path("discussions/<str:reference>/<slug:step>/", views.step, name="discussion_step"),
]
