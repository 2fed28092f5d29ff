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
    """One notice: what, when, and where it is read; in red only if it is about safety now."""

    text: str
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
    """The newest day first."""
    days: dict[str, list[NoticeLine]] = {}
    for notice in told.notices:
        days.setdefault(time_wording.long_date(clock.local_date(notice.made_at)), []).append(_line(notice, told))
    return tuple(Day(heading, tuple(lines)) for heading, lines in days.items())


def _line(notice: Notice, told: Told) -> NoticeLine:
    href = where(notice.reference, told.open_to_me)
    return NoticeLine(
        text=wording.NOTICES.get(notice.kind, wording.capital(wording.from_slug(notice.kind))),
        at=time_wording.time_of_day(notice.made_at),
        at_machine=notice.made_at.isoformat(),
        interrupts=notice.interrupts,
        link=Link(notice.reference, href) if href else None,
    )
