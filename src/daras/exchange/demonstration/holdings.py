"""Which agencies hold the people of a generated household: by age and place, and the rest by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from daras.exchange.demonstration.people import Held, Resident
from daras.exchange.demonstration.slips import chosen, slipped

#: The day on which the agencies drew their lists.
DRAWN_ON = date(2026, 11, 16)
TRUST = "cornwall-partnership-trust"


@dataclass(frozen=True, slots=True)
class Town:
    """A town, its streets, and the agencies that serve it ("" where the pilot has none there)."""

    name: str
    outward: str
    households: int
    surgery: str
    primary: str
    secondary: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What has brought a household to services beyond those for all."""

    early_help: bool
    child_in_need: bool
    tenants: bool

    @classmethod
    def of_chance(cls, rng: Random, *, with_children: bool) -> Circumstances:
        """About as often as a county sees it."""
        early_help, child_in_need, tenants = rng.random() < 0.10, rng.random() < 0.06, rng.random() < 0.25
        return cls(early_help and with_children, child_in_need and with_children, tenants)


def with_holdings(rng: Random, residents: list[Resident], town: Town) -> tuple[Resident, ...]:
    """The household with whoever holds each of its people, and what each copy has otherwise."""
    children = [resident for resident in residents if resident.role == "child"]
    circumstances = Circumstances.of_chance(rng, with_children=bool(children))
    found = []
    for resident in residents:
        held = _of_child if resident.role == "child" else _of_adult
        holdings = list(held(rng, resident, town, circumstances))
        if resident.role == "adult":
            holdings += _beside_children(rng, resident, children, town, circumstances)
        merged = {each.agency: each for each in reversed(holdings)}  # one record an agency: the first that holds them
        found.append(replace(resident, held=tuple(slipped(rng, resident, each) for each in merged.values())))
    return tuple(found)


def school_of(child: Resident, town: Town) -> Held | None:
    """The school on whose roll a child is: primary from the September after the fourth birthday, then secondary."""
    if child.born is None:
        return None
    starts = child.born.year + (5 if (child.born.month, child.born.day) >= (9, 1) else 4)
    years_in_school = DRAWN_ON.year - starts
    if 0 <= years_in_school < 7 and town.primary:
        return Held(town.primary, "on roll", since=date(starts, 9, 4))
    if 7 <= years_in_school < 14 and town.secondary:
        return Held(town.secondary, "on roll", since=date(starts + 7, 9, 4))
    return None


def _age(resident: Resident) -> int:
    born = resident.born or DRAWN_ON
    return DRAWN_ON.year - born.year - ((DRAWN_ON.month, DRAWN_ON.day) < (born.month, born.day))


def _registered(rng: Random, resident: Resident, town: Town) -> Held:
    born = resident.born or DRAWN_ON
    year = max(born.year, 2026 - int(rng.random() * 15))
    return Held(town.surgery, "registered patient", since=max(born, date(year, 1 + int(rng.random() * 10), 12)))


def _of_child(rng: Random, child: Resident, town: Town, circumstances: Circumstances) -> Iterator[Held]:
    age = _age(child)
    yield _registered(rng, child, town)
    school = school_of(child, town)
    if school:
        yield school
    if age < 5:
        yield Held(TRUST, "health visiting", "health-visiting", since=child.born)
    elif age >= 11 and rng.random() < 0.08:
        yield Held(TRUST, "mental health support", "camhs", since=date(2026, 1 + int(rng.random() * 9), 6))
    elif rng.random() < 0.15:
        yield Held(TRUST, "school nursing", "school-nursing", since=date(2025, 9, 8))
    if rng.random() < 0.06:
        yield Held("royal-cornwall-hospitals", "outpatient", "paediatrics", since=date(2026, 3, 2))
    if circumstances.early_help:
        yield Held("cornwall-early-help-hub", "family support", "family-support", since=date(2026, 5, 11))
    if circumstances.child_in_need:
        yield Held("cornwall-childrens-services", "child in need plan", "assessment", since=date(2026, 7, 20))
    if age >= 13 and rng.random() < 0.06:
        yield Held("yzup", "young person's support", "young-people", since=date(2026, 6, 8))
    if age >= 12 and rng.random() < 0.06:
        team = chosen(rng, ("courts-and-outcomes", "courts-and-outcomes", "harmful-sexual-behaviour"))
        yield Held("cornwall-youth-justice-service", "prevention work", team, since=date(2026, 4, 27))


def _of_adult(rng: Random, adult: Resident, town: Town, circumstances: Circumstances) -> Iterator[Held]:
    yield _registered(rng, adult, town)
    if circumstances.tenants:
        yield Held("cornwall-housing", "tenant", since=date(2019, 10, 7))
    if rng.random() < 0.05:
        yield Held(TRUST, "community mental health", "adult-mental-health", since=date(2026, 2, 9))
    if rng.random() < 0.03:
        yield Held("adult-drug-and-alcohol-service", "recovery work", "adults", since=date(2026, 8, 3))
    if adult.sex == "M" and rng.random() < 0.05:
        yield Held("probation-service", "community order", "court", since=date(2026, 1, 19))


def _beside_children(
    rng: Random, adult: Resident, children: list[Resident], town: Town, circumstances: Circumstances
) -> Iterator[Held]:
    """An adult is on file, without work of its own, where a child of the household is worked with."""
    for child in children:
        school = school_of(child, town)
        if school:
            yield Held(school.agency, without_date_of_birth=rng.random() < 0.4)
        if adult.sex == "F" and _age(child) < 5:
            yield Held(TRUST, team="health-visiting")
    if circumstances.early_help and adult.sex == "F":
        yield Held("cornwall-early-help-hub", team="family-support")
    if circumstances.child_in_need:
        yield Held("cornwall-childrens-services", team="assessment")
