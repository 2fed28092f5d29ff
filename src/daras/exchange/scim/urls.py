"""Where SCIM answers."""

from __future__ import annotations

from django.urls import path

from daras.exchange.scim import views

urlpatterns = [
    path("ServiceProviderConfig", views.service_provider),
    path("ResourceTypes", views.resource_types),
    path("Schemas", views.schemas),
    path("Users", views.users),
    path("Users/<slug:slug>", views.one_user),
]
