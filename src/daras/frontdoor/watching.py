"""The watch on the network outside news: a child is near somebody who poses a risk now, and was not before (E2).

A record was changed, an agency's list came, or two records turned out to be one person. It runs in the transaction of
the change. The front door's manager owes a decision, on the child's open matter or on one opened for it; the police who
manage offenders and probation are told that there is something, and not what. Whoever made the change learns nothing
of it. A path that the manager holds to be known and managed is silent until that expires.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.access import audiences
from daras.agencies import UnknownContact, load_directory
from daras.duties.commands import Owed, open_duties
from daras.frontdoor.known_and_managed import silenced
from daras.frontdoor.models import IndicatorMet
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.matters.commands import lock, open_matter, project
from daras.matters.models import Matter, MatterOpened
from daras.network.exposure import Pair, near
from daras.network.queries import around, told
from daras.outbox.commands import Tell, tell
from daras.people.models import PersonInMatter
from daras.people.queries import PersonKnown, known_of, open_matters_of, persons_of
from daras.practice import pack_for
from daras.working_time import clock

INDICATOR = "person-of-risk-in-family"
DECISION = "strategy-decision-due"
AUTHOR = "service:watch"
_MOMENT = timedelta(microseconds=1)
#: Who is told beside the front door.
TOLD = ("police-offender-management", "probation-offender-manager")


@dataclass(frozen=True, slots=True)
class Near:
    """A child one step from somebody who poses an established risk, and how, in words."""

    child: PersonKnown
    adult: PersonKnown
    reason: str


def watch(changed: Iterable[int], what: str, *, authority: str, agency: str, since: datetime) -> list[Matter]:
    """Look at everybody named in what was recorded at `since`: for every child and every person of established risk
    who are one step apart now and were not before, a decision is owed. Returns the matters. Runs as the machine.

    `what` says in a few words what happened: "A record was changed".
    """
    people, on = frozenset(changed), clock.today()
    now = near(people, on=on)
    new = now - near(people, on=on, known_on=since - _MOMENT) if now else frozenset()
    return _decisions_owed(new, what, authority=authority, agency=agency)


@contextmanager
def watched_match(record_ids: Iterable[int], *, authority: str, agency: str) -> Iterator[None]:
    """Two records become one person within: what either was near to is not new, what both together are near to is.
    Runs as the machine."""
    records, on = tuple(record_ids), clock.today()
    apart = set(persons_of(records).values())
    before = near(apart, on=on)
    yield
    together = set(persons_of(records).values())
    if len(together) > 1:
        return
    (kept,) = together
    known = {(kept if child in apart else child, kept if adult in apart else adult) for child, adult in before}
    new = near(together, on=on) - known
    _decisions_owed(new, "Two records are one person", authority=authority, agency=agency)


def _told(pairs: Iterable[Pair]) -> Iterator[Near]:
    """Each with its reason, as it stands now."""
    on, wanted = clock.today(), sorted(pairs)
    graph = around([child for child, _ in wanted], on=on, steps=1)
    known = known_of({person for pair in wanted for person in pair})
    for child, adult in wanted:
        reason = next(each.reason for each in told(graph, [child], on=on, steps=1) if each.person_id == adult)
        yield Near(known[child], known[adult], reason)


def _decisions_owed(found: Collection[Pair], what: str, *, authority: str, agency: str) -> list[Matter]:
    spoken = frozenset(found) - silenced(found, clock.today()) if found else frozenset()
    return [_decision_owed(each, what, authority=authority, agency=agency) for each in _told(spoken)] if spoken else []


def _decision_owed(near_risk: Near, what: str, *, authority: str, agency: str) -> Matter:
    child, adult = near_risk.child, near_risk.adult
    open_ids = [pk for pk, _ in open_matters_of({child.person_id}).get(child.person_id, ())]
    matter = Matter.objects.filter(pk__in=open_ids).order_by("pk").first()
    if matter is None:
        circle = audiences.open_audience(audiences.front_door_scope(authority), "circle")
        matter = open_matter(
            kind="referral", authority=authority, agency=agency, audience_id=circle, opened_at=clock.now()
        )
    recording = lock([matter.pk], agency=agency, author=AUTHOR)
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    why = f"{what}: {near_risk.reason}. {adult.name} poses a risk to children."
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
