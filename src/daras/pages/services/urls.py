"""Where services are found."""

from __future__ import annotations

from django.urls import path

from daras.pages.services import views
from daras.pages.services.workforce import workforce

urlpatterns = [
    path("services/", views.services, name="services"),
    path("services/what-helps/", views.what_helps, name="what_helps"),
    path("workforce/", workforce, name="workforce"),
    path("services/<slug:service_id>/", views.service, name="service"),
]
