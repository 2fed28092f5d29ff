"""Where the API answers."""

from django.urls import path

from daras.api.v1 import api

urlpatterns = [path("v1/", api.urls)]
