"""How the names of many pairs agree: the levels of `daras.matching.agreement`, in arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.sides import Side, both_named
from daras.exchange.linking.wordlist import CLOSE, DIFFERENT, INITIAL, MIDDLE, WordList
from daras.matching import agreement
from daras.matching.model import LEVELS

Integers: TypeAlias = npt.NDArray[np.int64]
Levels: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]

#: The number of a level is its place among the field's levels; minus one where a side does not hold the field.
NOT_HELD: Final = -1
LEVEL = {field: {level: number for number, level in enumerate(levels)} for field, levels in LEVELS.items()}
_GIVEN_LEVEL = np.array([LEVEL["given_name"][level] for level in agreement.GIVEN_ORDER] + [NOT_HELD], dtype=np.int8)


class Names:
    """The levels of the names of pairs, one of each side, and how common the names are in which they agree."""

    def __init__(self, a: Side, b: Side, names: WordList) -> None:
        self.a, self.b, self._names = a, b, names
        self.given_share: Floats = np.zeros(len(a))
        self.family_share: Floats = np.zeros(len(a))
        #: The best of all given names, as numbers of the order of strength.
        self.strength = self._given()
        #: Given and family name are exchanged.
        self.crossed = self._crossed()
        self.given: Levels = _GIVEN_LEVEL[self.strength]
        self.given[self.crossed] = LEVEL["given_name"]["crossed"]
        self.family = self._family()
        self.family[self.crossed] = NOT_HELD

    def _both(self, field: str) -> Flags:
        return np.asarray((self.a.column(field) >= 0) & (self.b.column(field) >= 0))

    def _given(self) -> Levels:
        held = self._both("given")
        best = np.where(held, np.int8(DIFFERENT), np.int8(NOT_HELD))
        share = self._names.given_share
        for _, some, one, other in both_named(self.a, "given", self.b, "given"):
            level = self._names.given_levels(one, other)
            shares = np.maximum(share[one], share[other])
            best[some] = _bettered(level, best[some], shares, some, self.given_share, equal=level == best[some])
        in_the_middle = self._also(self.a, self.b) | self._also(self.b, self.a)
        best[held & in_the_middle & (best > MIDDLE)] = MIDDLE
        return best

    def _also(self, mine: Side, theirs: Side) -> Flags:
        found = np.zeros(len(self.a), dtype=bool)
        for _, some, one, other in both_named(mine, "given", theirs, "middle"):
            same = np.flatnonzero(one == other)
            found[some[same]] |= self._names.longer_than_an_initial(one[same])
        return found

    @cached_property
    def middle(self) -> Levels:
        """The best of all middle names."""
        same, initial, different = (np.int8(LEVEL["middle_names"][level]) for level in ("same", "initial", "different"))
        found = np.where(self._both("middle"), different, np.int8(NOT_HELD))
        for _, some, one, other in both_named(self.a, "middle", self.b, "middle"):
            level = self._names.given_levels(one, other)
            here = np.where(level <= CLOSE, same, np.where(level == INITIAL, initial, different))
            found[some] = np.minimum(found[some], here)
        return found

    def _family(self) -> Levels:
        number = LEVEL["family_name"]
        best = np.where(self._both("family"), np.int8(number["different"]), np.int8(NOT_HELD))
        for places, some, one, other in both_named(self.a, "family", self.b, "family"):
            level = np.full(len(some), number["different"], dtype=np.int8)
            level[self._names.close(one, other)] = number["close"]
            level[self._share_a_half(places, some, one, other)] = number["part"]
            level[one == other] = number["same"]
            equal = (level == best[some]) & (level == number["same"])
            shares = self._names.family_share[one]
            best[some] = _bettered(level, best[some], shares, some, self.family_share, equal=equal)
        return best

    def _share_a_half(self, places: tuple[int, int], some: Integers, one: Any, other: Any) -> Integers:
        """Of which pairs one of the two family names is double-barrelled, and a half of it is in the other."""
        ours, theirs = (
            [side.column("halves", 2 * place + half) for half in (0, 1)]
            for side, place in zip((self.a, self.b), places, strict=True)
        )
        doubles = np.flatnonzero(((ours[0] >= 0) | (theirs[0] >= 0))[some])
        ours, theirs = ([half[some[doubles]] for half in halves] for halves in (ours, theirs))
        one, other = one[doubles], other[doubles]
        double, doubled = ours[0] >= 0, theirs[0] >= 0
        found: Flags = np.zeros(len(doubles), dtype=bool)
        for half in ours:
            found |= double & ~doubled & (half == other)
            for its in theirs:
                found |= double & doubled & (half == its)
        for its in theirs:
            found |= doubled & ~double & (its == one)
        return doubles[found]

    def _crossed(self) -> Flags:
        """The given name of each is a family name of the other, but for a slip in one: as `agreement` has it."""
        one, other = self.a.column("given"), self.b.column("given")
        found = np.zeros(len(self.a), dtype=bool)
        may = (self.strength > CLOSE) & (one != other) & self._perhaps_exchanged()
        some = np.flatnonzero(may & self._both("given") & self._both("family"))
        same = [self._exchanged(some, *sides, self._names.one_or_its_form) for sides in self._both_ways()]
        some, same = some[same[0] | same[1]], [each[same[0] | same[1]] for each in same]
        close = [self._exchanged(some, *sides, self._names.close) for sides in self._both_ways()]
        found[some] = (same[0] | close[0]) & (same[1] | close[1])
        return found

    def _perhaps_exchanged(self) -> Flags:
        """Whether somebody's given name, or a form of it, may be among the other's family names: of most pairs not."""
        found = np.zeros(len(self.a), dtype=bool)
        for mine, theirs in self._both_ways():
            given = self._names.marked(mine.of, ("given",))[mine.places]
            found |= (given & self._names.marked(theirs.of, ("family", "halves"))[theirs.places]) != 0
        return found

    def _both_ways(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        return (self.a, self.b), (self.b, self.a)

    def _exchanged(self, some: Integers, mine: Side, theirs: Side, alike: Callable[[Any, Any], Flags]) -> Flags:
        """Whether somebody's given name is alike to a family name of the other, or to a half of one."""
        found = np.zeros(len(some), dtype=bool)
        if len(some):
            mine, theirs = mine.some(some), theirs.some(some)
            for places, first, second in _first_given(mine, theirs):
                found[places] |= alike(first, second)
        return found


def _first_given(mine: Side, theirs: Side) -> Iterator[tuple[Integers, Any, Any]]:
    for field in ("family", "halves"):
        for (place, _), some, first, second in both_named(mine, "given", theirs, field):
            if place == 0:
                yield some, first, second


def _bettered(level: Levels, best: Levels, shares: Floats, some: Integers, kept: Floats, *, equal: Flags) -> Levels:
    """The better of two levels; its share is kept, and the lower one of two that are `equal`."""
    better = level < best
    takes = better | (equal & (shares < kept[some]))
    kept[some[takes]] = shares[takes]
    return np.where(better, level, best)
