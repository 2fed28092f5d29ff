"""What a person's page reads, all of it through the eyes of whoever is signed in: a row that comes back may be shown.

Whoever may see at least one record of somebody may open their page; it shows what those records say, and no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from daras.access.models import TrailEntry
from daras.duties.models import DutyState
from daras.flags.models import SummaryRead
from daras.frontdoor.models import ReferralReceived, SafeNowRecorded
from daras.ledger.reading import OfRecords
from daras.matters.models import Matter
from daras.network.connections import Connection, connections
from daras.network.exposure import Exposure, exposures_of
from daras.network.graph import Graph
from daras.network.queries import around
from daras.outbox.models import Notice
from daras.people.models import (
    AbuseMarker,
    ChangeAnswered,
    ChangeProposed,
    LinkDecided,
    ParentalResponsibilityKnown,
    PersonInMatter,
    PersonRecord,
    RecordPerson,
)
from daras.people.queries import PersonKnown, known_of, persons_of, standing_details
from daras.working_time import clock
from daras.working_time.clocks import start_of_day

#: How far the family picture reaches unless another number of steps is chosen.
STEPS = 2
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose page, and as known on which day: none is now."""

    person_id: int
    number: str
    known_on: date | None = None

    @property
    def moment(self) -> datetime | None:
        """The end of the day asked about."""
        return start_of_day(self.known_on + timedelta(days=1)) if self.known_on else None

    @property
    def day(self) -> date:
        return self.known_on or clock.today()


def person_of(number: str, known_on: date | None) -> Asked | None:
    """Somebody by number, or none where no record of theirs is the reader's to see."""
    member = RecordPerson.objects.filter(number=number).values_list("person_id", flat=True).first()
    return Asked(member, number, known_on) if member is not None else None


@dataclass(frozen=True, slots=True)
class Identified:
    """Who it is: what every tab shows at its top."""

    asked: Asked
    known: PersonKnown
    records: Mapping[int, PersonRecord]
    marker: AbuseMarker | None
    facts: OfRecords  # what else the tabs say of the records


#: What the tabs of a person's page look for about the records.
KINDS = (AbuseMarker, PersonInMatter, ParentalResponsibilityKnown, ChangeProposed, LinkDecided, SafeNowRecorded)


def identified(asked: Asked) -> Identified:
    """The facts of the identity bar."""
    known = known_of([asked.person_id], asked.moment).get(asked.person_id)
    known = known or PersonKnown(asked.person_id, asked.number)
    records = PersonRecord.objects.in_bulk(known.record_ids)
    facts = OfRecords(known.record_ids, KINDS, asked.moment)
    return Identified(asked, known, records, next(iter(facts.newest(AbuseMarker)), None), facts)


@dataclass(frozen=True, slots=True)
class NowStory:
    """Open matters, what is owed, who holds parental responsibility, and what is disputed."""

    parts: list[PersonInMatter]
    matters: Mapping[int, Matter]
    duties: list[DutyState]
    responsibility: list[ParentalResponsibilityKnown]
    markers: list[AbuseMarker]
    proposals: list[ChangeProposed]
    answers: Mapping[int, ChangeAnswered]
    links: list[LinkDecided]
    safe_now: SafeNowRecorded | None
    people: Mapping[int, PersonKnown] = field(default_factory=dict)
    person_of_record: Mapping[int, int] = field(default_factory=dict)

    def name(self, record_id: int | None) -> str:
        person = self.people.get(self.person_of_record.get(record_id or 0, 0))
        return person.name if person else "somebody whose name is held elsewhere"


def now_story(who: Identified) -> NowStory:
    """Everything on the first tab."""
    records, moment = who.known.record_ids, who.asked.moment
    parts = who.facts.newest(PersonInMatter)
    matters = Matter.objects.select_related("state").in_bulk({each.fact.matter_id for each in parts})
    as_child = ParentalResponsibilityKnown.objects.select_related("fact").filter(
        child_record_id__in=records, fact__superseded_by__isnull=True
    )
    as_holder = who.facts.newest(ParentalResponsibilityKnown)
    responsibility = [*as_child, *as_holder]
    if moment:
        responsibility = [each for each in responsibility if each.fact.recorded_at <= moment]
    proposals = who.facts.newest(ChangeProposed)
    answers = ChangeAnswered.objects.filter(proposal__in=proposals) if proposals else ChangeAnswered.objects.none()
    links = who.facts.newest(LinkDecided)
    mentioned = {each.child_record_id for each in responsibility}
    mentioned |= {each.fact.person_record_id or 0 for each in responsibility}
    person_of_record = dict(persons_of(mentioned))
    return NowStory(
        parts=parts,
        matters=matters,
        duties=[] if moment else _owed(matters),
        responsibility=responsibility,
        markers=who.facts.newest(AbuseMarker),
        proposals=proposals,
        answers={each.proposal_id: each for each in answers},
        links=links,
        safe_now=next(iter(who.facts.newest(SafeNowRecorded)), None),
        people=known_of(person_of_record.values(), moment),
        person_of_record=person_of_record,
    )


def _owed(matter_ids: Collection[int]) -> list[DutyState]:
    rows = DutyState.objects.select_related("duty", "duty__fact", "matter")
    return list(rows.filter(matter__in=list(matter_ids), met_at__isnull=True).order_by("due_at", "duty_id"))


@dataclass(frozen=True, slots=True)
class FamilyStory:
    """The network around somebody, and what is known of everybody in it."""

    graph: Graph
    people: Mapping[int, PersonKnown]
    steps: int = STEPS
    reached: Mapping[int, Connection] = field(default_factory=dict)
    exposed: tuple[Exposure, ...] = ()
    proposed: tuple[tuple[int, ChangeProposed], ...] = ()  # by person, what agencies propose and nobody has decided on


def family_story(asked: Asked, steps: int = STEPS) -> FamilyStory:
    """Everybody within so many steps that this reader may see, and who of them poses a risk to which child (E2)."""
    graph = around([asked.person_id], on=asked.day, known_on=asked.moment, steps=steps)
    found = connections(graph, [asked.person_id], steps=steps, on=asked.day)
    exposed = exposures_of(graph, asked.person_id, found, on=asked.day, known_on=asked.moment)
    people = known_of({asked.person_id, *graph.members}, asked.moment)
    waiting = tuple(proposed_of(people, asked.moment))
    return FamilyStory(graph, people, steps, {each.person: each for each in found}, tuple(exposed), waiting)


#: What is proposed of a family, and stands in its picture as proposed until the record's agency has answered (G2).
OF_FAMILY = ("family", "risk")


def proposed_of(
    people: Mapping[int, PersonKnown], moment: datetime | None = None
) -> Iterator[tuple[int, ChangeProposed]]:
    """What agencies propose about these people's family or risk that had no answer at the moment, the oldest first."""
    person_of = {record: key for key, person in people.items() for record in person.record_ids}
    rows = ChangeProposed.objects.select_related("fact").filter(
        of__in=OF_FAMILY, fact__person_record_id__in=list(person_of)
    )
    answers = ChangeAnswered.objects.filter(proposal=OuterRef("pk"))
    if moment:
        rows, answers = rows.filter(fact__recorded_at__lte=moment), answers.filter(fact__recorded_at__lte=moment)
    for each in rows.filter(~Exists(answers)).order_by("fact_id"):
        yield person_of[each.fact.person_record_id or 0], each


def documents_of(who: Identified) -> tuple[list[ReferralReceived], Mapping[int, Matter]]:
    """The documents in which somebody is named, as far as they are the reader's to see, the newest first.

    Not all of a matter's: news about a child may name other people than the news before did. What came with a document
    was recorded by the same agency at the same moment. Returns all matters they are in, too.
    """
    named = {
        (part.fact.matter_id, part.fact.agency, part.fact.recorded_at)
        for part in standing_details(PersonInMatter, who.known.record_ids)
    }
    matter_ids = {matter_id for matter_id, _, _ in named}
    rows = ReferralReceived.objects.select_related("fact").filter(fact__matter_id__in=matter_ids).order_by("-fact_id")
    if who.asked.moment:
        rows = rows.filter(fact__recorded_at__lte=who.asked.moment)
    theirs = [row for row in rows if (row.fact.matter_id, row.fact.agency, row.fact.recorded_at) in named]
    return theirs, Matter.objects.in_bulk(matter_ids)


@dataclass(frozen=True, slots=True)
class SharingStory:
    """Who holds a record of somebody, who was told of what they are in, and who looked."""

    notices: list[Notice]
    looks: list[TrailEntry]
    summaries: list[SummaryRead]


def sharing_story(who: Identified, matter_ids: Collection[int]) -> SharingStory:
    """The trail comes back only to those who may read it."""
    notices = Notice.objects.select_related("receiver").filter(matter_id__in=matter_ids).order_by("-id")[:100]
    looks = TrailEntry.objects.filter(person_id=who.asked.person_id).order_by("-id")[:100]
    return SharingStory(list(notices), list(looks), standing_details(SummaryRead, who.records)[:100])
