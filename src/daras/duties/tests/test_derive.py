"""A duty from its facts: due, paused, moved, met, chased, escalated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from daras.duties.derive import DutyFacts, Pause, Reanchoring, derive, facts_as_opened, first_step_at, merged
from daras.practice import pack_for
from daras.practice.pack import Step
from daras.working_time.calendars import WorkingCalendar
from daras.working_time.clock import LONDON
from daras.working_time.clocks import Clock

#: The clock of the machine that runs the tests is not what is tested.
UNHURRIED = settings(deadline=None, max_examples=60)

CALENDAR = WorkingCalendar()
PACK = pack_for(date(2026, 11, 24))
MONDAY = datetime(2026, 11, 23, 16, 40, tzinfo=LONDON)
STEPS = (
    Step("chase", "due", Clock.parse("at once"), "owner"),
    Step("safeguarding-lead", "due", Clock.parse("1 working day"), "safeguarding-lead"),
)

CLOCKS = st.sampled_from(
    ["1 working day", "15 working days", "72 hours", "60 minutes", "4 working hours", "3 days", "3 months"]
)
MINUTES = st.integers(0, 60 * 24 * 60)


def at(minutes: int) -> datetime:
    return MONDAY.astimezone(UTC) + timedelta(minutes=minutes)


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    begins = draw(MINUTES)
    lasts = draw(st.one_of(st.none(), st.integers(0, 60 * 24 * 20)))
    return Pause(at(begins), None if lasts is None else at(begins + lasts))


@st.composite
def duties(draw: st.DrawFn) -> DutyFacts:
    clock = Clock.parse(draw(CLOCKS))
    opened = at(draw(st.integers(0, 60 * 24 * 7)))
    moves = st.builds(Reanchoring, MINUTES.map(at), MINUTES.map(at))
    return DutyFacts(
        clock,
        opened,
        clock.due(opened, CALENDAR),
        pauses=frozenset(draw(st.lists(pauses(), max_size=3))),
        reanchorings=frozenset(draw(st.lists(moves, max_size=2))),
        met=frozenset(draw(st.lists(MINUTES.map(at), max_size=2))),
        steps=STEPS,
    )


def duty(clock: str, anchor: datetime = MONDAY, **more: object) -> DutyFacts:
    read = Clock.parse(clock)
    return DutyFacts(read, anchor, read.due(anchor, CALENDAR), **more)  # type: ignore[arg-type]


def test_a_referral_is_decided_in_time() -> None:
    """Given a referral on Monday, when it is decided on Tuesday at noon, then the duty was met in time (A6)."""
    facts = duty("1 working day", met=frozenset({datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)}))
    state = derive(facts, datetime(2026, 12, 1, tzinfo=LONDON), CALENDAR)
    assert (state.met, state.met_late, state.overdue, state.step_now) == (True, False, False, None)


def test_nobody_decides_and_it_is_chased_once_then_the_lead_is_told() -> None:
    """A6: given no decision, when time passes, then one chase follows, then the safeguarding lead, then rest."""
    facts = duty("1 working day", steps=STEPS)
    after_due = derive(facts, datetime(2026, 11, 24, 18, 0, tzinfo=LONDON), CALENDAR)
    assert after_due.overdue_since == datetime(2026, 11, 24, 17, 15, tzinfo=LONDON)
    assert after_due.step_now is not None
    assert after_due.step_now.step.id == "chase"
    chased = duty("1 working day", steps=STEPS, steps_done=frozenset({"chase"}))
    waiting = derive(chased, datetime(2026, 11, 24, 18, 0, tzinfo=LONDON), CALENDAR)
    assert waiting.step_now is None
    assert waiting.next_step_at == datetime(2026, 11, 25, 17, 15, tzinfo=LONDON)
    later = derive(chased, datetime(2026, 11, 26, 9, 0, tzinfo=LONDON), CALENDAR)
    assert later.step_now is not None
    assert later.step_now.step.to == "safeguarding-lead"
    told = duty("1 working day", steps=STEPS, steps_done=frozenset({"chase", "safeguarding-lead"}))
    assert derive(told, datetime(2026, 12, 24, tzinfo=LONDON), CALENDAR).next_step_at is None


def test_an_unanswered_decision_escalates_by_minutes() -> None:
    """Given a decision due now that nobody takes, when minutes pass, then it goes further up as the pack says (B1)."""
    kind = PACK.duty("strategy-decision-due")
    due = kind.clock.due(MONDAY, PACK.calendar)
    facts = facts_as_opened(kind, opened_at=MONDAY, due_at=due)
    reached = []
    for minutes in (10, 30, 45, 61, 130):
        state = derive(facts, MONDAY + timedelta(minutes=minutes), PACK.calendar)
        reached.append(state.step_now.step.id if state.step_now else None)
    assert reached == [None, "remind", "remind", "service-manager", "head-of-service"]
    assert first_step_at(kind, opened_at=MONDAY, due_at=due, calendar=PACK.calendar) == MONDAY + timedelta(minutes=30)


def test_a_step_passed_by_is_not_taken_late() -> None:
    """Given a worker that was down for hours, when it looks again, then one step is taken, not three."""
    kind = PACK.duty("strategy-decision-due")
    facts = facts_as_opened(kind, opened_at=MONDAY, due_at=kind.clock.due(MONDAY, PACK.calendar))
    late = derive(facts, MONDAY + timedelta(hours=5), PACK.calendar)
    assert late.step_now is not None
    assert late.step_now.step.id == "head-of-service"
    done = DutyFacts(
        facts.clock, facts.opened_at, facts.due_at, steps=facts.steps, steps_done=frozenset({"head-of-service"})
    )
    after = derive(done, MONDAY + timedelta(hours=6), PACK.calendar)
    assert (after.step_now, after.next_step_at) == (None, None)


@UNHURRIED
@given(facts=duties(), minutes=MINUTES)
def test_when_to_look_again_once_a_step_is_taken_is_what_taking_it_says(facts: DutyFacts, minutes: int) -> None:
    """A8: given any duty at any moment, then the time to look again that is said before a step is taken is the one that
    follows from its having been taken."""
    state = derive(facts, at(minutes), CALENDAR)
    if state.step_now is None:
        assert state.then_at == state.next_step_at
        return
    taken = replace(facts, steps_done=facts.steps_done | {state.step_now.step.id})
    assert state.then_at == derive(taken, at(minutes), CALENDAR).next_step_at


def test_the_clock_stands_still_while_something_is_asked_back() -> None:
    """A6: given a request asked back on Tuesday, when the answer comes on Thursday, then two working days more."""
    stood = Pause(datetime(2026, 11, 24, 10, 0, tzinfo=LONDON), datetime(2026, 11, 26, 10, 0, tzinfo=LONDON))
    facts = duty("3 working days", pauses=frozenset({stood}), may_pause=True)
    assert derive(facts, datetime(2026, 11, 27, tzinfo=LONDON), CALENDAR).due_at == CALENDAR.closes(date(2026, 11, 30))
    during = derive(facts, datetime(2026, 11, 25, 9, 0, tzinfo=LONDON), CALENDAR)
    assert during.paused
    assert not during.overdue
    assert during.next_step_at is None


def test_a_clock_that_runs_backward_does_not_stand_still() -> None:
    """Given a view owed before a release, when it is asked back, then the day of release does not wait (E3)."""
    stood = Pause(datetime(2026, 11, 25, 10, 0, tzinfo=LONDON))
    facts = duty("10 working days before", datetime(2026, 12, 14, tzinfo=LONDON), pauses=frozenset({stood}))
    state = derive(facts, datetime(2026, 12, 1, 9, 0, tzinfo=LONDON), CALENDAR)
    assert state.overdue
    assert not state.paused


def test_a_release_brought_forward_is_a_late_start_and_no_breach() -> None:
    """Given a release moved to next week, when a view was due before that was known, then it is due now (J1)."""
    known = datetime(2026, 11, 26, 9, 0, tzinfo=LONDON)
    move = Reanchoring(known, datetime(2026, 12, 1, tzinfo=LONDON))
    facts = duty("10 working days before", datetime(2026, 12, 14, tzinfo=LONDON), reanchorings=frozenset({move}))
    before = derive(facts, known - timedelta(minutes=1), CALENDAR)
    assert before.due_at == CALENDAR.closes(date(2026, 11, 30))
    after = derive(facts, known, CALENDAR)
    assert after.late_start
    assert after.due_at == known
    assert not after.overdue


def test_a_pause_when_it_is_overdue_takes_nothing_back() -> None:
    """Given a duty overdue since Tuesday, when somebody asks back on Friday, then Tuesday stands."""
    stood = Pause(datetime(2026, 11, 27, 10, 0, tzinfo=LONDON), datetime(2026, 11, 30, 10, 0, tzinfo=LONDON))
    state = derive(duty("1 working day", pauses=frozenset({stood})), datetime(2026, 12, 1, tzinfo=LONDON), CALENDAR)
    assert state.overdue_since == CALENDAR.closes(date(2026, 11, 24))


@UNHURRIED
@given(duties(), pauses(), MINUTES)
def test_pausing_never_shortens(facts: DutyFacts, pause: Pause, minutes: int) -> None:
    """A6: given any duty, then time in which its clock stands still never makes it due earlier."""
    more = DutyFacts(
        facts.clock,
        facts.opened_at,
        facts.due_at,
        pauses=facts.pauses | {pause},
        reanchorings=facts.reanchorings,
        met=facts.met,
    )
    assert derive(more, at(minutes), CALENDAR).due_at >= derive(facts, at(minutes), CALENDAR).due_at


@UNHURRIED
@given(CLOCKS, MINUTES, MINUTES, MINUTES)
def test_a_later_anchor_is_never_due_earlier(clock: str, recorded: int, one: int, other: int) -> None:
    """E3: given a clock whose anchor moves, then a later day never makes the duty due earlier."""
    states = [
        derive(
            duty(clock, reanchorings=frozenset({Reanchoring(at(recorded), at(anchor))})),
            at(recorded + 1),
            CALENDAR,
        )
        for anchor in sorted((one, other))
    ]
    assert states[0].due_at <= states[1].due_at


@UNHURRIED
@given(duties(), MINUTES)
def test_what_is_met_is_never_overdue_and_asks_for_nothing(facts: DutyFacts, minutes: int) -> None:
    state = derive(facts, at(minutes), CALENDAR)
    if any(met <= at(minutes) for met in facts.met):
        assert state.met
        assert not state.overdue
        assert not state.paused
        assert state.step_now is None
        assert state.next_step_at is None
    else:
        assert not state.met
    if state.overdue:
        assert at(minutes) > state.due_at


@UNHURRIED
@given(duties(), MINUTES, MINUTES)
def test_being_met_does_not_change_with_time(facts: DutyFacts, one: int, other: int) -> None:
    """A met duty stays as it was when no fact is recorded after it."""
    first, second = sorted((one, other))
    if facts.met and min(facts.met) <= at(first) and all(move.recorded_at <= at(first) for move in facts.reanchorings):
        before, after = derive(facts, at(first), CALENDAR), derive(facts, at(second), CALENDAR)
        assert (before.met_at, before.due_at) == (after.met_at, after.due_at)


@UNHURRIED
@given(st.lists(pauses(), max_size=4), MINUTES)
def test_the_order_of_facts_does_not_matter(found: list[Pause], minutes: int) -> None:
    assert len({merged(order, at(minutes)) for order in permutations(found)}) == 1


@UNHURRIED
@given(st.lists(pauses(), max_size=4), MINUTES)
def test_pauses_never_count_twice(found: list[Pause], minutes: int) -> None:
    together = merged(found, at(minutes))
    for earlier, later in pairwise(together):
        assert earlier.resumed_at is not None
        assert earlier.resumed_at < later.paused_at


@UNHURRIED
@given(duties(), MINUTES)
def test_the_state_is_a_function_of_facts_and_now(facts: DutyFacts, minutes: int) -> None:
    again = DutyFacts(
        facts.clock,
        facts.opened_at,
        facts.due_at,
        pauses=frozenset(sorted(facts.pauses, key=repr, reverse=True)),
        reanchorings=frozenset(sorted(facts.reanchorings, key=repr)),
        met=frozenset(sorted(facts.met, reverse=True)),
        steps=facts.steps,
    )
    assert derive(facts, at(minutes), CALENDAR) == derive(again, at(minutes), CALENDAR)
