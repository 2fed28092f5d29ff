"""The example referrals on the loaded demonstration: what must hold of each, where agencies know the families
already."""

from __future__ import annotations

from datetime import date

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyOpened
from daras.exchange.tests.conftest import Told
from daras.frontdoor.models import AgencyToInvite, ConcernReported, Document, IndicatorMet
from daras.frontdoor.queries import MatterAround, matter_around
from daras.matters.models import Matter
from daras.people.models import (
    NameKnown,
    ParentalResponsibilityKnown,
    PersonInMatter,
    RecordPerson,
)

SENDERS = {
    "alex": "carn-brea-academy",
    "open-case": "cornwall-partnership-trust",
    "mark": "devon-and-cornwall-police",
    "julie": "royal-cornwall-hospitals",
    "no-known-child": "adult-drug-and-alcohol-service",
}


def matter_of(name: str) -> Matter:
    with machine():
        return Document.objects.select_related("matter").get(agency=SENDERS[name]).matter


def person_of(name: str, ref: str) -> int:
    """The person whom a ref of a document turned out to be."""
    with machine():
        part = PersonInMatter.objects.select_related("fact").get(
            fact__matter_id=matter_of(name).pk, fact__agency=SENDERS[name], ref=ref
        )
        return person_of_record(part.fact.person_record_id)


def person_of_record(record_id: int | None) -> int:
    return RecordPerson.objects.get(record_id=record_id).person_id


def person_at(agency: str, given: str, family: str) -> int:
    """The person of the record that an agency had before."""
    with machine():
        name = NameKnown.objects.select_related("fact").get(
            fact__agency=agency, given_name=given, family_name=family, fact__matter_id=None
        )
        return person_of_record(name.fact.person_record_id)


def invited(name: str) -> dict[str, str]:
    """Whom this news, and no other of its matter, suggests to invite, with the reasons."""
    with machine():
        received_at = Document.objects.get(agency=SENDERS[name]).received_at
        rows = AgencyToInvite.objects.filter(fact__matter_id=matter_of(name).pk, fact__recorded_at=received_at)
        return {f"{row.agency}/{row.team}": row.because for row in rows}


def duties(matter: Matter) -> set[str]:
    with machine():
        return set(DutyOpened.objects.filter(fact__matter_id=matter.pk).values_list("duty_kind", flat=True))


def story(name: str) -> MatterAround:
    """The matter as the duty manager reads it."""
    with acting_as(Worker.objects.get(slug="tamara-nance")):
        found = matter_around(matter_of(name).reference, date(2026, 11, 24))
    assert found is not None
    return found


def test_everybody_in_the_suspects_home_is_in_scope(loaded: Told) -> None:
    """J2, B2, C5: given the school's referral and what agencies hold, then Jake, Ella, Toby and Sam are in scope, and
    Jake is both suspect and a child with a matter of his own."""
    read = story("alex")
    reached = {read.people[each.person_id].name for each in read.connections if each.person_id in read.people}
    assert {"Jake Rowse", "Ella Rowse", "Toby Rowse", "Sam Bray"} <= reached
    jake = person_of("alex", "suspect")
    with machine():
        own = Matter.objects.get(parent=matter_of("alex"))
        subjects = PersonInMatter.objects.select_related("fact").filter(fact__matter_id=own.pk, part="subject")
        assert {person_of_record(each.fact.person_record_id) for each in subjects} == {jake}
        assert own.kind == "child-in-need"
        suspected = PersonInMatter.objects.filter(fact__matter_id=matter_of("alex").pk, part="suspect")
        assert suspected.exists()
    assert jake == person_at("camborne-surgery", "Jacob", "Rowse")


def test_the_agencies_that_know_the_children_are_to_be_invited(loaded: Told) -> None:
    """B3: given what schools and surgeries hold, then each is to be invited because of the children it works with, by
    name."""
    because = invited("alex")
    assert "Ella Rowse and Toby Rowse (on roll)" in because["trevithick-primary/safeguarding"]
    assert "Jake Rowse" in because["camborne-surgery/gp"]
    assert "Alex Tregear" in because["cornwall-partnership-trust/school-nursing"]


def test_news_on_the_open_case_finds_both_children(loaded: Told) -> None:
    """B1, A5: given Alex's open case, when the nurse writes of Toby "Rows", then it is Alex, it is Toby as his own
    school has him, on the same matter, and a second decision is due."""
    assert matter_of("open-case") == matter_of("alex")
    assert person_of("open-case", "alex") == person_of("alex", "alex")
    assert person_of("open-case", "cousin") == person_of("alex", "sib2")
    assert person_of("open-case", "cousin") == person_at("trevithick-primary", "Tobias", "Rowse")
    with machine():
        matter = matter_of("alex")
        due = DutyOpened.objects.filter(fact__matter_id=matter.pk, duty_kind="strategy-decision-due")
        assert due.count() == 2
        assert (matter.state.news_count, matter.state.decision_owed) == (2, True)


def test_liams_mother_is_found_as_holder_of_parental_responsibility(loaded: Told) -> None:
    """J3, C5, G5: given Julie's referral, then an intermediary and a medical are owed, Liam has a matter of his own,
    and Donna Vosper, in another home, holds parental responsibility for him; her younger child is in scope too."""
    matter = matter_of("julie")
    assert {"intermediary-request", "medical-decision"} <= duties(matter)
    liam = person_of("julie", "other")
    with machine():
        assert Matter.objects.filter(parent=matter, kind="child-in-need").count() == 1
        held = ParentalResponsibilityKnown.objects.select_related("fact").filter(
            child_record__membership__person_id=liam
        )
        holders = {person_of_record(each.fact.person_record_id) for each in held}
    assert person_of("julie", "liam-mother") in holders
    assert person_at("camborne-surgery", "Donna", "Vosper") in holders
    assert "hayle-academy/safeguarding" in invited("julie")


def test_probation_and_police_are_to_be_invited_for_mark(loaded: Told) -> None:
    """J1, E2, E3: given the release, then Dean's offender manager and the police who manage him are to be invited as
    who works with him, and the decision is due at once."""
    because = invited("mark")
    assert "works with Dean Hocking (offender manager)" in because["probation-service/cornwall-sexual-offences"]
    assert "works with Dean Hocking" in because["devon-and-cornwall-police/offender-management"]
    assert "Mark Penrose" in because["redruth-surgery/gp"]
    assert {"strategy-decision-due", "late-start", "address-decision"} <= duties(matter_of("mark"))
    assert person_of("mark", "father") == person_at("probation-service", "Dean", "Hocking")


def test_jenna_is_named_to_the_front_door_only(loaded: Told) -> None:
    """A8, B2, G4: given Jenna, who stays unnamed, then the front door reads her name; her own worker, the designated
    officer, police, probation, schools, housing, custodians and administrators do not, in any name, account,
    indicator or document."""
    names = NameKnown.objects.filter(given_name="Jenna", family_name="Opie")
    for slug in ("tamara-nance", "bethan-oduya", "anjali-menon", "gareth-pryce"):
        with acting_as(Worker.objects.get(slug=slug)):
            assert names.all().exists(), slug
    front_door = {"maru", "maru-health", "out-of-hours"}
    others = [worker for worker in Worker.objects.all() if worker.team not in front_door]
    assert len(others) > 30
    for worker in others:
        with acting_as(worker):
            assert not names.all().exists(), worker
            assert not ConcernReported.objects.filter(what_happened__contains="Jenna").exists(), worker
            assert not Document.objects.filter(body__icontains="Jenna").exists(), worker
            assert not IndicatorMet.objects.filter(why__contains="Jenna").exists(), worker
            assert not DutyOpened.objects.filter(because__contains="Jenna").exists(), worker
    assert "allegation-against-person-working-with-children" in duties(matter_of("no-known-child"))


def test_raymond_was_unknown_to_all(loaded: Told) -> None:
    """B2: given a suspect whom no agency holds, then he is somebody new, and the matter stands without a known
    child."""
    with machine():
        raymond = person_of("no-known-child", "suspect")
        assert RecordPerson.objects.filter(person_id=raymond).count() == 1
        assert matter_of("no-known-child").kind == "referral"


def test_an_agency_with_no_part_in_a_matter_sees_nothing_of_it(loaded: Told) -> None:
    """G4: given five referrals, then a housing officer reads no matter of theirs, no concern and no name from any of
    them; what is asked of housing is not one."""
    with acting_as(Worker.objects.get(slug="graham-uren")):
        assert not Matter.objects.exclude(kind="request").exists()
        assert not ConcernReported.objects.exists()
        assert set(NameKnown.objects.values_list("fact__agency", flat=True)) == {"cornwall-housing"}
