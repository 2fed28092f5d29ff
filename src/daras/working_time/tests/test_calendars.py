"""Working days, office hours and elapsed time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.working_time.calendars import (
    WorkingCalendar,
    add_calendar_days,
    add_calendar_months,
    add_elapsed,
    bank_holidays,
    is_working_day,
    next_working_day,
    previous_working_day,
    shift_working_days,
    working_days_between,
)
from daras.working_time.clock import LONDON, local, local_date
from daras.working_time.clocks import Clock, UnknownClock, start_of_day

#: The clock of the machine that runs the tests is not what is tested.
UNHURRIED = settings(deadline=None, max_examples=100)

CALENDAR = WorkingCalendar()
DAYS = st.dates(date(2016, 1, 1), date(2031, 12, 31))
WORKING_DAYS = DAYS.filter(is_working_day)
FIRST = datetime(2016, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 16 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
COUNTS = st.integers(0, 90)


def in_england(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type, misc]


def test_the_written_statement_was_due_when_the_letter_said() -> None:
    """Given the inspection letter of 23 November 2018, when 70 working days are added, then it is 6 March 2019 (I9)."""
    assert shift_working_days(date(2018, 11, 23), 70) == date(2019, 3, 6)
    assert local_date(CALENDAR.add_working_days(date(2018, 11, 23), 70)) == date(2019, 3, 6)
    assert working_days_between(date(2018, 11, 23), date(2019, 3, 6)) == 70


def test_a_weekend_day_in_the_list_of_holidays_is_no_working_day() -> None:
    """A6: given Christmas on a Saturday, when its substitute is Monday, then neither is a working day."""
    assert date(2021, 12, 25) in bank_holidays(2021)
    assert not is_working_day(date(2021, 12, 25))
    assert not is_working_day(date(2021, 12, 27))
    assert not is_working_day(date(2021, 12, 28))
    assert is_working_day(date(2021, 12, 29))


def test_a_referral_on_the_friday_before_christmas() -> None:
    """A6: given a referral on Thursday 24 December 2026, when a decision is due in 1 working day, then it is Tuesday
    29."""
    due = CALENDAR.add_working_days(in_england(2026, 12, 24, 10, 0), 1)
    assert local(due) == in_england(2026, 12, 29, 17, 15)


def test_a_friday_closes_earlier() -> None:
    """Given office hours that end earlier on Friday, when a duty falls due then, then that is its hour."""
    assert local(CALENDAR.add_working_days(in_england(2026, 11, 26, 9, 0), 1)) == in_england(2026, 11, 27, 16, 45)


def test_before_six_in_the_evening_and_after() -> None:
    """Given the office hours, when it is asked who answers, then nights and days off are out of hours (A11)."""
    assert CALENDAR.in_hours(in_england(2026, 11, 23, 16, 40))
    assert not CALENDAR.in_hours(in_england(2026, 11, 23, 17, 15))
    assert not CALENDAR.in_hours(in_england(2026, 11, 21, 11, 20))
    assert not CALENDAR.in_hours(in_england(2026, 12, 25, 11, 0))


def test_working_hours_run_over_the_weekend() -> None:
    """Given Friday 15:45 with one hour of the office left, when 4 working hours run, then they end on Monday 11:45."""
    friday = in_england(2026, 11, 27, 15, 45)
    monday = in_england(2026, 11, 30, 11, 45)
    assert CALENDAR.add_working_time(friday, timedelta(hours=4)) == monday
    assert CALENDAR.add_working_time(monday, timedelta(hours=-4)) == friday
    assert CALENDAR.working_time_between(friday, monday) == timedelta(hours=4)


def test_police_protection_runs_through_the_change_of_the_clocks() -> None:
    """Given 72 hours that begin before the clocks go forward, when they end, then 72 hours have passed (A16)."""
    begins = in_england(2026, 3, 27, 22, 0)
    ends = Clock.parse("72 hours").due(begins, CALENDAR)
    assert ends - begins.astimezone(UTC) == timedelta(hours=72)
    assert local(ends) == in_england(2026, 3, 30, 23, 0)


def test_office_hours_are_on_the_wall_clock_in_summer_too() -> None:
    """Given summer time, when the office closes at 17:15, then that is 16:15 in UTC."""
    assert CALENDAR.closes(date(2026, 7, 1)) == datetime(2026, 7, 1, 16, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "anchor", "due"),
    [
        ("1 working day", in_england(2026, 11, 23, 16, 40), in_england(2026, 11, 24, 17, 15)),
        ("10 working days before", in_england(2026, 12, 14), in_england(2026, 11, 30, 17, 15)),
        ("3 days", in_england(2026, 12, 14), in_england(2026, 12, 17, 23, 59)),
        ("2 weeks", in_england(2026, 12, 14), in_england(2026, 12, 28, 23, 59)),
        ("3 months", in_england(2026, 11, 30), in_england(2027, 2, 28, 23, 59)),
        ("6 months before", in_england(2026, 12, 14), in_england(2026, 6, 14, 23, 59)),
        ("45 minutes", in_england(2026, 11, 23, 16, 40), in_england(2026, 11, 23, 17, 25)),
        ("at once", in_england(2026, 11, 23, 16, 40), in_england(2026, 11, 23, 16, 40)),
        ("4 working hours", in_england(2026, 11, 23, 16, 15), in_england(2026, 11, 24, 11, 45)),
    ],
)
def test_clocks_as_the_pack_writes_them(clock: str, anchor: datetime, due: datetime) -> None:
    """A6: given a clock in words, when it is read and run, then it is due at that hour and reads the same again."""
    read = Clock.parse(clock)
    assert str(read) == clock
    assert read.due(anchor, CALENDAR) == due


@pytest.mark.parametrize("text", ["soon", "1 working week", "two days", "-1 days", "1 working day after", ""])
def test_a_clock_that_nobody_can_read_is_refused(text: str) -> None:
    """Given a clock in other words, when it is read, then the refusal shows how clocks are written."""
    with pytest.raises(UnknownClock, match="72 hours"):
        Clock.parse(text)


@UNHURRIED
@given(DAYS, COUNTS)
def test_never_lands_on_a_day_off(day: date, count: int) -> None:
    for landed in (shift_working_days(day, count + 1), shift_working_days(day, -count - 1)):
        assert is_working_day(landed)
    assert is_working_day(local_date(CALENDAR.add_working_days(day, count)))
    assert is_working_day(local_date(CALENDAR.end_of_day(day)))


@UNHURRIED
@given(WORKING_DAYS, COUNTS)
def test_forward_and_back_again(day: date, count: int) -> None:
    assert shift_working_days(shift_working_days(day, count), -count) == day
    assert shift_working_days(shift_working_days(day, -count), count) == day
    assert previous_working_day(next_working_day(day)) == day


@UNHURRIED
@given(DAYS, DAYS, COUNTS, COUNTS)
def test_later_start_or_longer_clock_is_never_due_earlier(one: date, other: date, days: int, more: int) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.add_working_days(first, days) <= CALENDAR.add_working_days(second, days)
    assert CALENDAR.add_working_days(first, days) <= CALENDAR.add_working_days(first, days + more)


@UNHURRIED
@given(DAYS, COUNTS)
def test_counting_what_was_added(day: date, count: int) -> None:
    assert working_days_between(day, shift_working_days(day, count)) == count


@UNHURRIED
@given(INSTANTS, st.timedeltas(timedelta(minutes=1), timedelta(hours=60)))
def test_office_time_is_counted_back_to_what_was_added(moment: datetime, length: timedelta) -> None:
    due = CALENDAR.add_working_time(moment, length)
    assert CALENDAR.working_time_between(moment, due) == length
    back = CALENDAR.add_working_time(due, -length)
    assert CALENDAR.working_time_between(back, due) == length
    assert back <= due


@UNHURRIED
@given(INSTANTS, INSTANTS, st.sampled_from(["1 working day", "3 days", "72 hours", "4 working hours", "2 months"]))
def test_every_clock_keeps_the_order_of_what_it_counts_from(one: datetime, other: datetime, written: str) -> None:
    clock = Clock.parse(written)
    first, second = sorted((one, other))
    assert clock.due(first, CALENDAR) <= clock.due(second, CALENDAR)
    assert clock.due(first, CALENDAR) >= first


@UNHURRIED
@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_elapsed_time_ignores_the_change_of_the_clocks(moment: datetime, length: timedelta) -> None:
    assert add_elapsed(moment, length) - moment == length


@UNHURRIED
@given(INSTANTS, st.integers(0, 40))
def test_calendar_days_and_months_end_on_their_day(moment: datetime, count: int) -> None:
    assert local_date(add_calendar_days(moment, count)) == local_date(moment) + timedelta(days=count)
    assert local_date(add_calendar_months(moment, count)).month == (local_date(moment).month - 1 + count) % 12 + 1


@UNHURRIED
@given(
    INSTANTS,
    INSTANTS,
    INSTANTS,
    st.sampled_from(
        ["1 working day", "3 days", "72 hours", "4 working hours", "2 weeks", "20 minutes", "2 days before"]
    ),
)
def test_a_pause_never_shortens_a_clock(due: datetime, one: datetime, other: datetime, written: str) -> None:
    paused_at, resumed_at = sorted((one, other))
    resumed_at = min(resumed_at, paused_at + timedelta(days=30))
    clock = Clock.parse(written)
    due = clock.due(due, CALENDAR)
    assert clock.moved(due, paused_at, resumed_at, CALENDAR) >= due


def test_a_day_begins_at_midnight_in_england() -> None:
    """Given a day without an hour, when a clock counts from it, then it counts from midnight in England."""
    assert start_of_day(date(2026, 7, 1)).astimezone(UTC) == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
