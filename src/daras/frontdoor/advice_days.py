"""What was agreed in a call for advice: that somebody rings back, or watches and comes back, by a day (A15).

The day that was agreed is the clock: a duty hangs on the call's own matter, of whichever of the two sides said that
they would. It is answered by a word of either side, or by the referral that is made of it; or another day is agreed
instead, and the duty is due by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from django.db.models import Q

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.changing import reanchor
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.models import AdviceDayAgreed, AdviceDayAnswered, AdviceDayMoved, AdviceGiven
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.practice import pack_for
from daras.working_time import clock

Side = Literal["giver", "caller"]
SIDES: tuple[str, ...] = get_args(Side)
#: What each side owes, by the pack's ids.
KINDS = {"giver": "advice-ring-back", "caller": "advice-come-back"}
Outcome = Literal["done", "not-needed"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)
REFERRED = "referred"
#: What may be said of a day beside what came of it: that it is another.
ANOTHER_DAY = "another-day"
#: Whoever watches for longer refers, or asks anew. Local.
LONGEST = timedelta(days=92)
#: A day that was agreed is kept until it is over, whatever hours the offices keep.
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who of the two is to ring the other, by which day, and about what."""

    owed_by: str  # one of `SIDES`
    on_day: date | None
    what: str


def check_day(agreed: Agreed) -> None:
    """Raise `Refused` for a day that is none, is past or too far off, or without what it is for."""
    if agreed.owed_by not in SIDES:
        raise Refused("unknown-choice", "/agreed", "Say who rings the other.", "Choose one of the list.")
    _to_come(agreed.on_day)
    if not agreed.what.strip():
        raise Refused("missing", "/what", "Say what for.", "A sentence is enough.")


def _to_come(on_day: date | None) -> date:
    if on_day is None:
        raise Refused("missing", "/by_day", "Say by which day.", "Write it as day month year.")
    today = clock.today()
    if on_day < today:
        raise Refused("day-past", "/by_day", "This day is past.", "Choose today, or one that is to come.")
    if on_day > today + LONGEST:
        raise Refused("day-too-far", "/by_day", "This is more than three months off.", "Choose an earlier day.")
    return on_day


def agree(recording: Recording, matter: Matter, advice: AdviceGiven, agreed: Agreed) -> AdviceDayAgreed:
    """Write down the day, and owe it until that day is over: a team at night agrees on days, too. Runs as the machine,
    in the transaction that records the call."""
    assert agreed.on_day is not None
    owner, waiting = (recording.agency, advice.giver_team), (advice.caller_agency, advice.caller_team)
    if agreed.owed_by == "caller":
        owner, waiting = waiting, owner
    day = AdviceDayAgreed(
        advice=advice,
        owed_by=agreed.owed_by,
        on_day=agreed.on_day,
        what=agreed.what.strip()[:300],
        waiting_agency=waiting[0],
        waiting_team=waiting[1],
    )
    record = advice.fact.person_record_id
    (fact,) = append(recording, [Entry(day, advice.audience_id, person_record_id=record, matter_id=matter.pk)])
    _owe(recording, matter, day, fact, owner)
    return day


def _owe(recording: Recording, matter: Matter, day: AdviceDayAgreed, fact: Fact, owner: tuple[str, str]) -> None:
    pack = pack_for(clock.local_date(recording.recorded_at))
    duty = pack.duty(KINDS[day.owed_by])
    owed = Owed(
        kind=duty.id,
        owner_agency=owner[0],
        owner_team=owner[1] or None,
        owner_role=None,
        about_record_ids=(fact.person_record_id,) if fact.person_record_id else (),
        anchor_at=recording.recorded_at,
        due_at=_end_of(day.on_day),
        because=f"{day.what} {duty.because}",
        source=duty.cited,
        authority=duty.authority,
        told=duty.told,
        late_start=False,
        reference=day.advice.reference,
    )
    open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[day.audience_id])


def _end_of(day: date) -> datetime:
    return datetime.combine(day, LAST_MINUTE, tzinfo=clock.LONDON)


def moves_of(day: AdviceDayAgreed) -> list[AdviceDayMoved]:
    """Every other day that was agreed since, in order."""
    return sorted(day.moves.all(), key=lambda each: each.pk)


def by_which(day: AdviceDayAgreed) -> date:
    """The day that was agreed last."""
    moves = moves_of(day)
    return moves[-1].on_day if moves else day.on_day


def owner_of(day: AdviceDayAgreed) -> tuple[str, str]:
    """The agency and team that said they would."""
    advice = day.advice
    given = (advice.fact.agency, advice.giver_team)
    return given if day.owed_by == "giver" else (advice.caller_agency, advice.caller_team)


def may_answer(worker: Worker, advice: AdviceGiven) -> bool:
    """Either side may say what came of it, whoever owes it: those who asked, and the team that answered."""
    sides = ((advice.fact.agency, advice.giver_team), (advice.caller_agency, advice.caller_team))
    return any(worker.agency == agency and team in ("", worker.team) for agency, team in sides)


def answer(worker: Worker, reference: str, *, outcome: str, words: str) -> AdviceDayAnswered:
    """Say what came of an agreed day: it was done, or is no longer needed, and why. Either side of the call may.

    Raises `Refused` where there is no such day for the worker, without words, or where somebody said it before.
    """
    day = _agreed_by(worker, reference)
    if outcome not in OUTCOMES:
        raise Refused("missing", "/outcome", "Say whether it was done.", "Choose one of the two.")
    if not words.strip():
        raise Refused("missing", "/words", "Say what came of it, or why it is no longer needed.", "A few words do.")
    with machine():
        answered = _answered(worker, day, outcome, words.strip())
        if answered is None:
            raise Refused("already-met", "", "Somebody has said this meanwhile.", "Read what they said.")
    return answered


def _agreed_by(worker: Worker, reference: str) -> AdviceDayAgreed:
    """The day of a call of which the worker is a side. Raises `Refused`."""
    policy.require(worker, "refer")
    day = AdviceDayAgreed.objects.select_related("advice__fact").filter(advice__reference=reference).first()
    if day is None or not may_answer(worker, day.advice):
        raise Refused("no-such-advice", "", "There is no such advice here for you.", "Look in your list.")
    return day


def move(worker: Worker, reference: str, *, on_day: date | None, words: str) -> AdviceDayMoved | None:
    """Another day is agreed instead, and why: it is owed by the end of that. Either side of the call may say so, for
    they agreed it with the other; the day that holds already is said again without harm, and nothing is written.

    Raises `Refused` where there is no such day for the worker, for a day that is past or too far off, without words, or
    where it was said what came of it.
    """
    day = _agreed_by(worker, reference)
    until = _to_come(on_day)
    if not words.strip():
        raise Refused("missing", "/words", "Say why it is another day.", "A few words do.")
    with machine():
        header = day.advice.fact
        recording = lock([header.matter_id or 0], agency=worker.agency, author=worker.slug)
        if AdviceDayAnswered.objects.filter(day=day).exists():
            raise Refused("already-met", "", "Somebody has said what came of it meanwhile.", "Read what they said.")
        if by_which(day) == until:
            return None
        moved = AdviceDayMoved(day=day, on_day=until, words=words.strip())
        entry = Entry(moved, day.audience_id, person_record_id=header.person_record_id, matter_id=header.matter_id)
        append(recording, [entry])
        for duty in _owed_for(day):
            reanchor(recording, duty, anchor_at=_end_of(until), reason=f"Another day was agreed: {words.strip()}")
        trail.change(worker, "advice", reference, f"moved to {until.isoformat()}", matter_id=header.matter_id)
    return moved


def _owed_for(day: AdviceDayAgreed) -> list[DutyOpened]:
    rows = DutyOpened.objects.select_related("fact").filter(opened_by_id=day.pk, duty_kind=KINDS[day.owed_by])
    return list(rows.filter(state__met_at__isnull=True))


def referred(worker: Worker, reference: str) -> None:
    """A referral was made of advice: whatever was agreed is answered by it. Runs as the machine, in the transaction
    that sends it; nothing where no day was agreed, or it was answered before."""
    day = AdviceDayAgreed.objects.select_related("advice__fact").filter(advice__reference=reference).first()
    if day is not None:
        _answered(worker, day, REFERRED, "A referral was made of it.")


def _answered(worker: Worker, day: AdviceDayAgreed, outcome: str, words: str) -> AdviceDayAnswered | None:
    """The answer, or none where there is one; the duty is met by it."""
    header = day.advice.fact
    recording = lock([header.matter_id or 0], agency=worker.agency, author=worker.slug)
    if AdviceDayAnswered.objects.filter(day=day).exists():
        return None
    made = AdviceDayAnswered(day=day, outcome=outcome, words=words)
    (fact,) = append(
        recording,
        [Entry(made, day.audience_id, person_record_id=header.person_record_id, matter_id=header.matter_id)],
    )
    meet(recording, _owed_for(day), fact, recording.recorded_at)
    trail.change(worker, "advice", day.advice.reference, f"answered: {outcome}", matter_id=header.matter_id)
    return made


def waited_for(worker: Worker) -> list[DutyState]:
    """What the other side of a call said that they would do, for the worker's team or agency, the soonest first: it
    stands in the "my work" of both."""
    days = AdviceDayAgreed.objects.filter(
        Q(waiting_team=worker.team) | Q(waiting_team=""), waiting_agency=worker.agency, answer__isnull=True
    )
    states = DutyState.objects.select_related("duty", "duty__fact").filter(met_at__isnull=True)
    return list(states.filter(duty__opened_by__in=days.values("fact_id")).order_by("due_at", "duty_id"))
