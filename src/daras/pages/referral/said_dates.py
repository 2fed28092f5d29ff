"""Dates as people write them: a day, a month, a year; whatever cannot be read stays as it was typed."""

from __future__ import annotations

import re

_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_DAY = re.compile(r"(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4})")
_MONTH = re.compile(r"(\d{1,2})[ ./-]+(\d{4})")
_NAMED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)? +)?([A-Za-z]{3,9})\.? +(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_written(text: str) -> str:
    """ "22 3 2015" is "2015-03-22", "March 2015" is "2015-03"; anything else comes back as it was typed, and the front
    door says what is wrong with it."""
    plain = " ".join(text.split())
    if _ISO.fullmatch(plain):
        return plain
    if found := _DAY.fullmatch(plain):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    if found := _MONTH.fullmatch(plain):
        return f"{found[2]}-{int(found[1]):02}"
    if (found := _NAMED.fullmatch(plain)) and found[2][:3].lower() in _MONTHS:
        month = f"{found[3]}-{_MONTHS.index(found[2][:3].lower()) + 1:02}"
        return f"{month}-{int(found[1]):02}" if found[1] else month
    return plain


def as_read(text: str) -> str:
    """The other way round, for the form: "2015-03-22" is "22 3 2015"."""
    if not _ISO.fullmatch(text):
        return text
    return " ".join(str(int(part)) for part in reversed(text.split("-")))
