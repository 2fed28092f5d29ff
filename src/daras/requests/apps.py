"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.requests"
    label = "requests"

    def ready(self) -> None:
        """A form that goes with a request is read from it: forms stand below and cannot know it."""
        from daras.forms.hooks import subscribe
        from daras.requests.accompanying import goes_with_request

        subscribe(goes_with_request)
