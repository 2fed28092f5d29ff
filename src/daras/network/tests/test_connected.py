"""The network as it stands in the ledger, as of a day and as known at a moment, in a bounded number of queries (A5,
G2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from daras.access.session import machine
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.matters.commands import open_matter
from daras.network.queries import Connected, connected
from daras.people.commands import add_records, new_persons, place
from daras.people.models import AddressStay, BirthKnown, NameKnown, Person, PersonInMatter, RelationshipKnown

TODAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AUDIENCE = 1 << 32
#: At most five queries a step and one for the names, whatever the number of people.
MOST_QUERIES_OF_TWO_STEPS = 11


@dataclass
class Families:
    """People by first name, each with a record, and what is said of them."""

    records: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    recorded_at: datetime = MORNING

    def add(self, *names: str, family: str = "Rowse") -> None:
        records = add_records("cornwall-childrens-services", AUDIENCE, list(names))
        persons = new_persons(len(names))
        place(records, persons)
        for name, record, person in zip(names, records, persons, strict=True):
            self.records[name], self.persons[name] = record.pk, person.pk
            sex = "F" if name in {"Morwenna", "Ella", "Tamsin"} else "M"
            self.say(name, NameKnown(given_name=name, family_name=family), BirthKnown(role="child", sex=sex))

    def say(self, name: str, *details: Detail, matter_id: int | None = None, supersedes: Fact | None = None) -> Fact:
        recording = Recording("cornwall-childrens-services", "worker", self.recorded_at)
        return append(
            recording,
            [
                Entry(detail, AUDIENCE, person_record_id=self.records[name], matter_id=matter_id, supersedes=supersedes)
                for detail in details
            ],
        )[-1]

    def tie(self, first: str, relation: str, *others: str) -> Fact:
        *_, last = [
            self.say(first, RelationshipKnown(other_record_id=self.records[other], relation=relation))
            for other in others
        ]
        return last

    def home(self, place_key: str, *names: str, many_households: bool = False) -> None:
        for name in names:
            self.say(name, AddressStay(lines=[place_key], place_key=place_key, many_households=many_households))

    def around(self, *names: str, known_on: datetime | None = None, steps: int = 2) -> dict[str, Connected]:
        name_of = {person: name for name, person in self.persons.items()}
        start: Sequence[int] = [self.persons[name] for name in names]
        found = connected(start, on=TODAY, known_on=known_on, steps=steps)
        return {name_of[each.person_id]: each for each in found}


@pytest.fixture
def families(db: None) -> Iterator[Families]:
    with machine():
        made = Families()
        made.add("Jake", "Ella", "Toby", "Morwenna", "Steven")
        made.add("Alex", family="Tregear")
        made.add("Sam", family="Bray")
        made.tie("Morwenna", "mother", "Jake", "Ella", "Toby")
        made.tie("Sam", "friend", "Jake")
        made.home("22 Trevenson Close", "Jake", "Ella", "Toby", "Morwenna", "Steven")
        yield made


def suspect_jake(families: Families) -> None:
    """One document: Alex is its subject and Jake suspected."""
    matter = open_matter(
        kind="referral", authority="908", agency="carn-brea-academy", audience_id=AUDIENCE, opened_at=MORNING
    )
    families.say("Alex", PersonInMatter(part="subject"), matter_id=matter.pk)
    families.say("Jake", PersonInMatter(part="suspect"), matter_id=matter.pk)
    families.recorded_at = MORNING + timedelta(hours=1)
    families.say("Toby", PersonInMatter(part="subject"), matter_id=matter.pk)


def test_everybody_around_a_referral_is_found(
    families: Families, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A5, B2: given Alex and Jake in one referral, then Jake's family and friend are within two steps, in eleven
    queries."""
    suspect_jake(families)
    with django_assert_max_num_queries(MOST_QUERIES_OF_TWO_STEPS):
        found = families.around("Alex")
    assert set(found) == {"Jake", "Ella", "Toby", "Morwenna", "Steven", "Sam"}
    assert found["Ella"].reason == (
        "Ella Rowse is a sister of Jake Rowse (same mother, Morwenna Rowse; they live together),"
        " who is said to have harmed Alex Tregear"
    )
    assert found["Steven"].path[-1] == "Steven Rowse lives with Jake Rowse at 22 Trevenson Close"
    assert found["Sam"].audience_ids == {AUDIENCE}


def test_suspicion_belongs_to_the_document_that_states_it(families: Families) -> None:
    """B2: given a later document about Toby in the same matter, then Jake is not said to have harmed Toby by it."""
    suspect_jake(families)
    reason = families.around("Toby", steps=1)["Jake"].reason
    assert reason == "Jake Rowse is a brother of Toby Rowse (same mother, Morwenna Rowse; they live together)"


def test_more_people_cost_no_more_queries(
    families: Families, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A5: given forty cousins and a whole hostel, then the bound on queries is the same."""
    cousins = [f"Cousin {number}" for number in range(40)]
    families.add(*cousins)
    families.tie("Jake", "cousin", *cousins)
    families.home("Harbour House", "Sam", *cousins, many_households=True)
    with django_assert_max_num_queries(MOST_QUERIES_OF_TWO_STEPS):
        found = families.around("Jake")
    assert len(found) == 5 + len(cousins)
    with django_assert_max_num_queries(MOST_QUERIES_OF_TWO_STEPS):
        assert set(families.around("Sam", steps=2)) == {"Jake", "Ella", "Toby", "Morwenna", "Steven", *cousins}
    assert set(families.around("Sam", steps=1)) == {"Jake"}


def test_records_of_several_agencies_are_one_person(families: Families) -> None:
    """A5: given a tie on another agency's record of Ella, then it is Ella's, whoever recorded it."""
    families.add("Tamsin", family="Angwin")
    (record,) = add_records("royal-cornwall-hospitals", AUDIENCE, ["7"])
    place([record], [Person.objects.get(pk=families.persons["Ella"])])
    said = RelationshipKnown(other_record_id=record.pk, relation="childminder")
    families.say("Tamsin", said)
    assert families.around("Ella", steps=1)["Tamsin"].reason == "Tamsin Angwin is the childminder of Ella Rowse"


def test_the_past_is_as_it_was_known_then(families: Families) -> None:
    """G2: given a tie put right later, then each moment has what was known at it."""
    families.recorded_at = MORNING + timedelta(days=1)
    tie = families.tie("Steven", "father", "Ella")
    families.recorded_at = MORNING + timedelta(days=2)
    corrected = RelationshipKnown(other_record_id=families.records["Ella"], relation="step-father")
    families.say("Steven", corrected, supersedes=tie)

    def then(days: float) -> str:
        at = MORNING + timedelta(days=days)
        return families.around("Ella", known_on=at, steps=1)["Steven"].reason

    assert then(0.5) == "Steven Rowse lives with Ella Rowse at 22 Trevenson Close"
    assert then(1.5) == "Steven Rowse is the father of Ella Rowse (they live together)"
    assert then(2.5) == "Steven Rowse is the step-father of Ella Rowse (they live together)"
    assert families.around("Ella", steps=1)["Steven"].reason == then(2.5)
