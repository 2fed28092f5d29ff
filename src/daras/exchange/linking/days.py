"""Days as partners' files write them: 22/03/2015, 2015-03-22, 22 March 2015, 22-Mar-15, 20150322, or less."""

from __future__ import annotations

import re
from datetime import date

from daras.matching.dates import BirthDate

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\d{1,2}:\d{2}.*)?")
_BRITISH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_WORDS_FIRST = re.compile(r"([A-Za-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"\d{4}")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_FIRST_YEAR = 1890


class DayRefused(ValueError):
    """What stands there is no day; the message says why and how to write one."""


def birth_date(written: str, today: date) -> BirthDate | None:
    """The date of birth in a cell, nothing where it is empty. Raises `DayRefused`.

    Days come before months, as in Britain; where that is no day of the calendar and the other way round is one, the
    other is taken.
    """
    text = " ".join(written.split())
    if not text:
        return None
    year, month, number = _parts(text, today)
    if not _FIRST_YEAR <= year <= today.year + 1:
        raise DayRefused(f"the year {year} cannot be a year of birth")
    try:
        earliest = date(year, month or 1, number or 1)
    except ValueError:
        raise DayRefused("no day of the calendar; write 2015-03-22") from None
    if earliest > today:
        raise DayRefused("this day lies ahead; an expected birth belongs into expected_date_of_birth")
    return BirthDate(year, month or None, number or None)


def day(written: str, today: date) -> date | None:
    """A whole day in a cell, also one to come. Raises `DayRefused`."""
    text = " ".join(written.split())
    if not text:
        return None
    year, month, number = _parts(text, today)
    if not month or not number:
        raise DayRefused("a whole day is needed; write 2015-03-22")
    try:
        return date(year, month, number)
    except ValueError:
        raise DayRefused("no day of the calendar; write 2015-03-22") from None


def _parts(text: str, today: date) -> tuple[int, int, int]:
    if found := _PLAIN.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if found := _BRITISH.fullmatch(text):
        number, month, year = int(found[1]), int(found[2]), _year(found[3], today)
        return (year, number, month) if month > 12 >= number else (year, month, number)
    if found := _WORDS.fullmatch(text):
        return _year(found[3], today), _month(found[2]), int(found[1])
    if found := _WORDS_FIRST.fullmatch(text):
        return _year(found[3], today), _month(found[1]), int(found[2])
    if _YEAR.fullmatch(text):
        return int(text), 0, 0
    raise DayRefused("no date that is read here; write 2015-03-22")


def _month(word: str) -> int:
    found = [number for number, month in enumerate(_MONTHS, start=1) if month.startswith(word.lower())]
    if len(found) != 1:
        raise DayRefused("no month of that name; write 2015-03-22")
    return found[0]


def _year(written: str, today: date) -> int:
    """Two digits are the last year that ended so."""
    if len(written) == 4:
        return int(written)
    century = today.year // 100 * 100
    return century + int(written) if century + int(written) <= today.year else century - 100 + int(written)
