"""Many pairs weighed at once, so that only those that may be shown are judged one by one.

The levels are those of `daras.matching.agreement` and the weights those of the model, multiplied in the same order, so
a pair has the very probability that `comparison.probability` gives it. What cannot be told from outlines is not guessed
at: it is judged. So nothing is lost that judging each pair would show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.numbering import distinct
from daras.exchange.linking.outlines import NOBODY, Outlines
from daras.exchange.linking.wordlist import CLOSE, DIFFERENT, INITIAL, MIDDLE, SAME, WordList
from daras.matching import agreement, guards
from daras.matching.agreement import Agreement
from daras.matching.model import LEVELS, Model

Integers: TypeAlias = npt.NDArray[np.int64]
Levels: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]

#: Probabilities are the same to the last bit; a rounding of another processor loses nobody either.
_NEARLY = 1 - 1e-9
#: The number of a level is its place among the field's levels; minus one where a side does not hold the field.
_NOT_HELD: Final = -1
_LEVEL = {field: {level: number for number, level in enumerate(levels)} for field, levels in LEVELS.items()}
_ONE_HOME = (_LEVEL["home"]["same"], _LEVEL["home"]["same_line"])
_OTHER_HOME = (_LEVEL["home"]["different"], _LEVEL["home"]["same_district"])
_GIVEN_LEVEL = np.array([_LEVEL["given_name"][level] for level in agreement.GIVEN_ORDER], dtype=np.int8)


class Weighed(NamedTuple):
    """How far a pair agrees, and how likely that makes it one person."""

    agreed: Agreement
    likely: float


@dataclass(frozen=True, slots=True)
class Sieved:
    """Which pairs have to be judged: those that may be shown, and those that only speak against a person (two NHS
    numbers), which matters only where somebody is shown. Of each pair what `weighed` needs; `known` says of which
    pairs that is all, and not only enough to let others go."""

    shown: Flags
    against: Flags
    known: Flags
    levels: Levels
    likely: Floats
    shares: Floats

    def weighed(self, places: Integers) -> list[Weighed | None]:
        """How far some of the pairs agree; nothing of those that have to be looked at one by one."""
        columns = (self.known, self.levels, self.likely, self.shares)
        each = zip(*(column[places].tolist() for column in columns), strict=True)
        return [
            Weighed(_agreement(tuple(levels), shares), likely) if known else None
            for known, levels, likely, shares in each
        ]


def _agreement(numbers: tuple[int, ...], shares: Sequence[float]) -> Agreement:
    """How common a name is bears on a decision only where a number that differs is taken out of the weighing."""
    agreed = _at_levels(numbers)
    if agreed.nhs_number != "different":
        return agreed
    return replace(agreed, given_share=shares[0], family_share=shares[1])


@lru_cache(maxsize=20_000)
def _at_levels(numbers: tuple[int, ...]) -> Agreement:
    levels = zip(LEVELS.items(), numbers, strict=True)
    held: dict[str, Any] = {field: named[number] if number >= 0 else None for (field, named), number in levels}
    return Agreement(**held)


class Weighing:
    """The weights of a model beside the names of a list."""

    def __init__(self, model: Model, names: WordList) -> None:
        self._model = model
        self._names = names
        self._odds = {field: _Odds.of(model, field) for field in LEVELS}

    def sieved(self, a: Outlines, b: Outlines) -> Sieved:
        """Look at pairs, one of each side; `a` are those who are asked about."""
        pairs = _Pairs(a, b, self._names)
        likely, without_number = self._probabilities(pairs)
        possible = self._model.possible_from * _NEARLY
        numbers_differ = pairs.levels["nhs_number"] == _LEVEL["nhs_number"]["different"]
        one_number = (pairs.levels["nhs_number"] == 0) | (pairs.levels["identifier"] == 0)
        shown = (likely >= possible) | (numbers_differ & (without_number >= possible))
        shown |= one_number | pairs.one_by_one | pairs.unborn_that_fit()
        return Sieved(
            shown=shown,
            against=numbers_differ & ~shown,
            known=~pairs.one_by_one,
            levels=np.stack(list(pairs.levels.values()), axis=1),
            likely=likely,
            shares=np.stack([pairs.given_share, pairs.family_share], axis=1),
        )

    def _probabilities(self, pairs: _Pairs) -> tuple[Floats, Floats]:
        """How likely each pair is one person, with the NHS number and without."""
        same = np.ones(len(pairs.a))
        relative = np.full(len(pairs.a), self._model.relatives)
        stranger = np.full(len(pairs.a), self._model.strangers)
        without = [same, relative, stranger]
        for field, levels in pairs.levels.items():
            odds = self._odds[field]
            said = odds.at(levels, pairs)
            same, relative, stranger = same * said[0], relative * said[1], stranger * said[2]
            if field != "nhs_number":
                without = [each * factor for each, factor in zip(without, said, strict=True)]
        return same / (same + relative + stranger), without[0] / (without[0] + without[1] + without[2])


@dataclass(frozen=True, slots=True)
class _Odds:
    """What each level of a field says under the three readings; the last place is for a field that is not held."""

    readings: tuple[Floats, Floats, Floats]
    given_share: Flags
    family_share: Flags

    @classmethod
    def of(cls, model: Model, field: str) -> _Odds:
        odds = [model.odds(field, level) for level in LEVELS[field]]
        shares = [each.share for each in odds]
        return cls(
            (
                np.array([*(each.same_person for each in odds), 1.0]),
                np.array([*(each.relative for each in odds), 1.0]),
                np.array([*(each.stranger for each in odds), 1.0]),
            ),
            np.array([*(share == "given share" for share in shares), False]),
            np.array([*(share == "family share" for share in shares), False]),
        )

    def at(self, levels: Levels, pairs: _Pairs) -> list[Floats]:
        said = [each[levels] for each in self.readings]
        if self.given_share.any():
            said[2] = np.where(self.given_share[levels], pairs.given_share, said[2])
        if self.family_share.any():
            said[2] = np.where(self.family_share[levels], pairs.family_share, said[2])
        return said


class _Pairs:
    """The levels of many pairs, by field, in the order of the model."""

    def __init__(self, a: Outlines, b: Outlines, names: WordList) -> None:
        self.a, self.b, self._names = a, b, names
        self.one_by_one: Flags = a["beyond"] | b["beyond"]
        self.given_share: Floats = np.zeros(len(a))
        self.family_share: Floats = np.zeros(len(a))
        given, family = self._given(), self._family()
        crossed = self._crossed(given)
        family[crossed] = _NOT_HELD
        whole, month, year = self._birth()
        home = self._home()
        settled = np.isin(home, _ONE_HOME) & (whole == 0) & a["long_grown_up"] & b["long_grown_up"]
        # The sex says something where the names do not tell it.
        sex = _equal(a["sex"], b["sex"])
        sex[(given == SAME) | (given == CLOSE) | crossed] = _NOT_HELD
        given = np.where(given == _NOT_HELD, np.int8(_NOT_HELD), _GIVEN_LEVEL[given])
        given[crossed] = _LEVEL["given_name"]["crossed"]
        self.levels: dict[str, Levels] = {
            "given_name": given,
            "middle_names": self._middle(),
            "family_name": family,
            "date_of_birth": whole,
            "month_of_birth": month,
            "year_of_birth": year,
            "expected_birth": self._expected(),
            "generation": self._generation((whole < 0) & (month < 0) & (year < 0)),
            "sex": sex,
            "home": home,
            "building": self._unheld(),
            "grown_up_together": np.where(settled, np.int8(0), np.int8(_NOT_HELD)),
            "nhs_number": _equal(a["nhs_number"], b["nhs_number"]),
            "identifier": self._identifier(),
        }

    def _unheld(self) -> Levels:
        return np.full(len(self.a), _NOT_HELD, dtype=np.int8)

    def unborn_that_fit(self) -> Flags:
        """Pairs with an unborn child that the rules may hand to a person however unlikely: of one family or home, and
        where the other is born, not known to live elsewhere and born when the child was expected."""
        unborn, other = self.a["unborn"], self.b["unborn"]
        found: Flags = unborn | other
        some = np.flatnonzero(found)
        family, home = self.levels["family_name"][some], self.levels["home"][some]
        one_family = (family >= 0) & (family != _LEVEL["family_name"]["different"]) | np.isin(home, _ONE_HOME)
        both = unborn[some] & other[some]
        fits = _birth_fits(self.a[some], self.b[some], unborn[some])
        found[some] = one_family & (both | (fits & ~np.isin(home, _OTHER_HOME)))
        return found

    # Names.

    def _given(self) -> Levels:
        """The best of all given names, with how common it is; the numbers are those of the order of strength."""
        held = (self.a["given"][:, 0] >= 0) & (self.b["given"][:, 0] >= 0)
        best = np.where(held, np.int8(DIFFERENT), np.int8(_NOT_HELD))
        share = self._names.given_share
        for some, one, other in _both_hold(self.a["given"], self.b["given"]):
            level = self._names.given_levels(one, other)
            shares = np.maximum(share[one], share[other])
            best[some] = _bettered(level, best[some], shares, some, self.given_share, equal=level == best[some])
        in_the_middle = self._also(self.a["given"], self.b["middle"]) | self._also(self.b["given"], self.a["middle"])
        best[held & in_the_middle & (best > MIDDLE)] = MIDDLE
        return best

    def _also(self, given: Any, middle: Any) -> Flags:
        found = np.zeros(len(self.a), dtype=bool)
        for some, one, other in _both_hold(given, middle):
            found[some] |= (one == other) & self._names.longer_than_an_initial(one)
        return found

    def _middle(self) -> Levels:
        held = (self.a["middle"][:, 0] >= 0) & (self.b["middle"][:, 0] >= 0)
        same, initial, different = (
            np.int8(_LEVEL["middle_names"][level]) for level in ("same", "initial", "different")
        )
        found = np.where(held, different, np.int8(_NOT_HELD))
        for some, one, other in _both_hold(self.a["middle"], self.b["middle"]):
            level = self._names.given_levels(one, other)
            here = np.where(level <= CLOSE, same, np.where(level == INITIAL, initial, different))
            found[some] = np.minimum(found[some], here)
        return found

    def _family(self) -> Levels:
        held = (self.a["family"][:, 0] >= 0) & (self.b["family"][:, 0] >= 0)
        number = _LEVEL["family_name"]
        best = np.where(held, np.int8(number["different"]), np.int8(_NOT_HELD))
        for (one_at, other_at), some, one, other in _both_hold_at(self.a["family"], self.b["family"]):
            level = np.full(len(some), number["different"], dtype=np.int8)
            level[self._names.close(one, other)] = number["close"]
            level[self._share_a_half(some, one_at, other_at, one, other)] = number["part"]
            level[one == other] = number["same"]
            equal = (level == best[some]) & (level == number["same"])
            shares = self._names.family_share[one]
            best[some] = _bettered(level, best[some], shares, some, self.family_share, equal=equal)
        return best

    def _share_a_half(self, some: Integers, one_at: int, other_at: int, one: Integers, other: Integers) -> Flags:
        """Whether one of two family names is double-barrelled, and a half of it is in the other."""
        ours, theirs = self.a["halves"][some, one_at], self.b["halves"][some, other_at]
        double, doubled = ours[:, 0] >= 0, theirs[:, 0] >= 0
        found: Flags = np.zeros(len(some), dtype=bool)
        for half in range(ours.shape[1]):
            found |= double & ~doubled & (ours[:, half] == other)
            found |= doubled & ~double & (theirs[:, half] == one)
            for its in range(theirs.shape[1]):
                found |= double & doubled & (ours[:, half] == theirs[:, its])
        return found

    def _crossed(self, given: Levels) -> Flags:
        """The given name of each is a family name of the other, but for a slip in one: as `agreement` has it."""
        one, other = self.a["given"][:, 0], self.b["given"][:, 0]
        held = (one >= 0) & (other >= 0) & (self.a["family"][:, 0] >= 0) & (self.b["family"][:, 0] >= 0)
        some = np.flatnonzero(held & (given > CLOSE) & (one != other))
        same = [self._exchanged(some, *sides, self._names.one_or_its_form) for sides in self._both_ways()]
        some, same = some[same[0] | same[1]], [each[same[0] | same[1]] for each in same]
        close = [self._exchanged(some, *sides, self._names.close) for sides in self._both_ways()]
        found = np.zeros(len(self.a), dtype=bool)
        found[some] = (same[0] | close[0]) & (same[1] | close[1])
        return found

    def _both_ways(self) -> tuple[tuple[Outlines, Outlines], tuple[Outlines, Outlines]]:
        return (self.a, self.b), (self.b, self.a)

    def _exchanged(
        self, some: Integers, mine: Outlines, theirs: Outlines, alike: Callable[[Integers, Integers], Flags]
    ) -> Flags:
        """Whether somebody's given name is alike to a family name of the other, or to a half of one."""
        found = np.zeros(len(some), dtype=bool)
        if len(some):
            names = mine["given"][some, :1]
            for others in (theirs["family"][some], theirs["halves"][some].reshape(len(some), -1)):
                for places, first, second in _both_hold(names, others):
                    found[places] |= alike(first, second)
        return found

    # Births, homes and numbers.

    def _birth(self) -> tuple[Levels, Levels, Levels]:
        a, b = self.a, self.b
        whole, month, year = self._unheld(), self._unheld(), self._unheld()
        held = (a["year"] > 0) & (b["year"] > 0)
        stand_in = [(each["month"] == 1) & (each["day"] == 1) for each in (a, b)]
        one_year = a["year"] == b["year"]
        full = held & (a["day"] > 0) & (b["day"] > 0) & ~((stand_in[0] != stand_in[1]) & one_year)
        of_month = held & ~full & (a["month"] > 0) & (b["month"] > 0) & ~stand_in[0] & ~stand_in[1]
        of_year = held & ~full & ~of_month
        some = np.flatnonzero(full)
        dates = ({part: each[part][some] for part in ("year", "month", "day")} for each in (a, b))
        whole[some] = _whole_date(*dates)
        same_month = one_year & (a["month"] == b["month"])
        month[of_month] = np.where(same_month, 0, _LEVEL["month_of_birth"]["different"])[of_month]
        apart = np.abs(a["year"] - b["year"])
        number = _LEVEL["year_of_birth"]
        levels = np.where(one_year, number["same"], np.where(apart == 1, number["one_off"], number["different"]))
        year[of_year] = levels[of_year]
        return whole, month, year

    def _expected(self) -> Levels:
        level = self._unheld()
        unborn = self.a["unborn"] & self.b["unborn"]
        some = np.flatnonzero(unborn & (self.a["expected"] > 0) & (self.b["expected"] > 0))
        apart = np.abs(self.a["expected"][some] - self.b["expected"][some])
        number = _LEVEL["expected_birth"]
        near = np.where(apart <= agreement.SAME_PREGNANCY.days, number["near"], number["different"])
        level[some] = np.where(apart <= agreement.SAME_SCAN.days, number["same"], near)
        return level

    def _generation(self, unknown: Flags) -> Levels:
        after, before = self.a["earliest"], self.a["latest"]
        since, until = self.b["earliest"], self.b["latest"]
        held = unknown & ((after > 0) | (before > 0)) & ((since > 0) | (until > 0))
        apart = ((before > 0) & (since > 0) & (before < since)) | ((until > 0) & (after > 0) & (until < after))
        number = _LEVEL["generation"]
        level = np.where(apart, np.int8(number["apart"]), np.int8(number["same"]))
        return np.where(held, level, np.int8(_NOT_HELD))

    def _home(self) -> Levels:
        a, b, number = self.a, self.b, _LEVEL["home"]
        held = (a["home"].any(axis=1) & b["home"].any(axis=1)) | (a["postcode"].any(axis=1) & b["postcode"].any(axis=1))
        level = np.where(held, np.int8(number["different"]), np.int8(_NOT_HELD))
        level[_share_one(a["district"], b["district"])] = number["same_district"]
        level[_share_one(a["postcode"], b["postcode"])] = number["same_postcode"]
        level[self._one_first_line()] = number["same_line"]
        level[_share_one(a["home"], b["home"])] = number["same"]
        return level

    def _one_first_line(self) -> Flags:
        found = np.zeros(len(self.a), dtype=bool)
        for one, other in _places(self.a["line"], self.b["line"]):
            line = self.a["line"][:, one]
            once_without = (self.a["postcode"][:, one] == 0) != (self.b["postcode"][:, other] == 0)
            found |= (line != 0) & (line == self.b["line"][:, other]) & once_without
        return found

    def _identifier(self) -> Levels:
        number = _LEVEL["identifier"]
        level = self._unheld()
        level[_share_one(self.a["system"], self.b["system"])] = number["different"]
        level[_share_one(self.a["identifier"], self.b["identifier"])] = number["same"]
        return level


def _bettered(level: Levels, best: Levels, shares: Floats, some: Integers, kept: Floats, *, equal: Flags) -> Levels:
    """The better of two levels; its share is kept, and the lower one of two that are `equal`."""
    better = level < best
    takes = better | (equal & (shares < kept[some]))
    kept[some[takes]] = shares[takes]
    return np.where(better, level, best)


def _places(one: Any, other: Any) -> Iterator[tuple[int, int]]:
    """Each place of the one with each of the other where anybody has something there."""
    empty = NOBODY if one.dtype.kind == "i" else 0
    ours = [place for place in range(one.shape[1]) if (one[:, place] != empty).any()]
    theirs = [place for place in range(other.shape[1]) if (other[:, place] != empty).any()]
    yield from product(ours, theirs)


def _both_hold_at(one: Any, other: Any) -> Iterator[tuple[tuple[int, int], Integers, Integers, Integers]]:
    """For each two places the pairs that have a name in both, and the numbers of these names."""
    for place, its in _places(one, other):
        some = np.flatnonzero((one[:, place] >= 0) & (other[:, its] >= 0))
        yield (place, its), some, one[some, place].astype(np.int64), other[some, its].astype(np.int64)


def _both_hold(one: Any, other: Any) -> Iterator[tuple[Integers, Integers, Integers]]:
    for _, some, mine, theirs in _both_hold_at(one, other):
        yield some, mine, theirs


def _share_one(one: Any, other: Any) -> Flags:
    found = np.zeros(len(one), dtype=bool)
    for place, its in _places(one, other):
        found |= (one[:, place] != 0) & (one[:, place] == other[:, its])
    return found


def _equal(one: Any, other: Any) -> Levels:
    held = (one != 0) & (other != 0)
    return np.where(held, np.where(one == other, np.int8(0), np.int8(1)), np.int8(_NOT_HELD))


def _whole_date(a: Mapping[str, Any], b: Mapping[str, Any]) -> Levels:
    """As `agreement.whole_date_level` has it."""
    number = _LEVEL["date_of_birth"]
    level = np.full(len(a["year"]), number["different"], dtype=np.int8)
    unlike = {part: a[part] != b[part] for part in ("year", "month", "day")}
    many = sum(each.astype(np.int8) for each in unlike.values())
    for part, otherwise in (("year", "other_year"), ("month", "different"), ("day", "other_day")):
        some = np.flatnonzero((many == 1) & unlike[part])
        level[some] = np.where(_slips(a[part][some], b[part][some]), number["slip"], number[otherwise])
    swapped = ~unlike["year"] & (a["month"] == b["day"]) & (a["day"] == b["month"])
    level[swapped] = number["swapped"]
    level[many == 0] = number["same"]
    return level


def _slips(one: Any, other: Any) -> Flags:
    """As `agreement.a_slip_apart` has it, which each two numbers are asked once."""
    both = one.astype(np.int64) << 32 | other
    once = distinct(both)
    known = np.array([_slip(each >> 32, each & 0xFFFFFFFF) for each in once.tolist()], dtype=bool)
    return np.asarray(known[np.searchsorted(once, both)])


_slip = lru_cache(maxsize=100_000)(agreement.a_slip_apart)


def _birth_fits(a: Outlines, b: Outlines, a_is_unborn: Flags) -> Flags:
    expected = np.where(a_is_unborn, a["expected"], b["expected"])
    earliest = np.where(a_is_unborn, b["earliest"], a["earliest"])
    latest = np.where(a_is_unborn, b["latest"], a["latest"])
    known = (expected > 0) & (np.where(a_is_unborn, b["year"], a["year"]) > 0)
    first, last = guards.EARLIEST_BIRTH.days, guards.LATEST_BIRTH.days
    return np.asarray(known & (latest >= expected + first) & (earliest <= expected + last))
