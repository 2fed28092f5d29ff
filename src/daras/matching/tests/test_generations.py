"""Somebody named without a date of birth: told of as a child or as an adult, which tells a father from his son (A5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daras.matching.comparison import compare
from daras.matching.dates import BirthDate, birth_bounds
from daras.matching.features import Home, PersonFeatures, describe
from daras.matching.profiles import features_of, profile
from daras.matching.tests.people import ALEX_NUMBER, BASSETT_ROW, OTHER_NUMBER, TREVENSON_22, person

TODAY = date(2026, 11, 16)


def told_of(role: str, *homes: Home, born: str | None = None, middle: str = "", on: date = TODAY) -> PersonFeatures:
    return describe(
        given_name="John", middle_names=middle, family_name="Tregear", date_of_birth=born, homes=homes, role=role,
        told_on=on,
    )  # fmt: skip


def decision(a: PersonFeatures, b: PersonFeatures) -> str:
    there, back = compare(a, b), compare(b, a)
    assert there.decision == back.decision
    return there.decision


def test_both_names_at_one_home_and_both_grown_up_are_a_match() -> None:
    """A5: given an adult without a date of birth, then he is matched to the adult of his names at his address, and
    never to the boy of the same names there, nor where nobody said which of the two he is."""
    father = told_of("adult", TREVENSON_22, born="1980-02-01")
    son = told_of("child", TREVENSON_22, born="2014-05-11")
    asked = told_of("adult", TREVENSON_22)
    assert decision(asked, father) == "match"
    assert decision(asked, son) == "none"
    assert "One was told of as a child, the other as an adult: they are not of one age." in compare(asked, son).why
    assert decision(told_of("unknown", TREVENSON_22), father) == "possible"


def test_names_and_generation_without_the_home_are_for_a_person_unless_three_names_agree() -> None:
    """A5: given both names in another home, then a person decides; a middle name that agrees as well is a match."""
    father = told_of("adult", BASSETT_ROW, born="1980-02-01", middle="Petroc")
    assert decision(told_of("adult", TREVENSON_22), father) != "match"
    assert decision(told_of("adult", TREVENSON_22, middle="Petroc"), father) == "match"


def test_a_child_grows_up() -> None:
    """A5: given a record of a boy of ten years ago, then the man of today without a date of birth may be him."""
    then = told_of("child", TREVENSON_22, on=date(2016, 1, 5))
    assert decision(told_of("adult", TREVENSON_22), then) == "match"
    assert decision(told_of("adult", TREVENSON_22, on=date(2016, 1, 5)), then) == "none"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("child", (date(2008, 11, 17), None)),
        ("adult", (None, date(2008, 11, 16))),
        ("unborn", (None, None)),
        (None, (None, None)),
    ],
)
def test_what_a_role_says_of_the_day_of_birth(role: str | None, expected: tuple[date | None, date | None]) -> None:
    """A5: given a child or an adult on a day, then born from or to the day eighteen years earlier (Children Act
    1989, section 105); a leap day counts as the 28th."""
    assert birth_bounds(role, TODAY) == expected
    assert birth_bounds("adult", date(2024, 2, 29)) == (None, date(2006, 2, 28))
    assert birth_bounds(role, None) == (None, None)


def test_the_index_keeps_it() -> None:
    """A5: given somebody told of as an adult, then the row of the index says so to whoever compares with it."""
    asked = told_of("adult", TREVENSON_22)
    assert features_of(profile(1, 7, asked)) == asked
    assert asked.born_to == date(2008, 11, 16)


def grown_up(given: str, born: int, *, middle: str = "", home: Home = TREVENSON_22) -> PersonFeatures:
    """Somebody told of as an adult today, born in a year."""
    return describe(
        given_name=given, middle_names=middle, family_name="Rowse", date_of_birth=BirthDate(born, 8, 2), homes=[home],
        role="adult", told_on=TODAY, sex="F",
    )  # fmt: skip


def test_another_name_of_somebody_grown_up_is_shown_and_of_a_child_is_a_twin() -> None:
    """A5: given one birthday, family and home and another given name, then of those lately grown up a person decides
    (an alias, or twins who live with their parents), and of children it is none (twins)."""
    assert decision(grown_up("Holly", 2004), grown_up("Aimee", 2004)) == "possible"
    twins = [person(given, "Rowse", "2017-12-01", TREVENSON_22) for given in ("Ella", "Merryn")]
    assert decision(*twins) == "none"


def test_an_alias_is_known_by_the_home_of_those_long_grown_up_or_by_the_middle_name() -> None:
    """A5: given one birthday and family ten years after both grew up, then another given name at one home is an alias,
    and the reasons say so; in another home, or with another middle name, a person decides. One middle name is as
    good as the home, unless each has a number of their own."""
    holly, aimee = grown_up("Holly", 1990), grown_up("Aimee", 1990)
    assert decision(holly, aimee) == "match"
    assert "Both had been grown up for ten years: twins of that age hardly share a home." in compare(holly, aimee).why
    assert decision(holly, grown_up("Aimee", 1990, home=BASSETT_ROW)) == "possible"
    assert decision(grown_up("Holly", 1990, middle="Jane"), grown_up("Aimee", 1990, middle="Rose")) == "possible"
    alias = [grown_up(given, 2004, middle="Loveday") for given in ("Holly", "Aimee")]
    assert decision(*alias) == "match"
    numbered = [
        replace(each, nhs_number=number) for each, number in zip(alias, (ALEX_NUMBER, OTHER_NUMBER), strict=True)
    ]
    assert decision(*numbered) == "none"
