"""People of whom plainly no rule speaks: decided and put into words many at once.

Of a plain pair (`guards`: one given name, one date of birth, nothing against it) the decision is that of the
thresholds. Whoever has only such pairs, and of several rows none that is another person, is decided by them; all
others as ever (`deciding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from daras.exchange.linking.deciding import Found
from daras.exchange.linking.describing import BIRTH, FAMILY, GIVEN
from daras.exchange.linking.levels_of_names import Flags, Integers, Levels
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Sieved, at_levels
from daras.matching import wording
from daras.matching.comparison import Decision
from daras.matching.model import LEVELS, Model

_NONE, _POSSIBLE, _MATCH = range(3)
_DECISIONS: Final[tuple[Decision, ...]] = ("none", "possible", "match")
#: A level takes so many bits.
_BITS = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """Pairs that bear on a decision, in the order of those asked about: the place of each of them, and the row."""

    whose: Integers
    rows: Integers
    sieved: Sieved

    def taken(self, places: Integers) -> Kept:
        """Some of the pairs."""
        return Kept(self.whose[places], self.rows[places], self.sieved.taken(places))


def decided(sieved: Sieved, model: Model) -> Levels:
    """The decision on each plain pair, as a number."""
    possible = np.where(sieved.likely >= model.possible_from, np.int8(_POSSIBLE), np.int8(_NONE))
    return np.where(sieved.likely >= model.match_from, np.int8(_MATCH), possible)


def only_plain(kept: Kept, people: int) -> Flags:
    """Which of the people have no pair but plain ones."""
    found = np.ones(people, dtype=bool)
    found[kept.whose[~kept.sieved.plain]] = False
    return found


def beside_the_likeliest(kept: Kept) -> tuple[Integers, Integers, Integers]:
    """Of people who have several rows: each row beside the likeliest one of the same person, and whose they are."""
    order = np.lexsort((-kept.sieved.likely, kept.whose))
    whose = kept.whose[order]
    first = np.ones(len(whose), dtype=bool)
    first[1:] = whose[1:] != whose[:-1]
    heads = kept.rows[order][np.flatnonzero(first)[np.cumsum(first) - 1]]
    return kept.rows[order][~first], heads[~first], whose[~first]


def links(people: People, index: Index, kept: Kept, model: Model) -> dict[int, list[Found]]:
    """The plain pairs that are shown, as links of those asked about: matches first, and the likeliest first."""
    decisions = decided(kept.sieved, model)
    shown = np.flatnonzero(decisions)
    kept, decisions = kept.taken(shown), decisions[shown]
    order = np.lexsort((kept.rows, -kept.sieved.likely, decisions != _MATCH, kept.whose))
    kept, numbers = kept.taken(order), decisions[order].tolist()
    found: dict[int, list[Found]] = {}
    columns = (
        kept.whose.tolist(), kept.rows.tolist(), index.ids(kept.rows), kept.sieved.likely.tolist(), numbers,
        _reasons(people, index, kept),
    )  # fmt: skip
    for place, row, id_, likely, number, why in zip(*columns, strict=True):
        link = Found(row, id_, likely, _DECISIONS[number], (why,))
        if place in found:
            found[place].append(link)
        else:
            found[place] = [link]
    return found


def _reasons(people: People, index: Index, kept: Kept) -> list[str]:
    """What is said of each pair."""
    shifts = np.arange(len(LEVELS), dtype=np.int64) * _BITS
    patterns = ((kept.sieved.levels.astype(np.int64) + 1) << shifts).sum(axis=1).tolist()
    parts, part = people.parts, index.part
    told = []
    both = zip(patterns, people.of[kept.whose, :3].tolist(), index.parts_of(kept.rows).tolist(), strict=True)
    for number, (given, family, birth), (its_given, its_family, its_birth, *_) in both:
        given_names = parts[GIVEN].part(given).features.given_names, part(GIVEN, its_given).features.given_names
        family_names = parts[FAMILY].part(family).features.family_names, part(FAMILY, its_family).features.family_names
        told.append(
            _pattern(number).format(
                *wording.closest_written(*given_names),
                *wording.closest_written(*family_names),
                parts[BIRTH].part(birth).born,
                part(BIRTH, its_birth).born,
            )
        )
    return told


@lru_cache(maxsize=10_000)
def _pattern(levels: int) -> str:
    numbers = tuple((levels >> place * _BITS & (1 << _BITS) - 1) - 1 for place in range(len(LEVELS)))
    return wording.pattern(at_levels(numbers))
