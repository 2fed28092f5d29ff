"""`./daras manage encryption new-key|rotate`: the keys under which the database keeps secrets."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from daras.access import keys
from daras.exchange import joining
from daras.exchange.management.asking import administrator, refusals


class Command(BaseCommand):
    help = "Make a key, and bring every secret under the newest one."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("new-key", help="make a key for DARAS_ENCRYPTION_KEYS; it is shown once and kept nowhere")
        actions.add_parser("rotate", help="bring every secret under the first key of DARAS_ENCRYPTION_KEYS")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Do it, and say what was done."""
        if options["action"] == "new-key":
            self.stdout.write(keys.new_key())
            return
        with refusals():
            self.stdout.write(f"{joining.rotate_secrets(by=administrator())} secrets lie under the newest key.")
