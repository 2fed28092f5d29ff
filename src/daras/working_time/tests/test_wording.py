"""Dates and durations in the users' words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daras.working_time.clock import LONDON
from daras.working_time.wording import duration, listed, long_date, long_datetime, short_date, time_left

DUE = datetime(2026, 11, 24, 17, 15, tzinfo=LONDON)


def test_dates_in_full() -> None:
    """Given an instant, when it is shown, then the weekday, the day, the month in words and the hour are there."""
    moment = datetime(2026, 11, 24, 16, 40, tzinfo=LONDON)
    assert long_datetime(moment) == "Tuesday 24 November 2026, 16:40"
    assert long_date(moment) == "Tuesday 24 November 2026"
    assert short_date(moment) == "24 November 2026"


@pytest.mark.parametrize(
    ("now", "in_working_time", "words"),
    [
        (datetime(2026, 11, 20, 10, 5, tzinfo=LONDON), True, "2 working days left"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=LONDON), True, "1 working day left"),
        (datetime(2026, 11, 24, 9, 0, tzinfo=LONDON), True, "due today 17:15"),
        (datetime(2026, 11, 24, 16, 50, tzinfo=LONDON), True, "25 minutes left"),
        (datetime(2026, 11, 24, 17, 15, tzinfo=LONDON), True, "1 minute left"),
        (datetime(2026, 11, 24, 17, 15, 20, tzinfo=LONDON), True, "overdue by 1 minute"),
        (datetime(2026, 11, 24, 20, 20, tzinfo=LONDON), True, "overdue by 3 hours"),
        (datetime(2026, 11, 26, 9, 0, tzinfo=LONDON), True, "overdue by 2 working days"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=LONDON), False, "2 days left"),
        (datetime(2026, 11, 23, 20, 0, tzinfo=LONDON), False, "21 hours left"),
        (datetime(2026, 11, 28, 9, 0, tzinfo=LONDON), False, "overdue by 3 days"),
    ],
)
def test_how_long_is_left(now: datetime, in_working_time: bool, words: str) -> None:
    """Given a duty due on a Tuesday at 17:15, when it is read at another hour, then it says what is left in words."""
    assert time_left(DUE, now, in_working_time=in_working_time) == words


def test_a_duty_due_at_night_before_the_next_working_day() -> None:
    """Given something due on a Sunday, when it is read on Saturday, then its day is named, not "0 working days"."""
    due = datetime(2026, 11, 22, 9, 0, tzinfo=LONDON)
    assert time_left(due, datetime(2026, 11, 21, 9, 0, tzinfo=LONDON)) == "due Sunday 22 November 2026, 09:00"


def test_lengths_and_lists() -> None:
    """Given lengths and names, when they are shown, then they read as a person would write them."""
    assert [duration(timedelta(minutes=m)) for m in (0, 1, 59, 60, 47 * 60, 48 * 60)] == [
        "0 minutes",
        "1 minute",
        "59 minutes",
        "1 hour",
        "47 hours",
        "2 days",
    ]
    assert [listed(names) for names in ((), ("Ella",), ("Ella", "Toby"), ("Ella", "Toby", "Sam"))] == [
        "",
        "Ella",
        "Ella and Toby",
        "Ella, Toby and Sam",
    ]
