"""Records under one number in groups that hold together, with what speaks for and against, in words (A5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from daras.agencies import load_directory
from daras.matching.clusters import Doubt
from daras.pages import wording
from daras.people.models import LinkDecided
from daras.people.queries import PersonKnown
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One record, as its agency holds it."""

    id: int
    name: str
    born: str
    sex: str
    home: str
    held_by: str


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Records that hold together; beside the first group, what speaks for and against their being of one person."""

    heading: str
    records: tuple[RecordShown, ...]
    evidence: tuple[str, ...]
    told: str  # who would be asked to delete what they read, should these leave


@dataclass(frozen=True, slots=True)
class TakenApart:
    """Records that somebody took apart, to be joined again."""

    decision_id: int
    name: str
    number: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class OnePerson:
    """The whole page."""

    number: str
    name: str
    why: tuple[str, ...]
    groups: tuple[GroupShown, ...]
    apart: tuple[TakenApart, ...]
    may_part: bool


def groups_of(doubt: Doubt | None, records: Iterable[int]) -> tuple[frozenset[int], ...]:
    """How the records would come apart, as far as the reader sees them: the largest group first. Where they hold
    together and yet two of them speak against each other, each record stands by itself."""
    seen = frozenset(records)
    parts = [part & seen for part in doubt.parts] if doubt else [seen]
    if doubt and len(parts) == 1:
        parts = [frozenset((record,)) for record in seen]
    return tuple(sorted((part for part in parts if part), key=lambda part: (-len(part), min(part))))


def one_person(
    known: Mapping[int, PersonKnown],
    doubt: Doubt | None,
    evidence: Mapping[tuple[int, int], tuple[str, ...]],
    told: Mapping[frozenset[int], Iterable[str]],
    apart: Iterable[tuple[LinkDecided, PersonKnown]],
) -> OnePerson:
    """Everything that the page says."""
    parts = groups_of(doubt, known)
    first = known[min(parts[0])]
    return OnePerson(
        number=first.number,
        name=first.name,
        why=doubt.why if doubt else (),
        groups=tuple(
            _group(
                f"Group {place}",
                [_record(record, known[record]) for record in sorted(part)],
                _beside(part, parts[0], evidence),
                told.get(part, ()),
            )
            for place, part in enumerate(parts, start=1)
        ),
        apart=tuple(_apart(said, person) for said, person in apart),
        may_part=len(known) > 1,
    )


def _group(heading: str, records: list[RecordShown], evidence: tuple[str, ...], told: Iterable[str]) -> GroupShown:
    return GroupShown(
        heading=f"{heading}: {len(records)} record{'' if len(records) == 1 else 's'}",
        records=tuple(records),
        evidence=evidence,
        told=wording.listed([wording.agency(each) for each in told]),
    )


def _beside(
    part: frozenset[int], first: frozenset[int], evidence: Mapping[tuple[int, int], tuple[str, ...]]
) -> tuple[str, ...]:
    """What the first record of a group has in common with the first of the first group, and what differs."""
    one, other = sorted((min(part), min(first)))
    return evidence.get((one, other), ())


def _record(record_id: int, known: PersonKnown) -> RecordShown:
    home = next((wording.address(stay) for stay in known.stays if stay.use == "lives"), "")
    agencies = dict.fromkeys(name.fact.agency for name in known.names)
    directory = load_directory()
    return RecordShown(
        id=record_id,
        name=known.name,
        born=time_wording.long_date(known.date_of_birth) if known.date_of_birth else "not said",
        sex=known.sex or "not said",
        home=home or "not said",
        held_by=wording.listed([directory.agency_at_any_time(each).name for each in agencies]) or "not said",
    )


def _apart(said: LinkDecided, person: PersonKnown) -> TakenApart:
    return TakenApart(
        decision_id=said.pk,
        name=person.name,
        number=person.number,
        href=reverse("person", args=[person.number]),
        why=f"{time_wording.long_datetime(said.fact.recorded_at)}: {' '.join(said.why)}",
    )
