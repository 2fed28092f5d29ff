"""The index finds people in two queries, and follows the ledger (A5). Runs as the machine, like all of matching."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from daras.access.session import acting_as, machine
from daras.ledger.commands import Entry, Recording, append
from daras.matching import queries
from daras.matching.commands import index_record, index_records, reindex, reindex_outdated
from daras.matching.features import PersonFeatures
from daras.matching.keys import MOST_UNDER_ONE_KEY
from daras.matching.models import Key, Profile
from daras.matching.profiles import features_of, profile
from daras.matching.queries import Looked, candidates, decide_for, decide_for_all, looked_at
from daras.matching.tests.people import ALEX_NUMBER, BASSETT_ROW, OTHER_NUMBER, TREVENSON_17, TREVENSON_22, person
from daras.people.commands import add_records, new_persons, place
from daras.people.models import AddressStay, BirthKnown, IdentifierKnown, NameKnown, Person, PersonRecord
from daras.working_time import clock

AUDIENCE = 1 << 32
ALEX = person("Alex", "Tregear", "2015-03-22", TREVENSON_17, sex="M", number=ALEX_NUMBER)
TOBY = person("Toby", "Rowse", "2020-01-17", TREVENSON_22, sex="M")
ELLA = person("Ella", "Rowse", "2017-12-01", TREVENSON_22, sex="F")


@pytest.fixture
def index(db: None) -> Iterator[None]:
    with machine():
        yield


def known(*described: PersonFeatures, of: Person | None = None) -> list[PersonRecord]:
    """Records in the index, each of a person of their own, or all of one person."""
    records = add_records("cornwall-childrens-services", AUDIENCE, [""] * len(described))
    persons = [of] * len(described) if of else new_persons(len(described))
    place(records, persons)
    index_records((record.pk, features, AUDIENCE) for record, features in zip(records, described, strict=True))
    return records


def person_of(record: PersonRecord) -> int:
    return PersonRecord.objects.get(pk=record.pk).membership.person_id


@pytest.mark.usefixtures("index")
def test_a_document_person_is_found_among_their_family() -> None:
    """A5: given the Rowse and Tregear children in the index, when Toby "Rows" is named, then he is Toby Rowse."""
    _, toby, _ = known(ALEX, TOBY, ELLA)
    result = decide_for(person("Toby", "Rows", "2020-01-17", sex="M"))
    assert (result.decision, result.person_id) == ("match", person_of(toby))
    assert [each.name for each in result.candidates] == ["Toby Rowse"]
    assert result.candidates[0].audience_ids == {AUDIENCE}


@pytest.mark.usefixtures("index")
def test_a_stranger_is_nobody() -> None:
    """A5: given somebody who was never recorded, then there is no candidate at all."""
    known(ALEX, TOBY, ELLA)
    assert decide_for(person("Demelza", "Kitto", "1991-06-05", sex="F")).candidates == ()


@pytest.mark.usefixtures("index")
def test_everybody_in_a_document_costs_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """A5: one query for the keys and one for the profiles, whoever and however many are asked about."""
    known(ALEX, TOBY, ELLA)
    with django_assert_num_queries(2):
        decide_for(ALEX)
    with django_assert_num_queries(2):
        decide_for_all({"alex": ALEX, "toby": TOBY, "ella": ELLA, "nobody": person("Demelza", "Kitto")})


@pytest.mark.usefixtures("index")
def test_two_people_in_one_document_are_not_one_in_the_index() -> None:
    """A5: given two refs that fit one person, then neither is linked by the machine."""
    known(TOBY)
    results = decide_for_all({"a": TOBY, "b": person("Tobias", "Rowse", "2020-01-17", TREVENSON_22, sex="M")})
    assert {result.decision for result in results.values()} == {"possible"}
    assert results["a"].candidates[0].why[0] == "Two people named side by side fit this one person."


@pytest.mark.usefixtures("index")
def test_two_people_who_fit_as_well_are_for_a_person() -> None:
    """A5: given two people in the index who fit about as well, then neither is chosen by the machine."""
    known(TOBY, TOBY)
    result = decide_for(TOBY)
    assert (result.decision, result.person_id, len(result.candidates)) == ("possible", None, 2)


@pytest.mark.usefixtures("index")
def test_one_record_in_conflict_keeps_the_whole_person_from_a_match() -> None:
    """A5: given a person of two records, one of them with another NHS number, then a person decides."""
    (alex,) = new_persons(1)
    known(person("Alex", "Tregear", "2015-03-22", TREVENSON_17, sex="M"), of=alex)
    assert decide_for(ALEX).decision == "match"
    known(person("Alex", "Tregear", "2015-03-22", TREVENSON_17, sex="M", number=OTHER_NUMBER), of=alex)
    result = decide_for(ALEX)
    assert (result.decision, result.person_id) == ("possible", None)
    assert "The NHS numbers differ: a person has to decide." in result.candidates[0].why


@pytest.mark.usefixtures("index")
def test_the_name_of_many_does_not_hide_the_one() -> None:
    """A5: given more John Smiths than one key brings, then the one with this date of birth is found all the same."""
    (wanted,) = known(person("John", "Smith", "1980-02-01"))
    known(*(person("John", "Smith", date(1950, 1, 2 + day % 28)) for day in range(MOST_UNDER_ONE_KEY + 20)))
    result = decide_for(person("John", "Smith", "1980-02-01"))
    assert result.person_id == person_of(wanted)


@pytest.mark.usefixtures("index")
def test_a_record_is_not_found_when_it_is_left_out() -> None:
    """A5: given a record that asks about itself, then it does not find itself."""
    (alex,) = known(ALEX)
    assert candidates(ALEX, leaving_out=[alex.pk]) == ()


@pytest.mark.usefixtures("index")
def test_a_profile_keeps_everything_that_matching_looks_at() -> None:
    """A5: what is stored and read back is the same description, partial dates and all."""
    (record,) = known(ALEX)
    partial = person("Mary-Jane", "O'Neill", "1980-05", TREVENSON_17, middle="Ann", previous=("St John",), sex="F")
    for features in (ALEX, TOBY, partial, person("Baby", "Rowse", "2026")):
        row = profile(record.pk, AUDIENCE, features)
        row.save()
        assert features_of(Profile.objects.get(pk=record.pk)) == features


@pytest.mark.usefixtures("index")
def test_the_index_follows_the_ledger() -> None:
    """A5, G2: given facts about a record, then it is found by them; when its name is put right, then by the new one."""
    (record,) = add_records("carn-brea-academy", AUDIENCE, ["1"])
    place([record], new_persons(1))
    recording = Recording("carn-brea-academy", "worker", clock.now())
    name, *_ = append(
        recording,
        [
            Entry(detail, AUDIENCE, person_record_id=record.pk)
            for detail in (
                NameKnown(given_name="Tobi", family_name="Raws"),
                BirthKnown(date_of_birth=date(2020, 1, 17), role="child", sex="M"),
                IdentifierKnown(system="nhs-number", value=OTHER_NUMBER),
                AddressStay(lines=["22 Trevenson Cl."], town="Camborne", postcode="tr14 8ab", place_key="x"),
            )
        ],
    )
    index_record(record.pk)
    stored = features_of(Profile.objects.get(pk=record.pk))
    assert (stored.nhs_number, stored.homes) == (OTHER_NUMBER, (TREVENSON_22,))
    before = set(Key.objects.filter(record_id=record.pk).values_list("key", flat=True))
    corrected = NameKnown(given_name="Toby", family_name="Rowse")
    append(recording, [Entry(corrected, AUDIENCE, person_record_id=record.pk, supersedes=name)])
    assert reindex([record.pk]) == 1
    after = set(Key.objects.filter(record_id=record.pk).values_list("key", flat=True))
    assert before - after
    assert after - before
    assert decide_for(TOBY).person_id == person_of(record)


@pytest.mark.usefixtures("index")
def test_an_index_of_former_rules_is_brought_up_to_date() -> None:
    """A5: given records indexed under former rules, then they are made anew, some at a time, until none is left."""
    records = known(ALEX, TOBY, ELLA)
    Profile.objects.filter(pk__in=[record.pk for record in records[:2]]).update(keys_version=0)
    assert [reindex_outdated(most=1) for _ in range(3)] == [1, 1, 0]


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("table", ["matching_profile", "matching_key"])
def test_no_worker_reads_the_index(table: str) -> None:
    """A5, G4: given anybody but the machine, then the index cannot be read at all, whatever audience they are in."""
    known(ALEX)
    with acting_as(None), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"SELECT 1 FROM {table}")


@pytest.mark.usefixtures("index")
def test_what_stands_under_a_key_is_read_from_the_index_alone() -> None:
    """A5: given the name of many, then its key is read from the newest on and no further than is asked for, and the
    table is not looked into for who may see it: the gate's column stands in the index."""
    known(*(person("John", "Smith", date(1950, 1, 2 + day % 28)) for day in range(MOST_UNDER_ONE_KEY + 20)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'matching_key_pkey'")
        assert cursor.fetchone() == ("PRIMARY KEY (key, record_id) INCLUDE (audience_id)",)
    looked = looked_at(person("John", "Smith"))
    assert looked.found == MOST_UNDER_ONE_KEY


@pytest.mark.usefixtures("index")
def test_of_many_who_share_a_name_hardly_one_is_weighed() -> None:
    """A5: given the name of many, when somebody of that name is asked about with a date of birth and a home, then only
    those are weighed whole who may be meant, and the answer is theirs."""
    (wanted,) = known(person("John", "Smith", "1980-02-01", TREVENSON_17, sex="M"))
    known(*(person("John", "Smith", date(1950, 1, 2 + day % 28), BASSETT_ROW, sex="M") for day in range(50)))
    asked = person("John", "Smith", "1980-02-01", TREVENSON_17, sex="M")
    assert looked_at(asked) == Looked(found=51, weighed=1, decided_at=1)
    assert decide_for(asked).person_id == person_of(wanted)


@pytest.mark.usefixtures("index")
def test_a_birthday_and_a_home_come_before_a_name_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: given more namesakes than are looked at, when somebody has married and is asked about under her former name,
    then her birthday and her postcode bring her before them, who share many more keys of one name."""
    (wanted,) = known(person("Ellen", "Rowse", "1990-06-12", TREVENSON_17, sex="F"))
    known(*(person("Ellen", "Smith", date(1950, 1, 2 + day % 28), BASSETT_ROW, sex="F") for day in range(40)))
    monkeypatch.setattr(queries, "MOST_COMPARED", 5)
    result = decide_for(person("Ellen", "Smith", "1990-06-12", TREVENSON_17, sex="F"))
    assert [each.person_id for each in result.candidates] == [person_of(wanted)]
