"""An agency's own list: recorded once, linked by matching, under the regime of its agency (A5, G4, G5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module

import psycopg
import pytest

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.agencies import AgencyNotCurrent, UnknownAgency
from daras.exchange.demonstration import clock_at
from daras.exchange.extracts import ResponsibilityHeld, receive_extract
from daras.exchange.installation import install_all
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed, RelationshipNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.home import Addresses
from daras.ledger.models import Fact
from daras.people.models import (
    LinkDecided,
    NameKnown,
    ParentalResponsibilityKnown,
    PersonInMatter,
    PersonRecord,
    RecordPerson,
    RelationshipKnown,
)
from daras.working_time.clock import parse_instant

pytestmark = pytest.mark.django_db

HOME = Address(lines=("17 Trevenson Close",), town="Camborne", postcode="TR14 8AB")
ALEX = PersonNamed(
    ref="1001",
    role="child",
    given_name="Alexander",
    family_name="Tregear",
    date_of_birth=date(2015, 3, 22),
    sex="M",
    address=HOME,
    involvements=(InvolvementNamed("carn-brea-academy", "on roll", since=date(2026, 9, 3)),),
)
KERRA = PersonNamed(ref="1002", role="adult", given_name="Kerra", family_name="Tregear", sex="F", address=HOME)
UNBORN = PersonNamed(ref="1003", role="unborn", expected_birth_on=date(2027, 2, 1), address=HOME)
MOTHER = RelationshipNamed("1002", "1001", "mother")
EXPECTS = RelationshipNamed("1002", "1003", "mother")


@pytest.fixture(autouse=True)
def _monday_night() -> Iterator[None]:
    install_all()
    with clock_at(parse_instant("2026-11-16T03:00:00+00:00")):
        yield


def test_what_a_referral_calls_somebody_is_no_number_of_a_list() -> None:
    """A5, E2: given a school's referral that calls two people "1001" and "1002", when its list comes with other people
    under these numbers, then these are recorded as they are, and who is whose mother is said of them."""
    sent = encoded(referral("alex")).replace(b'"jake-father"', b'"1001"').replace(b'"jake-mother"', b'"1002"')
    with clock_at(parse_instant("2026-11-30T12:00:00+00:00")):
        assert receive(sent, file="news").outcome == "recorded"
        receive_extract("carn-brea-academy", [ALEX, KERRA], [MOTHER])
    with machine():
        records = {each.local_id: each for each in PersonRecord.objects.exclude(local_id="")}
        assert set(records) == {"1001", "1002"}
        tie = RelationshipKnown.objects.select_related("fact").get(relation="mother", fact__author="service:extract")
        assert tie.fact.person_record_id == records["1002"].pk
        assert tie.other_record_id == records["1001"].pk
        assert NameKnown.objects.get(fact__person_record_id=records["1001"].pk).given_name == "Alexander"


def test_words_of_earlier_referrals_are_forgotten_as_numbers(cloned_database: Addresses) -> None:
    """A5: given records of a list and of a referral from before, when the database is brought up to date, then the
    list's keep the agency's number, the referral's have none, and still nobody changes a record."""
    forget = import_module("daras.people.migrations.0005_own_numbers").FORGET_WORDS_OF_REFERRALS
    add = (
        "INSERT INTO people_personrecord (agency, local_id, made_at, audience_id)"
        " VALUES ('carn-brea-academy', %s, now(), %s)"
    )
    with psycopg.connect(cloned_database.owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO access_standingscope (id, slug) VALUES (7, 'front-door/x') ON CONFLICT DO NOTHING")
        owner.execute(
            "INSERT INTO access_audience (id, scope_id, purpose, opened_at) VALUES (7, 7, 'submission', now())"
        )
        owner.execute(add, ["suspect", 7])
        owner.execute(add, ["1001", 8])
        owner.execute(forget)
        rows = owner.execute("SELECT local_id FROM people_personrecord ORDER BY id").fetchall()
        assert rows == [("",), ("1001",)]
        with pytest.raises(psycopg.Error, match="never changed"):
            owner.execute("UPDATE people_personrecord SET local_id = 'other'")


def test_a_list_is_recorded_once() -> None:
    """A1: given a school's roll that comes every night, when nothing has changed, then nothing is added; when a pupil
    has joined, then only that pupil is."""
    first = receive_extract("carn-brea-academy", [ALEX, KERRA], [MOTHER])
    with machine():
        before = Fact.objects.count()
    again = receive_extract("carn-brea-academy", [ALEX, KERRA], [MOTHER])
    with machine():
        assert Fact.objects.count() == before
    joined = replace(ALEX, ref="1004", given_name="Morgan", date_of_birth=date(2014, 10, 2))
    third = receive_extract("carn-brea-academy", [ALEX, KERRA, joined], [MOTHER, replace(MOTHER, end="1004")])
    assert [(each.recorded, each.held_already) for each in (first, again, third)] == [(2, 0), (0, 2), (1, 2)]
    with machine():
        assert PersonRecord.objects.count() == 3
        assert ParentalResponsibilityKnown.objects.count() == 2


def test_news_finds_whom_a_list_holds() -> None:
    """A5: given the roll with Alexander, when news of Alex comes, then he stands under the same number, decided by
    matching with its reasons."""
    receive_extract("carn-brea-academy", [ALEX, KERRA], [MOTHER])
    with clock_at(parse_instant("2026-11-20T10:08:00+00:00")):
        receive(encoded(referral("alex")))
    with machine():
        held = RecordPerson.objects.get(record__agency="carn-brea-academy", record__local_id="1001")
        named = PersonInMatter.objects.select_related("fact").get(ref="alex")
        assert RecordPerson.objects.get(record_id=named.fact.person_record_id).person_id == held.person_id
        link = LinkDecided.objects.get(other_record_id=held.record_id, decision="link")
        assert link.why
        assert not link.by_person


def test_a_mother_holds_parental_responsibility_and_others_as_the_list_says() -> None:
    """G5: given a mother, a child and an unborn child, then she holds responsibility for the child in law, for the
    unborn child nobody does, and a guardian does by the order that was seen."""
    guardian = replace(KERRA, ref="1005", given_name="Jean")
    held = ResponsibilityHeld("1005", "1001", "special-guardianship-order", "order of the family court")
    receive_extract("carn-brea-academy", [ALEX, KERRA, UNBORN, guardian], [MOTHER, EXPECTS], [held])
    with machine():
        found = {
            (each.fact.person_record_id, each.child_record_id): (each.ground, each.evidence_seen)
            for each in ParentalResponsibilityKnown.objects.select_related("fact")
        }
        number = dict(PersonRecord.objects.values_list("local_id", "pk"))
    assert found == {
        (number["1002"], number["1001"]): ("mother", ""),
        (number["1005"], number["1001"]): ("special-guardianship-order", "order of the family court"),
    }


def test_police_lists_are_law_enforcement_processing() -> None:
    """G2: given the police's list, then its facts stand under that regime and that controller; a school's do not."""
    receive_extract("devon-and-cornwall-police", [replace(KERRA, ref="P1")])
    receive_extract("carn-brea-academy", [ALEX])
    with machine():
        regimes = set(Fact.objects.values_list("controller", "regime"))
    assert regimes == {("devon-and-cornwall-police", "law-enforcement"), ("carn-brea-academy", "general")}


def test_the_trail_holds_that_a_list_came() -> None:
    """G4: given a list of two, then the trail holds who recorded how many, and nobody's name."""
    receive_extract("carn-brea-academy", [ALEX, KERRA])
    with machine():
        entry = TrailEntry.objects.get(subject_kind="extract")
    assert (entry.actor, entry.agency, entry.reason) == ("service:extract", "carn-brea-academy", "2 rows recorded")


def test_a_list_of_an_agency_that_there_is_not_is_refused() -> None:
    """A1: given a list in the name of nobody, or of an agency that has ceased, then it is refused and nothing is
    recorded."""
    with pytest.raises(UnknownAgency):
        receive_extract("no-such-agency", [ALEX])
    with pytest.raises(AgencyNotCurrent):
        receive_extract("nhs-kernow", [ALEX])
    with machine():
        assert not PersonRecord.objects.exists()
