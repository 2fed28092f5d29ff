"""Which agencies hold the county's people, as what, and when each made its copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from daras.exchange.county.lives import Kin, Life
from daras.exchange.county.making import TODAY, Maker

TRUST = "cornwall-partnership-trust"
SOCIAL_CARE = "cornwall-childrens-services"
POLICE = "devon-and-cornwall-police"
HOSPITALS = "royal-cornwall-hospitals"
EARLY_HELP = "cornwall-early-help-hub"
PROBATION = "probation-service"


@dataclass(frozen=True, slots=True)
class Holding:
    """An agency has a record of somebody, made or last kept on a day (`copied_on`); `kind` as in an involvement."""

    agency: str
    life: Life
    copied_on: date
    kind: str = ""
    team: str | None = None
    since: date | None = None
    without_birth: bool = False


def holdings(kin: Kin, maker: Maker) -> list[Holding]:
    """Every record that agencies hold of one kin; an agency holds one of each person, the first that says anything."""
    found: dict[tuple[str, int], Holding] = {}
    for life in kin.lives:
        for holding in _of(life, kin, maker):
            found.setdefault((holding.agency, holding.life.number), holding)
    return list(found.values())


def _of(life: Life, kin: Kin, maker: Maker) -> Iterator[Holding]:
    age = life.age(TODAY)
    if age < 0 or (age < maker.years and maker.happens("held", "hospital_maternity")):
        yield from _maternity(life, kin, maker)
    if age >= 0:
        yield from _of_anybody(life, kin, maker)
        yield from (_of_child if age < 18 else _of_adult)(life, kin, maker)


def _maternity(life: Life, kin: Kin, maker: Maker) -> Iterator[Holding]:
    """The unborn child and its mother, when she booked; nobody changes that copy once it is born."""
    booked = min(life.born - timedelta(days=30 + int(maker.rng.random() * 170)), TODAY - timedelta(days=1))
    yield Holding(HOSPITALS, life, booked, "maternity", "maternity", booked)
    for mother in parents(life, kin, ("mother",)):
        yield Holding(HOSPITALS, mother, booked, "maternity", "maternity", booked)


def _of_anybody(life: Life, kin: Kin, maker: Maker) -> Iterator[Holding]:
    kept = _some_day(life, maker) if maker.happens("copies", "old_address") else TODAY
    if maker.happens("held", "surgery"):
        since = max(life.born, life.stays[0].since)
        on = kept if life.age(TODAY) > 0 else _first_weeks(life, maker)
        yield Holding(kin.town.surgery, life, on, "registered patient", "gp", since)
    if maker.happens("held", "emergency"):
        yield Holding(HOSPITALS, life, _some_day(life, maker), "emergency attendance", "emergency-department")


def _of_child(child: Life, kin: Kin, maker: Maker) -> Iterator[Holding]:
    age = child.age(TODAY)
    yield from _school(child, kin, maker)
    if age < 5:
        yield Holding(TRUST, child, _first_weeks(child, maker), "health visiting", "health-visiting", child.born)
        for mother in parents(child, kin, ("mother",)):
            yield Holding(TRUST, mother, _first_weeks(child, maker), "", "health-visiting")
    if age >= 11 and maker.happens("held", "camhs"):
        yield _worked_with(child, maker, TRUST, "mental health support", "camhs")
    if age >= 5 and maker.happens("held", "school_nursing"):
        yield _worked_with(child, maker, TRUST, "school nursing", "school-nursing")
    if maker.happens("held", "paediatrics"):
        yield _worked_with(child, maker, HOSPITALS, "outpatient", "paediatrics")
    if age >= 10 and maker.happens("held", "youth_justice"):
        yield _worked_with(child, maker, "cornwall-youth-justice-service", "prevention work", "courts-and-outcomes")
    if age >= 11 and maker.happens("held", "yzup"):
        yield _worked_with(child, maker, "yzup", "young person's support", "young-people")
    if maker.happens("held", "police_child"):
        yield Holding(POLICE, child, _some_day(child, maker), "named in a report", "response-truro")
    for agency, rate, kind, team in _FAMILY_WORK:
        if maker.happens("held", rate):
            yield from _family_worked_with(_worked_with(child, maker, agency, kind, team), kin, maker)


_FAMILY_WORK = (
    (SOCIAL_CARE, "protection_plan", "child protection plan", "child-protection"),
    (SOCIAL_CARE, "child_in_need", "child in need plan", "assessment"),
    (EARLY_HELP, "early_help", "family support", "family-support"),
)


def _family_worked_with(worked: Holding, kin: Kin, maker: Maker) -> Iterator[Holding]:
    """The child, and the grown-ups of the family on the same day."""
    yield worked
    for parent in parents(worked.life, kin, ("mother", "father", "step-father", "step-mother")):
        if maker.happens("held", "social_care_parent"):
            yield Holding(worked.agency, parent, worked.copied_on, "", worked.team)


def _school(child: Life, kin: Kin, maker: Maker) -> Iterator[Holding]:
    """Primary from the September after the fourth birthday, secondary seven years later."""
    starts = child.born.year + (5 if (child.born.month, child.born.day) >= (9, 1) else 4)
    years = TODAY.year - starts
    school = kin.town.primary if 0 <= years < 7 else kin.town.secondary if 7 <= years < 14 else ""
    if not school:
        return
    since = date(starts + (7 if years >= 7 else 0), 9, 4)
    on = TODAY if not maker.happens("copies", "old_address") else max(since, _some_day(child, maker))
    yield Holding(school, child, on, "on roll", "safeguarding", since)
    for parent in parents(child, kin, ("mother", "father", "step-father")):
        if parent.place(TODAY) is child.place(TODAY) and maker.happens("held", "school_parent"):
            yield Holding(school, parent, on, without_birth=maker.happens("held", "school_parent_without_birth"))


def _of_adult(adult: Life, _: Kin, maker: Maker) -> Iterator[Holding]:
    if adult.tenant and maker.happens("held", "housing"):
        yield Holding("cornwall-housing", adult, _some_day(adult, maker), "tenant", "safeguarding")
    if maker.happens("held", "adult_mental_health"):
        yield _worked_with(adult, maker, TRUST, "community mental health", "adult-mental-health")
    if maker.happens("held", "drug_and_alcohol"):
        yield _worked_with(adult, maker, "adult-drug-and-alcohol-service", "recovery work", "adults")
    if adult.risk:
        yield Holding(POLICE, adult, _some_day(adult, maker), "offender management", "offender-management")
        yield Holding(PROBATION, adult, _some_day(adult, maker), "offender manager", "cornwall-sexual-offences")
    if maker.happens("held", "police_adult"):
        yield Holding(POLICE, adult, _some_day(adult, maker), "named in a report", "response-truro")
    if maker.happens("held", "probation"):
        yield _worked_with(adult, maker, PROBATION, "community order", "court")


def parents(child: Life, kin: Kin, relations: tuple[str, ...]) -> list[Life]:
    """Who is so related to a child."""
    return [tie.start for tie in kin.ties if tie.end is child and tie.relation in relations]


def _worked_with(life: Life, maker: Maker, agency: str, kind: str, team: str) -> Holding:
    on = _some_day(life, maker)
    return Holding(agency, life, on, kind, team, since=on)


def _some_day(life: Life, maker: Maker) -> date:
    """A day of the years that are told, once they are born and live here."""
    first = max(maker.start, life.born, life.stays[0].since)
    return first + timedelta(days=int(maker.rng.random() * max(1, (TODAY - first).days)))


def _first_weeks(child: Life, maker: Maker) -> date:
    return min(child.born + timedelta(days=int(maker.rng.random() ** 2 * 40)), TODAY)
