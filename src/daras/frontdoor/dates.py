"""Dates as documents write them: a day, an instant, or a range ("2026-11" is all of November)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta

from daras.frontdoor.document import When
from daras.ledger.refusal import Refused
from daras.working_time.clock import LONDON


def instant(text: str, at: str) -> datetime:
    """An instant in UTC; raises `Refused`."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused(text, at) from None


def day(text: str | None, at: str) -> date | None:
    """A day, or none where none is written; raises `Refused`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refused(text, at) from None


def when(text: str, at: str) -> When:
    """The range that a year, a month, a day or an instant stands for, in England's time; raises `Refused`."""
    if "T" in text:
        moment = instant(text, at)
        return When(moment, moment)
    parts = [int(part) for part in text.split("-")]
    try:
        first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        raise _refused(text, at) from None
    month = parts[1] if len(parts) > 1 else 12
    last = first if len(parts) > 2 else date(parts[0], month, calendar.monthrange(parts[0], month)[1])
    return When(_midnight(first), _end(last))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), LONDON).astimezone(UTC)


def _end(on: date) -> datetime:
    return datetime.combine(on, time(23, 59, 59), LONDON).astimezone(UTC) + timedelta(microseconds=999_999)


def _refused(text: str, at: str) -> Refused:
    return Refused("no-such-date", at, f"{text!r} is not a date of the calendar.", "Write a date such as 2026-11-24.")
