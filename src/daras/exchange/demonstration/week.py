"""The week in which the demonstration plays: it always ends a few days ago, so that its clocks run as real ones do.

The lists and documents in `demo/` are of one week of November 2026. Loading moves them by whole weeks: the Friday of
the school's referral is the last Friday, and the nurse's news comes on the Saturday after it. The ViST has just come,
so that a decision falls due within the hour. Birth dates move by whole years, so that a child stays as old as
the story says. Nothing in `demo/` is changed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from daras.working_time import clock
from daras.working_time.clock import parse_instant

#: The last news of the week as it is written: on the Saturday after the school's referral.
LAST_NEWS = parse_instant("2026-11-21T11:20:00+00:00")
#: When the agencies' lists came: the night before the first referral.
LISTS_AT = parse_instant("2026-11-17T03:00:00+00:00")
#: How long after it was sent a referral comes in.
UNDER_WAY = timedelta(minutes=3)
#: The news that has just come, and how long before the loading it was sent.
JUST_NOW, SENT_BEFORE = "mark", timedelta(minutes=28)

WEEK = timedelta(days=7)
BIRTHS = frozenset({"date_of_birth"})
DAY, MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
IN_WORDS = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Sent:
    """A referral on its day: when it is sent, its file's name, and the document."""

    at: datetime
    name: str
    document: bytes


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Within this block it is that moment, for everything."""
    before = os.environ.get("DARAS_NOW")
    os.environ["DARAS_NOW"] = moment.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["DARAS_NOW"]
        else:
            os.environ["DARAS_NOW"] = before


def moved(moment: datetime, by: timedelta) -> datetime:
    """So many days later at the same time of day, as the clock on the wall shows it."""
    local = clock.local(moment).replace(tzinfo=None) + by
    return local.replace(tzinfo=clock.LONDON).astimezone(UTC)


def days_since(now: datetime) -> timedelta:
    """By how many whole weeks the demonstration moves, so that its last news has just come in by `now`."""
    by = (now - LAST_NEWS) // WEEK * WEEK
    return by if moved(LAST_NEWS, by) + UNDER_WAY <= now else by - WEEK


def birth(born: date, by: timedelta) -> date:
    """A birth date so many whole years later, never less than a year is full."""
    years = by.days * 4 // 1461
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def list_moved(value: Value, by: timedelta) -> Value:
    """A row of a list, or what is in it, with every date moved."""
    return cast("Value", _moved(value, by, "")) if by else value


def _moved(value: Any, by: timedelta, name: str) -> Any:
    if isinstance(value, date):
        return birth(value, by) if name in BIRTHS else value + by
    if isinstance(value, tuple | list):
        return type(value)(_moved(each, by, name) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {key: _moved(each, by, key) for key, each in kept.items()}
        return replace(value, **{key: each for key, each in changed.items() if each != kept[key]})
    return value


def sent_on_its_day(file: Path, by: timedelta, now: datetime) -> Sent:
    """A referral of the week, moved with it."""
    raw = file.read_bytes()
    sent_at = parse_instant(json.loads(raw)["sent_at"])
    if file.stem == JUST_NOW:
        at = (now - SENT_BEFORE).replace(microsecond=0)
        return Sent(at, file.name, document_moved(raw, clock.local_date(at) - clock.local_date(sent_at), at))
    at = moved(sent_at, by)
    return Sent(at, file.name, document_moved(raw, by, at) if by else raw)


def document_moved(raw: bytes, by: timedelta, at: datetime) -> bytes:
    """A document that is sent at a moment, with every date of it moved, also those in its words. What is still to come
    when it is sent (a release) moves by whole weeks and keeps its day of the week."""
    document = json.loads(raw)
    sent_on = clock.local_date(parse_instant(document["sent_at"]))

    def day(written: date) -> date:
        return written + (by // WEEK * WEEK if written > sent_on else by)

    def words(text: str) -> str:
        return IN_WORDS.sub(lambda found: _in_words(found, sent_on, day), text)

    made = _document_moved(document, by, day, words, "")
    return json.dumps({**made, "sent_at": at.isoformat()}, ensure_ascii=False).encode()


def _in_words(found: re.Match[str], sent_on: date, day: Callable[[date], date]) -> str:
    """ "14 December" is the one nearest to the day on which it was written."""
    month = MONTHS.index(found[2]) + 1
    years = (sent_on.year + step for step in (-1, 0, 1))
    nearest = min((date(year, month, int(found[1])) for year in years), key=lambda each: abs(each - sent_on))
    later = day(nearest)
    return f"{later.day} {MONTHS[later.month - 1]}"


def _document_moved(
    value: Any, by: timedelta, day: Callable[[date], date], words: Callable[[str], str], name: str
) -> Any:
    if isinstance(value, Mapping):
        return {key: _document_moved(each, by, day, words, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_document_moved(each, by, day, words, name) for each in value]
    if not isinstance(value, str):
        return value
    if DAY.fullmatch(value):
        written = date.fromisoformat(value)
        return (birth(written, by) if name in BIRTHS else day(written)).isoformat()
    if MONTH.fullmatch(value):
        return (date.fromisoformat(f"{value}-15") + by).isoformat()[:7]
    if DAY.match(value) and "T" in value:
        return moved(parse_instant(value), by).isoformat()
    return words(value)
