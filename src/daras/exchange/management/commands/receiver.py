"""`./daras manage receiver add|list|stop`: where agencies are told, beside their page."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from daras.exchange import joining
from daras.exchange.management.asking import administrator, refusals
from daras.outbox.models import Receiver


class Command(BaseCommand):
    help = "Add, list and stop the places where agencies are told that something waits."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, with what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="tell a team by e-mail or webhook; a webhook's secret is shown once")
        add.add_argument("--agency", required=True)
        add.add_argument("--team", default="", help="a team of it; without one, the whole agency")
        add.add_argument("--channel", required=True, choices=["email", "webhook"])
        add.add_argument("--address", required=True)
        add.add_argument(
            "--digest-at",
            type=time.fromisoformat,
            default=time(8),
            metavar="08:00",
            help="the hour of the daily letter, for e-mail; the earliest of an agency's counts for all of it",
        )
        actions.add_parser("list", help="list receivers by number")
        actions.add_parser("stop", help="switch a receiver off").add_argument("number", type=int)

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Do it, and say what was done."""
        action, by = options["action"], administrator()
        with refusals():
            if action == "add":
                asked = {name: options[name] for name in ("agency", "team", "channel", "address")}
                receiver, secret = joining.add_receiver(**asked, digest_at=options["digest_at"], by=by)
                self.stdout.write(f"Receiver {receiver.pk} is told by {receiver.channel} from now on.")
                if secret:
                    self.stdout.write(f"Its secret, shown once: {secret}")
            elif action == "stop":
                stopped = joining.stop_receiver(int(options["number"]), by=by)
                self.stdout.write(f"Receiver {stopped.pk} is told nothing any more.")
            else:
                for each in Receiver.objects.order_by("agency", "team", "channel"):
                    place = f"{each.agency}/{each.team}" if each.team else each.agency
                    letter = f", daily letter at {each.digest_at:%H:%M}" if each.channel == "email" else ""
                    off = "" if each.is_active else " (off)"
                    self.stdout.write(f"{each.pk}  {place}  {each.channel} {each.address}{letter}{off}")
