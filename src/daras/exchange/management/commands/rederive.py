"""`./daras manage rederive`: derive every state from its facts again, and name those that differ."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from daras.access.session import custody
from daras.duties import changing
from daras.matters.commands import untrue_projections
from daras.working_time import clock


class Command(BaseCommand):
    help = "Derive every matter's and duty's state from its facts again; exit status 1 names those that differ."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Compare; raises `CommandError` where a projection is untrue."""
        with custody():
            matters, duties = untrue_projections(), changing.untrue_projections(clock.now())
        if matters or duties:
            raise CommandError(f"Not as their facts say: matters {matters}, duties {duties}.")
        self.stdout.write("Every matter and duty is as its facts say.")
