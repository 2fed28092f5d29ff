"""Names are read so that one person's spellings meet (A5)."""

from __future__ import annotations

import pytest

from daras.matching import names
from daras.matching.agreement import family_level, given_level
from daras.matching.identifiers import identifier, nhs_number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Rourke", "ORourke"),
        ("O’Rourke", "o'rourke"),
        ("McDonald", "MacDonald"),
        ("Núñez", "Nunez"),
        ("Strauß", "Strauss"),
        ("St John", "Saint-John"),
        ("van der Berg", "Vander Berg"),
        ("Łukasz", "lukasz"),
        ("Сергей", "Sergei"),
        ("Penrose-Hocking", "Penrose Hocking"),
    ],
)
def test_one_name_written_in_two_ways_is_one(one: str, other: str) -> None:
    """A5: given accents, apostrophes, hyphens or another alphabet, then the name is the same."""
    first, second = names.family_name(one), names.family_name(other)
    assert first is not None
    assert first == second or first.plain == (second.plain if second else None)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Robert", "Bob", "short_form"),
        ("Mohammed", "Muhammad", "short_form"),
        ("Catherine", "Katie", "short_form"),
        ("Bob", "Rob", "may_share"),
        ("Tobyn", "Toby", "close"),
        ("Jayden", "Hayden", "lookalike"),
        ("J", "Jake", "initial"),
        ("Ella", "Toby", "different"),
    ],
)
def test_given_names_agree_in_levels(one: str, other: str, level: str) -> None:
    """A5: a short form is the same name; two names that people bear are never a slip of one another."""
    (first,), (second,) = names.given_names(one), names.given_names(other)
    assert given_level(first.plain, second.plain) == given_level(second.plain, first.plain) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Rowse", "Rows", "close"),
        ("Penrose-Hocking", "Hocking", "part"),
        ("Penrose", "Penrose", "same"),
        ("Penrose", "Angwin", "different"),
    ],
)
def test_family_names_agree_in_levels(one: str, other: str, level: str) -> None:
    """A5: a double-barrelled name shares a half with either of its names."""
    first, second = names.family_name(one), names.family_name(other)
    assert first is not None
    assert second is not None
    assert family_level(first, second) == family_level(second, first) == level


@pytest.mark.parametrize("written", ["N/A", "n/a", "Not applicable", "??", "-", "Mr", "", "  "])
def test_what_is_no_name_leaves_none(written: str) -> None:
    """A5: given a field that says there is no name, then there is none to compare."""
    assert names.given_names(written) == ()


@pytest.mark.parametrize(
    "written", ["0000000000", "9999999999", "1111111111", "9000001081", "900000108²", "٩00000108٠", "12", "", None]
)
def test_an_impossible_nhs_number_is_none(written: str | None) -> None:
    """A5: given a number of ten equal digits or with a wrong check digit, then there is no NHS number."""
    assert nhs_number(written) is None


def test_a_possible_nhs_number_is_ten_digits() -> None:
    """A5: spaces and dashes do not matter."""
    assert nhs_number("900 000-1080") == "9000001080"
    assert identifier("UPN", "a123 4567") == "upn:A1234567"
