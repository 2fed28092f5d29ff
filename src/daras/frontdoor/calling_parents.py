"""Evening calls to parents: booked when they can speak, owed at that time, and what came of it kept (A6, A4).

All of it is the front door's own: whoever referred the child is not told that a parent is called, nor what was said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened
from daras.frontdoor.authorities import matter_of
from daras.frontdoor.models import CallBooked, CallEnded
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.models import PersonInMatter
from daras.practice import pack_for
from daras.practice.pack import EveningCalls, Pack
from daras.working_time import clock
from daras.working_time.calendars import is_working_day

CALL = "call-parent"
OUTCOMES: Mapping[str, str] = {
    "spoken": "We spoke",
    "no-answer": "Nobody answered",
    "called-off": "Called off",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a parent may be called, and how many calls it still takes."""

    at: datetime
    free: int


def slots(authority: str, now: datetime) -> list[Slot]:
    """The times of the next evenings that still take a call, as far as the reader's front door has booked them; none
    where the practice pack has no hours for calls."""
    hours = hours_on(now)
    if hours is None:
        return []
    starts = [each for each in _starts(hours, now) if each > now]
    booked = Counter(
        CallBooked.objects.filter(at__in=starts)
        .exclude(ending__outcome="called-off")
        .filter(audience_id=audiences.standing(audiences.front_door_scope(authority)))
        .values_list("at", flat=True)
    )
    return [Slot(each, hours.at_once - booked[each]) for each in starts if booked[each] < hours.at_once]


def hours_on(at: datetime) -> EveningCalls | None:
    """When and for how long parents are called, in the practice of a day."""
    return pack_for(clock.local_date(at)).evening_calls


def is_late(call: CallBooked, now: datetime) -> bool:
    """Whether a call that nobody has ended should be over."""
    return call.at + _length(call.at) < now


def _length(at: datetime) -> timedelta:
    hours = hours_on(at)
    return hours.length if hours else timedelta()


def _starts(hours: EveningCalls, now: datetime) -> list[datetime]:
    day, found, evenings = clock.local_date(now), list[datetime](), 0
    while evenings < hours.evenings:
        if is_working_day(day):
            evenings += 1
            start = datetime.combine(day, hours.first, tzinfo=clock.LONDON)
            while start.time() <= hours.last:
                found.append(start)
                start += hours.length
        day += timedelta(days=1)
    return found


def book(
    worker: Worker,
    reference: str,
    *,
    person_record_id: int,
    at: datetime,
    telephone: str,
    needs: str = "",
    note: str = "",
) -> CallBooked:
    """Book a call to a parent; whoever works then owes it. Raises `PermissionDenied` outside the front door, or
    `Refused` for what is missing, or a time that takes no more calls."""
    policy.require(worker, "keep-safe")
    matter = matter_of(reference)
    if not PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__person_record_id=person_record_id).exists():
        raise Refused("nobody-chosen", "/person", "Nobody of this matter was chosen.", "Choose who is called.")
    if not telephone.strip():
        raise Refused("missing", "/telephone", "There is no number to call.", "Write the number.")
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        if at not in {each.at for each in slots(matter.authority, recording.recorded_at)}:
            raise Refused("no-such-slot", "/at", "This time is taken, or past.", "Choose another.")
        hub = audiences.standing(audiences.front_door_scope(matter.authority))
        detail = CallBooked(at=at, telephone=telephone.strip(), needs=needs.strip(), note=note.strip())
        entry = Entry(detail, hub, person_record_id=person_record_id, matter_id=matter.pk)
        (fact,) = append(recording, [entry])
        pack = pack_for(clock.local_date(recording.recorded_at))
        owed = _owed(pack, matter, person_record_id, at)
        open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[hub])
        trail.change_matter(worker, matter, "booked a call to a parent")
    return detail


def _owed(pack: Pack, matter: Matter, person_record_id: int, at: datetime) -> Owed:
    """The call, owed at its hour by whoever works then."""
    wanted = pack.duty(CALL)
    role = wanted.out_of_hours if wanted.out_of_hours and not pack.calendar.in_hours(at) else wanted.owner
    owner = load_directory().contact(role, authority=matter.authority, on=clock.local_date(at))
    return Owed(
        kind=CALL,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=wanted.role,
        about_record_ids=(person_record_id,),
        anchor_at=at,
        due_at=at + _length(at),
        because=wanted.because,
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=matter.reference,
    )


def end(worker: Worker, reference: str, call_id: int, *, outcome: str, words: str = "") -> CallEnded:
    """Say what came of a call. Raises `PermissionDenied` outside the front door, or `Refused`."""
    policy.require(worker, "keep-safe")
    matter = matter_of(reference)
    if outcome not in OUTCOMES:
        raise Refused("unknown-outcome", "/outcome", "Nothing of the list was chosen.", "Choose what came of it.")
    if outcome == "spoken" and not words.strip():
        raise Refused("missing", "/words", "What the parent said is missing.", "Write it in the parent’s words.")
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        call = (
            CallBooked.objects.select_related("fact")
            .filter(pk=call_id, fact__matter_id=matter.pk, ending__isnull=True)
            .first()
        )
        if call is None:
            raise Refused(
                "no-such-call", "/outcome", "This call has been ended, or is not here.", "Open the page again."
            )
        detail = CallEnded(call=call, outcome=outcome, words=words.strip())
        entry = Entry(detail, call.audience_id, person_record_id=call.fact.person_record_id, matter_id=matter.pk)
        (fact,) = append(recording, [entry])
        duties = DutyOpened.objects.select_related("fact").filter(opened_by=call.fact_id, duty_kind=CALL)
        meet(recording, list(duties), fact, recording.recorded_at)
        trail.change_matter(worker, matter, f"a call to a parent: {outcome}")
    return detail


def calls_of(matter_id: int) -> list[CallBooked]:
    """Every call of a matter, the next first, ended ones last."""
    rows = CallBooked.objects.select_related("fact", "ending", "ending__fact").filter(fact__matter_id=matter_id)
    return sorted(rows, key=lambda each: (hasattr(each, "ending"), each.at))


def calls_to_make() -> list[CallBooked]:
    """Every call that nobody has ended yet, as far as the reader may see, the next first."""
    rows = CallBooked.objects.select_related("fact").filter(ending__isnull=True)
    return list(rows.order_by("at", "fact_id")[:100])
