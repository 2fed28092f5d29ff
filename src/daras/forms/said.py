"""Reading what a draft of a form holds: answers, people, and when what it tells of happened."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from daras.practice.form_definitions import Said
from daras.working_time.clock import LONDON


def said_in(body: Mapping[str, Any]) -> Said:
    """What a draft says."""
    return Said(body.get("answers", {}), body.get("people", {}))


def days_of(written: str) -> tuple[date, date]:
    """The first and the last day of "2026-11-20", "2026-11" or "2026"; raises `ValueError` for anything else."""
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 3:
        day = date.fromisoformat(written)
        return day, day
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def occurred(body: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From when to when it happened, as precisely as it was said; nothing where nobody said, or nobody can read it."""
    said = body.get("occurred", {})
    try:
        first, last = days_of(str(said.get("on") or ""))
        hour = time.fromisoformat(said["at"]) if said.get("at") else None
    except ValueError:
        return None, None
    if hour is not None and first == last:
        moment = datetime.combine(first, hour, tzinfo=LONDON)
        return moment, moment
    return datetime.combine(first, time(0), tzinfo=LONDON), datetime.combine(last, time(23, 59, 59), tzinfo=LONDON)
