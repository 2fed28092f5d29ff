"""Rules about pairs of people that weights alone get wrong, each in business words.

A guard says that a pair may be at most a possible match (a person decides), or none at all, or must at least be
shown to a person. Guards never make a match.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from daras.matching.agreement import Agreement
from daras.matching.dates import BirthDate, years_between
from daras.matching.features import PersonFeatures
from daras.matching.model import GIVEN_NAME_ALONE, NAMES_ALONE, NO_HOME_IN_COMMON

Effect = Literal["none", "at most possible", "for a person"]

#: A child is born between these of the expected date: the earliest that lives, and a late one (days).
EARLIEST_BIRTH, LATEST_BIRTH = timedelta(days=-119), timedelta(days=28)
YEARS_OF_A_GENERATION = 14

_AGREES = frozenset(("same", "part", "close"))
_OTHER_BIRTH = frozenset(("different", "other_day", "other_year", "one_off"))
_OTHER_HOME = frozenset(("different", "same_district"))
#: The home, also where one of the two addresses was written without its postcode.
_ONE_HOME = frozenset(("same", "same_line"))
_ONE_GIVEN = frozenset(("same", "short_form", "close"))
_ONE_BIRTH = frozenset(("same", "swapped"))
_CLEARLY_OTHER_GIVEN = frozenset(("different", "lookalike", "initial"))


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that holds for a pair: what it is called, what it does to the decision, and why in words.

    `against_person`: it speaks against the whole person, whichever of their records it holds for; else it is about
    this pair alone. `unless_another`: it is held back only because somebody else may be meant, so it falls where nobody
    else is known who may be (`grouping.conclude`).
    """

    name: str
    effect: Effect
    why: str
    against_person: bool = False
    unless_another: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two descriptions and how far they agree."""

    a: PersonFeatures
    b: PersonFeatures
    agreed: Agreement


def guards(a: PersonFeatures, b: PersonFeatures, agreed: Agreement) -> tuple[Guard, ...]:
    """Every rule that holds for the pair, in the order in which they are told."""
    if _plainly_one(agreed) and not (a.unborn or b.unborn or a.placeholder_name or b.placeholder_name):
        return ()
    pair = Pair(a, b, agreed)
    return tuple(guard for rule in _RULES if (guard := rule(pair)))


def _plainly_one(agreed: Agreement) -> bool:
    """Whether one given name and one date of birth agree, and neither family name nor NHS number speaks against it: of
    two born people with real names no rule below holds then, so that none need be asked."""
    if agreed.family_name == "different" or agreed.nhs_number == "different":
        return False
    return agreed.date_of_birth in _ONE_BIRTH and agreed.given_name in _ONE_GIVEN


def conflicting_nhs_numbers(pair: Pair) -> Guard | None:
    """Two possible NHS numbers that differ are never one person without somebody saying so; design: Persons.

    One of the numbers may be mistaken (a mother's in her baby's record, a record made twice), so where all else
    speaks for one person it is shown.
    """
    if pair.agreed.nhs_number != "different":
        return None
    why = "The NHS numbers differ: a person has to decide."
    return Guard("conflicting NHS numbers", "for a person", why, against_person=True)


def same_number_other_person(pair: Pair) -> Guard | None:
    """One identifier on two people who clearly differ: a given name and a date of birth that disagree, or one of
    these and the family name."""
    if not pair.agreed.same_identifier:
        return None
    disagree = (
        pair.agreed.given_name in {"different", "lookalike"},
        pair.agreed.birth in _OTHER_BIRTH,
        pair.agreed.family_name == "different",
    )
    if sum(disagree) < 2:
        return None
    why = "The same number stands on two people who seem to differ."
    return Guard("same number, other person", "for a person", why, against_person=True)


def likely_twins(pair: Pair) -> Guard | None:
    """Likely twins: the same whole date of birth, the same family name or home, and given names that are not one
    name.

    Names that only look alike (Jayden and Hayden) may be a mistake, so those are left to a person. So is another given
    name that may be an alias: of somebody grown up (another name is then about as common as a twin), before the same
    middle name, or with another family name too. It is left to the weights where it is no twin's (`_another_name`).
    Short forms of one name (Bob and Rob) are left to the weights for grown-ups; of children they may be two names (Mia
    and Millie), so a middle name has to agree as well.
    """
    if (
        pair.agreed.same_identifier
        or pair.agreed.date_of_birth not in {"same", "swapped"}
        or not _one_family(pair.agreed)
    ):
        return None
    if pair.agreed.given_name == "middle" and _perhaps_the_twins_name(pair):
        return Guard(
            "likely twins", "at most possible", "Perhaps twins: one's given name is only a middle name of the other."
        )
    if pair.agreed.given_name in {"different", "initial"}:
        if _another_name(pair):
            return None
        if _perhaps_an_alias(pair) and pair.agreed.nhs_number is None:
            why = "Twins, or another name of one person: the same date of birth and family, but another given name."
            return Guard("likely twins", "at most possible", why)
        return Guard("likely twins", "none", "Likely twins: the same date of birth and family, but another given name.")
    children = pair.a.born_to is None and pair.b.born_to is None
    perhaps_two = pair.agreed.given_name == "may_share" and children and pair.agreed.middle_names != "same"
    if pair.agreed.given_name == "lookalike" or perhaps_two:
        return Guard(
            "likely twins", "at most possible", "Perhaps twins: given names that look alike but are two names."
        )
    return None


def likely_siblings(pair: Pair) -> Guard | None:
    """Brothers, sisters, parents, partners: one family or home, but another given name and another date of birth."""
    if pair.agreed.same_identifier or not _one_family(pair.agreed):
        return None
    if pair.agreed.given_name not in _CLEARLY_OTHER_GIVEN or pair.agreed.birth not in _OTHER_BIRTH:
        return None
    return Guard("one family", "none", "Of one family or home, but with another given name and another date of birth.")


def parent_and_child_of_one_name(pair: Pair) -> Guard | None:
    """A parent and a child may bear one name: born at least fourteen years apart, and not on the same day of a year
    that may be mistaken."""
    if (
        pair.agreed.same_identifier
        or pair.agreed.given_name in {None, *_CLEARLY_OTHER_GIVEN}
        or pair.agreed.family_name not in _AGREES
    ):
        return None
    if not a_generation_apart(pair.a.date_of_birth, pair.b.date_of_birth):
        return None
    return Guard(
        "a generation apart", "none", "The same name, but born a generation apart, as parent and child may be."
    )


def unborn_then_born(pair: Pair) -> Guard | None:
    """An unborn child and a born one may be the same when the birth fits the expected date and the family name or
    home agrees, and their homes are not known to differ. Always for a person: there may be twins.

    It does not speak against the person: a record from before birth that somebody has settled is this child's takes
    nothing from what the child's own record says.
    """
    if pair.a.unborn == pair.b.unborn:
        return None
    if not (_birth_fits(pair.a, pair.b) and _one_family(pair.agreed)) or pair.agreed.home in _OTHER_HOME:
        return Guard("unborn", "none", "One is an unborn child, and the dates or the family do not fit.")
    name = "unborn then born" if _one_home_or_building(pair.agreed) else NO_HOME_IN_COMMON
    return Guard(name, "for a person", "The unborn child may be the one born: the dates and the family fit.")


def two_records_of_an_unborn_child(pair: Pair) -> Guard | None:
    """Before birth a child is known by the mother's family name and home and by the day that is expected: two records
    with all three are of one pregnancy, and where twins are known to be expected there are two that fit, of which
    neither is matched. Anything less is for a person.

    A scan moves the expected day by some weeks; somebody else of that name, in another home, is expected on another.
    """
    if not (pair.a.unborn and pair.b.unborn):
        return None
    agreed = pair.agreed
    fits = {"same", None} if agreed.home in _OTHER_HOME else {"same", "near", None}
    if not _one_family(agreed) or agreed.expected_birth not in fits:
        return Guard("unborn", "none", "Both are unborn children, and the dates or the family do not fit.")
    if agreed.expected_birth == "same" and agreed.family_name in _AGREES and _one_home_or_building(agreed):
        return None
    name = "unborn" if _one_home_or_building(agreed) else NO_HOME_IN_COMMON
    return Guard(name, "for a person", "Two records of an unborn child with near expected dates and one family.")


def no_real_name(pair: Pair) -> Guard | None:
    """Without a given name ("baby", "unknown", nothing) the family, the home and the date of birth are a twin's as
    well. A match needs the date of birth and an identifier; or the date of birth, the family name and what a twin
    hardly shares: a middle name, or of grown-ups the home. A child told of without a name, of one birthday, family
    name, home and sex, is matched only where nobody else is known whom that may be: no twin, born or expected.
    """
    agreed = pair.agreed
    if pair.a.unborn or pair.b.unborn:
        return None
    placeholder = pair.a.placeholder_name or pair.b.placeholder_name
    if agreed.given_name is not None and (not placeholder or agreed.given_name == agreed.family_name == "same"):
        return None
    if agreed.date_of_birth == "same" and (agreed.same_identifier or _told_without_a_name(pair)):
        return None
    why = "One of them has no real name, so a person has to decide."
    return Guard("no real name", "at most possible", why, unless_another=_but_for_the_name(agreed))


def _but_for_the_name(agreed: Agreement) -> bool:
    """Whether all agrees but the name that one of them does not have: birthday, family name, home and sex."""
    if agreed.given_name is not None or agreed.date_of_birth != "same" or agreed.sex != "same":
        return False
    return agreed.family_name in _AGREES and agreed.home in _ONE_HOME


def _told_without_a_name(pair: Pair) -> bool:
    grown_up = pair.a.born_to is not None or pair.b.born_to is not None
    unlike_twins = pair.agreed.middle_names == "same" or (grown_up and pair.agreed.home in _ONE_HOME)
    return unlike_twins and pair.agreed.family_name in _AGREES


def names_alone(pair: Pair) -> Guard | None:
    """Names are not enough: a match needs a date of birth or an identifier that agrees, or both names at one home.

    A given and a family name at one address may be a father's and his son's: so both must have been told of as
    children, or both as adults, or bear one middle name.
    """
    agreed = pair.agreed
    if pair.a.unborn or pair.b.unborn:
        return None  # rules of their own, above
    born = agreed.date_of_birth in {"same", "swapped", "slip"}
    roughly = "same" in (agreed.month_of_birth, agreed.year_of_birth)
    if born or roughly or agreed.same_identifier or _one_name(agreed):
        return None
    name = NAMES_ALONE if _nothing_but_names(agreed) else "hardly more than names"
    return Guard(name, "at most possible", "Neither a date of birth nor a number agrees in both.")


def given_name_alone(pair: Pair) -> Guard | None:
    """A given name and a birthday are also those of somebody else in the county, for people of one age bear the same
    names; and another family in the same postcode are mostly the neighbours. Without the family name, the middle name
    or the home, and with no number that agrees, a person decides, and only where it is as likely as not.
    """
    agreed = pair.agreed
    if agreed.same_identifier or agreed.family_name != "different" or agreed.middle_names == "same":
        return None
    if pair.a.unborn or pair.b.unborn or agreed.building:
        return None
    one_given = agreed.given_name in _ONE_GIVEN
    namesakes = agreed.home == "different" and one_given and agreed.date_of_birth in {"same", "swapped", "slip"}
    both = one_given and agreed.date_of_birth in _ONE_BIRTH
    neighbours = agreed.home == "same_postcode" and not both
    if not (namesakes or neighbours):
        return None
    return Guard(GIVEN_NAME_ALONE, "at most possible", "Another family name and another home: perhaps a namesake.")


_RULES: tuple[Callable[[Pair], Guard | None], ...] = (
    conflicting_nhs_numbers,
    same_number_other_person,
    likely_twins,
    likely_siblings,
    parent_and_child_of_one_name,
    unborn_then_born,
    two_records_of_an_unborn_child,
    no_real_name,
    names_alone,
    given_name_alone,
)


def _one_family(agreed: Agreement) -> bool:
    return agreed.family_name in _AGREES or agreed.home in _ONE_HOME


def _one_name(agreed: Agreement) -> bool:
    """Both names, and one home, building or middle name, with nothing known that tells two generations apart."""
    one_by_one = agreed.given_name in _ONE_GIVEN and agreed.family_name in _AGREES
    if not (one_by_one or agreed.given_name == "crossed"):
        return False
    home = _one_home_or_building(agreed)
    if agreed.birth is None and agreed.generation == "same":
        return home or agreed.middle_names == "same"
    if agreed.birth is None:
        return agreed.generation is None and agreed.home == "same" == agreed.middle_names
    return agreed.birth in {"other_day", "other_year"} and (home or agreed.middle_names == "same")


def _one_home_or_building(agreed: Agreement) -> bool:
    return agreed.home in _ONE_HOME or agreed.building == "same"


def _nothing_but_names(agreed: Agreement) -> bool:
    near_home = agreed.home is not None and agreed.home not in _OTHER_HOME
    third = agreed.middle_names in {"same", "initial"} or agreed.birth in {"other_day", "other_year"}
    return not (near_home or third or agreed.building)


def _perhaps_the_twins_name(pair: Pair) -> bool:
    """Whether a given name that is the other's middle name may be the twin's: of children always; of grown-ups, who may
    go by their middle name, where it stands before a middle name of its own (Jack William is not Thomas Jack)."""
    if pair.a.born_to is None and pair.b.born_to is None:
        return True
    if pair.agreed.middle_names != "different":
        return False
    ours, theirs = ({name.plain for name in each.given_names} for each in (pair.a, pair.b))
    both = ours & {name.plain for name in pair.b.middle_names} and theirs & {name.plain for name in pair.a.middle_names}
    return not both


def _another_name(pair: Pair) -> bool:
    """Whether another given name is rather an alias than a twin's: of grown-ups of one family with one birthday and no
    number that tells them apart, who bear one middle name (twins are seldom given one), or who live in one home ten
    years after they grew up (twins of that age hardly do)."""
    agreed = pair.agreed
    if agreed.nhs_number is not None or agreed.family_name not in _AGREES or agreed.date_of_birth != "same":
        return False
    if agreed.sex == "different" or agreed.given_name != "different":
        return False
    if agreed.middle_names == "same":
        return pair.a.born_to is not None and pair.b.born_to is not None
    return agreed.grown_up_together == "same"


def _perhaps_an_alias(pair: Pair) -> bool:
    grown_up = pair.a.born_to is not None or pair.b.born_to is not None
    return grown_up or pair.agreed.middle_names == "same" or pair.agreed.family_name == "different"


def a_generation_apart(one: BirthDate | None, other: BirthDate | None) -> bool:
    """Whether two were born a generation apart, and not on the same day of a year that may be mistaken."""
    if one is None or other is None:
        return False
    return years_between(one, other) >= YEARS_OF_A_GENERATION and not _one_birthday(one, other)


def _one_birthday(one: BirthDate, other: BirthDate) -> bool:
    return bool(one.month and one.day) and (one.month, one.day) == (other.month, other.day) and not one.usual_stand_in


def _birth_fits(a: PersonFeatures, b: PersonFeatures) -> bool:
    """Whether the one of the two who is born may have been expected on the day of the other."""
    unborn, born = (a, b) if a.unborn else (b, a)
    if unborn.expected_birth is None or born.date_of_birth is None:
        return False
    earliest, latest = unborn.expected_birth + EARLIEST_BIRTH, unborn.expected_birth + LATEST_BIRTH
    return born.date_of_birth.latest >= earliest and born.date_of_birth.earliest <= latest
