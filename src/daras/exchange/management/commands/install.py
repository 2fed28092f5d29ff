"""`./daras manage install`: bring what every database holds in step with the directory of agencies."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from daras.exchange.installation import install_all


class Command(BaseCommand):
    help = "Bring standing scopes and receivers in step with the directory of agencies. Run it after every migration."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Install; safe to run again."""
        install_all()
