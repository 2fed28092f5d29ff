"""From who people are to what each agency has on file: its own list, as it would send it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from daras.agencies import load_directory
from daras.exchange.demonstration.numbers import pupil_number, record_number
from daras.exchange.demonstration.people import Held, Household, Resident
from daras.exchange.extracts import ResponsibilityHeld
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed, RelationshipNamed

#: Who files people under their NHS number.
HEALTH = frozenset({"general practice", "community and mental health", "hospital"})
#: Who keeps other names and former addresses on file.
INQUIRING = frozenset({"children's social care", "police", "probation", "youth justice"})


@dataclass(slots=True)
class Extract:
    """One agency's list."""

    agency: str
    people: list[PersonNamed] = field(default_factory=list)
    relationships: list[RelationshipNamed] = field(default_factory=list)
    responsibilities: list[ResponsibilityHeld] = field(default_factory=list)


def extracts(households: Iterable[Household]) -> list[Extract]:
    """Every agency's list, the longest first: a county would begin with the registers that hold nearly everybody."""
    found: defaultdict[str, Extract] = defaultdict(lambda: Extract(""))
    kinds = {agency.id: agency.kind for agency in load_directory().agencies.values()}
    for household in households:
        for resident in household.residents:
            for held in resident.held:
                extract = found[held.agency]
                extract.agency = held.agency
                extract.people.append(_copy(resident, held, kinds[held.agency]))
        for agency, keys in _held_by(household).items():
            _add_ties(found[agency], household, keys, kinds[agency])
    return sorted(found.values(), key=lambda each: (-len(each.people), each.agency))


def _held_by(household: Household) -> dict[str, set[str]]:
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for resident in household.residents:
        for held in resident.held:
            keys[held.agency].add(resident.key)
    return keys


def _add_ties(extract: Extract, household: Household, keys: set[str], kind: str) -> None:
    """A tie is known to an agency that holds both ends; a surgery knows mothers only."""
    for tie in household.ties:
        if {tie.start, tie.end} <= keys and (kind != "general practice" or tie.relation == "mother"):
            start, end = record_number(extract.agency, tie.start), record_number(extract.agency, tie.end)
            extract.relationships.append(replace(tie, start=start, end=end))
    for held in household.responsibilities:
        if {held.holder, held.child} <= keys and kind in {"school", "children's social care"}:
            holder, child = record_number(extract.agency, held.holder), record_number(extract.agency, held.child)
            extract.responsibilities.append(replace(held, holder=holder, child=child))


def _copy(truth: Resident, held: Held, kind: str) -> PersonNamed:
    """What this agency has of somebody."""
    resident = replace(truth, **held.written)
    former = tuple(each for each in resident.former_homes if not held.at_former_home)
    return PersonNamed(
        ref=record_number(held.agency, truth.key),
        role=resident.role,
        given_name=resident.given_name,
        family_name=resident.family_name,
        previous_family_names=_previous_names(resident, kind),
        also_known_as=_other_names(truth, resident, kind),
        date_of_birth=None if held.without_date_of_birth else resident.born,
        expected_birth_on=resident.expected,
        sex=resident.sex,
        identifiers=_identifiers(truth, resident, kind),
        address=_address(resident, held),
        previous_addresses=former if kind in INQUIRING else (),
        disabilities=resident.disabilities,
        involvements=_involvements(held),
        poses_risk=resident.risk.named if resident.risk and held.agency in resident.risk.told_by else None,
        works_with_children=resident.works_with_children,
    )


def _previous_names(resident: Resident, kind: str) -> tuple[str, ...]:
    previous = resident.previous_family_name
    return (previous,) if previous and previous != resident.family_name and kind in HEALTH else ()


def _other_names(truth: Resident, resident: Resident, kind: str) -> tuple[str, ...]:
    known_as = truth.known_as
    if not known_as or known_as == resident.given_name or kind not in INQUIRING:
        return ()
    return (f"{known_as} {resident.family_name}",)


def _identifiers(truth: Resident, resident: Resident, kind: str) -> tuple[tuple[str, str], ...]:
    found = []
    if resident.nhs_number and kind in HEALTH:
        found.append(("nhs-number", resident.nhs_number))
    if kind == "school" and resident.role == "child" and resident.born:
        found.append(("upn", pupil_number(truth.key, resident.born.year)))
    if kind in {"police", "probation"}:
        found += resident.identifiers
    return tuple(found)


def _address(resident: Resident, held: Held) -> Address | None:
    """The address in this copy: where an old one is still written, nobody there has written when it ended."""
    if held.at_former_home and resident.former_homes:
        former = resident.former_homes[-1]
        return replace(former, until=held.until)
    return resident.home


def _involvements(held: Held) -> tuple[InvolvementNamed, ...]:
    if not held.kind:
        return ()
    return (InvolvementNamed(held.agency, held.kind, held.team, held.since, held.until),)
