"""`./daras manage token issue|list|end`: whose system may send news through the API."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from daras.access.models import ApiToken
from daras.exchange import joining
from daras.exchange.management.asking import administrator, refusals


class Command(BaseCommand):
    help = "Issue, list and end the tokens of agencies' own systems."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, with what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        for action, words in (("issue", "issue a token; it is shown once"), ("end", "end a token")):
            one = actions.add_parser(action, help=words)
            one.add_argument("--agency", required=True)
            one.add_argument("--name", required=True, help="which system, such as 'records'")
        actions.add_parser("list", help="list tokens, which are not kept and cannot be shown")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Do it, and say what was done."""
        action, by = options["action"], administrator()
        with refusals():
            if action == "issue":
                token = joining.issue_token(agency=options["agency"], name=options["name"], by=by)
                self.stdout.write(f"Shown once: {token}")
            elif action == "end":
                joining.end_token(agency=options["agency"], name=options["name"], by=by)
                self.stdout.write("That token has ended.")
            else:
                for each in ApiToken.objects.order_by("agency", "name"):
                    ended = f", ended {each.ends_at:%Y-%m-%d %H:%M} UTC" if each.ends_at else ""
                    self.stdout.write(f"{each.agency}  {each.name}, made {each.made_at:%Y-%m-%d}{ended}")
