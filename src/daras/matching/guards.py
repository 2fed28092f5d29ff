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

Effect = Literal["none", "at most possible", "for a person"]

#: A child is born between these of the expected date: the earliest that lives, and a late one (days).
_EARLIEST_BIRTH, _LATEST_BIRTH = timedelta(days=-119), timedelta(days=28)
#: Two records of one pregnancy may hold expected dates this far apart, before and after a scan.
_SAME_PREGNANCY = timedelta(days=42)
_YEARS_OF_A_GENERATION = 14

_AGREES = frozenset(("same", "part", "close"))
_OTHER_BIRTH = frozenset(("different", "other_day", "other_year", "one_off"))
_CLEARLY_OTHER_GIVEN = frozenset(("different", "lookalike", "initial"))


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that holds for a pair: what it is called, what it does to the decision, and why in words.

    `against_person`: it speaks against the whole person, whichever of their records it holds for; else it is about
    this pair alone.
    """

    name: str
    effect: Effect
    why: str
    against_person: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two descriptions and how far they agree."""

    a: PersonFeatures
    b: PersonFeatures
    agreed: Agreement


def guards(a: PersonFeatures, b: PersonFeatures, agreed: Agreement) -> tuple[Guard, ...]:
    """Every rule that holds for the pair, in the order in which they are told."""
    found = (rule(Pair(a, b, agreed)) for rule in _RULES)
    return tuple(guard for guard in found if guard)


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
    name that may be an alias: before the same middle name (twins are seldom given one), of somebody grown up (another
    name is then about as common as a twin, and grown-up twins seldom live together), or with another family name too.
    Short forms of one name (Bob and Rob) are left to the weights: nobody names twins so.
    """
    if (
        pair.agreed.same_identifier
        or pair.agreed.date_of_birth not in {"same", "swapped"}
        or not _one_family(pair.agreed)
    ):
        return None
    if pair.agreed.given_name in {"different", "initial"}:
        if _perhaps_an_alias(pair) and pair.agreed.nhs_number is None:
            why = "Twins, or another name of one person: the same date of birth and family, but another given name."
            return Guard("likely twins", "at most possible", why)
        return Guard("likely twins", "none", "Likely twins: the same date of birth and family, but another given name.")
    if pair.agreed.given_name == "lookalike":
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
    one, other = pair.a.date_of_birth, pair.b.date_of_birth
    if one is None or other is None or years_between(one, other) < _YEARS_OF_A_GENERATION or _one_birthday(one, other):
        return None
    return Guard(
        "a generation apart", "none", "The same name, but born a generation apart, as parent and child may be."
    )


def unborn_then_born(pair: Pair) -> Guard | None:
    """An unborn child and a born one may be the same when the birth fits the expected date and the family name or
    home agrees; two records of an unborn child when the expected dates lie near. Always for a person: there may be
    twins.

    It does not speak against the person: a record from before birth that somebody has settled is this child's takes
    nothing from what the child's own record says.
    """
    if not (pair.a.unborn or pair.b.unborn):
        return None
    if not (_arrivals_fit(pair.a, pair.b) and _one_family(pair.agreed)):
        return Guard("unborn", "none", "One is an unborn child, and the dates or the family do not fit.")
    if pair.a.unborn and pair.b.unborn:
        return Guard(
            "unborn", "for a person", "Two records of an unborn child with near expected dates and one family."
        )
    return Guard(
        "unborn then born", "for a person", "The unborn child may be the one born: the dates and the family fit."
    )


def no_real_name(pair: Pair) -> Guard | None:
    """A name that is no name ("baby", "unknown") tells nothing: a match needs an identifier and the date of birth."""
    if not (pair.a.placeholder_name or pair.b.placeholder_name):
        return None
    if pair.agreed.given_name == "same" and pair.agreed.family_name == "same":
        return None
    if pair.agreed.same_identifier and pair.agreed.date_of_birth == "same":
        return None
    return Guard("no real name", "at most possible", "One of them has no real name, so a person has to decide.")


def names_alone(pair: Pair) -> Guard | None:
    """Names are not enough: a match needs a date of birth or an identifier that agrees, or both names at one home.

    A given and a family name at one address may be a father's and his son's: so both must have been told of as
    children, or both as adults, or bear one middle name.
    """
    agreed = pair.agreed
    born = agreed.date_of_birth in {"same", "swapped", "slip"}
    roughly = "same" in (agreed.month_of_birth, agreed.year_of_birth)
    if born or roughly or agreed.same_identifier or _one_name(agreed):
        return None
    return Guard("names alone", "at most possible", "Neither a date of birth nor a number agrees in both.")


_RULES: tuple[Callable[[Pair], Guard | None], ...] = (
    conflicting_nhs_numbers,
    same_number_other_person,
    likely_twins,
    likely_siblings,
    parent_and_child_of_one_name,
    unborn_then_born,
    no_real_name,
    names_alone,
)


def _one_family(agreed: Agreement) -> bool:
    return agreed.family_name in _AGREES or agreed.home == "same"


def _one_name(agreed: Agreement) -> bool:
    """Both names, and one home, building or middle name, with nothing known that tells two generations apart."""
    if agreed.given_name not in {"same", "short_form", "close"} or agreed.family_name not in _AGREES:
        return False
    home = "same" in (agreed.home, agreed.building)
    if agreed.birth is None and agreed.generation == "same":
        return home or agreed.middle_names == "same"
    if agreed.birth is None:
        return agreed.generation is None and agreed.home == "same" == agreed.middle_names
    return agreed.birth in {"other_day", "other_year"} and agreed.home == "same"


def _perhaps_an_alias(pair: Pair) -> bool:
    grown_up = pair.a.born_to is not None or pair.b.born_to is not None
    return grown_up or pair.agreed.middle_names == "same" or pair.agreed.family_name == "different"


def _one_birthday(one: BirthDate, other: BirthDate) -> bool:
    return bool(one.month and one.day) and (one.month, one.day) == (other.month, other.day) and not one.usual_stand_in


def _arrivals_fit(a: PersonFeatures, b: PersonFeatures) -> bool:
    if a.unborn and b.unborn:
        if a.expected_birth is None or b.expected_birth is None:
            return True
        return abs(a.expected_birth - b.expected_birth) <= _SAME_PREGNANCY
    unborn, born = (a, b) if a.unborn else (b, a)
    if unborn.expected_birth is None or born.date_of_birth is None:
        return False
    earliest, latest = unborn.expected_birth + _EARLIEST_BIRTH, unborn.expected_birth + _LATEST_BIRTH
    return born.date_of_birth.latest >= earliest and born.date_of_birth.earliest <= latest
