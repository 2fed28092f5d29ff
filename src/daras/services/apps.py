"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.services"
    label = "services"

    def ready(self) -> None:
        """Caseloads and who stays are measured: measures know no services."""
        from daras.measures.hooks import subscribe
        from daras.services.measured import WORKFORCE

        subscribe(WORKFORCE)
