"""The distinct parts of one kind (births, homes ...) that describe the people of a stretch, and all that is made of
them: words of keys, outlines, and what is written into the index.

What most lists hold is made at once for all: whole dates of birth, and NHS numbers. All else, and whoever is asked for
by itself, is described as a single row is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from daras.exchange.linking.days import birth_dates
from daras.exchange.linking.describing import BIRTH, NUMBERS
from daras.exchange.linking.digits import nhs_numbers
from daras.exchange.linking.lists import Integers, Lists, words_of_numbers
from daras.exchange.linking.outlines import LAID_OUT, Outlines, outline_of
from daras.exchange.linking.words import WORDS, birthday_number, day_number, month_number, words_of
from daras.exchange.linking.written import written_birth, written_number, written_part
from daras.matching.agreement import YEARS_LONG_GROWN_UP
from daras.matching.dates import BirthDate, birth_bounds
from daras.matching.features import PersonFeatures


class Part:
    """A part of a description, with what is made of it when it is asked for: once, however many share the part."""

    __slots__ = ("_born", "_outline", "_words", "_written", "features", "kind")

    def __init__(self, kind: int, features: PersonFeatures) -> None:
        self.kind = kind
        self.features = features
        self._written: bytes | None = None
        self._words: tuple[bytes, ...] | None = None
        self._outline: tuple[tuple[str, ...], bytes] | None = None
        self._born: str | None = None

    @property
    def born(self) -> str:
        """The date of birth as it is read in a reason."""
        if self._born is None:
            self._born = str(self.features.date_of_birth)
        return self._born

    @property
    def written(self) -> bytes:
        """What is written into an index."""
        if self._written is None:
            self._written = written_part(self.kind, self.features)
        return self._written

    @property
    def words(self) -> tuple[bytes, ...]:
        """The words of its keys."""
        if self._words is None:
            self._words = words_of(self.kind, self.features)
        return self._words

    @property
    def outlined(self) -> tuple[tuple[str, ...], bytes]:
        """The plain names that are compared, and what else of it is."""
        if self._outline is None:
            self._outline = outline_of(self.kind, self.features)
        return self._outline


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A field whose cell cannot be used, and why."""

    field: str
    what: str


class Parts:
    """Parts of one kind, each described by itself."""

    def __init__(self, kind: int, held: Sequence[Part]) -> None:
        self._kind = kind
        self._held = held

    def part(self, place: int) -> Part:
        """One of them."""
        return self._held[place]

    def names(self) -> Iterable[tuple[str, ...]]:
        """The plain names in the fields of each, "" where there is none."""
        return [part.outlined[0] for part in self._held]

    def outlines(self) -> Outlines:
        """What else of each is compared."""
        return np.frombuffer(b"".join([part.outlined[1] for part in self._held]), dtype=LAID_OUT[self._kind])

    def words(self) -> list[Lists]:
        """The lists of words of each, as `WORDS` names them."""
        columns = zip(*[part.words for part in self._held], strict=True)
        return [Lists.of(column) for column in columns] or [Lists.of(()) for _ in WORDS[self._kind]]

    def written(self) -> list[bytes]:
        """What is written of each into an index."""
        return [part.written for part in self._held]


#: The cells of a part, field by field.
Cells: TypeAlias = tuple[str, ...]


class _MostAtOnce(Parts):
    """Parts of which most were made at once, those at `places`; all others are described by themselves."""

    def __init__(self, kind: int, cells: Sequence[Cells], places: Integers, describe: Callable[[Cells], Part]) -> None:
        super().__init__(kind, ())
        self._cells, self._places, self._describe = cells, places, describe
        at_once = np.zeros(len(cells), dtype=bool)
        at_once[places] = True
        self._others = {place: describe(cells[place]) for place in np.flatnonzero(~at_once).tolist()}

    def part(self, place: int) -> Part:
        return self._others.get(place) or self._describe(self._cells[place])

    def names(self) -> Iterable[tuple[str, ...]]:
        return [() for _ in self._cells]

    def _outlined(self, columns: Mapping[str, Any]) -> Outlines:
        rows = np.zeros(len(self._cells), dtype=LAID_OUT[self._kind])
        for name, values in columns.items():
            rows[name][self._places] = values
        for place, part in self._others.items():
            rows[place] = np.frombuffer(part.outlined[1], dtype=rows.dtype)[0]
        return rows

    def _listed(self, number: int, *columns: tuple[Any, Any]) -> Lists:
        """The lists of words of this number: each column gives one word to those of whom it holds."""
        many = np.zeros(len(self._cells), dtype=np.int64)
        for _, holds in columns:
            many[self._places] += holds
        words = {place: np.frombuffer(part.words[number], dtype=np.uint64) for place, part in self._others.items()}
        for place, each in words.items():
            many[place] = len(each)
        lists = Lists.empty(many)
        at = lists.starts[self._places]
        for numbers, holds in columns:
            some = np.flatnonzero(np.broadcast_to(holds, len(at)))
            lists.flat[at[some]] = words_of_numbers(numbers[some])
            at[some] += 1
        for place, each in words.items():
            lists.flat[lists.starts[place] : lists.starts[place] + len(each)] = each
        return lists

    def _all_written(self, at_once: Iterable[bytes]) -> list[bytes]:
        found = [b""] * len(self._cells)
        for place, each in zip(self._places.tolist(), at_once, strict=True):
            found[place] = each
        for place, part in self._others.items():
            found[place] = part.written
        return found


class Births(_MostAtOnce):
    """Dates of birth, most of them whole, with whether somebody was told of as a child or an adult."""

    def __init__(self, fields: Cells, cells: Sequence[Cells], describe: Callable[[Cells], Part], today: date) -> None:
        columns: dict[str, Sequence[str]] = dict(zip(fields, zip(*cells, strict=True), strict=True)) if cells else {}
        nothing = ("",) * len(cells)
        days = birth_dates(columns.get("date_of_birth", nothing), today)
        if expected := columns.get("expected_date_of_birth"):
            days = days.taken(np.flatnonzero([not expected[place] for place in days.places.tolist()]))
        super().__init__(BIRTH, cells, days.places, describe)
        roles = columns.get("role", nothing)
        self._days = days
        self._asked: dict[int, Part] = {}
        self._bounds = [birth_bounds(roles[place].lower(), today) for place in days.places.tolist()]

    def part(self, place: int) -> Part:
        return self._others.get(place) or self._asked.get(place) or self._born_on_a_day(place)

    def _born_on_a_day(self, place: int) -> Part:
        at = int(np.searchsorted(self._places, place))
        born = BirthDate(int(self._days.year[at]), int(self._days.month[at]), int(self._days.day[at]))
        after, before = self._bounds[at]
        part = Part(BIRTH, PersonFeatures(date_of_birth=born, born_from=after, born_to=before))
        self._asked[place] = part
        return part

    def outlines(self) -> Outlines:
        days = self._days
        # As `agreement.long_grown_up` has it.
        grown_up = [until.year - YEARS_LONG_GROWN_UP if until else 0 for _, until in self._bounds]
        return self._outlined(
            {
                "year": days.year,
                "month": days.month,
                "day": days.day,
                "earliest": days.ordinal,
                "latest": days.ordinal,
                "long_grown_up": days.year < np.array(grown_up, dtype=np.int64),
                "grown_up": [until is not None for _, until in self._bounds],
            }
        )

    def words(self) -> list[Lists]:
        days = self._days
        stand_in = (days.month == 1) & (days.day == 1)
        return [
            self._listed(0, (day_number(days.year, days.month, days.day), True)),
            self._listed(1, (days.year, True), (birthday_number(days.month, days.day), ~stand_in)),
            self._listed(2, (month_number(days.year, days.month), True)),
        ]

    def written(self) -> list[bytes]:
        columns = zip(self._days.year.tolist(), self._days.month.tolist(), self._days.day.tolist(), strict=True)
        return self._all_written(written_birth(day, *told) for day, told in zip(columns, self._bounds, strict=True))


class NhsNumbers(_MostAtOnce):
    """NHS numbers, where no other numbers are known."""

    def __init__(self, cells: Sequence[Cells], describe: Callable[[Cells], Part]) -> None:
        places, self._digits = nhs_numbers([cell for (cell,) in cells])
        super().__init__(NUMBERS, cells, places, describe)

    def outlines(self) -> Outlines:
        return self._outlined({"nhs_number": self._digits})

    def words(self) -> list[Lists]:
        return [self._listed(0, (self._digits, self._digits > 0)), self._listed(1)]

    def written(self) -> list[bytes]:
        numbers = (self._cells[place][0] for place in self._places.tolist())
        digits = self._digits.tolist()
        return self._all_written(
            written_number(each if held else None) for each, held in zip(numbers, digits, strict=True)
        )
