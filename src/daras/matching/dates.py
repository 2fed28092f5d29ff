"""Dates of birth as partners hold them: whole, of a month, of a year, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class DateRefused(ValueError):
    """A date of birth that is no date."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A date of birth, of which the day, or the month and the day, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, written: str | date | None) -> BirthDate | None:
        """From "2015", "2015-03" or "2015-03-22"; raises `DateRefused` for anything else."""
        if written is None or written == "":
            return None
        if isinstance(written, date):
            return cls(written.year, written.month, written.day)
        return _parsed(written)

    @property
    def full(self) -> date | None:
        return date(self.year, self.month, self.day) if self.month and self.day else None

    @property
    def usual_stand_in(self) -> bool:
        """Whether this is the first of January, which many systems write for "born that year"."""
        return (self.month, self.day) == (1, 1)

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        if self.full:
            return self.full
        following = date(self.year + 1, 1, 1)
        if self.month and self.month < 12:
            following = date(self.year, self.month + 1, 1)
        return following - timedelta(days=1)

    @property
    def iso(self) -> str:
        """As `parse` reads it."""
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part))
        return "-".join(parts)

    def __str__(self) -> str:
        if self.month and self.day:
            return f"{self.day} {_MONTHS[self.month - 1]} {self.year}"
        return f"{_MONTHS[self.month - 1]} {self.year}" if self.month else f"{self.year}"


#: Somebody is a child until the eighteenth birthday: Children Act 1989, section 105.
_YEARS_OF_CHILDHOOD = 18


@lru_cache(maxsize=8_192)
def birth_bounds(role: str | None, told_on: date | None) -> tuple[date | None, date | None]:
    """From and to which day somebody may have been born who was told of as a child or as an adult on a day; None
    where that says nothing."""
    if told_on is None or role not in {"child", "adult"}:
        return None, None
    turned = _years_before(told_on, _YEARS_OF_CHILDHOOD)
    return (turned + timedelta(days=1), None) if role == "child" else (None, turned)


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def years_between(one: BirthDate, other: BirthDate) -> int:
    """The whole years for certain between two dates of birth; nought where they may be the same year."""
    earlier, later = sorted((one, other), key=lambda birth: birth.earliest)
    return max(0, (later.earliest - earlier.latest).days) // 365


@lru_cache(maxsize=50_000)
def _parsed(written: str) -> BirthDate:
    found = _PARTIAL.fullmatch(written.strip())
    if not found:
        raise DateRefused(f"{written!r} is no date: write 2015, 2015-03 or 2015-03-22.")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise DateRefused(f"{written!r} is no day in the calendar.") from error
    return BirthDate(year, month, day)
