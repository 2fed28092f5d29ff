"""That a partner read the summary of somebody: a fact on the person for the front door, and news for an open matter.

What a partner sees of a child is told to the front door where the front door may know that child anyway, and of no
partner whose very part in a child's life is told by a person and not by a machine (F10, G4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from daras.access import audiences
from daras.access.models import SERIAL_BITS, CovertTeam, StandingScope, Worker
from daras.access.session import machine
from daras.agencies import Owner, load_directory
from daras.duties.commands import Owed, open_duties
from daras.duties.models import DutyState
from daras.flags.models import SummaryRead
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.models import BirthKnown, PersonInMatter, RecordPerson, RelationshipKnown
from daras.people.queries import persons_of, standing_details
from daras.practice import pack_for
from daras.working_time import clock

#: What the front door owes where the child has an open matter, by the pack's id.
SEEN_ELSEWHERE = "seen-elsewhere"
OPEN = ("decision-owed", "decided")


@dataclass(frozen=True, slots=True)
class _Read:
    """Of whom the summary was read: the record that the front door knows them by, and their open matter."""

    record_id: int
    matter: Matter | None


def disclosed(worker: Worker, record_ids: Collection[int]) -> None:
    """Something on these records was shown to the worker by the summary: one fact for each person, and what the front
    door owes where there is an open matter. Nothing where nothing was shown."""
    if not record_ids:
        return
    with machine():
        if CovertTeam.objects.filter(agency=worker.agency, team=worker.team).exists():
            return
        told = not load_directory().agency_at_any_time(worker.agency).told_by_a_person
        for person in sorted(set(persons_of(record_ids).values())):
            read = _known_to_front_door(person)
            if read is not None:
                _write(worker, read, told=told)


def _known_to_front_door(person: int) -> _Read | None:
    """The record of somebody that stands in a front door's scope, one of an open matter first; none where there is
    none."""
    scopes = set(StandingScope.objects.filter(slug__startswith="front-door:").values_list("pk", flat=True))
    members = RecordPerson.objects.filter(person_id=person).values_list("record_id", "audience_id")
    records = sorted(record for record, audience in members if audience >> SERIAL_BITS in scopes)
    if not records:
        return None
    of_matter = _open_matters(records, scopes)
    record = next((each for each in records if each in of_matter), records[0])
    return _Read(record, of_matter.get(record) or next(iter(of_matter.values()), None))


def _open_matters(records: Iterable[int], scopes: Collection[int]) -> Mapping[int, Matter]:
    """By record of whom it is about, the newest open matter in a front door's scope: their own, or that of a child
    whom they expect."""
    own = set(records)
    rows = PersonInMatter.objects.filter(
        part="subject", fact__superseded_by__isnull=True, fact__person_record_id__in=own | _expected(own)
    ).values_list("fact__matter_id", "fact__person_record_id")
    about = {matter: record for matter, record in rows if matter and record}
    matters = Matter.objects.filter(pk__in=about, state__status__in=OPEN).order_by("opened_at")
    return {about[each.pk]: each for each in matters if each.audience_id >> SERIAL_BITS in scopes}


def _expected(records: Iterable[int]) -> set[int]:
    """The records of children not born yet whose mother these records are."""
    mothers = standing_details(RelationshipKnown, records)
    children = {each.other_record_id for each in mothers if each.relation == "mother"}
    births = standing_details(BirthKnown, children) if children else []
    return {each.fact.person_record_id or 0 for each in births if each.role == "unborn"}


def _write(worker: Worker, read: _Read, *, told: bool) -> None:
    """For the front door; where a person tells of the agency's part, for the agency alone, and nobody owes anything."""
    matter = read.matter
    authority = matter.authority if matter else load_directory().agency_at_any_time(worker.agency).authority
    scope = audiences.front_door_scope(authority) if told else audiences.agency_scope(worker.agency)
    audience = audiences.standing(scope)
    recording = lock([matter.pk] if matter and told else [], agency=worker.agency, author=worker.slug)
    detail = SummaryRead(team=worker.team, worker_name=worker.name)
    matter_id = matter.pk if matter and told else None
    (fact,) = append(recording, [Entry(detail, audience, person_record_id=read.record_id, matter_id=matter_id)])
    if matter and told:
        _owe(recording, worker, read, matter, fact)


def _owe(recording: Recording, worker: Worker, read: _Read, matter: Matter, fact: Fact) -> None:
    """The front door reads that they were seen elsewhere: one duty at a time for each agency, however often it looks;
    its own looks are no news."""
    now = recording.recorded_at
    pack, directory = pack_for(clock.local_date(now)), load_directory()
    owner = directory.contact("front-door", authority=matter.authority, on=clock.local_date(now))
    standing = DutyState.objects.filter(
        matter=matter, met_at__isnull=True, duty__duty_kind=SEEN_ELSEWHERE, duty__opened_by__agency=worker.agency
    )
    if worker.agency == owner.agency or standing.exists():
        return
    duty = pack.duty(SEEN_ELSEWHERE)
    seen_by = directory.describe(Owner(worker.agency, worker.team or None))
    owed = Owed(
        kind=SEEN_ELSEWHERE,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=duty.role,
        about_record_ids=(read.record_id,),
        anchor_at=now,
        due_at=duty.clock.due(now, pack.calendar),
        because=f"{seen_by} read the summary. {duty.because}",
        source=duty.cited,
        authority=duty.authority,
        told=duty.told,
        late_start=False,
        reference=matter.reference,
    )
    open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[fact.audience_id])
