"""What makes it doubtful that records are of one person, and what does not (A5)."""

from __future__ import annotations

from itertools import permutations

from daras.matching.clusters import NO_MATCH, SAID_TWO, doubt
from daras.matching.features import PersonFeatures, describe, home

HOME = home(lines=["9 Quay Street"], town="Redruth", postcode="TR15 2AA")


def child(given: str, born: str = "2016-04-09", *others: str, number: str = "") -> PersonFeatures:
    return describe(
        given_name=given, family_name="Angove", date_of_birth=born or None, sex="F", homes=[HOME], role="child",
        other_given_names=list(others), other_identifiers=[("nhs-number", number)] if number else [],
    )  # fmt: skip


def test_twins_under_one_number_are_shown_and_come_apart() -> None:
    """A5: given records of two children of one birthday, home and family, then that is doubtful, and each is a part."""
    found = doubt({1: child("Demelza"), 2: child("Morwenna"), 3: child("Demelza")})
    assert found is not None
    assert found.parts == (frozenset((1, 3)), frozenset((2,)))
    assert found.pairs == ((1, 2), (2, 3))
    assert any(why.startswith("Likely twins") for why in found.why)


def test_a_later_record_that_bears_both_names_heals_it() -> None:
    """A5: given what looks like twins, when a record comes that bears both given names with that birthday, then it is
    an alias, and nothing is doubtful any more."""
    assert doubt({1: child("Demelza"), 2: child("Morwenna")}) is not None
    assert doubt({1: child("Demelza"), 2: child("Morwenna"), 3: child("Demelza", "2016-04-09", "Morwenna")}) is None


def test_conflicting_numbers_are_settled_by_somebody_on_those_two() -> None:
    """A5: given two NHS numbers under one number, then nothing but somebody's word on those two settles it."""
    records = {1: child("Demelza", number="9000001080"), 2: child("Demelza", number="9000001153"), 3: child("Demelza")}
    assert doubt(records) is not None
    assert doubt(records, frozenset({frozenset((1, 3)), frozenset((2, 3))})) is not None
    assert doubt(records, frozenset({frozenset((1, 2))})) is None


def test_somebodys_word_that_they_are_two_outweighs_that_they_match() -> None:
    """A5: given two records that agree in everything, when somebody said that they are two, then that is doubtful."""
    found = doubt({1: child("Demelza"), 2: child("Demelza")}, said_two=frozenset({frozenset((1, 2))}))
    assert found is not None
    assert found.why == (SAID_TWO, NO_MATCH)
    assert found.settled_by() == ((1, 2),)


def test_the_order_of_records_does_not_matter() -> None:
    """A5: given the same records in any order, then the doubt is the same."""
    records = [
        (1, child("Demelza")),
        (2, child("Morwenna")),
        (3, child("Demelza", "2012-09-30")),
        (4, child("Demelza", "")),
    ]
    assert len({doubt(dict(order)) for order in permutations(records)}) == 1


def test_a_record_without_a_name_holds_to_the_childs_own_but_does_not_join_twins() -> None:
    """A5: given a child's record and one without a name that was linked for want of anybody else, then nothing is
    doubtful; where another child's stands beside them, the doubt shows each as a part."""
    assert doubt({1: child("Demelza"), 2: child("Baby")}) is None
    found = doubt({1: child("Demelza"), 2: child("Baby"), 3: child("Morwenna")})
    assert found is not None
    assert found.parts == (frozenset((1,)), frozenset((2,)), frozenset((3,)))
