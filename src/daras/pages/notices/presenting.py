"""The notices of a team, by day, without a name in them (interface: key screen 8)."""

from __future__ import annotations

from dataclasses import dataclass

from daras.design.parts import Link
from daras.outbox.models import Notice
from daras.pages import wording
from daras.pages.addresses import where
from daras.pages.notices.queries import Told
from daras.working_time import clock
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What was told of one matter on one day: when last, how often, where it is read; in red if it interrupts."""

    text: str
    times: int
    at: str
    at_machine: str
    interrupts: bool
    link: Link | None


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day."""

    heading: str
    lines: tuple[NoticeLine, ...]


def by_day(told: Told) -> tuple[Day, ...]:
    """The newest day first; one thing said of one matter on one day is one line."""
    days: dict[str, dict[tuple[str, str], list[Notice]]] = {}
    for notice in told.notices:
        day = days.setdefault(time_wording.long_date(clock.local_date(notice.made_at)), {})
        day.setdefault((notice.kind, notice.reference), []).append(notice)
    return tuple(Day(heading, tuple(_line(same, told) for same in lines.values())) for heading, lines in days.items())


def _line(same: list[Notice], told: Told) -> NoticeLine:
    notice = same[0]
    href = where(notice.reference, told.open_to_me)
    return NoticeLine(
        text=wording.NOTICES.get(notice.kind, wording.capital(wording.from_slug(notice.kind))),
        times=len(same),
        at=time_wording.time_of_day(notice.made_at),
        at_machine=notice.made_at.isoformat(),
        interrupts=notice.interrupts,
        link=Link(notice.reference, href) if href else None,
    )
