"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.rights"
    label = "rights"
