"""A synthetic population of any size in the index: homes like the demonstration's, with commoner and rarer names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg

from daras.access import audiences
from daras.bench import bulk
from daras.exchange.demonstration.copies import Extract, extracts
from daras.exchange.demonstration.holdings import Town
from daras.exchange.demonstration.households import Names, generated, towns
from daras.exchange.demonstration.numbers import nhs_numbers, record_number
from daras.exchange.demonstration.people import Household
from daras.frontdoor.document import PersonNamed
from daras.frontdoor.people_named import facts_of_person, features
from daras.ledger.commands import Entry
from daras.ledger.models import Detail, Fact
from daras.matching import keys, model
from daras.matching.models import Key, Profile
from daras.matching.profiles import profile
from daras.people.models import (
    AddressStay,
    BirthKnown,
    IdentifierKnown,
    InvolvementKnown,
    NameKnown,
    Person,
    PersonRecord,
    RecordPerson,
    RelationshipKnown,
)

SEED = "daras bench 1"
MADE_AT = datetime(2026, 11, 17, 3, tzinfo=UTC)
KINDS: tuple[type[Detail], ...] = (
    NameKnown,
    BirthKnown,
    IdentifierKnown,
    AddressStay,
    InvolvementKnown,
    RelationshipKnown,
)


def households(people: int) -> list[Household]:
    """Households of at least so many people together; the same for the same number."""
    made, count = [], 0
    for household in generated(Random(SEED), nhs_numbers(), names(), _towns(people)):  # noqa: S311
        made.append(household)
        count += len(household.residents)
        if count >= people:
            break
    return made


def _towns(people: int) -> Iterator[Town]:
    """The demonstration's towns, with as many homes and streets as it takes, one after another."""
    for town in towns():
        size = max(40, people // (3 * len(towns())) + 40)
        streets = tuple(f"{first} {second}" for first in _STREETS for second in ("Road", "Close", "Terrace", "Lane"))
        yield replace(town, households=size, streets=streets)


_BEGINNINGS = ("Tre", "Pol", "Pen", "Ros", "Car", "Lan", "Bos", "Chy", "Nan", "Gwa")
_ENDINGS = (
    "vean",
    "wartha",
    "mellyn",
    "garrow",
    "gwyn",
    "hale",
    "dinnick",
    "warne",
    "loweth",
    "kerris",
    "zance",
    "bran",
)
_STREETS = tuple(beginning + ending for beginning in _BEGINNINGS[:5] for ending in _ENDINGS)


def names() -> Names:
    """Names as common as matching takes them to be, with a long tail of rare family names."""
    with (Path(model.__file__).parent / "name_shares.toml").open("rb") as file:
        shares = tomllib.load(file)
    given = _repeated(shares["given"]["listed"], 10)
    rare = [beginning + ending for beginning in _BEGINNINGS for ending in _ENDINGS]
    family = [*_repeated(shares["family"]["listed"], 1), *(name for name in rare for _ in range(6))]
    return Names(girls=given, boys=given, women=given, men=given, families=tuple(family), known_as={})


def _repeated(listed: Mapping[str, int], unit: int) -> tuple[str, ...]:
    return tuple(name.capitalize() for name, share in listed.items() for _ in range(max(1, share // unit)))


@dataclass(slots=True)
class _Loading:
    """The rows of every table, and the numbers given out so far."""

    entries: list[Entry]
    records: list[PersonRecord]
    members: list[RecordPerson]
    profiles: list[Profile]
    index: list[Key]
    persons: dict[str, Person]
    record_of: dict[tuple[str, str], int]


def load(connection: psycopg.Connection, made: Iterable[Household]) -> int:
    """Copy the population with its facts and its index into an installed, empty database; returns how many records.

    Whose records are one person is taken from the truth here: what is measured is looking up, not linking.
    """
    made = list(made)
    loading = _Loading([], [], [], [], [], _persons(made), {})
    truth = {
        (held.agency, record_number(held.agency, resident.key)): resident.key
        for household in made
        for resident in household.residents
        for held in resident.held
    }
    for extract in extracts(made):
        _add(loading, extract, truth)
    _write(connection, loading)
    return len(loading.records)


def _persons(made: list[Household]) -> dict[str, Person]:
    residents = (resident.key for household in made for resident in household.residents)
    return {
        key: Person(pk=place, number=f"P-{place:08}", made_at=MADE_AT) for place, key in enumerate(residents, start=1)
    }


def _add(loading: _Loading, extract: Extract, truth: Mapping[tuple[str, str], str]) -> None:
    audience = audiences.standing(audiences.agency_scope(extract.agency))
    for named in extract.people:
        _add_person(loading, extract.agency, audience, named, loading.persons[truth[extract.agency, named.ref]])
    for tie in extract.relationships:
        start, end = (loading.record_of[extract.agency, ref] for ref in (tie.start, tie.end))
        known = RelationshipKnown(other_record_id=end, relation=tie.relation)
        loading.entries.append(Entry(known, audience, person_record_id=start))


def _add_person(loading: _Loading, agency: str, audience: int, named: PersonNamed, person: Person) -> None:
    number = len(loading.records) + 1
    loading.record_of[agency, named.ref] = number
    record = PersonRecord(pk=number, agency=agency, local_id=named.ref, made_at=MADE_AT, audience_id=audience)
    loading.records.append(record)
    loading.members.append(RecordPerson(record=record, person=person, number=person.number, audience_id=audience))
    described = features(named, MADE_AT.date())
    loading.profiles.append(profile(number, audience, described))
    loading.index += [Key(key=each, record_id=number, audience_id=audience) for each in keys.indexed_numbers(described)]
    loading.entries += facts_of_person(named, number, 0, audience, audience)


def _write(connection: psycopg.Connection, loading: _Loading) -> None:
    with connection.transaction():
        bulk.copy(connection, Person, loading.persons.values())
        bulk.copy(connection, PersonRecord, loading.records)
        bulk.copy(connection, RecordPerson, loading.members)
        bulk.copy(connection, Fact, _facts(loading))
        for kind in KINDS:
            bulk.copy(connection, kind, (each.detail for each in loading.entries if type(each.detail) is kind))
        bulk.copy(connection, Profile, loading.profiles)
        bulk.copy(connection, Key, loading.index)
        bulk.set_sequences(connection, Person, PersonRecord, Fact)
    connection.execute("ANALYZE")


def _facts(loading: _Loading) -> Iterator[Fact]:
    agencies = {record.pk: record.agency for record in loading.records}
    for number, entry in enumerate(loading.entries, start=1):
        agency = agencies[entry.person_record_id or 0]
        fact = Fact(
            pk=number,
            kind=entry.detail.kind,
            person_record_id=entry.person_record_id,
            agency=agency,
            controller=agency,
            recorded_at=MADE_AT,
            author="service:extract",
            audience_id=entry.audience_id,
        )
        entry.detail.fact = fact
        entry.detail.audience_id = entry.audience_id
        yield fact
