"""From records to a person: what counts for and against somebody who has several records (A5)."""

from __future__ import annotations

from datetime import date

from daras.matching.comparison import compare
from daras.matching.features import PersonFeatures
from daras.matching.grouping import NOBODY_ELSE, MatchResult, RecordCompared, apart, conclude
from daras.matching.tests.people import (
    ALEX_NUMBER,
    BASSETT_ROW,
    OTHER_NUMBER,
    TREVENSON_22,
    person,
    unborn,
)

JORY = person("Jory", "Rowse", "2026-02-01", TREVENSON_22, sex="M")
BEFORE_BIRTH = unborn(family_name="Rowse", expected_birth=date(2026, 2, 10), homes=[TREVENSON_22])


def asked(who: PersonFeatures, *records: PersonFeatures) -> MatchResult:
    """What is said of somebody, where all the records have been settled to be one person's."""
    return conclude(
        RecordCompared(1, "P-1", place, record.shown_name, 0, compare(who, record))
        for place, record in enumerate(records)
    )


def test_a_record_from_before_birth_is_not_held_against_the_child() -> None:
    """A5: given that a person linked the unborn child to Jory, then news of Jory is matched by his own record."""
    found = asked(person("Jory", "Rowse", "2026-02-01", TREVENSON_22), BEFORE_BIRTH, JORY)
    assert (found.decision, found.person_id) == ("match", 1)


def test_nobody_but_a_person_links_an_unborn_child_to_a_born_one() -> None:
    """A5: given only the record from before birth, or news of an unborn child, then a person is asked: it may be a
    twin. A second record from before birth is of the pregnancy that the first is of."""
    assert asked(JORY, BEFORE_BIRTH).decision == "possible"
    assert asked(BEFORE_BIRTH, JORY).decision == "possible"
    assert asked(BEFORE_BIRTH, BEFORE_BIRTH, JORY).decision == "match"


def test_of_twins_before_birth_neither_is_matched() -> None:
    """A5: given two unborn children of one pregnancy, each with a record, then news of one of them is for a person."""
    twins = [RecordCompared(each, f"P-{each}", each, "", 0, compare(BEFORE_BIRTH, BEFORE_BIRTH)) for each in (1, 2)]
    found = conclude(twins)
    assert (found.decision, found.person_id) == ("possible", None)


def test_a_twin_is_not_matched_by_way_of_the_record_from_before_birth() -> None:
    """A5: given Jory's record and the one from before birth, then a twin born that day is for a person, not linked."""
    twin = person("Kerra", "Rowse", "2026-02-01", TREVENSON_22, sex="F")
    found = asked(twin, BEFORE_BIRTH, JORY)
    assert (found.decision, found.person_id) == ("possible", None)


def test_two_numbers_speak_against_the_person_on_whichever_record_they_stand() -> None:
    """A5: given one record that fits and another with a different NHS number, then a person has to decide."""
    who = person("Jory", "Rowse", "2026-02-01", TREVENSON_22, number=ALEX_NUMBER)
    other = person("Jory", "Rowse", "2026-02-01", TREVENSON_22, number=OTHER_NUMBER)
    found = asked(who, JORY, other)
    assert found.decision == "possible"
    assert found.candidates[0].why[0] == "The NHS numbers differ: a person has to decide."


NAMELESS = person("Baby", "Rowse", "2026-02-01", TREVENSON_22, sex="M")


def among(who: PersonFeatures, *people: PersonFeatures) -> MatchResult:
    """What is said of somebody where each record is another person's."""
    return conclude(
        RecordCompared(place, f"P-{place}", place, record.shown_name, 0, compare(who, record))
        for place, record in enumerate(people, start=1)
    )


def test_a_child_told_of_without_a_name_is_the_only_one_it_may_be() -> None:
    """A5: given "Baby Rowse" of Jory's birthday, home, family and sex, and nobody else known who may be meant, then it
    is Jory, and the first reason says so."""
    found = among(NAMELESS, JORY)
    assert (found.decision, found.person_id) == ("match", 1)
    assert found.candidates[0].why[0] == NOBODY_ELSE
    assert not any("has to decide" in why for why in found.candidates[0].why)


def test_a_child_told_of_without_a_name_is_nobodys_where_a_twin_is_known_or_expected() -> None:
    """A5: given a twin in the index, a brother or a sister, with a name or without, or another child expected of that
    family about then, then a person decides; so it is with a family of one name elsewhere."""
    brother = person("Perran", "Rowse", "2026-02-01", TREVENSON_22, sex="M")
    sister = person("Kerra", "Rowse", "2026-02-01", TREVENSON_22, sex="F")
    without_a_name = person("", "Rowse", "2026-02-01", TREVENSON_22)
    for other in (brother, sister, without_a_name, BEFORE_BIRTH):
        found = among(NAMELESS, JORY, other)
        assert (found.decision, found.person_id) == ("possible", None), other.shown_name


def test_a_child_told_of_without_a_name_is_for_a_person_where_anything_else_is_open() -> None:
    """A5: given another sex or none told, another home, another day or another number, then nobody but a person links a
    child without a name; nor is a child with a name, who may be the twin, linked to a record without one."""
    for known in (
        person("Jory", "Rowse", "2026-02-01", TREVENSON_22),
        person("Jory", "Rowse", "2026-02-01", TREVENSON_22, sex="F"),
        person("Jory", "Rowse", "2026-02-01", BASSETT_ROW, sex="M"),
        person("Jory", "Rowse", "2026-02-02", TREVENSON_22, sex="M"),
        person("Jory", "Angwin", "2026-02-01", TREVENSON_22, sex="M"),
    ):
        assert among(NAMELESS, known).decision != "match"
    numbered = [
        person(given, "Rowse", "2026-02-01", TREVENSON_22, sex="M", number=number)
        for given, number in (("Baby", ALEX_NUMBER), ("Jory", OTHER_NUMBER))
    ]
    assert among(*numbered).decision != "match"
    assert among(JORY, NAMELESS).decision == "possible"
    twin = person("Perran", "Rowse", "2026-02-01", TREVENSON_22, sex="M")
    assert asked(twin, NAMELESS, JORY).decision == "possible"


def test_two_children_without_names_in_one_document_are_not_both_the_one_who_is_known() -> None:
    """A5: given two babies named side by side and one child known, then a person decides on both."""
    found = apart({"first": among(NAMELESS, JORY), "second": among(NAMELESS, JORY)})
    assert {each.decision for each in found.values()} == {"possible"}
