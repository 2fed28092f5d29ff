"""How likely a pair may be at the most, by what costs little to look at: most of those who share a key with somebody
share a common name or a birthday and nothing else, and need not be weighed whole (A5).

What is left out here is what `comparison.judge` would find unlikely before any rule is asked: no answer changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from daras.matching.agreement import of_births, of_names, of_sexes
from daras.matching.dates import BirthDate
from daras.matching.features import PersonFeatures
from daras.matching.model import Model, Odds
from daras.matching.profiles import Described, family_names, given_names

#: Sums in another order differ in their last digits.
_ALMOST = 1 - 1e-9


class Lead(NamedTuple):
    """How many times as often something is seen of one person as of two relatives, and of two strangers."""

    over_relatives: float
    over_strangers: float

    def and_(self, other: Lead) -> Lead:
        """Both seen together."""
        return Lead(self.over_relatives * other.over_relatives, self.over_strangers * other.over_strangers)

    def at_most(self, *others: Lead) -> Lead:
        """Not known which of these is seen: the most that each reading may fall behind."""
        every = (self, *others)
        return Lead(max(each.over_relatives for each in every), max(each.over_strangers for each in every))


NOTHING_SEEN = Lead(1.0, 1.0)


class Outlook:
    """One person asked about, beside many records.

    What they have in common in names and births is worked out once for all records that have the same: those of one
    question mostly do.
    """

    def __init__(self, asked: PersonFeatures, model: Model) -> None:
        self._asked = asked
        self._model = model
        self._names: dict[tuple[tuple[str, ...], tuple[str, ...], str], Lead] = {}
        self._births: dict[str, Lead] = {}
        self._address_keys, self._postcodes = asked.address_keys, asked.postcodes
        self._districts = frozenset(postcode[:-3] for postcode in self._postcodes)
        self._a_home_without_postcode = any(home.postcode is None for home in asked.homes)
        home, together = model.by_field["home"], model.by_field["grown_up_together"]["same"]
        one_home = NOTHING_SEEN.at_most(*_leads(home), *_leads(model.by_field["building"]))
        self._one_home = one_home.and_(NOTHING_SEEN.at_most(_lead(together)))
        self._same_postcode, self._same_district = _lead(home["same_postcode"]), _lead(home["same_district"])
        self._other_home = _lead(home["different"])
        self._other_number = NOTHING_SEEN.at_most(_lead(model.by_field["identifier"]["different"]))
        self._middle_names = NOTHING_SEEN.at_most(*_leads(model.by_field["middle_names"]))
        self._generation = NOTHING_SEEN.at_most(*_leads(model.by_field["generation"]))

    def may_count(self, row: Described, possible_from: float) -> bool:
        """Whether the record may be the person: it has to be weighed.

        Numbers that agree and unborn children are always weighed: rules may show them however unlikely. Two NHS numbers
        that differ are taken out of the weighing, so the rest alone has to make it likely.
        """
        asked = self._asked
        if asked.unborn or row.unborn or (asked.nhs_number and asked.nhs_number == row.nhs_number):
            return True
        if not asked.identifiers.isdisjoint(row.identifiers):
            return True
        names = self._names_of(row)
        birth = self._births.get(row.birth) or self._birth(row.birth)
        home = self._home(row)
        over_relatives = names.over_relatives * birth.over_relatives * home.over_relatives
        over_strangers = names.over_strangers * birth.over_strangers * home.over_strangers
        if asked.middle_names and row.middle_names:
            over_relatives *= self._middle_names.over_relatives
            over_strangers *= self._middle_names.over_strangers
        if asked.identifiers and row.identifiers:
            over_relatives *= self._other_number.over_relatives
            over_strangers *= self._other_number.over_strangers
        against = self._model.relatives / over_relatives + self._model.strangers / over_strangers
        return 1 / (1 + against) >= possible_from * _ALMOST

    def speaks_against(self, row: Described) -> bool:
        """Whether the record has another NHS number: where somebody may be the person by another record of theirs, it
        bears on the decision however unlikely it is by itself."""
        asked = self._asked
        return bool(asked.nhs_number and row.nhs_number and asked.nhs_number != row.nhs_number)

    def _names_of(self, row: Described) -> Lead:
        key = (tuple(row.given_names), tuple(row.family_names), row.sex)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._name(*key)
        return found

    def _name(self, given: tuple[str, ...], family: tuple[str, ...], sex: str) -> Lead:
        named = PersonFeatures(given_names=given_names(given), family_names=family_names(family))
        at_given, given_share, at_family, family_share = of_names(self._asked, named, self._model.shares)
        lead = self._seen("given_name", at_given, given_share)
        if at_given not in {None, "same", "short_form", "close", "crossed"}:
            lead = lead.at_most(self._seen("given_name", "middle"))
        lead = lead.and_(self._seen("family_name", at_family, family_share))
        return lead.and_(self._seen("sex", of_sexes(at_given, self._asked.sex, sex or None)))

    def _birth(self, written: str) -> Lead:
        whole, month, year = of_births(self._asked.date_of_birth, BirthDate.parse(written))
        if whole or month or year:
            lead = self._seen("date_of_birth", whole).and_(self._seen("month_of_birth", month))
            lead = lead.and_(self._seen("year_of_birth", year))
        else:
            lead = self._generation
        self._births[written] = lead
        return lead

    def _home(self, row: Described) -> Lead:
        if not self._asked.homes or not row.home_keys:
            return NOTHING_SEEN
        without_postcode = self._a_home_without_postcode or "" in row.home_postcodes
        if without_postcode or not self._address_keys.isdisjoint(row.home_keys):
            return self._one_home
        if not self._postcodes.isdisjoint(row.home_postcodes):
            return self._same_postcode
        if not self._districts.isdisjoint([postcode[:-3] for postcode in row.home_postcodes]):
            return self._same_district
        return self._other_home

    def _seen(self, field: str, level: str | None, share: float = 0.0) -> Lead:
        return NOTHING_SEEN if level is None else _lead(self._model.by_field[field][level], share)


def _lead(odds: Odds, share: float = 0.0) -> Lead:
    stranger = share if odds.share else odds.stranger
    return Lead(odds.same_person / odds.relative, odds.same_person / stranger if stranger else math.inf)


def _leads(levels: Mapping[str, Odds]) -> list[Lead]:
    return [_lead(odds) for odds in levels.values()]
