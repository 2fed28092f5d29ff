"""The watch on the network outside news: a record was changed, and a child is near somebody who poses a risk now (E2).

It runs in the transaction of the change. The front door's manager owes a decision, on the child's open matter or on one
opened for it; the police who manage offenders and probation are told that there is something, and not what. Whoever
made the change learns nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from daras.access import audiences
from daras.agencies import UnknownContact, load_directory
from daras.duties.commands import Owed, open_duties
from daras.frontdoor.models import IndicatorMet
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.matters.commands import lock, open_matter, project
from daras.matters.models import Matter, MatterOpened
from daras.network.queries import Connected, connected
from daras.outbox.commands import Tell, tell
from daras.people.models import PersonInMatter
from daras.people.queries import PersonKnown, known_of, open_matters_of
from daras.practice import pack_for
from daras.working_time import clock

#: What an established risk rests on: an allegation alone is weighed with news.
ESTABLISHED = frozenset({"convicted", "charged", "ordered", "assessed"})
INDICATOR = "person-of-risk-in-family"
DECISION = "strategy-decision-due"
AUTHOR = "service:watch"
_MOMENT = timedelta(microseconds=1)
#: Who is told beside the front door.
TOLD = ("police-offender-management", "probation-offender-manager")


def watch(person_id: int, *, authority: str, agency: str, since: datetime) -> list[Matter]:
    """Look at somebody whose record was changed at `since`: for every child and every person of risk who are one step
    apart now and were not before, a decision is owed. Returns the matters. Runs as the machine."""
    on = clock.today()
    now = connected([person_id], on=on, steps=1)
    before = {each.person_id for each in connected([person_id], on=on, known_on=since - _MOMENT, steps=1)}
    new = {each.person_id: each for each in now if each.person_id not in before}
    if not new:
        return []
    known = known_of({person_id, *new})
    return [
        _decision_owed(child, adult, new[known_other], authority=authority, agency=agency)
        for child, adult, known_other in _pairs(known, person_id, new)
    ]


def _pairs(
    known: dict[int, PersonKnown], changed: int, new: Iterable[int]
) -> Iterator[tuple[PersonKnown, PersonKnown, int]]:
    """Child, person of risk, and which of the two the change connected the other to."""
    on = clock.today()
    for other in new:
        for child_id, adult_id in ((changed, other), (other, changed)):
            child, adult = known.get(child_id), known.get(adult_id)
            if child and adult and child.age_group_on(on) in {"child", "unborn"} and _poses_risk(adult):
                yield child, adult, other


def _poses_risk(person: PersonKnown) -> bool:
    return any(risk.basis in ESTABLISHED for risk in person.risks)


def _decision_owed(
    child: PersonKnown, adult: PersonKnown, connection: Connected, *, authority: str, agency: str
) -> Matter:
    open_ids = [pk for pk, _ in open_matters_of({child.person_id}).get(child.person_id, ())]
    matter = Matter.objects.filter(pk__in=open_ids).order_by("pk").first()
    if matter is None:
        circle = audiences.open_audience(audiences.front_door_scope(authority), "circle")
        matter = open_matter(
            kind="referral", authority=authority, agency=agency, audience_id=circle, opened_at=clock.now()
        )
    recording = lock([matter.pk], agency=agency, author=AUTHOR)
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    why = f"A record was changed: {connection.reason}. {adult.name} poses a risk to children."
    details: list[tuple[int | None, MatterOpened | PersonInMatter | IndicatorMet]] = [
        (None, MatterOpened(reason=why)),
        (child.record_ids[-1], PersonInMatter(part="subject")),
        (adult.record_ids[-1], PersonInMatter(part="named")),
        (None, IndicatorMet(indicator=INDICATOR, level=4, why=why, about_record_ids=[child.record_ids[-1]])),
    ]
    entries = [Entry(detail, hub, person_record_id=record, matter_id=matter.pk) for record, detail in details]
    opened = append(recording, entries)[0]
    _open_duty(matter, opened, child, why, recording_at=recording.recorded_at, hub=hub, agency=agency)
    project(matter, recording.recorded_at)
    return matter


def _open_duty(
    matter: Matter, opened: Fact, child: PersonKnown, why: str, *, recording_at: datetime, hub: int, agency: str
) -> None:
    on = clock.local_date(recording_at)
    pack, directory = pack_for(on), load_directory()
    wanted = pack.duty(DECISION)
    role = wanted.out_of_hours if wanted.out_of_hours and not pack.calendar.in_hours(recording_at) else wanted.owner
    owner = directory.contact(role, authority=matter.authority, on=on)
    owed = Owed(
        kind=DECISION,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=wanted.role,
        about_record_ids=(child.record_ids[-1],),
        anchor_at=recording_at,
        due_at=wanted.clock.due(recording_at, pack.calendar),
        because=why,
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=matter.reference,
    )
    recording = lock([matter.pk], agency=agency, author=AUTHOR)
    open_duties(recording, matter, opened, [owed], pack=pack, audience_of=[hub])
    tellings = [Tell(owner.agency, owner.team, "decision-due", interrupts=True)]
    for each in TOLD:
        try:
            other = directory.contact(each, authority=matter.authority, on=on)
        except UnknownContact:
            continue
        tellings.append(Tell(other.agency, other.team, "call-the-front-door"))
    tell(matter, opened.pk, tellings)
