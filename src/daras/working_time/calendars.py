"""Working days, working hours and elapsed time in England.

A working day is Monday to Friday and no bank holiday in England. The day after something happens is day 1. What is due
after working days is due when the office closes on the last of them; what is due after hours, minutes or calendar days
runs on through nights and weekends, as the law on police protection (72 hours) and on notification (3 days) says.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import holidays

from daras.working_time.clock import LONDON, local, local_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office is open, Monday to Friday: (opens, closes) on each. Local, never statute."""

    monday: tuple[time, time] = (time(8, 45), time(17, 15))
    tuesday: tuple[time, time] = (time(8, 45), time(17, 15))
    wednesday: tuple[time, time] = (time(8, 45), time(17, 15))
    thursday: tuple[time, time] = (time(8, 45), time(17, 15))
    friday: tuple[time, time] = (time(8, 45), time(16, 45))

    def on(self, day: date) -> tuple[time, time]:
        """Opening and closing on a day from Monday to Friday."""
        week = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday)
        return week[day.weekday()]


@functools.cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday in England (the list of holidays names weekend days too)."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """The first working day after this one."""
    return shift_working_days(day, 1)


def previous_working_day(day: date) -> date:
    """The last working day before this one."""
    return shift_working_days(day, -1)


def shift_working_days(day: date, days: int) -> date:
    """The day so many working days on (or back, when negative); the day after is day 1. With 0, the day itself."""
    step = ONE_DAY if days >= 0 else -ONE_DAY
    for _ in range(abs(days)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(1 for day in _days(start + ONE_DAY, end) if is_working_day(day))


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += ONE_DAY


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of England with the office hours of one place."""

    hours: OfficeHours = OfficeHours()

    def opens(self, day: date) -> datetime:
        """When the office opens on a working day, in UTC."""
        return self._instant(day, self.hours.on(day)[0])

    def closes(self, day: date) -> datetime:
        """When the office closes on a working day, in UTC."""
        return self._instant(day, self.hours.on(day)[1])

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)

    def end_of_day(self, day: date) -> datetime:
        """When the office closes on the day, or on the last working day before it."""
        return self.closes(day if is_working_day(day) else previous_working_day(day))

    def in_hours(self, moment: datetime) -> bool:
        """Whether the office is open at that instant; when it is not, the out-of-hours team answers (A11)."""
        day = local_date(moment)
        return is_working_day(day) and self.opens(day) <= moment < self.closes(day)

    def add_working_days(self, start: datetime | date, days: int) -> datetime:
        """Close of business so many working days after (before, when negative) the day of `start`; day after = day 1.

        With 0 days: close of business that day, or of the next working day when that is none.
        """
        day = local_date(start)
        if days == 0 and not is_working_day(day):
            days = 1
        return self.closes(shift_working_days(day, days))

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The instant when so much office time has passed since `start` (or before it, when negative)."""
        if duration < timedelta(0):
            return self._take_working_time(start, -duration)
        day, left = local_date(start), duration
        while True:
            if is_working_day(day):
                begins = max(start, self.opens(day))
                room = self.closes(day) - begins
                if timedelta(0) < room and left <= room:
                    return begins + left
                left -= max(room, timedelta(0))
            day += ONE_DAY

    def _take_working_time(self, start: datetime, duration: timedelta) -> datetime:
        day, left = local_date(start), duration
        while True:
            if is_working_day(day):
                ends = min(start, self.closes(day))
                room = ends - self.opens(day)
                if timedelta(0) < room and left <= room:
                    return ends - left
                left -= max(room, timedelta(0))
            day -= ONE_DAY

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How much office time lies between two instants; negative when `end` is earlier."""
        if end < start:
            return -self.working_time_between(end, start)
        return sum(
            (
                max(min(end, self.closes(day)) - max(start, self.opens(day)), timedelta(0))
                for day in _days(local_date(start), local_date(end))
                if is_working_day(day)
            ),
            timedelta(0),
        )


def add_elapsed(start: datetime, duration: timedelta) -> datetime:
    """The instant after elapsed time, through nights, weekends and changes of the clocks, in UTC."""
    return start.astimezone(UTC) + duration


def add_calendar_days(start: datetime | date, days: int) -> datetime:
    """The end of the calendar day in England so many days on (or back); the day after is day 1."""
    return end_of_calendar_day(local_date(start) + timedelta(days=days))


def add_calendar_months(start: datetime | date, months: int) -> datetime:
    """The end of the same calendar day so many months on; the last day of the month where there is no such day."""
    day = local_date(start)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - ONE_DAY).day
    return end_of_calendar_day(date(year, month + 1, min(day.day, last)))


def end_of_calendar_day(day: date) -> datetime:
    """One minute before midnight in England, so that the instant is read as that day."""
    return datetime.combine(day, time(23, 59), tzinfo=LONDON).astimezone(UTC)


def wall_clock(moment: datetime) -> time:
    """The time on the wall in England."""
    return local(moment).time()
