"""Who is who: the cases a front door meets, in their words (A5)."""

from __future__ import annotations

from datetime import date

import pytest

from daras.matching.comparison import compare
from daras.matching.features import Home, PersonFeatures, describe, home
from daras.matching.model import load
from daras.matching.names import NamesCounted
from daras.matching.tests.people import (
    ALEX_NUMBER,
    BASSETT_ROW,
    OTHER_NUMBER,
    TREVENSON_17,
    TREVENSON_22,
    person,
    unborn,
)

HARBOUR_HOUSE = home(lines=["Harbour House"], town="Hayle", postcode="TR27 4AC", shared=True)
ALEX = person("Alex", "Tregear", "2015-03-22", TREVENSON_17, sex="M", number=ALEX_NUMBER)
TOBY = person("Toby", "Rowse", "2020-01-17", TREVENSON_22, sex="M")
ELLA = person("Ella", "Rowse", "2017-12-01", TREVENSON_22, sex="F")


def decision(a: PersonFeatures, b: PersonFeatures) -> str:
    there, back = compare(a, b), compare(b, a)
    assert there.decision == back.decision
    return there.decision


def test_a_child_without_number_and_address_is_still_found() -> None:
    """A5: given Alex by name and date of birth alone, then he is matched to the record that holds more."""
    assert decision(person("Alex", "Tregear", "2015-03-22", sex="M"), ALEX) == "match"


def test_a_misspelled_family_name_with_the_date_of_birth_is_a_match() -> None:
    """A5: given Toby "Rows", then he is Toby Rowse, and the reasons say why."""
    compared = compare(person("Toby", "Rows", "2020-01-17", sex="M"), TOBY)
    assert compared.decision == "match"
    assert "Family names Rows and Rowse are spelled or sound alike." in compared.why
    assert "Born on 17 January 2020 in both." in compared.why


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (ELLA, TOBY),
        (
            person("Claire", "Penrose", "1996-02-03", BASSETT_ROW, sex="F"),
            person("Mark", "Penrose", "2022-05-14", BASSETT_ROW, sex="M"),
        ),
        (ELLA, person("Mary", "Rowse", "2017-12-01", TREVENSON_22, sex="F")),
        (
            person("John", "Rowse", "1960-02-01", TREVENSON_22, sex="M"),
            person("John", "Rowse", "1990-05-11", TREVENSON_22, sex="M"),
        ),
    ],
    ids=["brother and sister", "mother and child", "twins", "father and son of one name"],
)
def test_one_family_is_not_one_person(a: PersonFeatures, b: PersonFeatures) -> None:
    """A5: given a shared family name, address and postcode, then nobody is taken for a relative (household trap)."""
    assert decision(a, b) == "none"


def test_twins_whose_names_look_alike_are_for_a_person() -> None:
    """A5: given Jayden and Hayden born on one day in one home, then nobody but a person links them."""
    jayden, hayden = (person(name, "Rowse", "2017-12-01", TREVENSON_22, sex="M") for name in ("Jayden", "Hayden"))
    assert decision(jayden, hayden) == "possible"


def test_an_alias_before_the_same_middle_name_is_for_a_person() -> None:
    """A5: given one birthday, home and middle name and another given name, then it is shown, never linked; not where
    each has a number of their own."""
    known = person("Holly", "Rowse", "1996-08-02", TREVENSON_22, sex="F", middle="Loveday", number=ALEX_NUMBER)
    asked = person("Aimee", "Rowse", "1996-08-02", TREVENSON_22, sex="F", middle="Loveday")
    assert decision(asked, known) == "possible"
    numbered = person("Aimee", "Rowse", "1996-08-02", TREVENSON_22, sex="F", middle="Loveday", number=OTHER_NUMBER)
    assert decision(numbered, known) == "none"


def test_a_name_alone_is_possible_at_most() -> None:
    """A5: given Sam Bray without a date of birth, then a Sam Bray of another address is never linked by the machine."""
    sam = person("Sam", "Bray", sex="M")
    assert decision(sam, person("Sam", "Bray", "2011-04-05", TREVENSON_17, sex="M")) in {"possible", "none"}
    assert decision(person("John", "Smith"), person("John", "Smith", "1980-01-02", BASSETT_ROW)) == "none"


def test_same_names_at_one_address_without_a_date_of_birth_are_for_a_person() -> None:
    """A5: given a name and an address, then it may be the father or the son of one name: a person decides."""
    known = person("Steven", "Rowse", "1980-03-04", TREVENSON_22, sex="M")
    compared = compare(person("Steven", "Rowse", None, TREVENSON_22, sex="M"), known)
    assert compared.decision == "possible"
    assert "Neither a date of birth nor a number agrees in both." in compared.why


def test_conflicting_nhs_numbers_go_to_a_person() -> None:
    """A5: given all else the same and two NHS numbers, then it is never linked by the machine, and always shown."""
    other = person("Alex", "Tregear", "2015-03-22", TREVENSON_17, sex="M", number=OTHER_NUMBER)
    compared = compare(ALEX, other)
    assert compared.decision == "possible"
    assert compared.why[0] == "The NHS numbers differ: a person has to decide."


def test_one_nhs_number_on_two_people_goes_to_a_person() -> None:
    """A5: given one number on two people who clearly differ, then it is shown, not linked."""
    kerra = person("Kerra", "Tregear", "1989-04-17", TREVENSON_17, sex="F", number=ALEX_NUMBER)
    assert decision(ALEX, kerra) == "possible"


def test_twins_with_numbers_of_their_own_are_two_people() -> None:
    """A5: given twins with two NHS numbers, then nobody need look: they are none."""
    a = person("Ella", "Rowse", "2017-12-01", TREVENSON_22, number=ALEX_NUMBER)
    b = person("Merryn", "Rowse", "2017-12-01", TREVENSON_22, number=OTHER_NUMBER)
    assert decision(a, b) == "none"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (person("Bob", "Tregear", "1980-02-01"), person("Robert", "Tregear", "1980-02-01")),
        (person("Rowse", "Toby", "2020-01-17"), TOBY),
        (person("Claire", "Penrose", "1996-02-03", previous=("Hocking",)), person("Claire", "Hocking", "1996-02-03")),
        (person("Toby", "Rowse", "2020-01-17"), person("Toby", "Rowse", "2020-01-11", TREVENSON_22, TREVENSON_17)),
        (person("Alex", "Tregear", "2015-05-03"), person("Alex", "Tregear", "2015-03-05")),
    ],
    ids=["short form", "names exchanged", "previous name", "slip in the date", "day and month exchanged"],
)
def test_what_hands_do_to_records_does_not_hide_a_person(a: PersonFeatures, b: PersonFeatures) -> None:
    """A5: given a nickname, a slip, an exchange or a former name, then the person is found: linked, or shown."""
    assert decision(a, b) in {"match", "possible"}


def test_exchanged_names_are_seen_where_one_is_a_short_form_or_a_half() -> None:
    """A5: given Kate Penrose-Bray under Penrose Katherine, then the names are exchanged, and it is she; nobody of the
    same given name is taken for exchanged."""
    kate = person("Kate", "Penrose-Bray", "1996-02-03", BASSETT_ROW, sex="F")
    exchanged = compare(kate, person("Penrose", "Katherine", "1996-02-03", BASSETT_ROW, sex="F"))
    assert (exchanged.decision, ("given_name", "crossed") in exchanged.levels) == ("match", True)


def test_a_name_that_is_a_brothers_middle_name_is_for_a_person() -> None:
    """A5: given twins of whom one bears the other's name as a middle name, then nobody but a person links them."""
    jack = person("Jack", "Rowse", "2017-12-01", TREVENSON_22, sex="M")
    assert decision(jack, person("Tom", "Rowse", "2017-12-01", TREVENSON_22, sex="M", middle="Jack")) == "possible"


def test_two_names_and_nothing_else_are_shown_only_where_they_are_rare() -> None:
    """A5: given both names and nothing else in common, then few are worth a person's time, and none that is less likely
    than the model says is shown."""
    model = load()
    assert model.possible_from < model.shown_from["names alone"]
    rare = person("Sam", "Tregear", sex="M")
    likely = compare(rare, person("Sam", "Tregear", "2011-04-05", TREVENSON_17, sex="M"))
    shown = likely.probability >= model.shown_from["names alone"]
    assert (likely.decision == "possible") is shown


def test_a_given_name_and_a_birthday_are_a_namesakes() -> None:
    """A5: given one given name and one birthday, another family name and another home, then it is a match never, and
    where names were counted among many people it is nobody, but for a rare name; the home makes it more than that."""
    counted = NamesCounted(40_000, {"emma": 300}, {"rowse": 20, "pascoe": 60}, 1.5, 1.5)
    many = load().among(40_000, counted)

    def of(given: str, family: str, where: Home) -> PersonFeatures:
        return person(given, family, "1991-03-02", where, sex="F")

    emma = compare(of("Emma", "Rowse", TREVENSON_17), of("Emma", "Pascoe", BASSETT_ROW), many)
    assert (emma.decision, emma.probability > many.possible_from) == ("none", True)
    hyacinth = compare(of("Hyacinth", "Rowse", TREVENSON_17), of("Hyacinth", "Pascoe", BASSETT_ROW), many)
    assert (hyacinth.decision, hyacinth.probability > many.match_from) == ("possible", True)
    assert compare(of("Emma", "Rowse", TREVENSON_17), of("Emma", "Pascoe", TREVENSON_17), many).decision == "match"


def test_neighbours_of_another_family_are_nobody() -> None:
    """A5: given a given name and a postcode in common, and another family name, then they are neighbours."""
    one = person("Emma", "Rowse", None, TREVENSON_17, sex="F")
    assert decision(one, person("Emma", "Pascoe", None, TREVENSON_22, sex="F")) == "none"


def test_no_given_name_is_not_taken_for_a_child_with_one() -> None:
    """A5: given nothing, "Baby" or "Unknown" for a name and the family, home and birthday of a child, then it may be
    the twin: a person decides; of somebody grown up, who hardly lives with a twin, it is a match."""
    jory = person("Jory", "Rowse", "2026-02-01", TREVENSON_22, sex="M")
    for nameless in ("", "Baby", "Unknown"):
        assert decision(person(nameless, "Rowse", "2026-02-01", TREVENSON_22, sex="M"), jory) == "possible"
    told = [
        describe(given_name=each, family_name="Rowse", date_of_birth="1980-02-01", homes=[TREVENSON_22], role="adult",
                 told_on=date(2026, 11, 16))
        for each in ("", "Jory")
    ]  # fmt: skip
    assert decision(*told) == "match"


def test_an_unborn_child_in_another_home_is_somebody_elses() -> None:
    """A5: given an expected date that fits and the family name of many, but another home, then nobody need look."""
    expected = unborn(family_name="Rowse", expected_birth=date(2026, 2, 10), homes=[TREVENSON_22])
    assert decision(expected, person("Jory", "Rowse", "2026-02-01", BASSETT_ROW)) == "none"


def test_two_records_of_one_pregnancy_are_one() -> None:
    """A5: given the mother's family name and home and one expected date in both, then it is one pregnancy; weeks apart,
    a person decides; months apart, it is another."""

    def expected(day: date) -> PersonFeatures:
        return unborn(family_name="Rowse", expected_birth=day, homes=[TREVENSON_22])

    known = expected(date(2026, 2, 10))
    assert decision(known, expected(date(2026, 2, 17))) == "match"
    assert decision(known, expected(date(2026, 3, 12))) == "possible"
    assert decision(known, expected(date(2026, 6, 1))) == "none"


def test_an_unborn_child_and_the_born_one_are_for_a_person() -> None:
    """A5: given a birth near the expected date in the same family, then a person decides: there may be twins."""
    expected = unborn(family_name="Rowse", expected_birth=date(2026, 2, 10), homes=[TREVENSON_22])
    assert decision(expected, person("Jory", "Rowse", "2026-02-01", TREVENSON_22)) == "possible"
    assert decision(expected, TOBY) == "none"
    assert decision(expected, person("Jory", "Angwin", "2026-02-01", BASSETT_ROW)) == "none"
    assert decision(expected, unborn(family_name="Rowse", expected_birth=date(2026, 2, 24))) == "possible"


def test_a_placeholder_for_a_name_is_never_linked_by_it() -> None:
    """A5: given "Baby Rowse", then the born child of that family and day is possible, and linked only by its number."""
    jory = person("Jory", "Rowse", "2026-02-01", TREVENSON_22, number=ALEX_NUMBER)
    assert decision(person("Baby", "Rowse", "2026-02-01", TREVENSON_22), jory) == "possible"
    assert decision(person("Baby", "Rowse", "2026-02-01", TREVENSON_22, number=ALEX_NUMBER), jory) == "match"
    assert decision(person("Unknown", "Unknown", None, TREVENSON_22), jory) != "match"


def test_a_hostel_is_not_a_home() -> None:
    """A5: given the same building of many households, then it says far less than the same home."""
    hosteller, householder = person("Sam", "Bray", None, HARBOUR_HOUSE), person("Sam", "Bray", None, TREVENSON_17)
    at_hostel, at_home = compare(hosteller, hosteller), compare(householder, householder)
    assert at_hostel.weight < at_home.weight
    assert ("building", "same") in at_hostel.levels
    assert "The same building, which holds many households." in at_hostel.why


WITHOUT_POSTCODE = home(lines=["22 Trevenson Cl"], town="Camborne")


def test_an_address_without_its_postcode_is_compared_by_its_first_line() -> None:
    """A5: given 22 Trevenson Close written without its postcode, then it is the home of who lives at TR14 8AB: Claire
    under a new family name is she, and the reasons say why; another number in the close is another home, and "Flat 2"
    is no address."""
    claire = person("Claire", "Penrose", "1996-02-03", TREVENSON_22, sex="F")
    renamed = compare(person("Claire", "Angwin", "1996-02-03", WITHOUT_POSTCODE, sex="F"), claire)
    assert (renamed.decision, ("home", "same_line") in renamed.levels) == ("match", True)
    assert "The same first line of the address, once written without its postcode." in renamed.why
    elsewhere = home(lines=["17 Trevenson Close"], town="Camborne")
    assert decision(person("Claire", "Angwin", "1996-02-03", elsewhere, sex="F"), claire) != "match"
    flat, other_flat = home(lines=["Flat 2"], town="Camborne"), home(lines=["Flat 2"], postcode="TR14 8AB")
    assert ("home", "same_line") not in compare(person("Claire", "Angwin", None, flat),
                                                person("Claire", "Penrose", None, other_flat)).levels  # fmt: skip


def test_an_address_without_its_postcode_is_a_familys_as_well() -> None:
    """A5: given the first line in common, then twins, brothers and sisters and a father and son of one name are told
    apart as they are with the postcode."""
    assert decision(ELLA, person("Mary", "Rowse", "2017-12-01", WITHOUT_POSTCODE, sex="F")) == "none"
    assert decision(ELLA, person("Toby", "Rowse", "2020-01-17", WITHOUT_POSTCODE, sex="M")) == "none"
    father = person("John", "Rowse", "1960-02-01", WITHOUT_POSTCODE, sex="M")
    assert decision(father, person("John", "Rowse", "1990-05-11", TREVENSON_22, sex="M")) == "none"


def test_two_names_in_one_building_and_another_day_of_the_month_are_one_person() -> None:
    """A5: given both rare names, one block of flats and a birthday that differs by the day, then it is one person; not
    in another home, and not a son of that name."""
    known = person("Colin", "Rosevear", "1944-01-20", HARBOUR_HOUSE, sex="M")
    assert decision(known, person("Colin", "Rosevear", "1944-01-06", HARBOUR_HOUSE, sex="M")) == "match"
    assert decision(known, person("Colin", "Rosevear", "1944-01-06", BASSETT_ROW, sex="M")) == "possible"
    assert decision(known, person("Colin", "Rosevear", "1974-06-11", HARBOUR_HOUSE, sex="M")) == "none"


def test_two_records_of_one_pregnancy_in_a_block_of_flats_are_one() -> None:
    """A5: given a rare family name, one block of flats and one expected day, then it is one pregnancy; a common name in
    a large building may be somebody else's, and another family's is."""

    def expected(family: str) -> PersonFeatures:
        return unborn(family_name=family, expected_birth=date(2026, 2, 10), homes=[HARBOUR_HOUSE])

    assert decision(expected("Rosgarrow"), expected("Rosgarrow")) == "match"
    assert decision(expected("Smith"), expected("Smith")) == "possible"
    assert decision(expected("Rosgarrow"), expected("Smith")) != "match"
