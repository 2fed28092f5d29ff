"""`./daras manage rederive`: derive every state from its facts again, and name those that differ."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from daras.access.session import machine
from daras.duties import changing
from daras.matters.commands import untrue_projections
from daras.requests import queries as requests
from daras.working_time import clock


class Command(BaseCommand):
    help = (
        "Derive every matter's, duty's and request's state from its facts again; exit status 1 names those that differ."
    )

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Compare; raises `CommandError` where a projection is untrue."""
        with machine():
            matters, duties = untrue_projections(), changing.untrue_projections(clock.now())
            asked = requests.untrue_projections()
        if matters or duties or asked:
            raise CommandError(f"Not as their facts say: matters {matters}, duties {duties}, requests {asked}.")
        self.stdout.write("Every matter, duty and request is as its facts say.")
