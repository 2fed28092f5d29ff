"""Where somebody named works, and who of the partnership bears the name: what is looked at before anybody is told of a
person who is suspected (A17). Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date

from django.db.models.functions import Lower

from daras.access.models import Worker
from daras.agencies import Directory, UnknownAgency
from daras.people.queries import PersonKnown

#: Kinds of involvement by which an agency is somebody's place of work.
WORKS_THERE = frozenset({"employer", "works there", "volunteers there"})

WORDS = re.compile(r"[^\W_]+")


def bearers(people: Iterable[PersonKnown]) -> dict[int, list[Worker]]:
    """Who signs in under a name of these people, by person: given and family name, in any case."""
    names = {person.person_id: _names(person) for person in people}
    wanted = set().union(*names.values())
    if not wanted:
        return {}
    plain = Worker.objects.filter(is_active=True).alias(plain=Lower("name"))
    found: list[Worker] = list(plain.filter(plain__in=wanted).order_by("pk"))
    return {
        person: same for person, own in names.items() if (same := [each for each in found if each.name.lower() in own])
    }


def _names(person: PersonKnown) -> set[str]:
    """Every name on record, without middle names."""
    pairs = ((each.given_name.split(), each.family_name.strip()) for each in person.names)
    return {f"{given[0]} {family}".lower() for given, family in pairs if given and family}


def workplaces(person: PersonKnown, directory: Directory, on: date) -> dict[str, str]:
    """The agencies of the partnership in which somebody works, as far as anything says so; each with what says it."""
    found: dict[str, str] = {}
    for each in person.involvements:
        if each.involvement.lower() in WORKS_THERE and (each.until is None or each.until >= on):
            with suppress(UnknownAgency):
                found[each.agency] = f"works for {directory.agency_at_any_time(each.agency).name}"
    for work in person.works:
        said = _plain(work.description)
        for agency in directory.agencies_on(on):
            if _plain(agency.name) in said:
                found.setdefault(agency.id, work.description)
    return found


def _plain(words: str) -> str:
    """Words alone, between spaces: a telephone writes apostrophes and dashes of its own."""
    return f" {' '.join(WORDS.findall(words.casefold()))} "


def works_said(person: PersonKnown, directory: Directory, on: date, same: Iterable[Worker] = ()) -> Iterator[str]:
    """How somebody works with children, in the words that the rules give: what was written, and where they work. That
    somebody of the partnership bears a suspect's name is said as no more than that."""
    yield from (each.description for each in person.works)
    yield from workplaces(person, directory, on).values()
    for worker in same:
        agency = directory.agencies.get(worker.agency)
        yield f"bears the name of somebody who works for {agency.name if agency else worker.agency}"


def agencies_apart(people: Collection[PersonKnown], directory: Directory, on: date) -> frozenset[str]:
    """The agencies that are kept apart because of these people."""
    return frozenset(agency for person in people for agency in workplaces(person, directory, on))
