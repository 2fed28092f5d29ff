"""Who in an index some people are, many of them at once: found under common keys, weighed together, and what may be
shown judged one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from daras.exchange.linking import deciding
from daras.exchange.linking.numbering import numbered
from daras.exchange.linking.outlines import Outlines, outlined
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Weighing
from daras.exchange.linking.wordlist import WordList
from daras.matching.model import Model

#: So many pairs are weighed together: what they take in memory is bounded, however many somebody's name brings.
_PAIRS_TOGETHER = 100_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows that somebody may be, in the order in which they are looked at; those of them that can only speak
    against a person."""

    place: int
    rows: list[int]
    against: frozenset[int]


class LookUp:
    """An index with the weights, opened once in each process."""

    def __init__(self, index: Index, model: Model) -> None:
        self.index = index
        self._model = model
        self._names = WordList(index.names(), model.shares)
        self._weighing = Weighing(model, self._names)

    def asked(self, people: People) -> Iterator[list[deciding.Found]]:
        """For each of these people, in order, whom they match or may be."""
        outlines = outlined(people, self._names.number_of)
        self._names.describe()
        found = dict(self._candidates(people, outlines, first=None))
        for place in range(len(people.ids)):
            candidates = found.get(place)
            yield self._decided(people, candidates) if candidates else []

    def _decided(self, people: People, found: Candidates) -> list[deciding.Found]:
        return deciding.decide(people.person(found.place), found.rows, self.index, self._model, found.against)

    def twice(self, rows: range) -> Iterator[tuple[int, list[deciding.Found]]]:
        """Of each of these rows of the index that is, or may be, a later one too, which."""
        people = self.index.people(rows)
        outlines = self.index.outlines[rows.start : rows.stop]
        for place, found in self._candidates(people, outlines, first=rows.start):
            features = people.person(place)
            yield rows[place], deciding.pairs(features, found.rows, self.index, self._model)

    def _candidates(
        self, people: People, outlines: Outlines, first: int | None
    ) -> Iterator[tuple[int, Candidates]]:
        """Those of whom a row may be shown; `first`: they stand in the index from that row on, and only later rows are
        looked at."""
        pairs = self.index.under_numbers(*numbered(people), len(people.ids))
        whose, rows = pairs.whose, pairs.rows
        if first is not None:
            later = rows > whose + first
            whose, rows = whose[later], rows[later]
        shown, against = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        for start in range(0, len(rows), _PAIRS_TOGETHER):
            some = slice(start, start + _PAIRS_TOGETHER)
            sieved = self._weighing.sieved(outlines[whose[some]], self.index.outlines[rows[some]])
            shown[some], against[some] = sieved.shown, sieved.against
        somebody = np.bincount(whose[shown], minlength=len(people.ids)) > 0
        kept = np.flatnonzero(shown | (against & somebody[whose]))
        whose, rows, against = whose[kept], rows[kept], against[kept]
        starts = np.flatnonzero(np.concatenate([np.ones(1, dtype=bool), whose[1:] != whose[:-1]])[: len(whose)])
        ends = [*starts[1:].tolist(), len(whose)]
        for start, end in zip(starts.tolist(), ends, strict=False):
            some = slice(start, end)
            place = int(whose[start])
            yield place, Candidates(place, rows[some].tolist(), frozenset(rows[some][against[some]].tolist()))
