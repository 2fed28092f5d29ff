"""What the rules of `daras.matching.guards` say of pairs, asked once for all pairs that are alike to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np

from daras.exchange.linking.levels_of_names import Flags, Floats, Integers, Levels
from daras.exchange.linking.weighing import Sieved, at_levels
from daras.matching.features import PersonFeatures
from daras.matching.guards import Guard, guards
from daras.matching.model import LEVELS, Model

NONE, POSSIBLE, MATCH = range(3)
#: What rules do to the decision of the thresholds: nothing, at most possible, or none. Of all else somebody has to be
#: asked who knows both people.
_FREE, _AT_MOST_POSSIBLE, _NONE, _ASK = range(4)
#: A level takes so many bits.
_BITS: Final = 4
_SHIFTS = np.arange(len(LEVELS), dtype=np.int64) * _BITS


class Said(NamedTuple):
    """What the rules do to a decision, below which likelihood nobody is shown for them, and in which words."""

    effect: int
    shown_from: float
    why: tuple[str, ...]


class Ruled(NamedTuple):
    """Decisions on pairs, as numbers, and what the rules say of each; `asked`: those that are decided one by one."""

    decisions: Levels
    said: Integers
    asked: Flags


class Rules:
    """What rules said of pairs, by the levels and facts of these."""

    def __init__(self, model: Model) -> None:
        self._model = model
        #: The first stands for all pairs that are no plain ones.
        self.said = [Said(_ASK, 0.0, ())]
        self._places = {-1: 0}

    def on(self, sieved: Sieved, two: Callable[[int], tuple[PersonFeatures, PersonFeatures]]) -> Ruled:
        """Decide on pairs; `two` are the people of one of them."""
        looked_at = np.where(sieved.plain, numbers(sieved) | sieved.facts << _SHIFTS[-1] + _BITS, np.int64(-1))
        alike, first, which = np.unique(looked_at, return_index=True, return_inverse=True)
        for number, example in zip(alike.tolist(), first.tolist(), strict=True):
            if number not in self._places:
                held = guards(*two(example), at_levels(tuple(sieved.levels[example].tolist())))
                self._places[number] = len(self.said)
                shown_from = max((self._model.shown_from.get(guard.name, 0.0) for guard in held), default=0.0)
                self.said.append(Said(_effect(held), shown_from, tuple(guard.why for guard in held)))
        places = [self._places[number] for number in alike.tolist()]
        said = np.array(places, dtype=np.int64)[which]
        effects = np.array([self.said[place].effect for place in places], dtype=np.int8)[which]
        floors = np.array([self.said[place].shown_from for place in places], dtype=np.float64)[which]
        return Ruled(self._decided(sieved, effects, floors), said, effects == _ASK)

    def _decided(self, sieved: Sieved, effects: Levels, shown_from: Floats) -> Levels:
        model, likely = self._model, sieved.likely
        possible = np.where(likely >= model.possible_from, np.int8(POSSIBLE), np.int8(NONE))
        found = np.where(likely >= model.match_from, np.int8(MATCH), possible)
        found[(effects == _NONE) | (likely < shown_from)] = NONE
        return np.where(effects == _FREE, found, np.minimum(found, np.int8(POSSIBLE)))


def numbers(sieved: Sieved) -> Integers:
    """One number for the levels of each pair, of which `levels_of` tells them again."""
    return np.asarray(((sieved.levels.astype(np.int64) + 1) << _SHIFTS).sum(axis=1))


def levels_of(number: int) -> tuple[int, ...]:
    """The levels that a number stands for."""
    return tuple((number >> shift & (1 << _BITS) - 1) - 1 for shift in _SHIFTS.tolist())


def _effect(held: Iterable[Guard]) -> int:
    effects = {guard.effect for guard in held}
    if any(guard.against_person or guard.unless_another for guard in held) or "for a person" in effects:
        return _ASK
    if "none" in effects:
        return _NONE
    return _AT_MOST_POSSIBLE if effects else _FREE
