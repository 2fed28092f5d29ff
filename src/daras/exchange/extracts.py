"""An agency's own list becomes person records and facts of that agency: a school's roll, a surgery's register (A5,
G2).

Who each row is, matching decides, as it does for news. A match stands under the person it matches, all else under a
number of its own; a possible match waits for somebody. Who reads a list, `index_audience` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daras.access import audiences, trail
from daras.access.models import SERIAL_BITS
from daras.access.session import custody, machine
from daras.agencies import load_directory
from daras.exchange.index_audience import index_audience
from daras.frontdoor import doubts, turns
from daras.frontdoor.document import PersonNamed, RelationshipNamed
from daras.frontdoor.people_named import MOTHER, facts_of_person, features
from daras.frontdoor.watching import watch
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.matching.commands import index_records
from daras.matching.queries import MatchResult, decide_for_all
from daras.people.commands import add_records, new_persons, place
from daras.people.models import (
    LinkDecided,
    ParentalResponsibilityKnown,
    Person,
    PersonRecord,
    RelationshipKnown,
)
from daras.people.queries import persons_of
from daras.working_time import clock

AUTHOR = "service:extract"


@dataclass(frozen=True, slots=True)
class ResponsibilityHeld:
    """That somebody of the list holds parental responsibility for another, on what ground, and what was seen (G5)."""

    holder: str
    child: str
    ground: str
    evidence_seen: str = ""


@dataclass(frozen=True, slots=True)
class ExtractReceived:
    """What became of a list: rows recorded now, rows held already, and how many of the new ones were somebody
    known."""

    recorded: int
    held_already: int
    matched: int
    possible: int


def receive_extract(
    agency: str,
    people: Sequence[PersonNamed],
    relationships: Sequence[RelationshipNamed] = (),
    responsibilities: Sequence[ResponsibilityHeld] = (),
    *,
    filling: bool = False,
) -> ExtractReceived:
    """Record the rows of an agency's list that are new, in one transaction, each under its `ref` as the agency's own
    number.

    A row whose number is held already is left as it is, so the same list again changes nothing. The rows of one list
    are different people. A list that brings a child near somebody who poses a risk owes a decision (E2); while the
    index is `filling` for the first time, what was so before is no news. Raises `UnknownAgency` or `AgencyNotCurrent`
    for an agency that does not exist today.
    """
    found = load_directory().agency(agency, on=clock.today())
    with machine(blind=True):
        turns.to_write_news()
        known = _known(agency, people)
        held = known.keys() | _protected(agency, people)
        new = [person for person in people if person.ref not in held]
        if not new:
            return ExtractReceived(0, len(people), 0, 0)
        described = {person.ref: features(person, clock.today()) for person in new}
        matches = decide_for_all(described, agency=agency)
        recording = Recording(agency, AUTHOR, clock.now())
        audience = index_audience(found)
        made = add_records(agency, audience, [person.ref for person in new])
        place(made, _persons(new, matches))
        records = known | {person.ref: record.pk for person, record in zip(new, made, strict=True)}
        fresh = frozenset(person.ref for person in new)
        children = frozenset(person.ref for person in people if person.role == "child")
        said = [
            *_facts(new, records, audience),
            *_relationships(relationships, records, fresh, children, audience),
            *_responsibilities(responsibilities, records, fresh, audience),
        ]
        links = append(recording, [*said, *_links(records, matches, audience)])[len(said) :]
        index_records([(records[person.ref], described[person.ref], audience) for person in new])
        if not filling:
            _look_at(recording, found.authority, {ref: records[ref] for ref in fresh}, matches, links)
        trail.write(
            actor=AUTHOR, agency=agency, action="change", subject_kind="extract", reason=f"{len(new)} rows recorded"
        )
    decisions = [match.decision for match in matches.values()]
    return ExtractReceived(len(new), len(people) - len(new), decisions.count("match"), decisions.count("possible"))


def _look_at(
    recording: Recording,
    authority: str,
    fresh: Mapping[str, int],
    matches: Mapping[str, MatchResult],
    links: Sequence[Fact],
) -> None:
    """What the records that a list brought change: who is near somebody who poses a risk, and who is now in doubt."""
    agency, since = recording.agency, recording.recorded_at
    watch(persons_of(fresh.values()).values(), "An agency's list came", authority=authority, agency=agency, since=since)
    link_of = {fact.person_record_id: fact for fact in links}
    known = ((matches[ref].person_id, record) for ref, record in fresh.items())
    touched = {person: link_of[record] for person, record in known if person is not None}
    doubts.look(touched, agency=agency, authority=authority)


def _known(agency: str, people: Sequence[PersonNamed]) -> dict[str, int]:
    rows = PersonRecord.objects.filter(agency=agency, local_id__in=[person.ref for person in people])
    return dict(rows.values_list("local_id", "pk"))


def _protected(agency: str, people: Sequence[PersonNamed]) -> set[str]:
    """The rows that the agency holds and that only a custodian knows now: the list says nothing new of them, as if
    nothing had changed, and nothing that this list records is tied to them (G4)."""
    with custody():
        return set(_known(agency, people))


def _persons(new: Sequence[PersonNamed], matches: Mapping[str, MatchResult]) -> list[Person]:
    ids = [matches[person.ref].person_id for person in new]
    known = Person.objects.in_bulk([pk for pk in ids if pk is not None])
    fresh = iter(new_persons(ids.count(None)))
    return [next(fresh) if pk is None else known[pk] for pk in ids]


def _facts(new: Sequence[PersonNamed], records: Mapping[str, int], audience: int) -> Iterator[Entry]:
    for person in new:
        yield from facts_of_person(person, records[person.ref], None, audience, audience)


def _relationships(
    relationships: Sequence[RelationshipNamed],
    records: Mapping[str, int],
    fresh: frozenset[str],
    children: frozenset[str],
    audience: int,
) -> Iterator[Entry]:
    """Ties with at least one new row at their ends, and the parental responsibility that a mother has in law (G5)."""
    for tie in relationships:
        if fresh.isdisjoint((tie.start, tie.end)) or not {tie.start, tie.end} <= records.keys():
            continue
        start, end = records[tie.start], records[tie.end]
        known = RelationshipKnown(other_record_id=end, relation=tie.relation, since=tie.since, until=tie.until)
        yield Entry(known, audience, person_record_id=start)
        if tie.relation == MOTHER and tie.end in children:
            held = ParentalResponsibilityKnown(child_record_id=end, ground=MOTHER)
            yield Entry(held, audience, person_record_id=start)


def _responsibilities(
    responsibilities: Sequence[ResponsibilityHeld],
    records: Mapping[str, int],
    fresh: frozenset[str],
    audience: int,
) -> Iterator[Entry]:
    for held in responsibilities:
        if not fresh.isdisjoint((held.holder, held.child)) and {held.holder, held.child} <= records.keys():
            known = ParentalResponsibilityKnown(
                child_record_id=records[held.child], ground=held.ground, evidence_seen=held.evidence_seen
            )
            yield Entry(known, audience, person_record_id=records[held.holder])


def _links(records: Mapping[str, int], matches: Mapping[str, MatchResult], audience: int) -> Iterator[Entry]:
    """Every match and possible match is a decision with its reasons; whoever matches stands there already.

    The reasons tell of two agencies' records, and neither agency may see the other's. They are for the front door where
    it reads both records, else for the custodians alone.
    """
    for ref, match in matches.items():
        for candidate in match.candidates:
            if candidate.decision == "none":
                continue
            matched = candidate.decision == "match" and candidate.person_id == match.person_id
            decided = LinkDecided(
                other_record_id=candidate.record_id,
                decision=LinkDecided.Decision.LINK if matched else LinkDecided.Decision.POSSIBLE,
                probability=candidate.probability,
                why=list(candidate.why),
            )
            read_by = _readers({audience, *candidate.audience_ids})
            yield Entry(decided, read_by, person_record_id=records[ref])


def _readers(made_of: set[int]) -> int:
    front_door = audiences.standing(audiences.front_door_scope("908"))
    if all(audience >> SERIAL_BITS == front_door >> SERIAL_BITS for audience in made_of):
        return front_door
    return audiences.standing(audiences.CUSTODIANS)
