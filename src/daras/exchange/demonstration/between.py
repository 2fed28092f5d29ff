"""What agencies have asked each other before the demonstration begins, read from `demo/between.toml` and said by the
people who say it, each at their time: streams between the hubs, services and their waiting lists, information."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.db import transaction

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.exchange.demonstration.numbers import record_number
from daras.exchange.demonstration.week import birth, clock_at, moved
from daras.exchange.demonstration.workers import DEMO
from daras.people.models import PersonRecord
from daras.requests import commands
from daras.requests.asking import Asking, ask
from daras.requests.models import RequestMade
from daras.working_time import clock

Table = Mapping[str, Any]

DEEDS: Mapping[str, Callable[..., None]] = {
    "acknowledge": commands.acknowledge,
    "answer": commands.answer,
    "ask_back": commands.ask_back,
    "allocate": commands.allocate,
    "chase": commands.chase,
    "decline": lambda worker, reference, *, why, reason: commands.decline(worker, reference, why=why, words=reason),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of the demonstration that is there as a whole, or not yet: its name, and what brings it about once."""

    name: str
    bring_about: Callable[[], None]


@cache
def _written(path: Path = DEMO / "between.toml") -> tuple[Table, ...]:
    with path.open("rb") as file:
        return tuple(tomllib.load(file)["request"])


def requests(by: timedelta) -> Iterator[Piece]:
    """Every request of the file with what became of it, in the week that is so much later."""
    for table in _written():
        yield Piece(f"request {table['id']}", partial(_play, table, by))


def someone(slug: str) -> Worker:
    """A worker of the demonstration by the slug."""
    return Worker.objects.get(slug=slug)


def record_of(agency: str, key: str) -> int:
    """An agency's own record of one of the demonstration's people."""
    with machine():
        return PersonRecord.objects.get(agency=agency, local_id=record_number(agency, key)).pk


def moment(local: datetime | str, by: timedelta) -> datetime:
    """A time of the week as it is written, on the clock on the wall, in the week that is so much later."""
    written = datetime.fromisoformat(local) if isinstance(local, str) else local
    return moved(written.replace(tzinfo=clock.LONDON), by)


def _play(table: Table, by: timedelta) -> None:
    """Asked, and all that became of it; or nothing where it stands already."""
    asker, key = someone(table["by"]), f"demonstration:{table['id']}"
    with machine():
        if RequestMade.objects.filter(from_agency=asker.agency, sent_key=key).exists():
            return
    with transaction.atomic():
        with clock_at(moment(table["at"], by)), acting_as(asker):
            reference = ask(asker, table["kind"], _asking(asker, table, key, by)).reference
        for deed in table.get("then", ()):
            said = dict(deed)
            who, at, does = someone(said.pop("by")), moment(said.pop("at"), by), said.pop("does")
            with clock_at(at), acting_as(who):
                DEEDS[does](who, reference, **said)


def _asking(asker: Worker, table: Table, key: str, by: timedelta) -> Asking:
    agency, _, team = str(table.get("to", "")).partition("/")
    named = dict(table.get("named", {}))
    if named:
        named["date_of_birth"] = birth(named["date_of_birth"], by).isoformat()
    return Asking(
        to=Owner(agency, team) if agency else None,
        asks=table["asks"],
        record_id=record_of(asker.agency, table["about"]) if "about" in table else None,
        subject=named,
        basis=table.get("basis", ""),
        urgency=table.get("urgency", "routine"),
        service=table.get("service", ""),
        key=key,
    )
