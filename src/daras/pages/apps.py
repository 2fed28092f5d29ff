"""The Django application of this layer."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.pages"
    label = "pages"

    def ready(self) -> None:
        """Whoever signs in is noted from the first sign-in, before any page has been asked for."""
        import_module("daras.pages.idle")
