"""Joiners, movers and leavers: an agency's list of who works there, read whole or not at all (G4).

A list speaks for one agency and touches nobody of another. It makes nobody a custodian or an administrator, nor changes
one: those are made one by one, by an administrator of this service.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from daras.access import trail
from daras.access.models import Worker
from daras.access.policy import ROLES
from daras.access.session import machine
from daras.agencies import AgencyNotCurrent, UnknownAgency, load_directory
from daras.exchange import joining
from daras.ledger.refusal import Refused
from daras.working_time import clock

COLUMNS: Final = ("email", "name", "team", "role")
#: Made and changed one by one only.
BY_HAND: Final = frozenset({"custodian", "administrator"})
LARGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One worker, as the list says."""

    line: int
    email: str
    name: str
    team: str
    role: str


@dataclass(slots=True)
class Brought:
    """What a list changed: the joiners with their first passwords, which are told once; movers; leavers."""

    joined: list[tuple[Worker, str]] = field(default_factory=list)
    moved: list[Worker] = field(default_factory=list)
    left: list[Worker] = field(default_factory=list)
    same: int = 0


def bring(data: bytes, *, agency: str, whole: bool, by: str) -> Brought:
    """Bring the workers of an agency into step with its list; with `whole`, whoever is not on it has left.

    One transaction. Raises `Refused`, which names line and column: for a list that cannot be read, a worker of another
    agency, a role that is made by hand, a team or role that there is not, somebody listed twice.
    """
    rows = list(_rows(data, agency))
    with machine():
        known = {worker.email.lower(): worker for worker in Worker.objects.filter(agency=agency)}
        _check_elsewhere(rows, known)
        brought = Brought()
        for row in rows:
            _bring_one(row, known.get(row.email.lower()), agency, by, brought)
        if whole:
            listed = {row.email.lower() for row in rows}
            for email, worker in sorted(known.items()):
                if email not in listed and worker.is_active and worker.role not in BY_HAND:
                    brought.left.append(worker)
            joining.stop_workers(brought.left, by=by)
        trail.write(
            actor=by,
            agency=agency,
            action="change",
            subject_kind="workforce",
            subject_id=agency,
            reason=f"{len(brought.joined)} joined, {len(brought.moved)} moved, {len(brought.left)} left",
        )
    return brought


def _bring_one(row: Row, worker: Worker | None, agency: str, by: str, brought: Brought) -> None:
    if worker is None:
        made = joining.add_worker(name=row.name, email=row.email, agency=agency, team=row.team, role=row.role, by=by)
        brought.joined.append(made)
        return
    if worker.role in BY_HAND:
        raise _refused(row.line, "role", f"{row.email} is {worker.role}.", "Change such a worker by hand.")
    if (worker.name, worker.team, worker.role, worker.is_active) == (row.name, row.team, row.role, True):
        brought.same += 1
        return
    joining.let_in_again([worker] if not worker.is_active else [], by=by)
    worker.name, worker.team, worker.role, worker.is_active = row.name, row.team, row.role, True
    worker.save(update_fields=["name", "team", "role", "is_active"])
    _moved(worker, by)
    brought.moved.append(worker)


def _moved(worker: Worker, by: str) -> None:
    trail.write(
        actor=by,
        agency=worker.agency,
        action="change",
        subject_kind="worker",
        subject_id=worker.slug,
        reason=f"moved to {worker.team or 'no team'} as {worker.role}",
    )


def join(said: Mapping[str, Any], *, agency: str, by: str) -> Worker:
    """Somebody joins an agency, as its own identity system says; how they sign in is tied or told by an administrator.
    Raises `Refused`, as a list does."""
    place = {name: said[name] for name in ("name", "email", "team", "role")}
    _check_said(place, agency)
    worker, _ = joining.add_worker(**place, agency=agency, by=by)
    with machine():
        worker.external_id = said["external_id"]
        worker.save(update_fields=["external_id"])
        return worker if said["active"] else joining.stop_worker(worker.email, by=by)


def change(worker: Worker, said: Mapping[str, Any], *, by: str) -> Worker:
    """A worker of the agency moves, leaves or comes back, as its own identity system says. Leaving ends every sign-in
    at once. Under the machine role. Raises `Refused`: for one who is made by hand, and as a list does."""
    if worker.role in BY_HAND:
        raise Refused("by-hand", "/title", f"A {worker.role} is changed by hand only.", "Ask an administrator.")
    place = {name: said.get(name, getattr(worker, name)) for name in ("name", "email", "team", "role")}
    _check_said(place, worker.agency)
    if Worker.objects.filter(email__iexact=place["email"]).exclude(pk=worker.pk).exists():
        raise Refused("worker-twice", "/userName", "That address belongs to a worker already.", "Choose another.")
    before = (worker.name, worker.email, worker.team, worker.role)
    for name, value in place.items():
        setattr(worker, name, value)
    worker.external_id = said.get("external_id", worker.external_id)
    comes_back = bool(said.get("active")) and not worker.is_active
    joining.let_in_again([worker] if comes_back else [], by=by)
    worker.is_active = worker.is_active or comes_back
    worker.save(update_fields=["name", "email", "team", "role", "external_id", "is_active"])
    if comes_back or before != (worker.name, worker.email, worker.team, worker.role):
        _moved(worker, by)
    if said.get("active") is False and worker.is_active:
        return joining.stop_worker(worker.email, by=by)
    return worker


def _check_said(place: Mapping[str, str], agency: str) -> None:
    try:
        _check(Row(0, place["email"], place["name"], place["team"], place["role"]), _teams(agency))
    except Refused as refused:
        column = refused.pointer.rpartition("/")[2]
        words = refused.detail.partition(f"{column}: ")[2] or refused.detail
        raise Refused("row-wrong", f"/{column}", words, refused.remedy) from None


def _check_elsewhere(rows: list[Row], known: Mapping[str, Worker]) -> None:
    new = {row.email.lower(): row for row in rows if row.email.lower() not in known}
    for worker in Worker.objects.exclude(agency="").order_by("email"):
        row = new.get(worker.email.lower())
        if row is not None:
            raise _refused(row.line, "email", f"{row.email} works for another agency.", "They stop there first.")


def _rows(data: bytes, agency: str) -> Iterator[Row]:
    """Every row, checked. Raises `Refused`."""
    if len(data) > LARGEST:
        raise Refused("too-large", "", "The list is larger than a megabyte.", "Send the list of one agency.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "not-text", "", f"The list is not UTF-8 (byte {error.start}).", "Save it as CSV, UTF-8."
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(
            "columns-missing", "", f"The list has no column {', '.join(missing)}.", f"Name: {','.join(COLUMNS)}."
        )
    teams = _teams(agency)
    seen: set[str] = set()
    try:
        for written in reader:
            row = Row(reader.line_num, *((written[name] or "").strip() for name in COLUMNS))
            _check(row, teams)
            if row.email.lower() in seen:
                raise _refused(row.line, "email", f"{row.email} is listed twice.", "List each worker once.")
            seen.add(row.email.lower())
            yield row
    except csv.Error as error:
        raise Refused(
            "not-csv", f"/{reader.line_num}", f"Line {reader.line_num} cannot be read ({error}).", "Mend it."
        ) from None


def _check(row: Row, teams: frozenset[str]) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", row.email):
        raise _refused(row.line, "email", f"{row.email!r} is no e-mail address.", "Write it as name@example.org.")
    if not row.name or not row.name.isprintable():
        raise _refused(row.line, "name", "There is no name that can be read.", "Write the worker's name.")
    if row.team and row.team not in teams:
        raise _refused(
            row.line, "team", f"There is no team {row.team!r}.", f"Choose one of: {', '.join(sorted(teams))}."
        )
    if row.role in BY_HAND:
        raise _refused(row.line, "role", f"Nobody is made {row.role} by a list.", "Make such a worker by hand.")
    if row.role not in ROLES:
        raise _refused(row.line, "role", f"There is no role {row.role!r}.", f"Choose one of: {', '.join(ROLES)}.")


def _teams(agency: str) -> frozenset[str]:
    try:
        found = load_directory().agency(agency, on=clock.today())
    except (UnknownAgency, AgencyNotCurrent) as error:
        raise Refused("unknown-agency", "/agency", str(error), "Write an id of the directory.") from None
    return frozenset(team.id for team in found.teams)


def _refused(line: int, column: str, detail: str, remedy: str) -> Refused:
    return Refused(
        "row-wrong", f"/{line}/{column}", f"Line {line}, {column}: {detail}", f"{remedy} Nothing was changed."
    )
