"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.worker"
    label = "worker"

    def ready(self) -> None:
        """A delivery is a fact, and facts meet duties: the outbox stands below the duties and cannot know them."""
        from daras.outbox.hooks import subscribe
        from daras.worker.meeting import meet_duties

        subscribe(meet_duties)
