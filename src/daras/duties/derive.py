"""What becomes of a duty: a pure function of its facts and now. Stored, if at all, as a projection (design idea 3).

A duty is due by its clock from what it counts from, later by as long as the clock stood still. It is met by the first
fact that meets it. When nobody answers, its steps are taken one after another: one chase, then the safeguarding lead of
the agency, or people further up by minutes where the pack says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from daras.practice.pack import DutyKind, Step
from daras.working_time.calendars import WorkingCalendar
from daras.working_time.clocks import Clock

NONE_DONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from one instant to another, or until now."""

    paused_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reanchoring:
    """What the clock counts from has moved; the one recorded last holds."""

    recorded_at: datetime
    anchor_at: datetime


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """Everything recorded about one duty. The order of the facts does not matter."""

    clock: Clock
    opened_at: datetime
    due_at: datetime  # as opened
    pauses: frozenset[Pause] = frozenset()
    reanchorings: frozenset[Reanchoring] = frozenset()
    met: frozenset[datetime] = frozenset()
    steps: tuple[Step, ...] = ()
    steps_done: frozenset[str] = NONE_DONE
    may_pause: bool = True


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step and when it is to be taken."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyState:
    """A duty as it stands now."""

    due_at: datetime
    paused: bool
    met_at: datetime | None
    late_start: bool  # moved to a due time that was past when the move became known
    overdue_since: datetime | None
    step_now: StepDue | None  # the furthest step whose time has come and that nobody has taken
    next_step_at: datetime | None  # when to look again
    then_at: datetime | None = None  # when to look again once `step_now` is taken

    @property
    def met(self) -> bool:
        """Whether a fact has met the duty."""
        return self.met_at is not None

    @property
    def met_late(self) -> bool:
        """Whether it was met after it was due; the reason for that is owed."""
        return self.met_at is not None and self.met_at > self.due_at

    @property
    def overdue(self) -> bool:
        """Whether it is owed still, past its due time, with the clock running."""
        return self.overdue_since is not None


def derive(duty: DutyFacts, now: datetime, calendar: WorkingCalendar) -> DutyState:
    """The state of a duty at `now`. What is recorded as later than `now` does not count yet."""
    met_at = min((met for met in duty.met if met <= now), default=None)
    until = met_at if met_at is not None else now
    pauses = merged(_lawful(duty), until)
    base, late_start = _counted_from(duty, now, calendar)
    due_at = _moved(duty.clock, base, pauses, until, calendar)
    paused = met_at is None and bool(pauses) and pauses[-1].resumed_at is None
    overdue = met_at is None and not paused and now > due_at
    step_now, next_step_at, then_at = (
        (None, None, None) if met_at is not None or paused else _steps(duty, due_at, pauses, now, calendar)
    )
    return DutyState(due_at, paused, met_at, late_start, due_at if overdue else None, step_now, next_step_at, then_at)


def first_step_at(
    kind: DutyKind, *, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """When a duty just opened is to be looked at first; none when its kind has no steps."""
    times = (_time_of(step, opened_at, due_at, calendar) for step in kind.steps)
    return min(times, default=None)


def facts_as_opened(kind: DutyKind, *, opened_at: datetime, due_at: datetime) -> DutyFacts:
    """The facts of a duty of this kind that was just opened."""
    return DutyFacts(kind.clock, opened_at, due_at, steps=kind.steps, may_pause=kind.may_pause)


def _lawful(duty: DutyFacts) -> Iterable[Pause]:
    """A clock stands still only where the pack allows it, and never one that runs backward from a date in the world."""
    return duty.pauses if duty.may_pause and not duty.clock.backward else ()


def merged(pauses: Iterable[Pause], until: datetime) -> tuple[Pause, ...]:
    """The pauses that began by `until`, cut there, in order, those that touch made one; nothing counts twice."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.paused_at):
        if pause.paused_at > until:
            continue
        resumed = pause.resumed_at if pause.resumed_at is not None and pause.resumed_at <= until else None
        if resumed is not None and resumed < pause.paused_at:
            continue
        last = found[-1] if found else None
        if last is not None and (last.resumed_at is None or pause.paused_at <= last.resumed_at):
            open_end = last.resumed_at is None or resumed is None
            longest = None if open_end else max(last.resumed_at, resumed)  # type: ignore[type-var]
            found[-1] = Pause(last.paused_at, longest)
        else:
            found.append(Pause(pause.paused_at, resumed))
    return tuple(found)


def _counted_from(duty: DutyFacts, now: datetime, calendar: WorkingCalendar) -> tuple[datetime, bool]:
    """The due time before pauses. A move to one already past is due when it became known: a late start, no breach."""
    known = [each for each in duty.reanchorings if each.recorded_at <= now]
    if not known:
        return duty.due_at, False
    last = max(known, key=lambda each: (each.recorded_at, each.anchor_at))
    due = duty.clock.due(last.anchor_at, calendar)
    return (last.recorded_at, True) if due < last.recorded_at else (due, False)


def _moved(
    clock: Clock, due: datetime, pauses: Iterable[Pause], until: datetime, calendar: WorkingCalendar
) -> datetime:
    """Later by every pause that began before it was due; one that begins when it is overdue takes nothing back."""
    for pause in pauses:
        if pause.paused_at <= due:
            due = clock.moved(due, pause.paused_at, pause.resumed_at or max(until, pause.paused_at), calendar)
    return due


def _time_of(step: Step, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    return step.clock.due(opened_at if step.counts_from == "opened" else due_at, calendar)


def _steps(
    duty: DutyFacts, due_at: datetime, pauses: tuple[Pause, ...], now: datetime, calendar: WorkingCalendar
) -> tuple[StepDue | None, datetime | None, datetime | None]:
    """The furthest step whose time has come, the next time to look, and the next once that step is taken. Steps already
    passed by are not taken late."""
    times = sorted(_step_times(duty, due_at, pauses, now, calendar), key=lambda each: each.at)
    last_done = max((place for place, each in enumerate(times) if each.step.id in duty.steps_done), default=-1)
    ahead = times[last_done + 1 :]
    come = [each for each in ahead if each.at <= now]
    coming = next((each.at for each in ahead if each.at > now), None)
    if come:
        return come[-1], come[-1].at, coming
    return None, coming, coming


def _step_times(
    duty: DutyFacts, due_at: datetime, pauses: tuple[Pause, ...], now: datetime, calendar: WorkingCalendar
) -> Iterator[StepDue]:
    for step in duty.steps:
        at = _time_of(step, duty.opened_at, due_at, calendar)
        if step.counts_from == "opened":
            at = _moved(step.clock, at, pauses, now, calendar)
        yield StepDue(step, at)
