"""`./daras manage worker add|list|password|home|stop`: who may sign in."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from daras.access.models import Worker
from daras.exchange import joining, workforce
from daras.exchange.management.asking import administrator, refusals


class Command(BaseCommand):
    help = "Add, list and stop workers, and give one a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, with what it needs."""
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="add a worker; the first password is shown once")
        for argument in ("--name", "--email", "--agency", "--team", "--role"):
            add.add_argument(argument, required=argument != "--team", default="")
        actions.add_parser("list", help="list workers")
        bring = actions.add_parser(
            "bring", help="bring an agency's workers into step with its list (joiners, movers, leavers)"
        )
        bring.add_argument("file", help="CSV with the columns email, name, team, role")
        bring.add_argument("--agency", required=True)
        bring.add_argument("--whole", action="store_true", help="whoever is not on the list has left")
        tie = actions.add_parser("tie", help="say as whom an agency's identity provider knows a worker")
        tie.add_argument("email")
        for argument in ("--provider", "--subject"):
            tie.add_argument(argument, required=True)
        for action, words in (
            ("password", "give a worker a new password"),
            ("release", "let a worker who lost passkey, app and codes set up new ones"),
            ("stop", "end a worker's sign-in"),
        ):
            actions.add_parser(action, help=words).add_argument("email")
        home = actions.add_parser("home", help="note where a worker lives, so that looks at neighbours are noticed")
        home.add_argument("email")
        home.add_argument("postcode", nargs="?", default="")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Do it, and say what was done."""
        action, by = options["action"], administrator()
        with refusals():
            if action == "add":
                asked = {name: options[name] for name in ("name", "email", "agency", "team", "role")}
                worker, password = joining.add_worker(**asked, by=by)
                self.stdout.write(f"{worker} was added. First password, shown once: {password}")
            elif action == "password":
                worker, password = joining.new_password(options["email"], by=by)
                self.stdout.write(f"{worker}: new password, shown once: {password}")
            elif action == "home":
                worker = joining.set_home(options["email"], options["postcode"], by=by)
                self.stdout.write(f"{worker}: {'noted' if options['postcode'] else 'forgotten'}.")
            elif action == "release":
                worker, password = joining.release_worker(options["email"], by=by)
                self.stdout.write(f"{worker} sets up a second factor anew. New password, shown once: {password}")
            elif action == "bring":
                self._bring(Path(options["file"]), options["agency"], whole=bool(options["whole"]), by=by)
            elif action == "tie":
                worker = joining.tie_worker(
                    options["email"], provider=options["provider"], subject=options["subject"], by=by
                )
                self.stdout.write(f"{worker} signs in with {options['provider']}.")
            elif action == "stop":
                self.stdout.write(f"{joining.stop_worker(options['email'], by=by)} cannot sign in any more.")
            else:
                self._list()

    def _bring(self, file: Path, agency: str, *, whole: bool, by: str) -> None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from None
        brought = workforce.bring(data, agency=agency, whole=whole, by=by)
        for worker, password in brought.joined:
            self.stdout.write(f"joined: {worker}. First password, shown once: {password}")
        for worker in brought.moved:
            self.stdout.write(f"moved: {worker}")
        for worker in brought.left:
            self.stdout.write(f"left: {worker}")
        self.stdout.write(f"{brought.same} as before.")

    def _list(self) -> None:
        for worker in Worker.objects.order_by("agency", "team", "slug"):
            state = "" if worker.is_active else " (stopped)"
            place = f"{worker.agency}/{worker.team}" if worker.team else worker.agency
            self.stdout.write(f"{worker.email}  {worker.name}, {worker.role}, {place}{state}")
