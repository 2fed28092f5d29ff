"""Days as partners' files write them: 22/03/2015, 2015-03-22, 22 March 2015, 22-Mar-15, 20150322, or less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

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


Integers: TypeAlias = npt.NDArray[np.int64]
_ORDINAL_OF_1970 = 719_163
_AS_WRITTEN = 10


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of birth, with the ordinal of each, and which of the cells they stand in."""

    places: Integers
    year: Integers
    month: Integers
    day: Integers
    ordinal: Integers

    def taken(self, some: Integers) -> Days:
        """Some of them."""
        return Days(*(getattr(self, name)[some] for name in self.__slots__))


def birth_dates(written: Sequence[str], today: date) -> Days:
    """The dates of birth of many cells at once, of those that are written in full as most are, 2015-03-22 or
    22/03/2015; of all others `birth_date` is asked."""
    places = np.array([at for at, each in enumerate(written) if len(each) == _AS_WRITTEN and each.isascii()], np.int64)
    text = "".join([written[at] for at in places.tolist()]).encode("ascii")
    letters = np.frombuffer(text, dtype=np.uint8).reshape(-1, _AS_WRITTEN).T
    digits = letters.astype(np.int64) - ord("0")
    digit = (digits >= 0) & (digits <= 9)
    between = {mark: np.isin(letters, np.frombuffer(mark, dtype=np.uint8)) for mark in (b"-/.", b"-/. ")}
    iso = digit[[0, 1, 2, 3, 5, 6, 8, 9]].all(axis=0) & between[b"-/."][[4, 7]].all(axis=0)
    british = digit[[0, 1, 3, 4, 6, 7, 8, 9]].all(axis=0) & between[b"-/. "][[2, 5]].all(axis=0)
    year = np.where(iso, _number(digits[:4]), _number(digits[6:]))
    month = np.where(iso, _number(digits[5:7]), _number(digits[3:5]))
    day = np.where(iso, _number(digits[8:]), _number(digits[:2]))
    exchanged = british & (month > 12) & (day <= 12)
    month, day = np.where(exchanged, day, month), np.where(exchanged, month, day)
    some = np.flatnonzero(
        (iso | british) & (year >= _FIRST_YEAR) & (year <= today.year + 1) & (month >= 1) & (month <= 12)
    )
    year, month, day = year[some], month[some], day[some]
    months = (year - 1970) * 12 + month - 1
    first, following = (each.astype("M8[M]").astype("M8[D]").astype(np.int64) for each in (months, months + 1))
    ordinal = first + day - 1 + _ORDINAL_OF_1970
    good = (day >= 1) & (day <= following - first) & (ordinal <= today.toordinal())
    return Days(places[some[good]], year[good], month[good], day[good], ordinal[good])


def _number(digits: Integers) -> Integers:
    """The number that some digits make, one row for each digit."""
    tens = 10 ** np.arange(len(digits) - 1, -1, -1, dtype=np.int64)
    return np.asarray(tens @ digits)


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
