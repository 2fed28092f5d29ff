"""People of the demonstration partnership, and made-up ones, for the tests of matching."""

from __future__ import annotations

from datetime import date
from functools import partial

from hypothesis import strategies as st

from daras.matching.features import Home, PersonFeatures, describe, home
from daras.matching.identifiers import NHS_NUMBER, nhs_number

TREVENSON_17 = home(lines=["17 Trevenson Close"], town="Camborne", postcode="TR14 8AB")
TREVENSON_22 = home(lines=["22 Trevenson Close"], town="Camborne", postcode="TR14 8AB")
BASSETT_ROW = home(lines=["4 Bassett Row"], town="Redruth", postcode="TR15 2AA")
ALEX_NUMBER, OTHER_NUMBER = "9000001080", "9000001153"


def person(
    given: str,
    family: str,
    born: str | date | None = None,
    *homes: Home,
    sex: str | None = None,
    number: str | None = None,
    middle: str = "",
    previous: tuple[str, ...] = (),
) -> PersonFeatures:
    """Somebody, in one line."""
    return describe(
        given_name=given,
        middle_names=middle,
        family_name=family,
        other_family_names=previous,
        date_of_birth=born,
        sex=sex,
        homes=homes,
        other_identifiers=[(NHS_NUMBER, number)] if number else [],
    )


unborn = partial(describe, unborn=True)

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
name_words = st.text(_LETTERS, min_size=3, max_size=10)
given_names = st.one_of(
    st.sampled_from(["Alex", "Toby", "Ella", "Kate", "Jayden", "Hayden", "Sam", "Mohammed", "John", "Bob"]), name_words
)
family_names = st.one_of(
    st.sampled_from(["Rowse", "Tregear", "Smith", "O'Neill", "Penrose-Hocking", "Angwin"]), name_words
)
birth_dates = st.dates(date(1930, 1, 1), date(2026, 11, 1))
homes = st.sampled_from([TREVENSON_17, TREVENSON_22, BASSETT_ROW])
numbers = st.integers(100_000_000, 999_999_999).map(lambda digits: _with_check_digit(str(digits))).filter(bool)


def _with_check_digit(nine: str) -> str | None:
    return next((nhs_number(nine + last) for last in "0123456789" if nhs_number(nine + last)), None)


@st.composite
def somebody(draw: st.DrawFn) -> PersonFeatures:
    """Anybody at all, with or without each of the fields."""
    return describe(
        given_name=draw(st.one_of(st.just(""), given_names, st.sampled_from(["Baby", "Unknown"]))),
        middle_names=draw(st.one_of(st.just(""), given_names)),
        family_name=draw(st.one_of(st.just(""), family_names)),
        other_family_names=draw(st.lists(family_names, max_size=2)),
        date_of_birth=draw(st.one_of(st.none(), birth_dates, st.sampled_from(["2015", "2015-03"]))),
        sex=draw(st.sampled_from(["F", "M", "U"])),
        homes=draw(st.lists(homes, max_size=2)),
        other_identifiers=draw(st.lists(st.tuples(st.just(NHS_NUMBER), numbers), max_size=1)),
        expected_birth=draw(st.one_of(st.none(), st.just(date(2026, 12, 1)))),
    )


@st.composite
def named_and_born(draw: st.DrawFn) -> PersonFeatures:
    """Anybody with a real name and a whole date of birth."""
    return describe(
        given_name=draw(given_names),
        middle_names=draw(st.one_of(st.just(""), given_names)),
        family_name=draw(family_names),
        other_family_names=draw(st.lists(family_names, max_size=2)),
        date_of_birth=draw(birth_dates),
        sex=draw(st.sampled_from(["F", "M", "U"])),
        homes=draw(st.lists(homes, max_size=2)),
        other_identifiers=draw(st.lists(st.tuples(st.just(NHS_NUMBER), numbers), max_size=1)),
    )
