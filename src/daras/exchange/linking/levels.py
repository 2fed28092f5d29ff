"""How many pairs agree, field by field: the levels of `daras.matching.agreement`, in arrays."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from daras.exchange.linking.levels_of_names import LEVEL, NOT_HELD, Flags, Integers, Levels, Names
from daras.exchange.linking.numbering import distinct
from daras.exchange.linking.sides import Side, both_filled
from daras.exchange.linking.wordlist import CLOSE, SAME, WordList
from daras.matching import agreement, guards
from daras.matching.model import LEVELS

_ONE_HOME = (LEVEL["home"]["same"], LEVEL["home"]["same_line"])
_OTHER_HOME = (LEVEL["home"]["different"], LEVEL["home"]["same_district"])


class Pairs:
    """The levels of pairs, one of each side, each worked out when it is asked for."""

    def __init__(self, a: Side, b: Side, names: WordList) -> None:
        self.a, self.b = a, b
        self.names = Names(a, b, names)
        self.whole, self.month, self.year = self._birth()
        self.nhs_number = _equal(a, b, "nhs_number")
        self.identifier = self._identifier()

    def __len__(self) -> int:
        return len(self.a)

    @cached_property
    def by_field(self) -> dict[str, Levels]:
        """Every level, in the order of the model."""
        home = self._home()
        settled = np.isin(home, _ONE_HOME) & (self.whole == 0) & self._both("long_grown_up")
        found: dict[str, Levels] = {
            "given_name": self.names.given,
            "middle_names": self.names.middle,
            "family_name": self.names.family,
            "date_of_birth": self.whole,
            "month_of_birth": self.month,
            "year_of_birth": self.year,
            "expected_birth": self._expected(),
            "generation": self._generation(),
            "sex": self.sex,
            "home": home,
            "building": self._unheld(),
            "grown_up_together": np.where(settled, np.int8(0), np.int8(NOT_HELD)),
            "nhs_number": self.nhs_number,
            "identifier": self.identifier,
        }
        return {field: found[field] for field in LEVELS}

    @property
    def one_number(self) -> Flags:
        """Whether they have a number in common."""
        return np.asarray((self.nhs_number == 0) | (self.identifier == 0))

    @property
    def one_by_one(self) -> Flags:
        """Whether they have to be looked at by themselves, for somebody has more than an outline has places for."""
        return np.asarray(self.a.column("beyond") | self.b.column("beyond"))

    @property
    def plain(self) -> Flags:
        """Of whom all that the rules of `daras.matching.guards` look at stands in the levels and in `facts`: both are
        born, and no given name is the other's middle name."""
        return np.asarray(~(self.one_by_one | self.unborn) & (self.names.given != LEVEL["given_name"]["middle"]))

    @property
    def facts(self) -> Integers:
        """What rules look at beside the levels, a bit for each: whose name is none, who is grown up, and whether they
        were born a generation apart."""
        several = (
            *(side.column(field) for field in ("placeholder", "grown_up") for side in (self.a, self.b)),
            self._a_generation_apart(),
        )
        found = np.zeros(len(self), dtype=np.int64)
        for bit, each in enumerate(several):
            found |= each.astype(np.int64) << bit
        return found

    def _a_generation_apart(self) -> Flags:
        """As `guards.a_generation_apart` has it."""
        a, b = self.a, self.b
        known = (a.column("year") > 0) & (b.column("year") > 0)
        a_first = a.column("earliest") <= b.column("earliest")
        apart = np.where(a_first, b.column("earliest") - a.column("latest"), a.column("earliest") - b.column("latest"))
        whole = (a.column("month") > 0) & (a.column("day") > 0) & ((a.column("month") > 1) | (a.column("day") > 1))
        same_day = (a.column("month") == b.column("month")) & (a.column("day") == b.column("day"))
        return np.asarray(known & (apart >= guards.YEARS_OF_A_GENERATION * 365) & ~(whole & same_day))

    @property
    def unborn(self) -> Flags:
        """Whether one of them is."""
        return np.asarray(self.a.column("unborn") | self.b.column("unborn"))

    def unborn_that_fit(self) -> Flags:
        """Pairs with an unborn child that the rules may hand to a person however unlikely: of one family or home, and
        where the other is born, not known to live elsewhere and born when the child was expected."""
        found = self.unborn.copy()
        some = np.flatnonzero(found)
        family, home = self.by_field["family_name"][some], self.by_field["home"][some]
        one_family = (family >= 0) & (family != LEVEL["family_name"]["different"]) | np.isin(home, _ONE_HOME)
        a, b = self.a.some(some), self.b.some(some)
        fits = _birth_fits(a, b) & ~np.isin(home, _OTHER_HOME)
        found[some] = one_family & ((a.column("unborn") & b.column("unborn")) | fits)
        return found

    def _unheld(self) -> Levels:
        return np.full(len(self.a), NOT_HELD, dtype=np.int8)

    def _both(self, field: str) -> Flags:
        return np.asarray(self.a.column(field) & self.b.column(field))

    @cached_property
    def sex(self) -> Levels:
        """It says something where the names do not tell it."""
        sex = _equal(self.a, self.b, "sex")
        strength = self.names.strength
        sex[(strength == SAME) | (strength == CLOSE) | self.names.crossed] = NOT_HELD
        return sex

    def _birth(self) -> tuple[Levels, Levels, Levels]:
        a, b = self.a, self.b
        whole, month, year = self._unheld(), self._unheld(), self._unheld()
        held = (a.column("year") > 0) & (b.column("year") > 0)
        stand_in = [(each.column("month") == 1) & (each.column("day") == 1) for each in (a, b)]
        one_year = a.column("year") == b.column("year")
        full = held & (a.column("day") > 0) & (b.column("day") > 0) & ~((stand_in[0] != stand_in[1]) & one_year)
        of_month = held & ~full & (a.column("month") > 0) & (b.column("month") > 0) & ~stand_in[0] & ~stand_in[1]
        of_year = held & ~full & ~of_month
        some = np.flatnonzero(full)
        whole[some] = _whole_date(a.some(some), b.some(some))
        same_month = one_year & (a.column("month") == b.column("month"))
        month[of_month] = np.where(same_month, 0, LEVEL["month_of_birth"]["different"])[of_month]
        apart = np.abs(a.column("year") - b.column("year"))
        number = LEVEL["year_of_birth"]
        levels = np.where(one_year, number["same"], np.where(apart == 1, number["one_off"], number["different"]))
        year[of_year] = levels[of_year]
        return whole, month, year

    @property
    def birth_unknown(self) -> Flags:
        """Whether nothing can be said of the births of both."""
        return np.asarray((self.whole < 0) & (self.month < 0) & (self.year < 0))

    def _expected(self) -> Levels:
        level = self._unheld()
        some = np.flatnonzero(self._both("unborn"))
        if len(some):
            one, other = self.a.some(some).column("expected"), self.b.some(some).column("expected")
            apart = np.abs(one - other)
            number = LEVEL["expected_birth"]
            near = np.where(apart <= agreement.SAME_PREGNANCY.days, number["near"], number["different"])
            found = np.where(apart <= agreement.SAME_SCAN.days, number["same"], near)
            level[some] = np.where((one > 0) & (other > 0), found, NOT_HELD)
        return level

    def _generation(self) -> Levels:
        level = self._unheld()
        some = np.flatnonzero(self.birth_unknown)
        if len(some):
            a, b = self.a.some(some), self.b.some(some)
            after, before = a.column("earliest"), a.column("latest")
            since, until = b.column("earliest"), b.column("latest")
            held = ((after > 0) | (before > 0)) & ((since > 0) | (until > 0))
            apart = ((before > 0) & (since > 0) & (before < since)) | ((until > 0) & (after > 0) & (until < after))
            number = LEVEL["generation"]
            level[some] = np.where(held, np.where(apart, number["apart"], number["same"]), NOT_HELD)
        return level

    def _home(self) -> Levels:
        a, b, number = self.a, self.b, LEVEL["home"]
        held = (_any(a, "home") & _any(b, "home")) | (_any(a, "postcode") & _any(b, "postcode"))
        level = np.where(held, np.int8(number["different"]), np.int8(NOT_HELD))
        level[_share_one(a, b, "district")] = number["same_district"]
        level[_share_one(a, b, "postcode")] = number["same_postcode"]
        level[self._one_first_line()] = number["same_line"]
        level[_share_one(a, b, "home")] = number["same"]
        return level

    def _one_first_line(self) -> Flags:
        found = np.zeros(len(self.a), dtype=bool)
        for one, other in both_filled(self.a, "line", self.b, "line"):
            line = self.a.column("line", one)
            once_without = (self.a.column("postcode", one) == 0) != (self.b.column("postcode", other) == 0)
            found |= (line != 0) & (line == self.b.column("line", other)) & once_without
        return found

    def _identifier(self) -> Levels:
        number = LEVEL["identifier"]
        level = self._unheld()
        level[_share_one(self.a, self.b, "system")] = number["different"]
        level[_share_one(self.a, self.b, "identifier")] = number["same"]
        return level


def _any(side: Side, field: str) -> Flags:
    """Whether somebody has something in a field."""
    found = np.zeros(len(side), dtype=bool)
    for place in side.of.filled(field):
        found |= side.column(field, place) != 0
    return found


def _share_one(a: Side, b: Side, field: str) -> Flags:
    found = np.zeros(len(a), dtype=bool)
    for place, its in both_filled(a, field, b, field):
        one = a.column(field, place)
        found |= (one != 0) & (one == b.column(field, its))
    return found


def _equal(a: Side, b: Side, field: str) -> Levels:
    level = np.full(len(a), NOT_HELD, dtype=np.int8)
    if a.of.filled(field) and b.of.filled(field):
        one, other = a.column(field), b.column(field)
        held = (one != 0) & (other != 0)
        level[held] = (one != other)[held]
    return level


def _whole_date(a: Side, b: Side) -> Levels:
    """As `agreement.whole_date_level` has it."""
    number = LEVEL["date_of_birth"]
    level = np.full(len(a), number["different"], dtype=np.int8)
    unlike = {part: a.column(part) != b.column(part) for part in ("year", "month", "day")}
    many = sum(each.astype(np.int8) for each in unlike.values())
    for part, otherwise in (("year", "other_year"), ("month", "different"), ("day", "other_day")):
        some = np.flatnonzero((many == 1) & unlike[part])
        level[some] = np.where(_slips(a.column(part)[some], b.column(part)[some]), number["slip"], number[otherwise])
    swapped = ~unlike["year"] & (a.column("month") == b.column("day")) & (a.column("day") == b.column("month"))
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


def _birth_fits(a: Side, b: Side) -> Flags:
    """Whether the one who is born, where one is, may have been expected on the day of the other."""
    a_is_unborn = a.column("unborn")
    expected = np.where(a_is_unborn, a.column("expected"), b.column("expected"))
    earliest = np.where(a_is_unborn, b.column("earliest"), a.column("earliest"))
    latest = np.where(a_is_unborn, b.column("latest"), a.column("latest"))
    known = (expected > 0) & (np.where(a_is_unborn, b.column("year"), a.column("year")) > 0)
    first, last = guards.EARLIEST_BIRTH.days, guards.LATEST_BIRTH.days
    return np.asarray(known & (latest >= expected + first) & (earliest <= expected + last))
