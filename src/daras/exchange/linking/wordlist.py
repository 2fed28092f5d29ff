"""The names of a list, each once, with what comparing looks at: how long, how common, whether people bear it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from daras.exchange.linking.numbering import distinct
from daras.exchange.linking.outlines import NOBODY
from daras.exchange.linking.sides import Columns, Marks
from daras.matching import agreement, names
from daras.matching.names import NameShares

Integers: TypeAlias = npt.NDArray[np.int64]
Levels: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Shares: TypeAlias = npt.NDArray[np.float64]

#: The levels of two given names, as numbers: the order is that of `agreement.GIVEN_ORDER`, the strongest first.
SAME, SHORT_FORM, CLOSE, MIDDLE, MAY_SHARE, LOOKALIKE, INITIAL, DIFFERENT = range(len(agreement.GIVEN_ORDER))
_FARTHEST = 3
#: So many pairs of names are remembered, two to the power of this.
_BITS = 20
_ODD = np.uint64(0x9E3779B97F4A7C15)
_UNLISTED = -1


class WordList:
    """Plain names by number; those of people asked about are added after those of the list."""

    def __init__(self, plain: Iterable[str], shares: NameShares) -> None:
        self._shares = shares
        #: The number of each; "" is nobody. Whoever adds a name gives it the next number, and then has it described.
        self.numbers: dict[str, int] = {"": NOBODY}
        self._text = np.empty(0, dtype=object)
        self._length = np.empty(0, dtype=np.int64)
        self._listed = np.empty(0, dtype=np.int64)
        self._borne = np.empty(0, dtype=bool)
        #: One number for names of which one may be a form of the other.
        self._kind = np.empty(0, dtype=np.int64)
        self._marked: WeakKeyDictionary[Columns, dict[tuple[str, ...], Marks]] = WeakKeyDictionary()
        self._given_known, self._close_known = Remembered(self._given_levels), Remembered(self._close)
        self.given_share: Shares = np.empty(0)
        self.family_share: Shares = np.empty(0)
        self.numbers |= {each: number for number, each in enumerate(plain)}
        self.describe()

    def describe(self) -> None:
        """Look at the names that were added, before they are compared."""
        new = list(islice(self.numbers, len(self._text) + 1, None))
        if not new:
            return
        borne, (listed, _), kinds = names.name_shares().is_a_given_name, _classes(), _kinds()
        text = np.empty(len(new), dtype=object)
        text[:] = new
        self._kind = np.append(
            self._kind, [kinds.get(each, -1 - number) for number, each in enumerate(new, start=len(self._text))]
        )
        self._text = np.concatenate([self._text, text])
        self._length = np.append(self._length, [len(each) for each in new])
        self._listed = np.append(self._listed, [listed.get(each, _UNLISTED) for each in new])
        self._borne = np.append(self._borne, [borne(each) for each in new])
        self.given_share = np.append(self.given_share, [self._shares.of_given(each) for each in new])
        self.family_share = np.append(self.family_share, [self._shares.of_family(each) for each in new])

    def marked(self, people: Columns, fields: tuple[str, ...]) -> Marks:
        """The marks of the names, or of what they are forms of, that people have in some fields."""
        known = self._marked.setdefault(people, {})
        if fields not in known:
            known[fields] = people.marked(fields, self._kind)
        return known[fields]

    def longer_than_an_initial(self, numbers: npt.NDArray[Any]) -> Flags:
        """Which of these are more than a letter."""
        return np.asarray(self._length[numbers] > 1)

    def given_levels(self, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Levels:
        """How pairs of given names agree: as `agreement.given_level` has it."""
        return self._given_known.of(one, other)

    def _given_levels(self, one: Integers, other: Integers) -> Levels:
        levels = np.full(len(one), DIFFERENT, dtype=np.int8)
        initial = np.minimum(self._length[one], self._length[other]) == 1
        unlike = one != other
        whole = np.flatnonzero(unlike & ~initial)
        near = whole[self._close(one[whole], other[whole])]
        levels[near] = np.where(self._borne[one[near]] & self._borne[other[near]], LOOKALIKE, CLOSE)
        for place in np.flatnonzero(unlike & initial).tolist():
            if self._text[one[place]][0] == self._text[other[place]][0]:
                levels[place] = INITIAL
        both = np.flatnonzero((self._listed[one] >= 0) & (self._listed[other] >= 0))
        related = _classes()[1][self._listed[one[both]], self._listed[other[both]]]
        levels[both] = np.where(related == DIFFERENT, levels[both], related)
        levels[~unlike] = SAME
        return levels

    def one_or_its_form(self, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Flags:
        """Whether two names are one, or one of them a form of the other."""
        one_listed, other_listed = self._listed[one], self._listed[other]
        related = _classes()[1][one_listed, other_listed] == SHORT_FORM
        return np.asarray((one == other) | (related & (one_listed >= 0) & (other_listed >= 0)))

    def close(self, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Flags:
        """Which pairs of names sound the same or are a slip apart: as `agreement.close` has it."""
        return self._close_known.of(one, other).view(bool)

    def _close(self, one: Integers, other: Integers) -> Flags:
        shorter = np.minimum(self._length[one], self._length[other])
        longer = np.maximum(self._length[one], self._length[other])
        found = np.zeros(len(one), dtype=bool)
        likely = np.flatnonzero((shorter >= 3) & (longer - shorter <= _FARTHEST))
        if not len(likely):
            return found
        queries: list[Any] = self._text[one[likely]].tolist()
        choices: list[Any] = self._text[other[likely]].tolist()
        apart = process.cpdist(queries, choices, scorer=OSA.distance, score_cutoff=_FARTHEST, dtype=np.uint8)
        a_slip = apart <= np.where(shorter[likely] >= 7, 2, 1)
        found[likely[a_slip]] = True
        # Who sounds the same may be further apart.
        for place in np.flatnonzero(~a_slip & (apart <= _FARTHEST)).tolist():
            found[likely[place]] = names.sound(queries[place]) == names.sound(choices[place])
        return found


class Remembered:
    """What was found of pairs of names, in a table of so many places: a later pair takes the place of an earlier."""

    def __init__(self, find: Callable[[Integers, Integers], Levels | Flags]) -> None:
        self._find = find
        self._pairs = np.full(1 << _BITS, -1, dtype=np.int64)
        self._found = np.zeros(1 << _BITS, dtype=np.int8)

    def of(self, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Levels:
        """What is found of each of these pairs."""
        both = one.astype(np.int64) << 32 | other
        place = _place(both)
        found = self._found[place]
        missing = np.flatnonzero(self._pairs[place] != both)
        if len(missing):
            once = distinct(both[missing])
            new = self._find(once >> 32, once & 0xFFFFFFFF).view(np.int8)
            found[missing] = new[np.searchsorted(once, both[missing])]
            place = _place(once)
            self._pairs[place] = once
            # Of several that fall into one place the last is kept, here as there.
            self._found[place] = new
        return found


def _place(both: Integers) -> Integers:
    return ((both.view(np.uint64) * _ODD) >> np.uint64(64 - _BITS)).view(np.int64)


@cache
def _classes() -> tuple[dict[str, int], Levels]:
    """The names that have forms or are one, numbered, and how each two of them are related by that."""
    classes = names.classes_listed()
    numbers = {plain: number for number, plain in enumerate(classes)}
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for plain, full in classes.items():
        for each in full:
            bearers[each].append(numbers[plain])
    related = np.full((len(numbers), len(numbers)), DIFFERENT, dtype=np.int8)
    for bearing in bearers.values():
        related[np.ix_(bearing, bearing)] = MAY_SHARE
    for plain, full in classes.items():
        for head in full:
            related[numbers[plain], numbers[head]] = related[numbers[head], numbers[plain]] = SHORT_FORM
    return numbers, related


@cache
def _kinds() -> dict[str, int]:
    """The names that have forms or are one, with one number for all that are related over however many others."""
    above: dict[str, str] = {}

    def head_of(plain: str) -> str:
        while plain in above:
            plain = above[plain]
        return plain

    for plain, full in names.classes_listed().items():
        for each in full:
            one, other = head_of(plain), head_of(each)
            if one != other:
                above[other] = one
    numbers: dict[str, int] = {}
    return {plain: numbers.setdefault(head_of(plain), len(numbers)) for plain in names.classes_listed()}
