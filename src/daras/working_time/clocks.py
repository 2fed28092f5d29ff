"""A clock as the pack writes it ("1 working day", "72 hours", "10 working days before") and what is due by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, cast, get_args

from daras.working_time.calendars import (
    WorkingCalendar,
    add_calendar_days,
    add_calendar_months,
    add_elapsed,
    shift_working_days,
    working_days_between,
)
from daras.working_time.clock import LONDON, local_date

Unit = Literal["minute", "hour", "working hour", "day", "working day", "week", "month"]

_WRITTEN = re.compile(r"(\d+) (working )?(minute|hour|day|week|month)s?( before)?")


class UnknownClock(ValueError):
    """A clock is written in a way that nobody can read."""


@dataclass(frozen=True, slots=True)
class Clock:
    """So many units after what it counts from, or before it."""

    amount: int
    unit: Unit
    backward: bool = False

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Read "at once", "45 minutes", "72 hours", "10 working days before"; raises `UnknownClock`."""
        if text == "at once":
            return cls(0, "minute")
        found = _WRITTEN.fullmatch(text)
        unit = f"{found[2] or ''}{found[3]}" if found else ""
        if found is None or unit not in get_args(Unit):
            raise UnknownClock(
                f"“{text}” is no clock: write “at once”, “45 minutes”, “72 hours”, “3 days”, “1 working day”, "
                "“4 working hours”, “2 weeks”, “3 months”, or one of these with “before”."
            )
        return cls(int(found[1]), cast(Unit, unit), backward=bool(found[4]))

    def __str__(self) -> str:
        if not self.amount:
            return "at once"
        plural = "" if self.amount == 1 else "s"
        return f"{self.amount} {self.unit}{plural}{' before' if self.backward else ''}"

    @property
    def in_working_time(self) -> bool:
        """Whether it runs in working time rather than through nights and weekends."""
        return self.unit.startswith("working")

    def due(self, anchor: datetime, calendar: WorkingCalendar) -> datetime:
        """When that is due which counts from the instant `anchor`, in UTC."""
        amount = -self.amount if self.backward else self.amount
        match self.unit:
            case "working day":
                return calendar.add_working_days(anchor, amount)
            case "working hour":
                return calendar.add_working_time(anchor, timedelta(hours=amount))
            case "day" | "week":
                return add_calendar_days(anchor, amount * (7 if self.unit == "week" else 1))
            case "month":
                return add_calendar_months(anchor, amount)
            case "minute":
                return add_elapsed(anchor, timedelta(minutes=amount))
            case _:
                return add_elapsed(anchor, timedelta(hours=amount))

    def moved(self, due: datetime, paused_at: datetime, resumed_at: datetime, calendar: WorkingCalendar) -> datetime:
        """The due time after a pause: later by as many of the clock's own units as passed while it stood still.

        A clock that runs backward from a date in the world does not stand still.
        """
        if self.backward:
            return due
        first, last = local_date(paused_at), local_date(resumed_at)
        match self.unit:
            case "working day":
                stood = working_days_between(first, last)
                return calendar.closes(shift_working_days(local_date(due), stood)) if stood else due
            case "working hour":
                return calendar.add_working_time(due, calendar.working_time_between(paused_at, resumed_at))
            case "minute" | "hour":
                return add_elapsed(due, resumed_at - paused_at)
            case _:
                return add_calendar_days(due, (last - first).days)


def start_of_day(day: date) -> datetime:
    """The instant a day begins in England: what a clock counts from when no hour is known."""
    return datetime.combine(day, time(0), tzinfo=LONDON)
