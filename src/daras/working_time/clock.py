"""The one clock: everything that needs the present moment asks here, so that `$DARAS_NOW` can freeze it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone in which people read dates and in which working days begin and end.
LONDON = ZoneInfo("Europe/London")
#: A clock that is set stands in these years: long before the first pack, and long before the calendar ends.
FIRST_YEAR, LAST_YEAR = 1990, 2199


class ClockRefused(ValueError):
    """`$DARAS_NOW` is set to something that is not an instant with a zone."""


def now() -> datetime:
    """The present instant in UTC, or the one frozen in `$DARAS_NOW`; raises `ClockRefused` if that is no instant."""
    frozen = os.environ.get("DARAS_NOW")
    return parse_instant(frozen) if frozen else datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """An ISO instant with a zone ("2026-11-24T09:00:00Z") in UTC; raises `ClockRefused` for anything else, and for a
    year in which no deadline of ours can be counted."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ClockRefused(f"DARAS_NOW is {text!r}: write an instant such as 2026-11-24T09:00:00Z.") from error
    if moment.tzinfo is None:
        raise ClockRefused(f"DARAS_NOW is {text!r} without a zone: end it with Z or +00:00.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ClockRefused(f"DARAS_NOW is {text!r}: write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return moment.astimezone(UTC)


def frozen() -> bool:
    """Whether `$DARAS_NOW` sets the clock; live service refuses to start then."""
    return bool(os.environ.get("DARAS_NOW"))


def local(moment: datetime) -> datetime:
    """The instant as people in England read it on the wall."""
    if moment.tzinfo is None:
        raise ClockRefused("An instant without a zone cannot be placed in time.")
    return moment.astimezone(LONDON)


def local_date(moment: datetime | date) -> date:
    """The calendar day in England of an instant; a plain date is itself."""
    return local(moment).date() if isinstance(moment, datetime) else moment


def today() -> date:
    """The calendar day in England now."""
    return local_date(now())
