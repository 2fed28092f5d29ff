"""`./daras manage rederive`: derive every state from its facts again, and name those that differ."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from daras.access.session import custody
from daras.duties import changing
from daras.matters.commands import untrue_projections
from daras.people.replaying import untrue_memberships
from daras.requests import queries as requests
from daras.working_time import clock


class Command(BaseCommand):
    help = (
        "Derive matters, duties, requests and who is one person from their facts again; exit status 1 names those that"
        " differ."
    )

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Compare; raises `CommandError` where a projection is untrue."""
        with custody():
            matters, duties = untrue_projections(), changing.untrue_projections(clock.now())
            people, asked = untrue_memberships(), requests.untrue_projections()
        if matters or duties or people or asked:
            raise CommandError(
                f"Not as their facts say: matters {matters}, duties {duties}, people {people}, requests {asked}."
            )
        self.stdout.write("Every matter, duty, request and person is as its facts say.")
