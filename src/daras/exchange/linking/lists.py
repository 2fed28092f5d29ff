"""A list of numbers for each of several, in one array; and numbers that stand for what is no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.uint64]
Integers: TypeAlias = npt.NDArray[np.int64]

ODD, OTHER_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)

_ALL_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Lists:
    """Where each list begins in `flat`, and how long it is."""

    flat: Numbers
    starts: Integers
    many: Integers

    @classmethod
    def of(cls, lists: Sequence[bytes]) -> Lists:
        many = np.fromiter(map(len, lists), np.int64, len(lists)) // 8
        return cls(np.frombuffer(b"".join(lists), dtype=np.uint64), np.cumsum(many) - many, many)

    @classmethod
    def empty(cls, many: Integers) -> Lists:
        """Lists of so many numbers, which are still to be written into them."""
        return cls(np.empty(int(many.sum()), dtype=np.uint64), np.cumsum(many) - many, many)

    def taken(self, places: Integers) -> Lists:
        """The same numbers, for those in the given places."""
        return Lists(self.flat, self.starts[places], self.many[places])


def mixed(number: Numbers | np.uint64, with_word: Numbers) -> Numbers:
    """Two numbers made into one: another one for each second number beside the same first."""
    found = (with_word ^ number) * ODD
    found ^= found >> np.uint64(29)
    found *= OTHER_ODD
    found ^= found >> np.uint64(32)
    return found


def words_of_numbers(numbers: npt.NDArray[Any]) -> Numbers:
    """What stands for small numbers as a digest stands for a text."""
    return mixed(np.uint64(1), numbers.astype(np.uint64))


def word_of_number(number: int) -> bytes:
    """The same for one of them."""
    found = (number ^ 1) * int(ODD) & _ALL_BITS
    found = (found ^ found >> 29) * int(OTHER_ODD) & _ALL_BITS
    return (found ^ found >> 32).to_bytes(8, "little")
