"""Names of the county's people, as common as they are in England and in Cornwall (`demo/county/names.toml`)."""

from __future__ import annotations

import tomllib
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from daras.exchange.county.rates import FOLDER

_FLATTENED_BY = 12  # a name at place n is borne in proportion to 1 / (n + 12)


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words, each to be drawn as often as its weight says."""

    words: tuple[str, ...]
    reach: tuple[float, ...]

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> Weighted:
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    @classmethod
    def ranked(cls, words: Sequence[str]) -> Weighted:
        """Words in the order of how common they are."""
        return cls.of({word: 1 / (place + _FLATTENED_BY) for place, word in enumerate(dict.fromkeys(words))})

    def draw(self, rng: Random) -> str:
        return self.words[bisect(self.reach, rng.random() * self.reach[-1], hi=len(self.words) - 1)]


@dataclass(frozen=True, slots=True)
class Naming:
    """Given names by sex, of adults and of children; family names by where they come from."""

    women: Weighted
    men: Weighted
    girls: Weighted
    boys: Weighted
    listed: Weighted
    cornish: Weighted
    elsewhere: Weighted
    rare_beginnings: Weighted
    rare_endings: Weighted
    cornish_share: float
    elsewhere_share: float
    rare_share: float
    short_forms: Mapping[str, tuple[str, ...]]

    def given(self, rng: Random, sex: str, born_in: int) -> str:
        """A given name as it was given in that year."""
        if born_in >= 2000:
            return (self.girls if sex == "F" else self.boys).draw(rng)
        return (self.women if sex == "F" else self.men).draw(rng)

    def family(self, rng: Random) -> str:
        """A family name."""
        chance = rng.random()
        for share, names in ((self.cornish_share, self.cornish), (self.elsewhere_share, self.elsewhere)):
            if chance < share:
                return names.draw(rng)
            chance -= share
        if chance < self.rare_share:
            return self.rare_beginnings.draw(rng) + self.rare_endings.draw(rng)
        return self.listed.draw(rng)


@cache
def naming(path: Path = FOLDER / "names.toml") -> Naming:
    """The names of the file."""
    with path.open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)

    def ranked(name: str) -> Weighted:
        return Weighted.ranked(table[name].split())

    return Naming(
        women=ranked("women"),
        men=ranked("men"),
        girls=ranked("girls"),
        boys=ranked("boys"),
        listed=Weighted.of(table["families"]),
        cornish=ranked("cornish"),
        elsewhere=ranked("elsewhere"),
        rare_beginnings=ranked("rare_beginnings"),
        rare_endings=ranked("rare_endings"),
        cornish_share=float(table["cornish_share"]),
        elsewhere_share=float(table["elsewhere_share"]),
        rare_share=float(table["rare_share"]),
        short_forms={full: tuple(forms.split()) for full, forms in table["short_forms"].items()},
    )
