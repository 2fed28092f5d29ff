"""What must hold of matching for everybody, not only for the people in the examples (A5)."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from daras.matching.comparison import RANK, compare, judge
from daras.matching.features import Home, PersonFeatures
from daras.matching.keys import keys, number, numbers, worth
from daras.matching.model import Model, load
from daras.matching.outlook import Outlook
from daras.matching.profiles import Described, profile
from daras.matching.tests.people import (
    birth_dates,
    family_names,
    given_names,
    homes,
    name_words,
    named_and_born,
    person,
    somebody,
)
from daras.matching.tests.people import numbers as nhs_numbers

RUNS = settings(max_examples=150, deadline=None)


@RUNS
@given(somebody(), somebody())
def test_comparing_is_the_same_both_ways_round(a: PersonFeatures, b: PersonFeatures) -> None:
    """A5: who asks about whom changes nothing."""
    there, back = compare(a, b), compare(b, a)
    assert (there.decision, there.levels) == (back.decision, back.levels)
    assert there.probability == back.probability
    assert {guard.name for guard in there.guards} == {guard.name for guard in back.guards}


@RUNS
@given(named_and_born())
def test_a_person_is_themself(features: PersonFeatures) -> None:
    """A5: the same description twice is a match if it has a real name and a whole date of birth."""
    assume(features.given_names and features.family_names and not features.placeholder_name)
    assert compare(features, features).decision == "match"


_UNBORN = PersonFeatures(family_names=person("", "Rowse").family_names, expected_birth=date(2026, 12, 1), unborn=True)
_ALIKE = person("Alex", "Rowse", "2000-01-01", sex="F"), person("Alex", "Rowse", "2004-08-07", sex="F")


@RUNS
@example(replace(_UNBORN, sex="F"), replace(_UNBORN, sex="M"), "1000000001", "1052176402")
@example(*_ALIKE, "1000000001", "1052176402")
@given(somebody(), somebody(), nhs_numbers, nhs_numbers)
def test_conflicting_numbers_never_make_a_match(a: PersonFeatures, b: PersonFeatures, one: str, other: str) -> None:
    """A5: two NHS numbers that differ never raise a decision, and never leave a match."""
    assume(one != other)
    before = compare(a.without_nhs_number(), b.without_nhs_number())
    after = compare(replace(a, nhs_number=one), replace(b, nhs_number=other))
    assert RANK[after.decision] <= RANK[before.decision]
    assert after.decision != "match"
    if before.decision == "match":
        assert after.decision == "possible"


@RUNS
@given(
    family_names,
    st.lists(
        st.sampled_from(["Alex", "Toby", "Ella", "Kerensa", "Piran", "Denzil", "Morwenna"]), min_size=2, unique=True
    ),
    st.lists(birth_dates, min_size=7, max_size=7),
    homes,
    st.booleans(),
)
def test_children_of_one_family_are_never_one(
    family: str, given_names: list[str], births: list[date], address: Home, twins: bool
) -> None:
    """A5: brothers, sisters and twins share family name, address and postcode, and are none for each other."""
    days = [births[0]] * len(given_names) if twins else births
    children = [person(name, family, day, address) for name, day in zip(given_names, days, strict=False)]
    for place, child in enumerate(children):
        for other in children[place + 1 :]:
            near = not twins and child.date_of_birth != other.date_of_birth
            assert compare(child, other).decision == "none" or (near and _a_slip_apart(child, other))


def _a_slip_apart(one: PersonFeatures, other: PersonFeatures) -> bool:
    birth = dict(compare(one, other).levels)["date_of_birth"]
    return birth in {"slip", "swapped"}


@RUNS
@given(name_words, name_words, st.data())
def test_one_slip_in_a_name_leaves_a_key(given_name: str, family: str, data: st.DataObject) -> None:
    """A5: given no date of birth and one letter wrong, left out or added, then the record can still be found."""
    assume(len(family) >= 4)
    place = data.draw(st.integers(0, len(family) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = [
        family[:place] + letter + family[place + 1 :],
        family[:place] + family[place + 1 :],
        family[:place] + letter + family[place:],
    ]
    # "Mc" is written out before names are compared, so a slip within it is more than one.
    assume(not any(name.startswith("mc") for name in (family, *slips)))
    known, asked = person(given_name, family), [person(given_name, slip) for slip in slips]
    for each in asked:
        if known.family_names and each.family_names and known.given_names:
            assert keys(known) & keys(each), (known, each)


@RUNS
@given(given_names, family_names, birth_dates, name_words)
def test_a_date_of_birth_finds_whatever_became_of_one_name(
    given_name: str, family: str, born: date, other: str
) -> None:
    """A5: given the date of birth, then one name wholly wrong, or day and month exchanged, leaves a key."""
    known = person(given_name, family, born)
    assume(known.given_names and known.family_names)
    assert keys(known) & keys(person(given_name, other, born))
    assert keys(known) & keys(person(other, family, born))
    assert keys(known) & keys(person(family, given_name, born))
    if born.day <= 12:
        assert keys(known) & keys(person(given_name, other, born.replace(month=born.day, day=born.month)))


@RUNS
@given(given_names, family_names, birth_dates, birth_dates)
def test_names_find_whatever_became_of_the_date(given_name: str, family: str, born: date, other: date) -> None:
    """A5: given both names, then a wrong year, or a wrong day and month, leaves a key that says part of the date."""
    known = person(given_name, family, born)
    assume(known.given_names and known.family_names)
    assert keys(known) & keys(person(given_name, family, other))
    assert keys(known) & keys(person(given_name, family, None))


@RUNS
@given(somebody())
def test_keys_are_few_and_fit_the_index(features: PersonFeatures) -> None:
    """A5: no description makes the index explode: at most a hundred and twenty keys, each a signed 64-bit number."""
    found = keys(features)
    assert len(found) <= 120
    assert len(set(numbers(features))) == len(found)
    assert all(-(2**63) <= number(key) < 2**63 for key in found)
    assert all(worth(key) > 0 for key in found)


@RUNS
@given(somebody(), somebody(), st.sampled_from([0.02, 0.1, 0.5]))
def test_whoever_is_not_weighed_would_not_have_counted(
    asked: PersonFeatures, known: PersonFeatures, possible_from: float
) -> None:
    """A5: given any two descriptions, when a look at names, births and homes leaves the pair out, then weighing all of
    it would not have said that it may be one person; and what speaks against one is known by its number."""
    _left_out_rightly(asked, known, replace(load(), possible_from=possible_from))


def _left_out_rightly(asked: PersonFeatures, known: PersonFeatures, model: Model) -> None:
    outlook, row = Outlook(asked, model), _row(known)
    if not outlook.may_count(row, model.possible_from):
        judged = judge(asked, known, model)
        assert judged.decision == "none"
        assert judged.counts is outlook.speaks_against(row)


@RUNS
@given(named_and_born(), st.data())
def test_nobody_alike_is_left_out_who_would_have_counted(known: PersonFeatures, data: st.DataObject) -> None:
    """A5: the same of somebody told of otherwise, field by field: as a relative, an alias, or with a slip."""
    other = data.draw(named_and_born())
    fields = data.draw(st.sets(st.sampled_from([field.name for field in dataclasses.fields(PersonFeatures)])))
    asked = replace(known, **{name: getattr(other, name) for name in fields})
    _left_out_rightly(asked, known, load())


@RUNS
@given(named_and_born())
def test_a_look_leaves_nobody_out_who_is_the_same(features: PersonFeatures) -> None:
    """A5: the same description is always weighed."""
    assume(features.given_names and features.family_names and not features.placeholder_name)
    assert Outlook(features, load()).may_count(_row(features), load().possible_from)


def _row(features: PersonFeatures) -> Described:
    """The row of a record as it is read."""
    row = profile(1, 1, features)
    return Described(*(getattr(row, name) for name in Described._fields))
