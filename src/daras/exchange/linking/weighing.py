"""Many pairs weighed at once, so that only those that may be shown are judged one by one.

The levels are those of `daras.matching.agreement` and the weights those of the model, multiplied in the same order, so
a pair has the very probability that `comparison.probability` gives it. What cannot be told from outlines is not guessed
at: it is judged. So nothing is lost that judging each pair would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from daras.exchange.linking.levels import Pairs
from daras.exchange.linking.levels_of_names import LEVEL, NOT_HELD, Flags, Floats, Integers, Levels
from daras.exchange.linking.sides import Side
from daras.exchange.linking.wordlist import WordList
from daras.matching.agreement import Agreement
from daras.matching.model import LEVELS, Model

#: Probabilities are the same to the last bit; a rounding of another processor loses nobody either.
_NEARLY = 1 - 1e-9
_NUMBER_DIFFERS = LEVEL["nhs_number"]["different"]
#: The fields that are weighed before all others: of most pairs they say enough.
_FIRST = ("given_name", "family_name", "date_of_birth", "month_of_birth", "year_of_birth", "sex")
_FAR_HOMES = ("different", "same_district")


class Weighed(NamedTuple):
    """How far a pair agrees, and how likely that makes it one person."""

    agreed: Agreement
    likely: float


@dataclass(frozen=True, slots=True)
class Sieved:
    """Which pairs have to be judged: those that may be shown, and those that only speak against a person (two NHS
    numbers), which matters only where somebody is shown. Of each pair what `weighed` needs; `known` says of which
    pairs that is all, and not only enough to let others go. Of a `plain` pair rules look at nothing but
    the levels and the `facts`."""

    shown: Flags
    against: Flags
    known: Flags
    plain: Flags
    facts: Integers
    levels: Levels
    likely: Floats
    shares: Floats

    @classmethod
    def joined(cls, several: Sequence[Sieved]) -> Sieved:
        """Several, one after another."""
        columns = (np.concatenate([getattr(each, name) for each in several]) for name in cls.__slots__)
        return cls(*columns)

    def taken(self, places: Integers) -> Sieved:
        """Some of the pairs."""
        return Sieved(*(getattr(self, name)[places] for name in self.__slots__))

    def weighed(self) -> list[Weighed | None]:
        """How far the pairs agree; nothing of those that have to be looked at one by one."""
        columns = (self.known, self.levels, self.likely, self.shares)
        each = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Weighed(_agreement(tuple(levels), shares), likely) if known else None
            for known, levels, likely, shares in each
        ]


def _agreement(numbers: tuple[int, ...], shares: Sequence[float]) -> Agreement:
    """How common a name is bears on a decision only where a number that differs is taken out of the weighing."""
    agreed = at_levels(numbers)
    if agreed.nhs_number != "different":
        return agreed
    return replace(agreed, given_share=shares[0], family_share=shares[1])


@lru_cache(maxsize=20_000)
def at_levels(numbers: tuple[int, ...]) -> Agreement:
    """An agreement by the numbers of its levels, without how common the names are."""
    levels = zip(LEVEL.items(), numbers, strict=True)
    named = {field: tuple(of) for field, of in LEVELS.items()}
    held: dict[str, Any] = {field: named[field][number] if number >= 0 else None for (field, _), number in levels}
    return Agreement(**held)


class Weighing:
    """The weights of a model beside the names of a list."""

    def __init__(self, model: Model, names: WordList) -> None:
        self._model = model
        self._names = names
        self._odds = {field: _Odds.of(model, field) for field in LEVELS}
        self._least = {field: odds.least() for field, odds in self._odds.items()}
        self._least_far = self._odds["home"].least(_FAR_HOMES)
        #: Those who have a number in common are not let go.
        self._least_of_numbers = [self._odds[field].least(("different",)) for field in ("nhs_number", "identifier")]

    def first_look(self, a: Side, b: Side) -> tuple[Flags, Flags]:
        """Which pairs may be shown, as far as names and births say, whatever else agrees; and of which others the NHS
        numbers differ. `a` are those who are asked about."""
        pairs = Pairs(a, b, self._names)
        may_be = pairs.one_number | pairs.one_by_one | pairs.unborn | self._may_be_likely(pairs)
        return may_be, ~may_be & (pairs.nhs_number == _NUMBER_DIFFERS)

    def _may_be_likely(self, pairs: Pairs) -> Flags:
        """Whether a pair would be likely enough if all that was not looked at spoke for it as strongly as it can."""
        said = {"given_name": pairs.names.given, "family_name": pairs.names.family, "date_of_birth": pairs.whole}
        said |= {"month_of_birth": pairs.month, "year_of_birth": pairs.year, "sex": pairs.sex}
        same, relative, stranger = (np.full(len(pairs), each) for each in (1.0, *self._prior()))
        for field in _FIRST:
            of_one, of_relatives, of_strangers = self._odds[field].at(said[field], pairs)
            same *= of_one
            relative *= of_relatives
            stranger *= of_strangers
        near = (pairs.a.of.homes[pairs.a.places] & pairs.b.of.homes[pairs.b.places]) != 0
        middle = (pairs.a.column("middle") >= 0) & (pairs.b.column("middle") >= 0)
        for reading, others in enumerate((relative, stranger)):
            least = {field: each[reading] for field, each in self._least.items()}
            rest = np.where(near, least["home"] * least["grown_up_together"], self._least_far[reading])
            rest *= np.where(middle, least["middle_names"], 1.0)
            rest *= np.where(pairs.birth_unknown, least["generation"], 1.0)
            rest *= self._least_of_numbers[0][reading] * self._least_of_numbers[1][reading]
            np.multiply(others, rest, out=others)
        return np.asarray(same / (same + relative + stranger) >= self._model.possible_from * _NEARLY)

    def _prior(self) -> tuple[float, float]:
        return self._model.relatives, self._model.strangers

    def sieved(self, a: Side, b: Side) -> Sieved:
        """Look at all of pairs, one of each side; `a` are those who are asked about."""
        pairs = Pairs(a, b, self._names)
        likely, without_number = self._probabilities(pairs)
        possible = self._model.possible_from * _NEARLY
        numbers_differ = pairs.nhs_number == _NUMBER_DIFFERS
        shown = (likely >= possible) | (numbers_differ & (without_number >= possible))
        shown |= pairs.one_number | pairs.one_by_one | pairs.unborn_that_fit()
        return Sieved(
            shown=shown,
            against=numbers_differ & ~shown,
            known=~pairs.one_by_one,
            plain=pairs.plain,
            facts=pairs.facts,
            levels=np.stack(list(pairs.by_field.values()), axis=1),
            likely=likely,
            shares=np.stack([pairs.names.given_share, pairs.names.family_share], axis=1),
        )

    def _probabilities(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """How likely each pair is one person, with the NHS number and without."""
        same, relative, stranger = (np.full(len(pairs), each) for each in (1.0, *self._prior()))
        without = [same, relative, stranger]
        for field, levels in pairs.by_field.items():
            said = self._odds[field].at(levels, pairs)
            same, relative, stranger = same * said[0], relative * said[1], stranger * said[2]
            if field != "nhs_number":
                without = [each * factor for each, factor in zip(without, said, strict=True)]
        return same / (same + relative + stranger), without[0] / (without[0] + without[1] + without[2])


@dataclass(frozen=True, slots=True)
class _Odds:
    """What each level of a field says under the three readings; the last place is for a field that is not held."""

    field: str
    readings: tuple[Floats, Floats, Floats]
    given_share: Flags
    family_share: Flags

    @classmethod
    def of(cls, model: Model, field: str) -> _Odds:
        odds = [model.odds(field, level) for level in LEVELS[field]]
        shares = [each.share for each in odds]
        return cls(
            field,
            (
                np.array([*(each.same_person for each in odds), 1.0]),
                np.array([*(each.relative for each in odds), 1.0]),
                np.array([*(each.stranger for each in odds), 1.0]),
            ),
            np.array([*(share == "given share" for share in shares), False]),
            np.array([*(share == "family share" for share in shares), False]),
        )

    def at(self, levels: Levels, pairs: Pairs) -> list[Floats]:
        said = [each[levels] for each in self.readings]
        if self.given_share.any():
            said[2] = np.where(self.given_share[levels], pairs.names.given_share, said[2])
        if self.family_share.any():
            said[2] = np.where(self.family_share[levels], pairs.names.family_share, said[2])
        return said

    def least(self, levels: Sequence[str] = ()) -> tuple[float, float]:
        """What the field says at the least for a relative and for a stranger against the same person: at any level, or
        at one of some, or where it is not held."""
        places = [LEVEL[self.field][level] for level in levels or LEVELS[self.field]] + [NOT_HELD]
        same, relative, stranger = (each[places] for each in self.readings)
        return float((relative / same).min()), float((stranger / same).min())
