"""The workers of the demonstration, and where their teams are reached."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import make_password

from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.outbox.models import Receiver
from daras.settings import PROJECT
from daras.working_time import clock

DEMO = PROJECT / "demo"

#: One password for every sign-in of the demonstration; `serve` refuses a database that has such sign-ins.
PASSWORD = "demonstration-only"  # noqa: S105


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody of the demonstration to sign in as, with `PASSWORD`. `letters`: the team is told by e-mail, too."""

    name: str
    role: str
    agency: str
    team: str
    email: str
    letters: bool = False

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")


@cache
def sign_ins(path: Path = DEMO / "workers.toml") -> tuple[SignIn, ...]:
    """Every worker of the demonstration, in the order of its file."""
    with path.open("rb") as file:
        return tuple(SignIn(**table) for table in tomllib.load(file)["worker"])


def install() -> int:
    """Add the workers and receivers that are not there yet; returns how many workers were added."""
    with machine():
        known = set(Worker.objects.values_list("slug", flat=True))
        new = [each for each in sign_ins() if each.slug not in known]
        if new:
            _add(new)
        _add_receivers()
        return len(new)


def _add(new: list[SignIn]) -> None:
    # Encoding a password is slow on purpose; one password is encoded once.
    encoded = make_password(PASSWORD)
    Worker.objects.bulk_create(
        Worker(
            slug=each.slug,
            email=each.email,
            name=each.name,
            agency=each.agency,
            team=each.team,
            role=each.role,
            password=encoded,
            is_demonstration=True,
        )
        for each in new
    )


def _add_receivers() -> None:
    """A team with letters also gets a page of its own: whoever is told at the team is not told at the agency."""
    directory, on = load_directory(), clock.today()
    wanted = set()
    for each in sign_ins():
        if each.letters:
            team = directory.agency(each.agency, on=on).team(each.team)
            wanted |= {
                (each.agency, each.team, Receiver.Channel.PAGE.value, ""),
                (each.agency, each.team, Receiver.Channel.EMAIL.value, team.email),
            }
    known = set(Receiver.objects.values_list("agency", "team", "channel", "address"))
    Receiver.objects.bulk_create(
        Receiver(agency=agency, team=team, channel=channel, address=address)
        for agency, team, channel, address in sorted(wanted - known)
    )
