"""People who are decided on many at once, and their links put into words.

A plain pair is decided by its likelihood and by what rules say of its levels (`rules`). Whoever has only such pairs is
decided by them where no two of the rows that match are two people; all others as ever (`deciding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from daras.exchange.linking.deciding import Found
from daras.exchange.linking.describing import BIRTH, FAMILY, GIVEN
from daras.exchange.linking.levels_of_names import Flags, Integers
from daras.exchange.linking.rules import MATCH, Ruled, Rules, levels_of, numbers
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Sieved, at_levels
from daras.matching import wording
from daras.matching.comparison import Decision

_DECISIONS: Final[tuple[Decision, ...]] = ("none", "possible", "match")


@dataclass(frozen=True, slots=True)
class Kept:
    """Pairs that bear on a decision, in the order of those asked about: the place of each of them, and the row; with
    what was decided."""

    whose: Integers
    rows: Integers
    sieved: Sieved
    ruled: Ruled

    def taken(self, places: Integers) -> Kept:
        """Some of the pairs."""
        decisions, said, asked = self.ruled
        ruled = Ruled(decisions[places], said[places], asked[places])
        return Kept(self.whose[places], self.rows[places], self.sieved.taken(places), ruled)

    def all_plain(self, people: int) -> Flags:
        """Which of the people have no pair that is decided by itself."""
        found = np.ones(people, dtype=bool)
        found[self.whose[self.ruled.asked]] = False
        return found


def beside_the_likeliest(kept: Kept) -> tuple[Integers, Integers, Integers]:
    """Each row that matches beside the likeliest one that the same person may be, and whose they are."""
    order = np.lexsort((-kept.sieved.likely, kept.whose))
    whose, rows = kept.whose[order], kept.rows[order]
    first = np.ones(len(whose), dtype=bool)
    first[1:] = whose[1:] != whose[:-1]
    heads = rows[np.flatnonzero(first)[np.cumsum(first) - 1]]
    others = ~first & (kept.ruled.decisions[order] == MATCH)
    return rows[others], heads[others], whose[others]


def links(people: People, index: Index, kept: Kept, rules: Rules, *, matches_first: bool) -> dict[int, list[Found]]:
    """The pairs that are shown, as links of those asked about, the likeliest first."""
    kept = kept.taken(np.flatnonzero(kept.ruled.decisions))
    later = (kept.ruled.decisions != MATCH) & matches_first
    kept = kept.taken(np.lexsort((kept.rows, -kept.sieved.likely, later, kept.whose)))
    found: dict[int, list[Found]] = {}
    columns = (
        kept.whose.tolist(), kept.rows.tolist(), index.ids(kept.rows), kept.sieved.likely.tolist(),
        kept.ruled.decisions.tolist(), kept.ruled.said.tolist(), _reasons(people, index, kept),
    )  # fmt: skip
    for place, row, id_, likely, decision, said, why in zip(*columns, strict=True):
        link = Found(row, id_, likely, _DECISIONS[decision], (*rules.said[said].why, *why))
        if place in found:
            found[place].append(link)
        else:
            found[place] = [link]
    return found


def _reasons(people: People, index: Index, kept: Kept) -> list[tuple[str, ...]]:
    """What is said of each pair."""
    parts, part = people.parts, index.part
    told = []
    levels = numbers(kept.sieved).tolist()
    both = zip(levels, people.of[kept.whose, :3].tolist(), index.parts_of(kept.rows).tolist(), strict=True)
    for number, (given, family, birth), (its_given, its_family, its_birth, *_) in both:
        pattern, births_agree = _pattern(number)
        born, its_born = parts[BIRTH].part(birth), part(BIRTH, its_birth)
        text = pattern.format(
            *wording.closest_written(
                parts[GIVEN].part(given).features.given_names, part(GIVEN, its_given).features.given_names
            ),
            *wording.closest_written(
                parts[FAMILY].part(family).features.family_names, part(FAMILY, its_family).features.family_names
            ),
            born.born,
            its_born.born,
        )
        known = 2 if births_agree else sum(each.features.date_of_birth is not None for each in (born, its_born))
        missing = wording.MISSING[known]
        told.append(tuple(each for each in (text, missing) if each))
    return told


@lru_cache(maxsize=10_000)
def _pattern(number: int) -> tuple[str, bool]:
    """The text, and whether it tells how far births agree."""
    agreed = at_levels(levels_of(number))
    return wording.pattern(agreed), agreed.birth is not None
