"""The notices of a team, by day, without a name in them (interface: key screen 8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from daras.outbox.models import Notice
from daras.pages import wording
from daras.pages.addresses import where
from daras.pages.notices.queries import Counted, Told
from daras.practice.pack import Ceiling
from daras.working_time import clock
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class Where:
    """One matter of which it was told, how often, and where it is read."""

    reference: str
    href: str | None
    times: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What was told on one day: when last, of how many matters, and of which; marked where it interrupts."""

    text: str
    times: int
    at: str
    at_machine: str
    interrupts: bool
    places: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class HowMuch:
    """How much the front door has told, beside the partnership's ceiling."""

    words: str
    ceiling: str
    above: tuple[tuple[str, str], ...]
    is_above: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day."""

    heading: str
    lines: tuple[NoticeLine, ...]


def by_day(told: Told) -> tuple[Day, ...]:
    """The newest day first; ten notices that say one thing are one line that opens (interface: Interruptions)."""
    days: dict[str, dict[tuple[str, bool], list[Notice]]] = {}
    for notice in sorted(told.notices, key=lambda each: each.made_at, reverse=True):
        day = days.setdefault(time_wording.long_date(clock.local_date(notice.made_at)), {})
        day.setdefault((notice.kind, notice.interrupts), []).append(notice)
    return tuple(Day(heading, tuple(_line(same, told) for same in lines.values())) for heading, lines in days.items())


def _line(same: list[Notice], told: Told) -> NoticeLine:
    notice = same[0]
    references = Counter(each.reference for each in same)
    return NoticeLine(
        text=wording.NOTICES.get(notice.kind, wording.capital(wording.from_slug(notice.kind))),
        times=len(same),
        at=time_wording.time_of_day(notice.made_at),
        at_machine=notice.made_at.isoformat(),
        interrupts=notice.interrupts,
        places=tuple(Where(each, where(each, told.open_to_me), times) for each, times in references.items()),
    )


def how_much(counts: tuple[Counted, ...], ceiling: Ceiling | None) -> HowMuch | None:
    """Notices for each referral of the last four weeks, and the matters above the ceiling; none where there is
    nothing to count."""
    news, notices = sum(each.news for each in counts), sum(each.notices for each in counts)
    if not news or ceiling is None:
        return None
    above = [each for each in counts if each.per_referral > ceiling.most]
    return HowMuch(
        words=f"In the last four weeks {_many(news, 'referral')} made us send {_many(notices, 'notice')}:"
        f" {notices / news:.1f} for each.",
        ceiling=f"At most {ceiling.most} are wanted ({ceiling.source.name}).",
        above=tuple((each.reference, f"{each.per_referral:.0f}") for each in above[:10]),
        is_above=notices / news > ceiling.most,
    )


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
