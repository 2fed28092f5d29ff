"""What one agency holds about somebody, entry by entry, in words that could be given; and which names of others are in
them. Read as the machine, of what the worker for whom it acts may see of anything protected (ADR 0024)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import models

from daras.access.audiences import CUSTODIANS, discussion_scope, front_door_scope, scope_id
from daras.access.models import SERIAL_BITS, Grant
from daras.access.policies import PROTECTED_SCOPE
from daras.agencies import UnknownContact, load_directory
from daras.chronology.telling import Kind
from daras.custodians.moving import details as kinds_of_fact
from daras.custodians.moving import names_people
from daras.disclosures.third_parties import PUBLIC, names_of, professional_referrers, public_referrers, said_of
from daras.handling.models import EntryGraded
from daras.ledger.models import Detail, Fact
from daras.ledger.processing import kind_of_agency
from daras.ledger.reading import details, rows
from daras.matters.models import Matter
from daras.people.models import AddressStay, PersonInMatter, RecordPerson, RelationshipKnown
from daras.people.queries import known_of, persons_of
from daras.rights.weighing import Item
from daras.working_time import clock

#: The house's own work, which says nothing of anybody: clocks, links, deliveries, and cases like this one.
OWN_WORK = ("duty-", "access-", "protect", "emergency-", "unusual-", "entry-restricted", "entry-opened", "link-",
            "notice-delivered", "feedback-delivered", "flag-published", "naming-taken-in", "words-withheld",
            "conflict-of-interest", "sharing-decided", "quality-checked", "information-held")  # fmt: skip
#: Matters on which nobody is safeguarded: a form filled in, one agency asking another.
OF_NO_WORRY = frozenset({"form", "request", "flag", "rights"})
#: What a fact says in its fields that is of no use to whoever asks.
NOT_TOLD = frozenset({"reference", "receipt", "pack", "ref", "place_key", "sent_key", "system"})


@dataclass(frozen=True, slots=True)
class Held:
    """One entry that an agency holds about somebody."""

    fact_id: int
    agency: str
    title: str
    words: str
    on_day: date
    item: Item


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a case is about, with everything that may hold something of them, and the names of everybody else there."""

    person_id: int
    record_ids: frozenset[int]
    matter_ids: frozenset[int]
    others: tuple[str, ...]  # names
    referrers: tuple[str, ...]  # names of professionals: as a whole, for a part of one is often a word
    own: frozenset[str]  # parts of the names of the subject, and of whoever asks
    asker_homes: frozenset[str]


def subject_of(record_id: int, asker_record_id: int | None) -> Subject:
    """Read whom a case is about. Raises `LookupError` for a record that is nobody's here."""
    person_id = persons_of([record_id]).get(record_id)
    if person_id is None:
        raise LookupError(record_id)
    records = set(RecordPerson.objects.filter(person_id=person_id).values_list("record_id", flat=True))
    parts = PersonInMatter.objects.filter(fact__person_record_id__in=records, part="subject")
    matters = {each for each in parts.values_list("fact__matter_id", flat=True) if each is not None}
    asker = persons_of([asker_record_id]).get(asker_record_id) if asker_record_id else None
    people = known_of(_people_around(records, matters) | {person_id} | ({asker} if asker else set()))
    mine = {person_id, asker}
    own = {part.casefold() for key in mine if key in people for name in names_of(people[key]) for part in name.split()}
    others = [name for key, known in people.items() if key not in mine for name in names_of(known)]
    homes = {stay.place_key for stay in people[asker].stays if _now(stay)} if asker in people else set()
    return Subject(
        person_id,
        frozenset(records),
        frozenset(matters),
        (*others, *public_referrers(sorted(matters))),
        tuple(professional_referrers(sorted(matters))),
        frozenset(own),
        frozenset(homes),
    )


def named_in(words: str, subject: Subject) -> list[str]:
    """Whose names a text says: of anybody but the subject and whoever asks."""
    parts = {part.casefold() for name in subject.referrers for part in name.split()}
    found = (*said_of(words, subject.others, subject.own), *said_of(words, subject.referrers, parts))
    return list(dict.fromkeys(found))


def _people_around(records: set[int], matters: set[int]) -> set[int]:
    named = PersonInMatter.objects.filter(fact__matter_id__in=matters).values_list("fact__person_record_id", flat=True)
    ties = RelationshipKnown.objects.filter(
        models.Q(other_record__in=records) | models.Q(fact__person_record_id__in=records)
    )
    tied = {record for pair in ties.values_list("fact__person_record_id", "other_record_id") for record in pair}
    return set(persons_of(record for record in {*named, *tied} if record is not None).values())


def _now(stay: AddressStay) -> bool:
    return stay.until is None or stay.until >= clock.today()


def holders(subject: Subject) -> list[str]:
    """The agencies that hold anything about somebody, by id: for opening each one's part, and shown to nobody."""
    facts = _facts(subject)
    return sorted(set(_answering(subject, facts).values()) - {""})


def matters_with(subject: Subject, agency: str = "") -> set[int]:
    """The matters in which anything is held about somebody; by one agency, or by any."""
    facts = _facts(subject)
    answering = _answering(subject, facts)
    return {each.matter_id for each in facts if each.matter_id is not None and agency in {"", answering[each.pk]}}


def held_by(subject: Subject, agency: str, kinds: Sequence[Kind[Any]]) -> list[Held]:
    """What one agency holds about somebody, the oldest first."""
    everything = _facts(subject)
    answering = _answering(subject, everything)
    facts = {each.pk: each for each in everything if answering[each.pk] == agency}
    told: Mapping[str, Kind[Any]] = {kind.detail.kind: kind for kind in kinds}
    graded = set(EntryGraded.objects.filter(entry__in=list(facts)).values_list("entry_id", flat=True))
    restricted = {scope_id(CUSTODIANS), PROTECTED_SCOPE}
    worries = set(
        Matter.objects.filter(pk__in=subject.matter_ids).exclude(kind__in=OF_NO_WORRY).values_list("pk", flat=True)
    )
    found = []
    for model in kinds_of_fact():
        mine = {pk: fact for pk, fact in facts.items() if fact.kind == model.kind}
        for detail in details(model, mine):
            fact = detail.fact
            title, words = _told(detail, told.get(fact.kind))
            item = Item(
                kind=fact.kind,
                agency_kind=kind_of_agency(agency),
                regime=fact.regime,
                on_safeguarding_matter=fact.matter_id in worries,
                graded=fact.pk in graded,
                restricted=(fact.audience_id >> SERIAL_BITS) in restricted,
                from_public=fact.agency == PUBLIC,
                of_another=fact.person_record_id is not None and fact.person_record_id not in subject.record_ids,
                names=tuple(named_in(f"{title} {words}", subject)),
                shares_home=isinstance(detail, AddressStay) and detail.place_key in subject.asker_homes,
            )
            found.append(
                Held(fact.pk, agency, title, words, clock.local_date(fact.occurred_from or fact.recorded_at), item)
            )
    return sorted(found, key=lambda each: (each.on_day, each.fact_id))


def _answering(subject: Subject, facts: Sequence[Fact]) -> dict[int, str]:
    """Which agency answers for each fact: its controller. For what a member of the public wrote, and for what the house
    found in an agency's news and that agency was never given to read, the front door that took it in."""
    authorities = dict(Matter.objects.filter(pk__in=subject.matter_ids).values_list("pk", "authority"))
    doors = {authority: _front_door(authority) for authority in set(authorities.values())}
    kept = {scope_id(scope(each)) for each in doors for scope in (front_door_scope, discussion_scope)}
    given = set(
        Grant.objects.filter(audience_id__in={each.audience_id for each in facts}).values_list("audience_id", "agency")
    )
    found = {}
    for each in facts:
        door = doors.get(authorities.get(each.matter_id or 0, ""), "")
        of_door = (each.audience_id >> SERIAL_BITS) in kept and (each.audience_id, each.controller) not in given
        found[each.pk] = door if door and (each.controller == PUBLIC or of_door) else each.controller
    return {pk: "" if agency == PUBLIC else agency for pk, agency in found.items()}


def _front_door(authority: str) -> str:
    try:
        return load_directory().contact("front-door", authority=authority, on=clock.today()).agency
    except UnknownContact:
        return ""


def _facts(subject: Subject) -> list[Fact]:
    """Everything recorded about somebody: on their own records, on the matters that are about them, and where another
    entry names them. What was superseded is held still, and so is part of it."""
    records, matters = sorted(subject.record_ids), sorted(subject.matter_ids)
    asked = models.Q(person_record_id__in=records) | models.Q(matter_id__in=matters, person_record_id__isnull=True)
    naming = {fact for (fact,) in rows(_naming(), {"records": records})}
    found = {each.pk: each for each in Fact.objects.filter(asked | models.Q(pk__in=sorted(naming)))}
    return [each for each in found.values() if not each.kind.startswith(OWN_WORK)]


@cache
def _naming() -> str:
    """The facts that name one of these records in a column of their own, whatever the kind: one statement for all."""
    asked = (
        f'SELECT fact_id FROM "{model._meta.db_table}"'  # noqa: S608 - the models' own words
        f' WHERE "{column}" {"&&" if several else "= ANY"} (%(records)s::bigint[])'
        for model in kinds_of_fact()
        for column, several in names_people(model)
    )
    return " UNION ".join(asked)


def _told(detail: Detail, kind: Kind[Any] | None) -> tuple[str, str]:
    """An entry in words: as the chronology tells it, or field by field where the chronology does not."""
    if kind is not None:
        return kind.title(detail), kind.words(detail)
    said = []
    for each in detail._meta.concrete_fields:
        value = getattr(detail, each.attname)
        tells = isinstance(each, models.CharField | models.TextField | models.DateField) and each.name not in NOT_TOLD
        if tells and value not in (None, ""):
            said.append(f"{each.name.replace('_', ' ')}: {value}")
    return detail.kind.replace("-", " ").capitalize(), "; ".join(said)
