"""Field by field, how far two descriptions of a person agree. Every function here is the same both ways round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from daras.matching import names
from daras.matching.dates import BirthDate
from daras.matching.features import PersonFeatures
from daras.matching.names import Name, NameShares

#: From the strongest level to the weakest, for choosing the best of several names.
GIVEN_ORDER = ("same", "short_form", "close", "middle", "may_share", "lookalike", "initial", "different")
_GIVEN_RANK = {level: rank for rank, level in enumerate(GIVEN_ORDER)}
_ONE_GIVEN = frozenset(("same", "short_form", "close"))
FAMILY_ORDER = ("same", "part", "close", "different")
_FAMILY_RANK = {level: rank for rank, level in enumerate(FAMILY_ORDER)}

YEARS_LONG_GROWN_UP = 10
#: Two records of one pregnancy hold expected dates this far apart at the most, before and after a scan; after it, less.
SAME_PREGNANCY, SAME_SCAN = timedelta(days=42), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The level of each field, None where one side does not hold it. `share` fields: how common the agreeing name
    is."""

    given_name: str | None
    middle_names: str | None
    family_name: str | None
    date_of_birth: str | None
    month_of_birth: str | None
    year_of_birth: str | None
    sex: str | None
    home: str | None
    building: str | None
    nhs_number: str | None
    identifier: str | None
    expected_birth: str | None = None
    generation: str | None = None
    grown_up_together: str | None = None
    given_share: float = 0.0
    family_share: float = 0.0

    @property
    def same_identifier(self) -> bool:
        return "same" in (self.nhs_number, self.identifier)

    @property
    def birth(self) -> str | None:
        """The level of the date of birth at whatever precision both sides hold."""
        return self.date_of_birth or self.month_of_birth or self.year_of_birth


def agreement(a: PersonFeatures, b: PersonFeatures, shares: NameShares) -> Agreement:
    """How far two descriptions agree; the order of the two does not matter."""
    given, given_share, family, family_share = of_names(a, b, shares)
    whole, month, year = of_births(a.date_of_birth, b.date_of_birth)
    home, building = _home(a, b)
    settled = home in {"same", "same_line"} and whole == "same" and long_grown_up(a) and long_grown_up(b)
    return Agreement(
        given_name=given,
        middle_names=_middle(a.middle_names, b.middle_names),
        family_name=family,
        date_of_birth=whole,
        month_of_birth=month,
        year_of_birth=year,
        sex=of_sexes(given, a.sex, b.sex),
        home=home,
        building=building,
        nhs_number=_equal(a.nhs_number, b.nhs_number),
        identifier=_identifier(a.identifiers, b.identifiers),
        expected_birth=_expected(a, b),
        generation=None if whole or month or year else _generation(a, b),
        grown_up_together="same" if settled else None,
        given_share=given_share,
        family_share=family_share,
    )


def of_names(a: PersonFeatures, b: PersonFeatures, shares: NameShares) -> tuple[str | None, float, str | None, float]:
    """The levels of given and family name, each with how common the agreeing name is; of names that were exchanged, the
    family name's is none."""
    given, given_share = _given(a, b, shares)
    family, family_share = _family(a, b, shares)
    if given not in _ONE_GIVEN and _crossed(a, b):
        return "crossed", given_share, None, family_share
    return given, given_share, family, family_share


def of_sexes(given: str | None, one: str | None, other: str | None) -> str | None:
    """The level of the sex, which is looked at only where the level of the given name does not tell it."""
    return None if given in {"same", "close", "crossed"} else _equal(one, other)


def _equal(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return None
    return "same" if one == other else "different"


def _crossed(a: PersonFeatures, b: PersonFeatures) -> bool:
    """The given name of each is a family name of the other, but for a slip in one of them, and the two differ. A short
    form is the name: Penrose Kate is Katherine Penrose."""
    if not (a.given and a.family and b.given and b.family) or a.given.plain == b.given.plain:
        return False
    there, here = _is_family_name(a.given.plain, b), _is_family_name(b.given.plain, a)
    if not (there or here):
        return False
    return (there or _is_nearly_one(a.given.plain, b)) and (here or _is_nearly_one(b.given.plain, a))


def _is_family_name(given: str, other: PersonFeatures) -> bool:
    """Whether somebody's given name, or another form of it, stands as a family name of the other."""
    forms = names.classes(given)
    return any(name in forms or given in names.classes(name) for name in _family_words(other))


def _is_nearly_one(given: str, other: PersonFeatures) -> bool:
    return any(close(given, name) for name in _family_words(other))


def _family_words(other: PersonFeatures) -> list[str]:
    return [part for name in other.family_names for part in (name.plain, *name.parts)]


def _given(a: PersonFeatures, b: PersonFeatures, shares: NameShares) -> tuple[str | None, float]:
    if not a.given_names or not b.given_names:
        return None, 0.0
    best, share = "different", 0.0
    for one, other in product(a.given_names, b.given_names):
        level = given_level(one.plain, other.plain)
        share_here = max(shares.of_given(one.plain), shares.of_given(other.plain))
        if _GIVEN_RANK[level] < _GIVEN_RANK[best] or (level == best and share_here < share):
            best, share = level, share_here
    in_the_middle = _also(a.given_names, b.middle_names) or _also(b.given_names, a.middle_names)
    if in_the_middle and _GIVEN_RANK["middle"] < _GIVEN_RANK[best]:
        best = "middle"
    return best, share


def _also(given: Iterable[Name], middle: Sequence[Name]) -> bool:
    return bool(middle) and not {name.plain for name in given}.isdisjoint(
        name.plain for name in middle if len(name.plain) > 1
    )


@lru_cache(maxsize=500_000)
def given_level(one: str, other: str) -> str:
    """How two plain given names agree. Two names that people bear are never taken for a slip of one another."""
    if one == other:
        return "same"
    if names.same_class(one, other):
        return "short_form"
    if names.share_class(one, other):
        return "may_share"
    if min(len(one), len(other)) == 1:
        return "initial" if one[0] == other[0] else "different"
    if not close(one, other):
        return "different"
    shares = names.name_shares()
    return "lookalike" if shares.is_a_given_name(one) and shares.is_a_given_name(other) else "close"


@lru_cache(maxsize=500_000)
def close(one: str, other: str) -> bool:
    """Whether two plain names sound the same or are a slip apart (two slips in seven letters or more)."""
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    allowed = 3 if names.sound(one) == names.sound(other) else 2 if shorter >= 7 else 1
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _middle(one: tuple[Name, ...], other: tuple[Name, ...]) -> str | None:
    if not one or not other:
        return None
    ours, theirs = {name.plain for name in one}, {name.plain for name in other}
    if ours & theirs or any(given_level(x, y) in {"short_form", "close"} for x in ours for y in theirs):
        return "same"
    return "initial" if any(given_level(x, y) == "initial" for x in ours for y in theirs) else "different"


def _family(a: PersonFeatures, b: PersonFeatures, shares: NameShares) -> tuple[str | None, float]:
    if not a.family_names or not b.family_names:
        return None, 0.0
    best, share = "different", 0.0
    for one, other in product(a.family_names, b.family_names):
        level = family_level(one, other)
        share_here = shares.of_family(one.plain)
        if _FAMILY_RANK[level] < _FAMILY_RANK[best] or (level == best == "same" and share_here < share):
            best, share = level, share_here
    return best, share


def family_level(one: Name, other: Name) -> str:
    """How two family names agree; halves of double-barrelled names count for part."""
    if one.plain == other.plain:
        return "same"
    if len(one.parts) + len(other.parts) > 2 and not set(one.parts).isdisjoint(other.parts):
        return "part"
    return "close" if close(one.plain, other.plain) else "different"


def of_births(one: BirthDate | None, other: BirthDate | None) -> tuple[str | None, str | None, str | None]:
    """The level of the whole date, or of month and year, or of the year: at the coarser precision of the two."""
    if one is None or other is None:
        return None, None, None
    if one.full and other.full and not (one.usual_stand_in != other.usual_stand_in and one.year == other.year):
        return whole_date_level(one, other), None, None
    if one.month and other.month and not one.usual_stand_in and not other.usual_stand_in:
        return None, "same" if (one.year, one.month) == (other.year, other.month) else "different", None
    apart = abs(one.year - other.year)
    return None, None, "same" if apart == 0 else "one_off" if apart == 1 else "different"


def _expected(a: PersonFeatures, b: PersonFeatures) -> str | None:
    """How near the days lie on which two unborn children are expected."""
    if not (a.unborn and b.unborn and a.expected_birth and b.expected_birth):
        return None
    apart = abs(a.expected_birth - b.expected_birth)
    return "same" if apart <= SAME_SCAN else "near" if apart <= SAME_PREGNANCY else "different"


def _generation(a: PersonFeatures, b: PersonFeatures) -> str | None:
    """Where no dates of birth can be compared: whether both may have been born on one day, as far as it is known of
    each that they were a child or an adult on some day."""
    (after, before), (since, until) = born_between(a), born_between(b)
    if not (after or before) or not (since or until):
        return None
    return "apart" if (before and since and before < since) or (until and after and until < after) else "same"


def born_between(features: PersonFeatures) -> tuple[date | None, date | None]:
    """From and to which day somebody was born, as far as it is known."""
    born = features.date_of_birth
    return (born.earliest, born.latest) if born else (features.born_from, features.born_to)


def whole_date_level(one: BirthDate, other: BirthDate) -> str:
    """Same; day and month swapped; one part a slip away; only the day or only the year another; or different."""
    if one == other:
        return "same"
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return "swapped"
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    unequal = [(x or 0, y or 0) for x, y in pairs if x != y]
    if len(unequal) > 1:
        return "different"
    if a_slip_apart(*unequal[0]):
        return "slip"
    return "other_day" if one.day != other.day else "other_year" if one.year != other.year else "different"


def a_slip_apart(one: int, other: int) -> bool:
    """One digit differs, two neighbours are exchanged, or the numbers are next to each other."""
    width = max(len(str(one)), len(str(other)))
    return abs(one - other) == 1 or OSA.distance(str(one).zfill(width), str(other).zfill(width)) == 1


def _home(a: PersonFeatures, b: PersonFeatures) -> tuple[str | None, str | None]:
    """The level of the home, or, where only a building of many households agrees, that of the building."""
    same = a.address_keys & b.address_keys
    shared = {home.key for home in (*a.homes, *b.homes) if home.shared}
    if same - shared:
        return "same", None
    if same:
        return None, "same"
    ours, theirs = a.postcodes, b.postcodes
    same_line = _one_first_line(a, b)
    if same_line - shared:
        return "same_line", None
    if same_line:
        return None, "same"
    if ours & theirs:
        return "same_postcode", None
    # The postcode district: TR14 of TR14 8QT.
    if not {postcode[:-3] for postcode in ours}.isdisjoint(postcode[:-3] for postcode in theirs):
        return "same_district", None
    held = (a.address_keys and b.address_keys) or (ours and theirs)
    return ("different" if held else None), None


def _one_first_line(a: PersonFeatures, b: PersonFeatures) -> set[str]:
    """The keys of homes that have one first line where one of the two was written without its postcode: 22 Trevenson
    Close, Camborne, and 22 Trevenson Close, TR14 8AB. A line that tells little ("Flat 2") is none."""
    found: set[str] = set()
    for one, other in product(a.homes, b.homes):
        once_without = (one.postcode is None) != (other.postcode is None)
        if once_without and one.first_line and one.first_line == other.first_line:
            found.update(home.key for home in (one, other) if home.key)
    return found


def long_grown_up(features: PersonFeatures) -> bool:
    """Whether somebody had been grown up for ten years when they were told of."""
    born, grown_up = features.date_of_birth, features.born_to
    return bool(born and grown_up and born.latest.year + YEARS_LONG_GROWN_UP < grown_up.year)


def _identifier(one: frozenset[str], other: frozenset[str]) -> str | None:
    if one & other:
        return "same"
    systems = {value.partition(":")[0] for value in one}
    return "different" if any(value.partition(":")[0] in systems for value in other) else None
