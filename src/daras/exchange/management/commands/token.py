"""`./daras manage token issue|list|end`: whose system may send news through the API."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from daras.access.models import SCOPES, ApiToken
from daras.exchange import joining
from daras.exchange.management.asking import administrator, refusals


class Command(BaseCommand):
    help = "Issue, list and end the tokens of agencies' own systems."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, with what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        for action, words in (
            ("issue", "issue a token; it is shown once"),
            ("rotate", "issue another of the same name; the one before goes on for some days"),
            ("end", "end a token"),
        ):
            one = actions.add_parser(action, help=words)
            one.add_argument("--agency", required=True)
            one.add_argument("--name", required=True, help="which system, such as 'records'")
            if action == "issue":
                one.add_argument("--scope", action="append", default=[], choices=SCOPES, help="may be repeated")
                one.add_argument(
                    "--days", type=int, default=joining.TOKEN_DAYS, help="in force for (a year at the most)"
                )
            if action == "rotate":
                one.add_argument("--overlap", type=int, default=7, help="for how many days the one before goes on")
        actions.add_parser("list", help="list tokens, which are not kept and cannot be shown")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Do it, and say what was done."""
        action, by = options["action"], administrator()
        with refusals():
            if action == "issue":
                token, ends_at = joining.issue_token(
                    agency=options["agency"],
                    name=options["name"],
                    by=by,
                    scopes=options["scope"],
                    days=options["days"],
                )
                self.stdout.write(f"Shown once, in force until {ends_at:%Y-%m-%d}: {token}")
            elif action == "rotate":
                token, ends_at = joining.rotate_token(
                    agency=options["agency"], name=options["name"], by=by, overlap_days=options["overlap"]
                )
                self.stdout.write(f"Shown once, in force until {ends_at:%Y-%m-%d}: {token}")
            elif action == "end":
                joining.end_token(agency=options["agency"], name=options["name"], by=by)
                self.stdout.write("That token has ended.")
            else:
                for each in ApiToken.objects.order_by("agency", "name"):
                    ends = f", ends {each.ends_at:%Y-%m-%d %H:%M} UTC" if each.ends_at else ", never ends: rotate it"
                    what = ", ".join(each.scopes)
                    self.stdout.write(f"{each.agency}  {each.name}, made {each.made_at:%Y-%m-%d}{ends}; for {what}")
