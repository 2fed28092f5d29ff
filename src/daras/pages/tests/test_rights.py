"""Somebody asks what is held: what a suspect parent gets, a competent child, an adult who was harmed; who decides and
who signs (G4; attack 10)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.api.authentication import issue
from daras.chronology.queries import entries
from daras.duties.chasing import sweep
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.models import ConcernReported
from daras.keeping.models import HoldEnded
from daras.outbox.models import Notice
from daras.pages.person.chronology import entry_key
from daras.pages.person.telling import KINDS
from daras.pages.tests import matterhorn
from daras.pages.tests.asking_what_is_held import (
    COUNCIL,
    HEALTH,
    POLICE,
    SCHOOL,
    SECRETS,
    Visitor,
    World,
    filled_in,
    part_at,
    problems,
    record_of,
    settled,
)
from daras.pages.tests.partnership import worker
from daras.pages.tests.pdf_text import text_of
from daras.people.models import AbuseMarker, AddressStay, NameKnown, RecordPerson
from daras.rights.models import AccessAsked, EntryContested, ItemDecided, PartGiven, PartOpened
from daras.working_time import clock

BUDGETS = {"cases": 14, "case": 21, "part": 49, "copy": 16}
#: Who decides and who signs, for each agency.
BY = {
    COUNCIL: ("duty-manager", "council-custodian"),
    POLICE: ("police-custodian", "officer"),
    HEALTH: ("health-custodian", "health"),
    SCHOOL: ("safeguarding-lead", "second-lead"),
}


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    return settled()


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def system(agency: str) -> Client:
    """An agency's own system."""
    with machine():
        return Client(headers={"authorization": f"Bearer {issue(agency, 'its system', scopes=['rights'])}"})


def checked(visitor: Visitor, world: World, place: str, **typed: str) -> None:
    """Identity is settled and the child is heard."""
    manager = world.workers["duty-manager"]
    said = {"seen": "Passport, shown.", "authority_seen": "Birth certificate, shown.", "satisfied": "yes"} | typed
    assert visitor.step(manager, place, "identity", **said) == (302, "")
    child = {"competent": "no", "wishes": "She was not asked: it would frighten her.", "objects_to_it": "no"}
    assert visitor.step(manager, place, "child", **child, by_name="Her social worker")[0] == 302


def answered(visitor: Visitor, world: World, agency: str) -> str:
    """One decides as suggested, another signs; where the copy is."""
    one, another = (world.workers[seat] for seat in BY[agency])
    part = part_at(one, agency)
    with acting_as(another):
        seen = PartOpened.objects.filter(agency=agency).exists()
    if not seen:
        assert visitor.step(one, part, "let-in", email=another.email) == (302, "")
    assert visitor.decides_as_suggested(one, part) == (302, "")
    assert visitor.step(another, part, "sign", signed="yes") == (302, "")
    return part


def test_a_suspect_parent_gets_nothing_that_harms(client: Client, visitor: Visitor, world: World) -> None:
    """G4 (attack 10): given a father who is said to have harmed and asks for his daughter's data, then the refuge, who
    referred, the grade of the police and what she said stay withheld on the page, in every layer of the PDF and by the
    API, of every agency; each keeps the reason for the record, and no copy tells that anything was left out. With the
    last part that is given, and not before, nothing is held against disposal any more."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child, asker_record=str(record_of("Denzel")))
    checked(visitor, world, place)
    copies = {}
    for agency in BY:
        part = answered(visitor, world, agency)
        _, page = visitor.opens(world.workers[BY[agency][0]], f"{part}copy/")
        page = re.sub(r'(csrfmiddlewaretoken" value)="\w+"', r"\1", page)  # drawn by lot: it may hold "1ac"
        made = client.get(f"{part}print/")
        assert made.status_code == 200
        paper = text_of(made.content, artifacts=True)
        assert matterhorn.failures(made.content) == []
        by_system = system(agency).get(f"/api/v1/rights/{part.split('/')[3]}", headers={"for-worker": BY[agency][0]})
        assert by_system.status_code == 200
        for secret in SECRETS:
            assert secret.casefold() not in page.casefold(), (agency, secret)
            assert secret.casefold() not in by_system.content.decode().casefold(), (agency, secret)
            assert secret.casefold() not in paper.casefold(), (agency, secret)
            assert secret.encode() not in made.content
        for tells in ("withheld", "redact", "[", "entries", "police"):
            assert tells not in paper.casefold() or tells in agency, (agency, tells)
        copies[agency] = paper
        with machine():
            assert not HoldEnded.objects.exists(), agency
        how = "nothing-to-give" if agency in {POLICE, SCHOOL} else "post"
        given = {"how": how, "by_whom": "A worker", "given_at": "2026-11-24T09:00"}
        assert visitor.step(world.workers[BY[agency][0]], part, "give", **given) == (302, ""), agency
    with machine():
        assert HoldEnded.objects.count() == 1
        withheld = ItemDecided.objects.filter(shown=False)
        assert {each.ground for each in withheld} >= {"child-abuse", "law-enforcement"}
        assert all(each.reason and each.ground_words and not each.words for each in withheld)
        assert ItemDecided.objects.filter(shown=True).exists()
    assert "Wenna" in copies[HEALTH] or "9000001080" in copies[HEALTH], "what harms nobody is given"


def test_nobody_learns_who_else_holds_anything(visitor: Visitor, world: World) -> None:
    """G4: given a case of the whole partnership, then each agency sees its own part and no other's, the agency that was
    asked among them; and an outsider sees nothing at all."""
    place = visitor.asks(world.workers["duty-manager"], world.child)
    checked(visitor, world, place)
    for agency, (seat, _) in BY.items():
        with acting_as(world.workers[seat]):
            assert set(PartOpened.objects.values_list("agency", flat=True)) == {agency}
            owners = DutyOpened.objects.filter(duty_kind__startswith="access-part").values_list(
                "owner_agency", flat=True
            )
            assert set(owners) == {agency}
    for seat in ("outsider", "officer", "school-nurse"):
        assert visitor.opens(world.workers[seat], place)[0] == 404
        with acting_as(world.workers[seat]):
            assert not AccessAsked.objects.exists()
            assert not PartOpened.objects.exists()
    part = part_at(world.workers["police-custodian"], POLICE)
    assert visitor.opens(world.workers["duty-manager"], part)[0] == 404
    assert visitor.sends(world.workers["duty-manager"], f"{part}sign/", {"sign-signed": "yes"})[0] == 404
    assert visitor.opens(world.workers["duty-manager"], f"{part}copy/")[0] == 404
    reference = part.split("/")[3]
    assert system(COUNCIL).get(f"/api/v1/rights/{reference}", headers={"for-worker": "duty-manager"}).status_code == 404
    assert (
        system(POLICE).get(f"/api/v1/rights/{reference}", headers={"for-worker": "police-custodian"}).status_code == 403
    )
    assert system(POLICE).get(f"/api/v1/rights/{reference}", headers={"for-worker": "duty-manager"}).status_code == 422
    assert visitor.opens(world.workers["administrator"], "/rights/")[0] == 403


def test_nobody_learns_it_from_a_chase(world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given parts that nobody has answered in a fortnight, when their agencies are chased, then each reads its own
    notice, and neither the agency that was asked nor the front door reads another's."""
    place = visitor.asks(world.workers["duty-manager"], world.child)
    checked(visitor, world, place)
    monkeypatch.setenv("DARAS_NOW", "2026-12-09T09:30:00+00:00")
    sweep(clock.now())
    for agency, seat in ((POLICE, "police-custodian"), (HEALTH, "health-custodian"), (COUNCIL, "duty-manager")):
        with acting_as(world.workers[seat]):
            told = Notice.objects.select_related("receiver").filter(reference__startswith="A-")
            assert {(each.receiver.agency, each.kind) for each in told} == {(agency, "chased")}


def test_nothing_is_given_before_another_has_signed(client: Client, visitor: Visitor, world: World) -> None:
    """G4: given a part that one has decided, then whoever decided cannot sign it, an unsigned copy is not made, and
    what is decided after the signature undoes it."""
    manager, custodian = world.workers["duty-manager"], world.workers["council-custodian"]
    place = visitor.asks(manager, world.child, whole="no")
    part = part_at(manager, COUNCIL)
    assert visitor.decides_as_suggested(manager, part) == (302, "")
    assert "Who they are is not settled" in visitor.step(custodian, part, "sign", signed="yes")[1]
    checked(visitor, world, place)
    assert "cannot sign" in visitor.step(manager, part, "sign", signed="yes")[1]
    assert visitor.opens(manager, f"{part}copy/")[0] == 403
    assert client.get(f"{part}print/").status_code == 403
    assert visitor.step(custodian, part, "sign", signed="no")[0] == 422
    assert visitor.step(custodian, part, "sign", signed="yes") == (302, "")
    assert visitor.opens(manager, f"{part}copy/")[0] == 200
    assert visitor.decides_as_suggested(manager, part) == (302, "")
    assert visitor.opens(manager, f"{part}copy/")[0] == 403
    with machine():
        assert TrailEntry.objects.filter(subject_kind="rights", action="look", actor="duty-manager").exists()


def test_an_answer_meets_what_is_owed(visitor: Visitor, world: World) -> None:
    """G4, B4: given a signed copy that was handed over, then the disclosure stands in the record and the month's duty
    is met; an agency that was not asked itself and has nothing to give sends nothing, for a letter would tell of it."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child)
    checked(visitor, world, place)
    _, work = visitor.opens(manager, "/")
    assert "Answer what is held about somebody" in work
    assert 'href="/rights/"' in work
    part = answered(visitor, world, POLICE)
    officer = world.workers["officer"]
    said = {"by_whom": "Police Custodian", "given_at": "2026-11-24T09:20"}
    assert visitor.step(officer, part, "give", how="post", **said)[0] == 422
    assert visitor.step(officer, part, "give", how="nothing-to-give", **said) == (302, "")
    own = answered(visitor, world, COUNCIL)
    assert visitor.step(manager, own, "give", how="nothing-to-give", **said)[0] == 422
    assert visitor.step(manager, own, "give", how="in-person", **said) == (302, "")
    assert visitor.step(manager, own, "give", how="in-person", **said)[0] == 422
    with machine():
        assert PartGiven.objects.count() == 2
        open_duties = DutyState.objects.filter(duty__duty_kind__startswith="access-part", met_at__isnull=True)
        assert set(open_duties.values_list("owner_agency", flat=True)) == {HEALTH, SCHOOL}
        police = DutyOpened.objects.get(owner_agency=POLICE, duty_kind="access-part-law-enforcement")
        assert (police.authority, str(police.due_at)[:10]) == ("statute", "2026-12-23")


def test_a_competent_child_asks(visitor: Visitor, world: World) -> None:
    """G4 (attack 10): given a girl who understands and asks for herself, then what she said and what was said of her
    may be given; police information waits for the police; and before she is found to understand nothing is given to
    her."""
    manager = world.workers["duty-manager"]
    asked = {"capacity": "child", "asker_name": "Wenna Trease", "asker_record": str(record_of("Wenna"))}
    place = visitor.asks(manager, world.child, **asked)
    said = {"seen": "Her teacher knows her.", "satisfied": "yes"}
    assert visitor.step(manager, place, "identity", **said) == (302, "")
    lead, second = world.workers["safeguarding-lead"], world.workers["second-lead"]
    part = part_at(lead, SCHOOL)
    assert visitor.decides_as_suggested(lead, part) == (302, "")
    assert "not been heard" in visitor.step(second, part, "sign", signed="yes")[1]
    heard = {"wishes": "I want to know what they wrote.", "objects_to_it": "no", "by_name": "Her advocate"}
    visitor.step(manager, place, "child", competent="no", **heard)
    assert "does not yet understand" in visitor.step(second, part, "sign", signed="yes")[1]
    visitor.step(manager, place, "child", competent="yes", **heard)
    assert visitor.step(second, part, "sign", signed="yes") == (302, "")
    _, copy = visitor.opens(second, f"{part}copy/")
    assert "I do not want to see my dad" in copy
    assert "Tamsin" not in copy, "another person is named nowhere without a reason"
    police = answered(visitor, world, POLICE)
    _, copy = visitor.opens(world.workers["police-custodian"], f"{police}copy/")
    assert "There is nothing that we have to give you." in copy


def test_the_childs_own_wish_against_a_parent(visitor: Visitor, world: World) -> None:
    """G4: given a child who does not want a parent to have it, then every entry says so to whoever decides."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child, whole="no")
    visitor.step(manager, place, "identity", seen="Seen.", authority_seen="Seen.", satisfied="yes")
    heard = {"competent": "yes", "objects_to_it": "yes", "wishes": "Not to him.", "by_name": "Her advocate"}
    assert visitor.step(manager, place, "child", **heard) == (302, "")
    _, text = visitor.opens(manager, part_at(manager, COUNCIL))
    assert "The child expects or has said that this person is not to have it" in text


def test_giving_what_the_law_speaks_against_needs_a_reason(visitor: Visitor, world: World) -> None:
    """G4: given an entry that is marked, when it is given all the same, then the reason is asked for; withheld without
    a reason or a ground, it is refused; and nothing of the rest is recorded."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child)
    checked(visitor, world, place)
    lead = world.workers["safeguarding-lead"]
    part = part_at(lead, SCHOOL)
    _, text = visitor.opens(lead, part)
    typed = filled_in(text)
    status, _, text = visitor.sends(lead, part, typed)
    assert status == 422
    assert "Why it is withheld is not written" in text
    given = {name: ("show" if name.endswith("-choice") else said) for name, said in typed.items()}
    status, _, text = visitor.sends(lead, part, given)
    assert status == 422
    assert "The law may speak against giving this" in text
    with machine():
        assert not ItemDecided.objects.exists()


def test_an_adult_who_was_harmed_asks(visitor: Visitor, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4 (attack 10): given a woman who was harmed as a girl and asks for herself, then nobody's parental rule is held
    against her: she is given what was said of her, and of others nothing without a reason."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    world = settled(child_born="2004-05-04")
    manager = world.workers["duty-manager"]
    asked = {"capacity": "adult", "asker_name": "Wenna Trease", "asker_record": str(record_of("Wenna"))}
    place = visitor.asks(manager, world.child, **asked)
    assert visitor.step(manager, place, "identity", seen="Passport.", satisfied="yes") == (302, "")
    lead, second = world.workers["safeguarding-lead"], world.workers["second-lead"]
    part = part_at(lead, SCHOOL)
    _, text = visitor.opens(lead, part)
    reasons = [line for line in text.splitlines() if "daras-reason" in line]
    assert reasons
    assert not any("best interests" in line for line in reasons)
    assert visitor.decides_as_suggested(lead, part) == (302, "")
    assert visitor.step(second, part, "sign", signed="yes") == (302, "")
    _, copy = visitor.opens(second, f"{part}copy/")
    assert "I do not want to see my dad" in copy
    assert "Tamsin" not in copy


def test_whoever_asks_never_answers(visitor: Visitor, world: World) -> None:
    """G4 (attack 10): given the custodian who asks for herself, then she sees nothing of her own case and cannot be let
    in; and a worker cannot record a request of their own."""
    manager, custodian = world.workers["duty-manager"], world.workers["council-custodian"]
    asked = {"asker_name": "Council Custodian", "asker_email": custodian.email}
    place = visitor.asks(manager, world.child, whole="no", **asked)
    part = part_at(manager, COUNCIL)
    for path in (place, part, f"{part}copy/"):
        assert visitor.opens(custodian, path)[0] == 404
    assert visitor.opens(custodian, "/rights/")[1].count("/rights/A-") == 0
    assert "Nobody of your agency" in visitor.step(manager, part, "let-in", email=custodian.email)[1]
    with acting_as(custodian):
        assert not AccessAsked.objects.exists()
        assert not DutyOpened.objects.filter(duty_kind="access-part").exists()
    own = {
        "capacity": "adult", "asker_name": "Me", "asker_contact": "Here", "whole": "no",
        "received_at": "2026-11-23T10:00", "asker_email": manager.email,
    }  # fmt: skip
    assert visitor.sends(manager, f"/people/{world.child}/rights/", own)[0] == 422


def test_the_clock_stands_still_and_is_made_longer_once(
    visitor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a request of 23 November, then it is due on 23 December; a week's wait for what they mean moves it by a
    week; two months more are given once, and only when they were told within the first month."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child, whole="no")

    def due() -> str:
        with machine():
            return str(DutyState.objects.get(duty__duty_kind="access-part").due_at)[:10]

    assert due() == "2026-12-23"
    assert visitor.step(manager, place, "ask-back", what="clarification", words="Which years?") == (302, "")
    assert visitor.step(manager, place, "ask-back", what="identity", words="Who?")[0] == 422
    monkeypatch.setenv("DARAS_NOW", "2026-12-01T09:30:00+00:00")
    assert visitor.step(manager, place, "said-more", words="All of them.") == (302, "")
    assert due() == "2026-12-30"
    assert visitor.step(manager, place, "said-more", words="Again.")[0] == 422
    late = visitor.step(manager, place, "extend", reason="Eleven years.", told_at="2027-01-02T10:00")
    assert late[0] == 422
    assert visitor.step(manager, place, "extend", reason="Eleven years.", told_at="2026-12-01T09:00") == (302, "")
    assert due() == "2027-03-02"
    assert visitor.step(manager, place, "extend", reason="More.", told_at="2026-12-01T09:00")[0] == 422


def contest_at(worker: Worker, number: str, fact_id: int) -> str:
    """Where an entry of somebody's chronology is contested."""
    with acting_as(worker):
        member = RecordPerson.objects.filter(number=number).first()
        assert member is not None
        (found,) = [each for each in entries({member.person_id}, KINDS) if each.fact_id == fact_id]
    return f"/people/{number}/contest/{entry_key(found)}/"


CONTESTED = {"right": "rectification", "says": "I never lived in Beacon Road.", "received_at": "2026-11-23T10:00"}


def test_an_entry_is_contested_decided_and_never_erased(visitor: Visitor, world: World) -> None:
    """G4, G2: given an address that its agency recorded and somebody says is wrong, then it is shown on the entry at
    once; another than who recorded it decides; it is shown as corrected with what they say beside it, the entry stands
    as it was, and on an earlier day as it was then."""
    officer, custodian = world.workers["officer"], world.workers["police-custodian"]
    with acting_as(officer):
        stay = AddressStay.objects.get(fact__agency=POLICE)
    path = contest_at(officer, world.child, stay.pk)
    assert visitor.opens(world.workers["outsider"], path)[0] == 404
    assert visitor.sends(officer, path, CONTESTED | {"says": " "})[0] == 422
    assert visitor.sends(officer, path, CONTESTED)[0] == 302
    assert visitor.sends(officer, path, CONTESTED)[0] == 422
    chronology = f"/people/{world.child}/chronology/"
    _, text = visitor.opens(officer, chronology)
    assert "Contested: said to be wrong on Monday 23 November 2026, not decided yet" in text
    assert "4 Beacon Road" in text
    with machine():
        contested = EntryContested.objects.get()
        assert DutyState.objects.get(duty__duty_kind="contested-entry").owner_agency == POLICE
    decide = f"/rights/contested/{contested.reference}/"
    assert visitor.opens(world.workers["safeguarding-lead"], decide)[0] == 404
    said = {"outcome": "corrected", "words": "It was a neighbour's address."}
    assert visitor.sends(world.workers["health"], decide, said)[0] == 404
    assert visitor.sends(custodian, decide, {"outcome": "not-restricted", "words": "x"})[0] == 422
    assert visitor.sends(custodian, decide, said)[0] == 302
    assert visitor.sends(custodian, decide, said)[0] == 422
    _, text = visitor.opens(officer, chronology)
    for words in (
        "Corrected (Tuesday 24 November 2026)",
        "It was a neighbour's address.",
        "I never lived in",
        "4 Beacon",
    ):
        assert words in text, words
    assert "not decided yet" not in text
    with machine():
        assert AddressStay.objects.filter(pk=stay.pk, fact__superseded_by__isnull=True).exists()
        assert DutyState.objects.get(duty__duty_kind="contested-entry").met_at is not None


def test_nobody_decides_on_what_they_recorded(visitor: Visitor, world: World) -> None:
    """G4: given a mark that a manager set and that is contested, then that manager cannot decide on it."""
    manager, worker = world.workers["duty-manager"], world.workers["social-worker"]
    with acting_as(manager):
        marked = AbuseMarker.objects.filter(fact__author=manager.slug).get()
    asked = CONTESTED | {"right": "restriction", "says": "Not until the court has spoken."}
    assert visitor.sends(manager, contest_at(manager, world.child, marked.pk), asked)[0] == 302
    with machine():
        reference = EntryContested.objects.get().reference
    said = {"outcome": "restricted", "words": "Until the hearing."}
    status, _, text = visitor.sends(manager, f"/rights/contested/{reference}/", said)
    assert (status, "Whoever recorded it cannot decide" in text) == (422, True)
    assert visitor.sends(worker, f"/rights/contested/{reference}/", said)[0] == 302
    _, text = visitor.opens(worker, f"/people/{world.child}/chronology/")
    assert "Restricted: kept, and not used without asking its agency" in text


def test_each_page_asks_a_fixed_number_of_queries(visitor: Visitor, world: World) -> None:
    """Given the pages of a case, then each asks exactly within its budget."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child)
    checked(visitor, world, place)
    own = answered(visitor, world, COUNCIL)
    asked = {}
    for name, path in {"cases": "/rights/", "case": place, "part": own, "copy": f"{own}copy/"}.items():
        visitor.opens(manager, path)
        with CaptureQueriesContext(connection) as captured:
            assert visitor.client.get(path).status_code == 200
        asked[name] = len(captured)
    assert asked == BUDGETS


def test_what_is_contested_is_shown_wherever_the_entry_is(visitor: Visitor, world: World) -> None:
    """G4: given a worry about a child and her father that is contested on her page, then it is shown so on his, too;
    and given each entry of her page in turn, then it is shown on that one."""
    lead, manager = world.workers["safeguarding-lead"], world.workers["duty-manager"]
    with acting_as(lead):
        worry = ConcernReported.objects.get()
    asked = CONTESTED | {"says": "It was not like that."}
    assert visitor.sends(lead, contest_at(lead, world.child, worry.pk), asked)[0] == 302
    for number in (world.child, world.father):
        _, text = visitor.opens(lead, f"/people/{number}/chronology/")
        assert "Contested: said to be wrong" in text
        assert "It was not like that." in text
    page = f"/people/{world.child}/chronology/"
    _, text = visitor.opens(manager, page)
    links = set(re.findall(rf"/people/{world.child}/contest/[0-9a-f]+/", text))
    links.remove(contest_at(lead, world.child, worry.pk))
    assert len(links) > 5
    for link in sorted(links):
        status, place, text = visitor.sends(manager, link, CONTESTED | {"says": f"Not so: {link}"})
        assert (status, place) == (302, page), problems(text)
        assert f"Not so: {link}" in visitor.opens(manager, page)[1], link


def test_the_police_grade_an_entry_of_theirs(visitor: Visitor, world: World) -> None:
    """G4: given an address that the police hold, when an officer grades it on the chronology, then whoever reads the
    entry reads the newest grade with its conditions; half a grade is refused, and nobody grades what another holds."""
    officer, lead = world.workers["officer"], world.workers["safeguarding-lead"]
    with acting_as(officer):
        stay = AddressStay.objects.get(fact__agency=POLICE)
    path = contest_at(officer, world.child, stay.pk).replace("/contest/", "/grade/")
    chronology = f"/people/{world.child}/chronology/"
    _, text = visitor.opens(officer, chronology)
    assert "Graded 1AC" in text
    assert path in text
    assert visitor.opens(officer, path)[0] == 200
    half = {"source": "2", "assessment": "B", "handling": "C", "conditions": ""}
    assert visitor.sends(officer, path, half)[0] == 422
    assert visitor.sends(officer, path, half | {"conditions": "Ask us first."})[0] == 302
    _, text = visitor.opens(officer, chronology)
    assert "Graded 2BC" in text
    assert "Ask us first." in text
    assert "Graded 1AC" not in text
    with acting_as(lead):
        own = AddressStay.objects.filter(fact__agency=SCHOOL).first()
    assert own is not None
    theirs = contest_at(lead, world.child, own.pk).replace("/contest/", "/grade/")
    assert visitor.opens(lead, theirs)[0] == 404
    assert "Graded" not in visitor.opens(lead, chronology)[1]


def test_somebody_in_a_refuge_asks_her_custodian(visitor: Visitor, world: World) -> None:
    """G4 (attack 10): given a mother whom a custodian keeps and who asks for herself, then her custodian records and
    decides it, another custodian of the agency signs, she is given what the council holds, and nobody else sees that
    there is a case."""
    custodian = world.workers["council-custodian"]
    with machine():
        second = worker("Second Custodian", COUNCIL, "legal", "custodian")
    with acting_as(custodian):
        name = NameKnown.objects.filter(given_name="Elowen").select_related("fact").first()
        assert name is not None
        mother = RecordPerson.objects.get(record=name.fact.person_record_id or 0).number
    assert visitor.opens(world.workers["duty-manager"], f"/people/{mother}/rights/")[0] == 404
    asked = {"capacity": "adult", "asker_name": "Elowen Pengelly", "whole": "no"}
    place = visitor.asks(custodian, mother, **asked)
    part = part_at(custodian, COUNCIL)
    assert visitor.step(custodian, place, "identity", seen="She came.", satisfied="yes") == (302, "")
    assert visitor.decides_as_suggested(custodian, part) == (302, "")
    assert visitor.step(second, part, "sign", signed="yes") == (302, "")
    said = {"how": "in-person", "by_whom": "Her custodian", "given_at": "2026-11-24T09:20"}
    assert visitor.step(custodian, part, "give", **said) == (302, "")
    for seat in ("duty-manager", "social-worker", "health-custodian"):
        with acting_as(world.workers[seat]):
            assert not AccessAsked.objects.exists()
            assert not DutyOpened.objects.filter(duty_kind="access-part").exists()
