"""What cannot wait until the other team is back: owed, unsafe, or about to lapse, as the reader may see it (A11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from daras.access.models import Worker
from daras.access.policy import FRONT_DOOR_TEAMS
from daras.duties.models import DutyState
from daras.frontdoor.desk import subjects_of
from daras.frontdoor.models import SafeNowRecorded
from daras.matters.models import Matter
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.practice import pack_for
from daras.requests.asking import MATTER_KIND
from daras.requests.models import RequestMade
from daras.safety.handing_over import ONE_SHIFT, OUT_OF_HOURS
from daras.safety.models import HandedOver, ProtectionRecorded
from daras.safety.queries import by_matter, handovers, lapsing
from daras.working_time import clock
from daras.working_time.calendars import WorkingCalendar, is_working_day, next_working_day


@dataclass(slots=True)
class Waiting:
    """One matter on the list, with everything that puts it there."""

    matter: Matter
    duties: list[DutyState] = field(default_factory=list)
    unseen: list[SafeNowRecorded] = field(default_factory=list)
    lapsing: list[ProtectionRecorded] = field(default_factory=list)
    handovers: list[HandedOver] = field(default_factory=list)
    asked: RequestMade | None = None  # where the matter is there for a request alone

    @property
    def why(self) -> tuple[str, ...]:
        """Why it cannot wait, in slugs."""
        found = (("owed", self.duties), ("unsafe", self.unseen), ("lapses", self.lapsing))
        return tuple(slug for slug, each in found if each)


@dataclass(frozen=True, slots=True)
class Tonight:
    """The whole list, the matters that cannot wait longest first."""

    until: datetime
    matters: list[Waiting]
    subjects: Mapping[int, list[PersonKnown]]
    people: Mapping[int, PersonKnown]
    person_of_record: Mapping[int, int]


def tonight(worker: Worker, now: datetime) -> Tonight:
    """What is owed by the front door, unsafe or about to lapse until the other team's shift ends, and what was handed
    over. The same number of queries for one matter and for many."""
    until = end_of_next_shift(worker, now, pack_for(clock.local_date(now)).calendar)
    duties = list(_owed(until))
    unseen = _unseen()
    lapse = lapsing(until)
    handed = by_matter(handovers(worker, now - ONE_SHIFT))
    ids = {state.matter_id for state in duties} | {each.fact.matter_id or 0 for each in (*unseen, *lapse)} | set(handed)
    rows = {matter.pk: Waiting(matter) for matter in Matter.objects.filter(pk__in=ids)}
    for state in duties:
        if state.matter_id in rows:
            rows[state.matter_id].duties.append(state)
    for said in unseen:
        rows[said.fact.matter_id or 0].unseen.append(said)
    for each in lapse:
        rows[each.fact.matter_id or 0].lapsing.append(each)
    for matter_id, row in rows.items():
        row.handovers.extend(handed.get(matter_id, ()))  # not of a matter that was kept from the reader since
    for made in _asked(rows):
        rows[made.fact.matter_id or 0].asked = made
    records = [each.fact.person_record_id for each in (*unseen, *lapse) if each.fact.person_record_id is not None]
    person_of_record = persons_of(records)
    return Tonight(
        until=until,
        matters=sorted(rows.values(), key=lambda row: _cannot_wait(row, until)),
        subjects=subjects_of(list(rows)),
        people=known_of(person_of_record.values()),
        person_of_record=person_of_record,
    )


def _asked(rows: Mapping[int, Waiting]) -> list[RequestMade]:
    """The requests for which alone some of these matters are there: asked only where there are such."""
    own = [matter_id for matter_id, row in rows.items() if row.matter.kind == MATTER_KIND]
    return list(RequestMade.objects.select_related("fact").filter(fact__matter_id__in=own)) if own else []


def end_of_next_shift(worker: Worker, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when whoever works next has it: the front door hands over until its offices open again, the team out of
    hours until they close."""
    day = clock.local_date(now)
    edge = calendar.closes if worker.team == OUT_OF_HOURS else calendar.opens
    return edge(day) if is_working_day(day) and edge(day) > now else edge(next_working_day(day))


def _owed(until: datetime) -> list[DutyState]:
    """By any team of the front door, whichever of them opened it."""
    teams = reduce(or_, (Q(owner_agency=agency, owner_team=team) for agency, team in sorted(FRONT_DOOR_TEAMS)))
    rows = DutyState.objects.select_related("duty", "duty__fact").filter(teams, met_at__isnull=True, paused=False)
    return list(rows.filter(due_at__lte=until).order_by("due_at", "duty_id"))


def _unseen() -> list[SafeNowRecorded]:
    """Everybody in an open matter of whom the newest word there is that nobody has seen them."""
    open_matters = Matter.objects.exclude(state__status="closed").values("pk")  # gate: every open matter
    standing = SafeNowRecorded.objects.select_related("fact").filter(fact__superseded_by__isnull=True)
    not_seen = standing.filter(seen=False, fact__matter_id__in=open_matters).values_list("fact__matter_id", flat=True)
    said = list(standing.filter(fact__matter_id__in=set(not_seen)).order_by("fact_id"))
    persons = persons_of(each.fact.person_record_id for each in said if each.fact.person_record_id is not None)
    newest: defaultdict[tuple[int | None, int], SafeNowRecorded] = defaultdict()
    for each in said:
        record = each.fact.person_record_id or 0
        newest[each.fact.matter_id, persons.get(record, -record)] = each
    return [each for each in newest.values() if not each.seen]


def _cannot_wait(row: Waiting, until: datetime) -> tuple[datetime, str]:
    times = [state.due_at for state in row.duties]
    times += [each.expires_at for each in row.lapsing if each.expires_at is not None]
    return min(times, default=until), row.matter.reference
