"""The children about whom sexual abuse was a concern on a date: a list for the front door, counts for others (I1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.markers import marked_on
from daras.people.models import RecordPerson
from daras.people.queries import PersonKnown, known_of
from daras.working_time.clocks import start_of_day

#: Below this a number may point at somebody: it is not given. Local, to be confirmed by the partnership.
FEWEST = 5
AGES: tuple[tuple[str, int], ...] = (("under 5", 5), ("5 to 9", 10), ("10 to 15", 16), ("16 and 17", 18))


@dataclass(frozen=True, slots=True)
class Population:
    """How many there were at the end of a day, by age then; a number that is too small is None."""

    on: date
    total: int | None
    by_age: Mapping[str, int | None]


def end_of(on: date) -> datetime:
    """The last moment of a day."""
    return start_of_day(on + timedelta(days=1)) - timedelta(microseconds=1)


def people_on(worker: Worker, on: date) -> list[PersonKnown]:
    """Everybody marked at the end of a day, by name as known now. Raises `PermissionDenied` outside the front door."""
    if not policy.in_front_door(worker):
        raise PermissionDenied("The front door keeps this list.")
    numbers = marked_on(end_of(on))
    persons = RecordPerson.objects.filter(number__in=numbers).values_list("person_id", flat=True)
    return sorted(known_of(set(persons)).values(), key=lambda each: (each.name, each.number))


def counts_on(on: date) -> Population:
    """How many were marked at the end of a day, in the whole partnership, whoever asks: numbers and nobody. A number
    that is too small is kept back."""
    with machine(blind=True):
        numbers = marked_on(end_of(on))
        persons = RecordPerson.objects.filter(number__in=numbers).values_list("person_id", flat=True)
        counted = counts_of(known_of(set(persons)).values(), on)
    return Population(on, _told(counted.total), {band: _told(number) for band, number in counted.by_age.items()})


def counts_of(people: Iterable[PersonKnown], on: date) -> Population:
    """How many these are, by age on a day: for whoever reads their names anyway."""
    counted = Counter(_band(person.age_on(on)) for person in people)
    bands = [name for name, _ in AGES] + ["18 and over", "age not known"]
    return Population(on, sum(counted.values()), {band: counted[band] for band in bands if counted[band]})


def _band(age: int | None) -> str:
    if age is None or age < 0:
        return "age not known"
    return next((name for name, below in AGES if age < below), "18 and over")


def _told(number: int | None) -> int | None:
    return number if number is None or number == 0 or number >= FEWEST else None
