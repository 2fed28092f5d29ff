"""The change of shift in words: what waits to be accepted, what is to be handed over, who has the rest (A11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from daras.access.models import Worker
from daras.pages import wording
from daras.pages.handover.queries import Tonight, Waiting
from daras.pages.safety.presenting import time_left
from daras.people.queries import PersonKnown
from daras.safety.handing_over import ONE_SHIFT, works_next
from daras.safety.models import HandedOver
from daras.safety.protecting import LAPSES, PROTECTIONS
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: What ends within this time stands out.
SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that cannot wait."""

    words: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One matter."""

    reference: str
    known_as: str  # the request's reference where the matter is there for it alone, else the matter's
    href: str
    who: str
    reasons: tuple[Reason, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedLine:
    """One matter that was handed over: by whom, to whom, and who has it."""

    id: int
    line: Line
    from_whom: str
    to_whom: str
    at: str
    note: str
    accepted: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """The whole page."""

    until: str
    next_team: str
    to_accept: tuple[HandedLine, ...]
    to_hand_over: tuple[Line, ...]
    handed_over: tuple[HandedLine, ...]
    taken: tuple[HandedLine, ...]


def handover_page(tonight: Tonight, worker: Worker, now: datetime) -> HandoverPage:
    """The list in the order of who must do something: accept, hand over, know."""
    lines = {row.matter.pk: _line(row, tonight, now) for row in tonight.matters}
    handed = [
        (each, _handed(each, lines[row.matter.pk])) for row in tonight.matters for each in reversed(row.handovers)
    ]
    own = (worker.agency, worker.team)
    mine = [(each, line) for each, line in handed if (each.to_agency, each.to_team) == own]
    theirs = [line for each, line in handed if (each.to_agency, each.to_team) != own]
    teams = dict.fromkeys(
        wording.owner(owner.agency, owner.team or "")
        for owner in (works_next(worker, row.matter.authority) for row in tonight.matters)
    )
    return HandoverPage(
        until=time_wording.long_datetime(tonight.until),
        next_team=time_wording.listed(list(teams)),
        to_accept=tuple(line for _, line in mine if not line.accepted),
        to_hand_over=tuple(
            lines[row.matter.pk] for row in tonight.matters if row.why and not _on_its_way(row, worker, now)
        ),
        handed_over=tuple(theirs),
        taken=tuple(line for _, line in mine if line.accepted),
    )


def _on_its_way(row: Waiting, worker: Worker, now: datetime) -> bool:
    """Whether it was handed over at this change of shift."""
    to = works_next(worker, row.matter.authority)
    return any(
        (each.to_agency, each.to_team) == (to.agency, to.team or "") and each.fact.recorded_at >= now - ONE_SHIFT
        for each in row.handovers
    )


def _line(row: Waiting, tonight: Tonight, now: datetime) -> Line:
    reasons = []
    # A protection that ends says itself what is owed of it.
    owed = [state for state in row.duties if not (row.lapsing and state.duty.duty_kind == LAPSES)]
    for state in owed:
        left = time_wording.time_left(state.due_at, now, in_working_time=False)
        reasons.append(Reason(f"{wording.duty(state.duty)}: {left}", state.due_at < now))
    for said in row.unseen:
        reasons.append(Reason(f"{_name(tonight, said.fact.person_record_id)} has not been seen", True))
    for each in row.lapsing:
        name, left = _name(tonight, each.fact.person_record_id), time_left(each.expires_at, now)
        soon = each.expires_at is not None and each.expires_at <= now + SOON
        reasons.append(Reason(f"{PROTECTIONS[each.protection]} ({name}): {left}", soon))
    who = row.asked.about_words if row.asked else _who(tonight.subjects.get(row.matter.pk, []), now)
    page, known_as = ("request", row.asked.reference) if row.asked else ("matter", row.matter.reference)
    return Line(
        reference=row.matter.reference,
        known_as=known_as,
        href=reverse(page, args=[known_as]),
        who=who or "Nobody named yet",
        reasons=tuple(dict.fromkeys(reasons)),
        why=row.why,
    )


def _name(tonight: Tonight, record_id: int | None) -> str:
    person = tonight.people.get(tonight.person_of_record.get(record_id or 0, 0))
    return person.name if person else "Somebody"


def _who(people: list[PersonKnown], now: datetime) -> str:
    ages = ((person.name, person.age_on(clock.local_date(now))) for person in people)
    return wording.listed(name if age is None else f"{name}, {age}" for name, age in ages)


def _handed(handed: HandedOver, line: Line) -> HandedLine:
    acceptance = getattr(handed, "acceptance", None)
    return HandedLine(
        id=handed.pk,
        line=line,
        from_whom=handed.from_name,
        to_whom=wording.owner(handed.to_agency, handed.to_team),
        at=time_wording.long_datetime(handed.fact.recorded_at),
        note=handed.note,
        accepted=(
            f"{acceptance.accepted_by}, {time_wording.long_datetime(acceptance.fact.recorded_at)}" if acceptance else ""
        ),
    )
