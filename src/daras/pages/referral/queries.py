"""Drafts of the worker's team, and people in the records of the worker's own agency: nobody else's (A1, G4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from daras.access.models import Worker
from daras.frontdoor.models import Draft
from daras.ledger.models import Detail
from daras.ledger.reading import OfRecords
from daras.matching.finding import Question, find, understood
from daras.people.models import AddressStay, BirthKnown, IdentifierKnown, NameKnown, PersonRecord

#: So many drafts, and so many people found, stand on one page.
MOST_DRAFTS = 50
MOST_FOUND = 10


def drafts_of(worker: Worker) -> list[Draft]:
    """What the worker's team is writing, the last touched first."""
    rows = Draft.objects.filter(agency=worker.agency, receipt="").filter(Q(team=worker.team) | Q(team=""))
    return list(rows.order_by("-saved_at")[:MOST_DRAFTS])


def draft_of(worker: Worker, reference: str) -> Draft | None:
    """One draft, for anybody of the agency that writes it."""
    return Draft.objects.filter(agency=worker.agency, reference=reference).first()


@dataclass(slots=True)
class OwnPerson:
    """Somebody in the agency's own records, as a draft would hold them."""

    record_id: int
    held: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundOwn:
    """Who was found, and what was understood of what was typed."""

    people: tuple[OwnPerson, ...]
    question: Question


def own_people(worker: Worker, typed: str) -> FoundOwn:
    """The agency's own records that agree with what was typed; one that says the same of the same person once."""
    question = understood(typed)
    hits = [hit.record_id for hit in find(question)] if question.says_anything else []
    own = {person.record_id: person for person in of_records(worker, hits)}
    shown: dict[tuple[Any, ...], OwnPerson] = {}
    for record_id in hits:
        if record_id in own:
            held = own[record_id].held
            same = (held.get("given_name"), held.get("family_name"), held.get("date_of_birth"))
            shown.setdefault(same, own[record_id])
    return FoundOwn(tuple(shown.values())[:MOST_FOUND], question)


def of_records(worker: Worker, record_ids: Iterable[int]) -> list[OwnPerson]:
    """What these records say, as far as they are the agency's own."""
    own = PersonRecord.objects.filter(pk__in=list(record_ids), agency=worker.agency)
    people = {pk: OwnPerson(pk) for pk in own.values_list("pk", flat=True)}
    ids = sorted(people)
    if not ids:
        return []
    facts = OfRecords(ids, (NameKnown, BirthKnown, IdentifierKnown, AddressStay))
    for name in facts.newest(NameKnown):
        _name(_held(people, worker, name), name)
    for birth in facts.newest(BirthKnown):
        _birth(_held(people, worker, birth), birth)
    for number in facts.newest(IdentifierKnown):
        _number(_held(people, worker, number), number)
    for stay in facts.newest(AddressStay):
        _home(_held(people, worker, stay), stay)
    return list(people.values())


def _held(people: dict[int, OwnPerson], worker: Worker, detail: Detail) -> dict[str, Any]:
    """Where to write what a fact says: nowhere, where another agency says it."""
    own = detail.fact.agency == worker.agency
    return people[detail.fact.person_record_id or 0].held if own else {}


def _name(held: dict[str, Any], name: NameKnown) -> None:
    if name.use == "current":
        held.setdefault("given_name", name.given_name)
        held.setdefault("family_name", name.family_name)
    elif name.use == "alias":
        held.setdefault("known_as", " ".join(part for part in (name.given_name, name.family_name) if part))


def _birth(held: dict[str, Any], birth: BirthKnown) -> None:
    held.setdefault("role", birth.role or "unknown")
    for name, value in (("date_of_birth", birth.date_of_birth), ("expected_birth_on", birth.expected_on)):
        if value:
            held.setdefault(name, value.isoformat())
    if birth.sex in {"F", "M"}:
        held.setdefault("sex", birth.sex)


def _number(held: dict[str, Any], number: IdentifierKnown) -> None:
    name = {"nhs-number": "nhs_number", "upn": "upn"}.get(number.system)
    if name:
        held.setdefault(name, number.value)


def _home(held: dict[str, Any], stay: AddressStay) -> None:
    if stay.use == "lives" and stay.until is None and "postcode" not in held:
        held |= {"street": "\n".join(stay.lines), "town": stay.town, "postcode": stay.postcode}
