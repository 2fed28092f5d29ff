"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.hubs"
    label = "hubs"

    def ready(self) -> None:
        """Open afternoons are measured: measures stand below and cannot know them."""
        from daras.hubs.measured import AFTERNOONS
        from daras.measures.hooks import subscribe

        subscribe(AFTERNOONS)
