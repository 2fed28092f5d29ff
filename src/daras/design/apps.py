"""The Django application of this layer: it has templates and static files, and no tables."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.design"
    label = "design"
