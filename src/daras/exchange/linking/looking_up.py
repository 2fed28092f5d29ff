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
from daras.exchange.linking.outlines import Outlines, outlined
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Weighed, Weighing
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
        outlines = outlined(people.parts, people.of, self._names.numbers)
        self._names.describe()
        found = self.candidates(people, outlines)
        for place in range(len(people.ids)):
            candidates = found.get(place)
            yield decide(people.person(place), candidates, self.index, self._model) if candidates else []

    def twice(self, rows: range) -> Iterator[tuple[int, list[Found]]]:
        """Of each of these rows of the index that is, or may be, a later one too, which."""
        people = self.index.people(rows)
        outlines = self.index.outlines[rows.start : rows.stop]
        for place, candidates in self.candidates(people, outlines, first=rows.start).items():
            yield rows[place], pairs(people.person(place), candidates, self.index, self._model)

    def candidates(self, people: People, outlines: Outlines, first: int | None = None) -> dict[int, Candidates]:
        """Of those of whom a row may be shown, which rows; `first`: they stand in the index from that row on, and only
        later rows are looked at."""
        found = self.index.under_numbers(*numbered(people), len(people.ids))
        whose, rows = found.whose, found.rows
        if first is not None:
            later = rows > whose + first
            whose, rows = whose[later], rows[later]
        kept: list[_Kept] = []
        for start in range(0, len(rows), _PAIRS_TOGETHER):
            some = slice(start, start + _PAIRS_TOGETHER)
            kept += self._kept(outlines, whose[some], rows[some])
        return self._grouped(kept, among_rows=first is None)

    def _kept(self, outlines: Outlines, whose: Integers, rows: Integers) -> list[_Kept]:
        """What has to be judged of some pairs, and of which it is known how far they agree."""
        sieved = self._weighing.sieved(outlines[whose], self.index.outlines[rows])
        some = np.flatnonzero(sieved.shown | sieved.against)
        each = (whose[some].tolist(), rows[some].tolist(), sieved.against[some].tolist(), sieved.weighed(some))
        return list(zip(*each, strict=True))

    def _grouped(self, kept: list[_Kept], *, among_rows: bool) -> dict[int, Candidates]:
        grouped: dict[int, Candidates] = {}
        last, found = -1, Candidates([])
        for place, row, against, weighed in kept:
            if place != last:
                last = place
                found = grouped[place] = Candidates([], set(), {}, {})
            found.add(row, against=against, weighed=weighed)
        # Who only speaks against a person says nothing where nobody may be shown.
        shown = {place: each for place, each in grouped.items() if len(each.against) < len(each.rows)}
        if among_rows:
            self._weigh_between(list(shown.values()))
        return shown

    def _weigh_between(self, groups: Sequence[Candidates]) -> None:
        """How far the rows that somebody may be agree with each other, where they are few."""
        few = ((group, group.rows) for group in groups if 1 < len(group.rows) <= _FEW)
        pairs_of = [(group, *two) for group, rows in few for two in combinations(rows, 2)]
        for start in range(0, len(pairs_of), _PAIRS_TOGETHER):
            some = pairs_of[start : start + _PAIRS_TOGETHER]
            one, other = (np.array([pair[side] for pair in some], dtype=np.int64) for side in (1, 2))
            sieved = self._weighing.sieved(self.index.outlines[one], self.index.outlines[other])
            for (group, row, its), weighed in zip(some, sieved.weighed(np.arange(len(some))), strict=True):
                if weighed is not None:
                    group.between[row, its] = weighed
