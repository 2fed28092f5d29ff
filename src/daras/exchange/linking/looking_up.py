"""Who in an index some people are, many of them at once: found under common keys, weighed together, and what may be
shown judged one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.deciding import Candidates, Found, decide, pairs
from daras.exchange.linking.numbering import numbered
from daras.exchange.linking.outlines import outlined
from daras.exchange.linking.sides import Columns, Side, by_column
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Sieved, Weighed, Weighing
from daras.exchange.linking.wordlist import WordList
from daras.matching.model import Model

#: So many pairs are weighed together: what they take in memory is bounded, however many somebody's name brings.
_PAIRS_TOGETHER = 100_000
#: The rows that may be one person are weighed among themselves up to so many; more are judged as they are asked about.
_FEW = 12

Integers: TypeAlias = npt.NDArray[np.int64]
#: Who is asked about, the row, whether it only speaks against a person, and how far the two agree where that is known.
_Kept: TypeAlias = tuple[int, int, bool, Weighed | None]


class LookUp:
    """An index with the weights, opened once in each process."""

    def __init__(self, index: Index, model: Model) -> None:
        self.index = index
        self._model = model
        self._names = WordList(index.names(), model.shares)
        self._weighing = Weighing(model, self._names)

    def asked(self, people: People) -> Iterator[list[Found]]:
        """For each of these people, in order, whom they match or may be."""
        outlines = Columns(by_column(outlined(people.parts, people.of, self._names.numbers)))
        self._names.describe()
        found = self.candidates(people, outlines)
        for place in range(len(people.ids)):
            candidates = found.get(place)
            yield decide(people.person(place), candidates, self.index, self._model) if candidates else []

    def twice(self, rows: range) -> Iterator[tuple[int, list[Found]]]:
        """Of each of these rows of the index that is, or may be, a later one too, which."""
        people = self.index.people(rows)
        outlines = self.index.outlines.between(rows)
        for place, candidates in self.candidates(people, outlines, first=rows.start).items():
            yield rows[place], pairs(people.person(place), candidates, self.index, self._model)

    def candidates(self, people: People, outlines: Columns, first: int | None = None) -> dict[int, Candidates]:
        """Of those of whom a row may be shown, which rows; `first`: they stand in the index from that row on, and only
        later rows are looked at."""
        found = self.index.under_numbers(*numbered(people), len(people.ids))
        whose, rows = found.whose, found.rows
        if first is not None:
            later = rows > whose + first
            whose, rows = whose[later], rows[later]
        return self._grouped(self._kept(outlines, whose, rows), among_rows=first is None)

    def _kept(self, outlines: Columns, whose: Integers, rows: Integers) -> list[_Kept]:
        """What has to be judged of some pairs, and of which it is known how far they agree."""
        may_be, differ = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        for some in _together(len(rows)):
            sides = Side(outlines, whose[some]), Side(self.index.outlines, rows[some])
            may_be[some], differ[some] = self._weighing.first_look(*sides)
        places = np.flatnonzero(may_be)
        sieved = self._sieved(outlines, whose[places], rows[places])
        # Who only speaks against a person says nothing where nobody may be shown.
        asked = np.zeros(len(outlines), dtype=bool)
        asked[whose[places[sieved.shown]]] = True
        if len(more := np.flatnonzero(differ & asked[whose])):
            sieved = Sieved.joined([sieved, self._sieved(outlines, whose[more], rows[more])])
            places = np.concatenate([places, more])
        kept = np.flatnonzero((sieved.shown | sieved.against) & asked[whose[places]])
        kept = kept[np.argsort(places[kept])]
        each = (whose[places[kept]], rows[places[kept]], sieved.against[kept])
        return list(zip(*(column.tolist() for column in each), sieved.weighed(kept), strict=True))

    def _sieved(self, outlines: Columns, whose: Integers, rows: Integers) -> Sieved:
        return Sieved.joined(
            [
                self._weighing.sieved(Side(outlines, whose[some]), Side(self.index.outlines, rows[some]))
                for some in _together(len(rows))
            ]
        )

    def _grouped(self, kept: list[_Kept], *, among_rows: bool) -> dict[int, Candidates]:
        grouped: dict[int, Candidates] = {}
        last, found = -1, Candidates([])
        for place, row, against, weighed in kept:
            if place != last:
                last = place
                found = grouped[place] = Candidates([], set(), {}, {})
            found.add(row, against=against, weighed=weighed)
        if among_rows:
            self._weigh_between(list(grouped.values()))
        return grouped

    def _weigh_between(self, groups: Sequence[Candidates]) -> None:
        """How far the rows that somebody may be agree with each other, where they are few."""
        few = ((group, group.rows) for group in groups if 1 < len(group.rows) <= _FEW)
        pairs_of = [(group, *two) for group, rows in few for two in combinations(rows, 2)]
        for start in range(0, len(pairs_of), _PAIRS_TOGETHER):
            some = pairs_of[start : start + _PAIRS_TOGETHER]
            one, other = (np.array([pair[side] for pair in some], dtype=np.int64) for side in (1, 2))
            sieved = self._sieved(self.index.outlines, one, other)
            for (group, row, its), weighed in zip(some, sieved.weighed(np.arange(len(some))), strict=True):
                if weighed is not None:
                    group.between[row, its] = weighed


def _together(pairs: int) -> Iterator[slice]:
    """Of so many pairs those that are weighed together."""
    for start in range(0, pairs, _PAIRS_TOGETHER):
        yield slice(start, start + _PAIRS_TOGETHER)
