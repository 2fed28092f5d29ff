"""What all agencies together know of people: read under the machine role for the rules, or under a worker's for a page.

The same query serves both; row-level security decides what comes back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from daras.ledger.models import Detail, Fact
from daras.ledger.reading import HEADER, STANDING, details, header, rows, standing_of
from daras.people.models import (
    AddressStay,
    BirthKnown,
    DisabilityKnown,
    InvolvementKnown,
    NameKnown,
    NameWithheld,
    PersonInMatter,
    PosesRiskKnown,
    WorksWithChildrenKnown,
)

KnownDetail = TypeVar("KnownDetail", bound=Detail)


@dataclass(slots=True)
class PersonKnown:
    """One person as the facts visible to the reader say, the newest first in every list."""

    person_id: int
    number: str
    record_ids: list[int] = field(default_factory=list)
    names: list[NameKnown] = field(default_factory=list)
    births: list[BirthKnown] = field(default_factory=list)
    stays: list[AddressStay] = field(default_factory=list)
    involvements: list[InvolvementKnown] = field(default_factory=list)
    risks: list[PosesRiskKnown] = field(default_factory=list)
    works: list[WorksWithChildrenKnown] = field(default_factory=list)
    disabilities: list[DisabilityKnown] = field(default_factory=list)
    name_withheld: bool = False

    @property
    def name(self) -> str:
        """The current name most records agree on, the longest known of those; an unborn child may have none.

        One misspelling in the newest news does not rename a child; an agency's correction supersedes its own fact.
        """
        current = [name for name in self.names if name.use == "current"] or self.names
        written = [" ".join(part for part in (each.given_name, each.family_name) if part) for each in reversed(current)]
        counted = Counter(name for name in written if name)
        if counted:
            return counted.most_common(1)[0][0]
        return "Unborn child" if self.role == "unborn" else "A person without a name"

    @property
    def role(self) -> str:
        return self.births[0].role if self.births else "unknown"

    @property
    def date_of_birth(self) -> date | None:
        return next((birth.date_of_birth for birth in self.births if birth.date_of_birth), None)

    @property
    def sex(self) -> str:
        return next((birth.sex for birth in self.births if birth.sex), "")

    def age_on(self, on: date) -> int | None:
        """Full years on a day, or none where the birth date is not known."""
        born = self.date_of_birth
        return None if born is None else full_years(born, on)

    def age_group_on(self, on: date) -> str:
        """child (under 18), adult, unborn; by birth date where known, else by what was said."""
        return age_group(self.date_of_birth, self.role, on)


def full_years(born: date, on: date) -> int:
    """How old somebody is on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_group(born: date | None, role: str, on: date) -> str:
    """child (under 18), adult, unborn; by birth date where known, else by what was said."""
    if born is None:
        return role
    return "adult" if full_years(born, on) >= 18 else "child"


_SLOTS: dict[type[Detail], str] = {
    NameKnown: "names",
    BirthKnown: "births",
    AddressStay: "stays",
    InvolvementKnown: "involvements",
    PosesRiskKnown: "risks",
    WorksWithChildrenKnown: "works",
    DisabilityKnown: "disabilities",
}
_KINDS: tuple[type[Detail], ...] = (*_SLOTS, NameWithheld)


#: The standing headers of these kinds with their record, and a row without one for a record that has none.
_MEMBERS = f"""
SELECT member.person_id, member.number, member.record_id, {HEADER}
FROM people_recordperson member
LEFT JOIN ledger_fact fact
  ON fact.person_record_id = member.record_id AND fact.kind = ANY(%(kinds)s::text[]) AND {STANDING}
WHERE member.{{chosen}} = ANY(%(ids)s::bigint[])
ORDER BY member.record_id
"""  # noqa: S608 - the ledger's own words


def known_of(person_ids: Iterable[int], known_on: datetime | None = None) -> dict[int, PersonKnown]:
    """What stands in the ledger about these people: one query for their records and one for each kind of fact.

    `known_on` asks what stood there at that moment, whatever came later (G2).
    """
    known: dict[int, PersonKnown] = {}
    by_record: dict[int, PersonKnown] = {}
    headers = _Headers("person_id", person_ids, known_on)
    for person_id, number, record_id in headers.members:
        person = known.setdefault(person_id, PersonKnown(person_id, number))
        person.record_ids.append(record_id)
        by_record[record_id] = person
    headers.fill(by_record)
    return known


def known_of_records(record_ids: Iterable[int]) -> dict[int, PersonKnown]:
    """What each of these records alone says, by record: for two of them side by side (A5)."""
    headers = _Headers("record_id", record_ids, None)
    known = {record_id: PersonKnown(person_id, number, [record_id]) for person_id, number, record_id in headers.members}
    headers.fill(known)
    return known


class _Headers:
    """The records chosen, (person, number, record) each in the order of the records, and their headers by kind."""

    def __init__(self, chosen: str, ids: Iterable[int], known_on: datetime | None) -> None:
        self.members: dict[tuple[int, str, int], None] = {}
        self._facts: dict[str, dict[int, Fact]] = {kind.kind: {} for kind in _KINDS}
        asked: dict[str, Any] = {"ids": sorted(set(ids)), "kinds": list(self._facts), "known_on": known_on}
        if not asked["ids"]:
            return
        for person_id, number, record_id, *row in rows(_MEMBERS.format(chosen=chosen), asked):
            self.members[person_id, number, record_id] = None
            if row[0] is not None:
                fact = header(row)
                self._facts[fact.kind][fact.pk] = fact

    def fill(self, by_record: Mapping[int, PersonKnown]) -> None:
        """Read the details into what is known of the people, the newest first."""
        for kind in _KINDS if self.members else ():
            for detail in details(kind, self._facts[kind.kind]):
                _put(by_record[detail.fact.person_record_id or 0], detail, last=True)


def add_said(known: Mapping[int, PersonKnown], said: Iterable[tuple[int, Detail]]) -> None:
    """What was just said of people, by person id and in order, on top of what is known of them: not yet written."""
    for person_id, detail in said:
        if type(detail) in _KINDS:
            _put(known[person_id], detail, last=False)


def _put(person: PersonKnown, detail: Detail, *, last: bool) -> None:
    if isinstance(detail, NameWithheld):
        person.name_withheld = True
        return
    slot = getattr(person, _SLOTS[type(detail)])
    slot.insert(len(slot) if last else 0, detail)


def standing_details(
    kind: type[KnownDetail], record_ids: Iterable[int], known_on: datetime | None = None
) -> list[KnownDetail]:
    """The facts of a kind about these records that nothing has superseded, the newest first, with their headers.

    `known_on` asks for those that stood at that moment. Whoever wants more than one kind asks `OfRecords`.
    """
    return standing_of(kind, record_ids, known_on)


_PERSONS = "SELECT record_id, person_id FROM people_recordperson WHERE record_id = ANY(%(records)s::bigint[])"


def persons_of(record_ids: Iterable[int]) -> dict[int, int]:
    """The person of each record."""
    asked = {"records": sorted(set(record_ids))}
    return dict(rows(_PERSONS, asked)) if asked["records"] else {}


_HOLDERS = f"""
SELECT child.person_id, holder.person_id
FROM people_parentalresponsibilityknown held
JOIN ledger_fact fact ON fact.id = held.fact_id
JOIN people_recordperson child ON child.record_id = held.child_record_id
JOIN people_recordperson holder ON holder.record_id = fact.person_record_id
WHERE held.child_record_id = ANY(%(records)s::bigint[]) AND (held.until IS NULL OR held.until >= %(on)s::date)
  AND {STANDING}
ORDER BY fact.id
"""  # noqa: S608 - the ledger's own words


def holders_of_parental_responsibility(record_ids: Iterable[int], on: date) -> Mapping[int, set[int]]:
    """For each child's person: the persons who hold parental responsibility, as far as anybody has recorded it (G5)."""
    held: defaultdict[int, set[int]] = defaultdict(set)
    asked = {"records": sorted(set(record_ids)), "on": on, "known_on": None}
    for child, holder in rows(_HOLDERS, asked) if asked["records"] else ():
        held[child].add(holder)
    return held


#: A matter is open until somebody closes it; a decision does not close it (B1).
_OPEN_MATTERS = f"""
SELECT DISTINCT member.person_id, matter.id, matter.reference
FROM people_recordperson member
JOIN ledger_fact fact ON fact.person_record_id = member.record_id AND fact.kind = %(kind)s AND {STANDING}
JOIN people_personinmatter detail ON detail.fact_id = fact.id AND detail.part IN ('subject', 'suspect')
JOIN matters_matter matter ON matter.id = fact.matter_id
LEFT JOIN matters_matterstate state ON state.matter_id = matter.id
WHERE member.person_id = ANY(%(people)s::bigint[]) AND state.status IS DISTINCT FROM 'closed'
ORDER BY matter.id
"""  # noqa: S608 - the ledger's own words


def open_matters_of(person_ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """The matters open about each person as subject or suspect: (id, reference) pairs, oldest first."""
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    asked = {"people": sorted(set(person_ids)), "kind": PersonInMatter.kind, "known_on": None}
    for person, matter, reference in rows(_OPEN_MATTERS, asked) if asked["people"] else ():
        found[person].append((matter, reference))
    return {person: tuple(matters) for person, matters in found.items()}
