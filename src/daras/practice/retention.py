"""How long what is kept, counted from what, and who says so. Pure: nothing here ends anything (issue: Retention)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.pack import Source

CountsFrom = Literal["last-entry", "birth"]
#: Nobody lives longer than this many years, and no record is kept by a slip of the keyboard for ever.
LONGEST_YEARS = 150


@dataclass(frozen=True, slots=True)
class Retention:
    """One line of the schedule: whose part of which kind of matter is kept for how many years.

    Counted from the last entry on the matter, or from the birth of the youngest child it is about; where no birth is
    known, from the last entry too, so that nothing goes sooner for what nobody wrote down.
    """

    id: str
    name: str
    years: int
    counts_from: CountsFrom
    source: Source
    kinds: tuple[str, ...] = ()  # kinds of matter; none: every kind
    agency_kinds: tuple[str, ...] = ()  # kinds of controller; none: every one

    def is_for(self, matter_kind: str, agency_kind: str) -> bool:
        """Whether this line speaks of a controller's part of a matter."""
        return (not self.kinds or matter_kind in self.kinds) and (
            not self.agency_kinds or agency_kind in self.agency_kinds
        )

    def ends_on(self, last_entry: date, births: Iterable[date]) -> date:
        """The first day on which it need not be kept by this line."""
        youngest = max(births, default=None) if self.counts_from == "birth" else None
        return years_after(youngest or last_entry, self.years)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def longest(
    lines: Mapping[str, Retention], *, matter_kind: str, agency_kind: str, last_entry: date, births: Iterable[date]
) -> tuple[Retention, date] | None:
    """The line that keeps a controller's part of a matter longest, and until when; none where no line speaks of it, and
    then it is kept."""
    known = tuple(births)
    ends = [
        (line.ends_on(last_entry, known), line.id, line)
        for line in lines.values()
        if line.is_for(matter_kind, agency_kind)
    ]
    if not ends:
        return None
    end, _, line = max(ends)
    return line, end


def retention(entry: Entry, sources: Sources) -> Retention:
    """A line of the schedule; raises `EntryMistake`."""
    words = Words(entry.words)
    made = Retention(
        id=words.text("id"),
        name=words.text("name"),
        years=words.number("years"),
        counts_from=cast(CountsFrom, words.one_of("counts_from", get_args(CountsFrom))),
        source=words.source(sources),
        kinds=words.texts("kinds", needed=False),
        agency_kinds=words.texts("agency_kinds", needed=False),
    )
    words.done()
    if not 0 < made.years <= LONGEST_YEARS:
        raise EntryMistake("years", f"“years” is a number of years from 1 to {LONGEST_YEARS}")
    return made
