"""Dates and durations as people read them: never a bare number, never a time without its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from daras.working_time.calendars import working_days_between
from daras.working_time.clock import local, local_date

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def long_date(day: date | datetime) -> str:
    """ "Tuesday 24 November 2026"."""
    day = local_date(day)
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(day: date | datetime) -> str:
    """ "24 November 2026"."""
    day = local_date(day)
    return f"{day.day} {day:%B %Y}"


def time_of_day(moment: datetime) -> str:
    """ "16:40", as the clock on the wall in England shows it."""
    return f"{local(moment):%H:%M}"


def long_datetime(moment: datetime) -> str:
    """ "Tuesday 24 November 2026, 16:40"."""
    return f"{long_date(moment)}, {time_of_day(moment)}"


def duration(length: timedelta) -> str:
    """The length in its largest fitting unit, rounded down: "25 minutes", "3 hours", "2 days"."""
    for unit, name in ((2 * DAY, "day"), (HOUR, "hour")):
        if length >= unit:
            return _counted(length // (DAY if name == "day" else HOUR), name)
    return _counted(max(length // MINUTE, 0), "minute")


def time_left(due_at: datetime, now: datetime, *, in_working_time: bool = True) -> str:
    """How long is left or by how much it is overdue: "2 working days left", "due today 17:15", "overdue by 3 hours"."""
    if now > due_at:
        return f"overdue by {_late(now, due_at, in_working_time)}"
    due_on, today = local_date(due_at), local_date(now)
    if due_on == today:
        near = due_at - now < HOUR
        return (
            f"{_counted(max((due_at - now) // MINUTE, 1), 'minute')} left"
            if near
            else f"due today {time_of_day(due_at)}"
        )
    if not in_working_time:
        return f"{duration(due_at - now)} left"
    days = working_days_between(today, due_on)
    return f"{_counted(days, 'working day')} left" if days else f"due {long_date(due_on)}, {time_of_day(due_at)}"


def _late(now: datetime, due_at: datetime, in_working_time: bool) -> str:
    days = working_days_between(local_date(due_at), local_date(now))
    if in_working_time and days >= 2:
        return _counted(days, "working day")
    return duration(max(now - due_at, MINUTE))


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """ "Ella", "Ella and Toby", "Ella, Toby and Sam"."""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last
