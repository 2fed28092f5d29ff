"""Outlines by column, and people of a list beside people of another: of each pair only what is asked for is brought.

A pair is two places, one in each list. Columns lie one after another in memory, so that hundreds of thousands of pairs
are looked at without touching more of a person than the question needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.outlines import NOBODY, OUTLINE, PLACES, Column

Integers: TypeAlias = npt.NDArray[np.int64]
Marks: TypeAlias = npt.NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SIXTY_FOURTHS = np.uint64(58)
_ONE = np.uint64(1)


def marks(numbers: npt.NDArray[Any]) -> Marks:
    """One bit of 64 for each number: two whose bits differ are two numbers."""
    return np.asarray(_ONE << ((numbers.astype(np.uint64) * _ODD) >> _SIXTY_FOURTHS))


class Columns:
    """All people of a list, by column."""

    def __init__(self, columns: Mapping[Column, npt.NDArray[Any]]) -> None:
        self.columns = columns
        self._filled: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.columns["year", 0])

    def between(self, rows: range) -> Columns:
        """Some that stand next to each other."""
        return Columns({column: values[rows.start : rows.stop] for column, values in self.columns.items()})

    def filled(self, field: str) -> list[int]:
        """The places of a field at which anybody has something."""
        if field not in self._filled:
            nothing = NOBODY if OUTLINE[field].base.kind == "i" else 0
            self._filled[field] = [place for place in PLACES[field] if (self.columns[field, place] != nothing).any()]
        return self._filled[field]

    @cached_property
    def homes(self) -> Marks:
        """The marks of every home, first line and postcode of each: two without one in common share none of them."""
        found = np.zeros(len(self), dtype=np.uint64)
        for field in ("home", "line", "postcode"):
            for place in self.filled(field):
                column = self.columns[field, place]
                found |= np.where(column != 0, marks(column), np.uint64(0))
        return found

    def marked(self, fields: tuple[str, ...], kinds: Integers) -> Marks:
        """The marks of the names that stand in some fields, by the kind of each name."""
        marked = np.append(marks(kinds), np.uint64(0))  # the last place stands for no name
        found = np.zeros(len(self), dtype=np.uint64)
        for field in fields:
            for place in self.filled(field):
                found |= marked[self.columns[field, place]]
        return found


class Side:
    """Those people of a list who stand on one side of pairs."""

    def __init__(self, of: Columns, places: Integers) -> None:
        self.of = of
        self.places = places
        self._brought: dict[Column, Any] = {}

    def __len__(self) -> int:
        return len(self.places)

    def column(self, field: str, place: int = 0) -> Any:
        """What they have in a field."""
        found = self._brought.get((field, place))
        if found is None:
            found = self._brought[field, place] = self.of.columns[field, place][self.places]
        return found

    def some(self, places: Integers) -> Side:
        """Some of them."""
        return Side(self.of, self.places[places])


def both_filled(one: Side, field: str, other: Side, its: str) -> Iterator[tuple[int, int]]:
    """Each place of a field of the one with each of a field of the other where anybody has something."""
    return product(one.of.filled(field), other.of.filled(its))


def both_named(one: Side, field: str, other: Side, its: str) -> Iterator[tuple[tuple[int, int], Integers, Any, Any]]:
    """For each two places the pairs that have a name in both, and the numbers of these names."""
    for places in both_filled(one, field, other, its):
        mine, theirs = one.column(field, places[0]), other.column(its, places[1])
        some = np.flatnonzero((mine >= 0) & (theirs >= 0))
        if len(some):
            yield places, some, mine[some], theirs[some]
