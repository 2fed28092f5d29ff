"""From records to a person: what counts for and against somebody who has several records (A5)."""

from __future__ import annotations

from datetime import date

from daras.matching.comparison import compare
from daras.matching.features import PersonFeatures
from daras.matching.grouping import MatchResult, RecordCompared, conclude
from daras.matching.tests.people import ALEX_NUMBER, OTHER_NUMBER, TREVENSON_22, person, unborn

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
