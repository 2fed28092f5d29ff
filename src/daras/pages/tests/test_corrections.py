"""A wrong link is undone; those told are told; deletion is confirmed; the breach duty stands (G2). The marker (I1)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.frontdoor.markers import marked_on
from daras.frontdoor.outcome import Outcome
from daras.outbox.models import Notice
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_finding import find
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_who_sees_what import BACKEND, read
from daras.people.models import (
    AddressStay,
    BirthKnown,
    ChangeProposed,
    LinkRecalled,
    NameKnown,
    PersonRecord,
    RecordPerson,
    RelationshipKnown,
)
from daras.people.queries import PersonKnown, known_of
from daras.working_time import clock


@pytest.fixture
def alex(people: People) -> Outcome:
    """Alex is known to the school, and to the nurse whose news was matched to him."""
    arrives("alex")
    return arrives("open-case")


def record_of(agency: str, name: str) -> int:
    with machine():
        rows = NameKnown.objects.filter(given_name=name, fact__agency=agency)
        found = rows.values_list("fact__person_record_id", flat=True).first()
        assert found is not None
        return found


def test_a_wrong_link_is_undone_and_those_told_are_told(client: Client, people: People, alex: Outcome) -> None:
    """Given two records linked and read by the school, when the link is undone, then the school confirms (G2)."""
    number = number_of(alex, "Alex")
    assert read(client, people.safeguarding_lead, f"/people/{number}/")[0] == 200
    wrong = record_of("cornwall-partnership-trust", "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    refused = client.post(f"/people/{number}/unlink/", {"record": wrong, "reason": " "})
    assert refused.status_code == 422
    assert "Write how you know that they are two." in refused.content.decode()
    done = client.post(f"/people/{number}/unlink/", {"record": wrong, "reason": "Another Alex, other parents."})
    assert done.status_code == 302
    with machine():
        assert RecordPerson.objects.get(pk=wrong).number != number
        recalls = {each.agency: each.reference for each in LinkRecalled.objects.all()}
        assert {"carn-brea-academy", "cornwall-childrens-services"} <= recalls.keys()
        assert Notice.objects.filter(kind="correction", reference=recalls["carn-brea-academy"]).exists()
        breach = DutyState.objects.select_related("duty").get(duty__duty_kind="data-breach-assessment")
        assert breach.met_at is None
        assert (breach.due_at - clock.now()).total_seconds() == 72 * 3600
    path = f"/corrections/{recalls['carn-brea-academy']}/"
    assert read(client, people.outsider, path)[0] == 404
    status, text = read(client, people.safeguarding_lead, path)
    assert status == 200
    assert "Alex" not in text.split("<main")[1]
    assert client.post(path, {"do": "confirm"}).status_code == 302
    assert "Deletion was confirmed" in read(client, people.safeguarding_lead, path)[1]
    assert client.post(path, {"do": "assess", "reported": "1", "reason": "x"}).status_code == 403
    client.force_login(people.duty_manager, backend=BACKEND)
    assert "The reason is missing." in client.post(path, {"do": "assess", "reason": ""}).content.decode()
    assert client.post(path, {"do": "assess", "reported": "0", "reason": "Low risk to both."}).status_code == 302
    with machine():
        assert DutyState.objects.filter(pk=breach.pk, met_at__isnull=False).exists()
    assert "deletion confirmed" in read(client, people.duty_manager, "/corrections/")[1]


def test_only_the_front_door_undoes_a_link(client: Client, people: People, alex: Outcome) -> None:
    """Given the school's lead, when they try to undo a link, then they are refused and nothing changes."""
    number = number_of(alex, "Alex")
    own = record_of("carn-brea-academy", "Alex")
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    assert client.post(f"/people/{number}/unlink/", {"record": own, "reason": "no"}).status_code == 403
    client.force_login(people.outsider, backend=BACKEND)
    assert client.get(f"/people/{number}/").status_code == 404


def test_a_change_is_proposed_and_answered_and_both_are_shown(client: Client, people: People, alex: Outcome) -> None:
    """Given the school's record, when the front door proposes another spelling, then the school answers (G2)."""
    number = number_of(alex, "Alex")
    own = record_of("carn-brea-academy", "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    form = read(client, people.duty_manager, f"/people/{number}/propose/?record={own}&of=name")[1]
    assert "First name" in form
    sent = {"record": own, "of": "name", "was": "wrong", "given_name": "Alexander", "family_name": "Tregear"}
    text = client.post(f"/people/{number}/propose/", sent).content.decode()
    assert "Write how you know." in text
    assert 'value="Alexander"' in text  # what was typed is kept
    assert client.post(f"/people/{number}/propose/", sent | {"because": "Birth certificate"}).status_code == 302
    text = read(client, people.safeguarding_lead, f"/people/{number}/")[1]
    assert "Our record stands" in text
    assert "A change to one of your records is proposed" in read(client, people.safeguarding_lead, "/notices/")[1]
    with machine():
        proposal = ChangeProposed.objects.get().pk
    answer = {"proposal": proposal, "accepted": "0", "reason": "The parent says Alex."}
    assert client.post(f"/people/{number}/answer/", answer).status_code == 302
    text = read(client, people.duty_manager, f"/people/{number}/")[1]
    assert "Alexander Tregear" in text
    assert "The record stands: The parent says Alex." in text


def test_a_proposed_tie_and_a_proposed_risk_stand_in_the_picture_as_proposed(
    client: Client, people: People, alex: Outcome
) -> None:
    """G2: given the front door proposes a half-brother whom nobody knows and a changed risk, then the picture and
    its table, and the matter's page, show both as proposed and in words; nobody is tied to anybody in the record; the
    outsider sees neither; and answered, they stand there no longer."""
    number, own = number_of(alex, "Alex"), record_of("carn-brea-academy", "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    sent = {"record": own, "was": "wrong", "because": "His mother told us."}
    tie = {"of": "family", "proposed": "Ben is his half-brother.", "given_name": "Ben", "family_name": "Tregear"}
    risk = {"of": "risk", "proposed": "He is afraid of somebody at home."}
    with machine():
        before = RelationshipKnown.objects.count(), PersonRecord.objects.count()
    for each in (tie, risk):
        assert client.post(f"/people/{number}/propose/", sent | each).status_code == 302
    text = read(client, people.duty_manager, f"/people/{number}/family/")[1]
    picture, table = text.split("<svg", 2)[-1].split("The same as a table")
    said = "Proposed by Cornwall Council children's services, 24 November 2026, and not decided: "
    for words in ("Ben is his half-brother.", "He is afraid of somebody at home."):
        assert said + words in table
    assert said + "Ben is his half-brother." in picture
    assert "Ben Tregear" in picture
    assert "proposed: changed" in picture
    page = read(client, people.duty_manager, f"/matters/{alex.reference}/")[1]
    assert "Ben Tregear" in page
    assert said + "He is afraid of somebody at home." in page
    with machine():
        assert (RelationshipKnown.objects.count(), PersonRecord.objects.count()) == before
        waiting = list(ChangeProposed.objects.values_list("pk", flat=True))
    assert read(client, people.outsider, f"/people/{number}/family/")[0] == 404
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    for proposal in waiting:
        answer = {"proposal": proposal, "accepted": "0", "reason": "Not so, his aunt says."}
        assert client.post(f"/people/{number}/answer/", answer).status_code == 302
    assert "and not decided" not in read(client, people.duty_manager, f"/people/{number}/family/")[1]


def test_the_marker_is_kept_by_rule_and_by_hand_with_history(client: Client, people: People, alex: Outcome) -> None:
    """Given news of sexual harm, then the child is marked by rule; by hand it is taken away; both stand (I1)."""
    number = number_of(alex, "Alex")
    text = read(client, people.duty_manager, f"/people/{number}/")[1]
    assert "Sexual abuse is a concern." in text
    assert "by the threshold rules" in text
    assert "sexual abuse is a concern" not in read(client, people.safeguarding_lead, f"/people/{number}/")[1]
    with acting_as(people.duty_manager):
        assert number in marked_on(clock.now())
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    assert client.post(f"/people/{number}/marker/", {"set": "0", "marker-reason": "x"}).status_code == 403
    client.force_login(people.duty_manager, backend=BACKEND)
    sent = {"set": "0", "marker-reason": "Enquiry closed: not substantiated."}
    assert client.post(f"/people/{number}/marker/", sent).status_code == 302
    text = read(client, people.duty_manager, f"/people/{number}/")[1]
    assert "Not marked." in text
    assert "Enquiry closed: not substantiated." in text
    with acting_as(people.duty_manager):
        assert number not in marked_on(clock.now())


def proposed(client: Client, people: People, number: str, **said: str) -> None:
    """The front door proposes a change to the school's record, and the school accepts."""
    own = record_of("carn-brea-academy", "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    sent = {"record": str(own), "because": "Seen today.", **said}
    assert client.post(f"/people/{number}/propose/", sent).status_code == 302
    with machine():
        proposal = ChangeProposed.objects.order_by("-fact_id").first()
    assert proposal is not None
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    answer = {"proposal": proposal.pk, "accepted": "1", "reason": "Yes: his passport says so."}
    assert client.post(f"/people/{number}/answer/", answer).status_code == 302


def known(number: str) -> PersonKnown:
    with machine():
        person = RecordPerson.objects.filter(number=number).values_list("person_id", flat=True).first()
        return known_of({person or 0})[person or 0]


def test_an_accepted_change_takes_the_place_of_what_was_wrong(client: Client, people: People, alex: Outcome) -> None:
    """G2: given a birth date that was wrong and that the front door read, when the school accepts the proposal, its
    record says the new one, the former stands as known on its day, the front door is told to delete what it kept, the
    breach is to be assessed, and the child is found under the new date."""
    number = number_of(alex, "Alex")
    own = record_of("carn-brea-academy", "Alex")
    proposed(client, people, number, of="date-of-birth", was="wrong", date_of_birth="2015-03-23")
    with machine():
        births = BirthKnown.objects.select_related("fact").filter(fact__person_record_id=own).order_by("fact_id")
        former, now = births
        assert now.fact.supersedes_id == former.pk
        assert (str(former.date_of_birth), str(now.date_of_birth)) == ("2015-03-22", "2015-03-23")
        assert (now.role, now.sex, now.fact.audience_id) == (former.role, former.sex, former.fact.audience_id)
        recalls = {each.agency: each for each in LinkRecalled.objects.all()}
        assert "carn-brea-academy" not in recalls
        assert "date of birth" in recalls["cornwall-childrens-services"].what
        assert DutyState.objects.filter(duty__duty_kind="data-breach-assessment", met_at__isnull=True).exists()
    page = read(client, people.duty_manager, f"/people/{number}/")[1]
    assert "Taken up: Yes: his passport says so." in page
    assert "23 March 2015" in page  # what agencies say differently is shown, and nothing of it overwritten
    assert "22 March 2015" in page
    found = find(client, people.duty_manager, "alex tregear 23 March 2015")[1]
    assert number in found
    recall = recalls["cornwall-childrens-services"].reference
    assert read(client, people.duty_manager, f"/corrections/{recall}/")[0] == 200


def test_what_has_changed_since_recalls_nothing(client: Client, people: People, alex: Outcome) -> None:
    """G2: given a boy who has moved, when it is accepted, then the former address ended the day before, the new one
    holds, and nobody is told that they read anything wrong; a new name keeps the former as previous."""
    number = number_of(alex, "Alex")
    own = record_of("carn-brea-academy", "Alex")
    moved = {"of": "address", "was": "changed", "since": "2026-11-23", "lines": "9 Quay Street", "postcode": "TR15 1AA"}
    proposed(client, people, number, **moved)
    with machine():
        stays = AddressStay.objects.filter(fact__person_record_id=own, fact__superseded_by__isnull=True)
        held = {(" ".join(stay.lines), str(stay.since), str(stay.until)) for stay in stays.order_by("fact_id")}
        assert ("9 Quay Street", "2026-11-23", "None") in held
        assert {until for lines, _, until in held if lines != "9 Quay Street"} == {"2026-11-22"}
        assert not LinkRecalled.objects.exists()
    proposed(client, people, number, of="name", was="changed", given_name="Alex", family_name="Bray")
    names = [(each.use, each.given_name, each.family_name) for each in known(number).names]
    assert names[:2] == [("current", "Alex", "Bray"), ("previous", "Alex", "Tregear")]
    with machine():
        assert not LinkRecalled.objects.exists()


def test_a_proposal_that_says_nothing_is_refused_at_its_field(client: Client, people: People, alex: Outcome) -> None:
    """G2: given a proposal without name, day, address or words, with a day to come, or about nothing of the list,
    then it comes back at its field; an outsider finds no such form."""
    number, own = number_of(alex, "Alex"), record_of("carn-brea-academy", "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    path = f"/people/{number}/propose/"
    for field, said in (
        ("given_name", {"of": "name"}),
        ("date_of_birth", {"of": "date-of-birth"}),
        ("date_of_birth", {"of": "date-of-birth", "date_of_birth": "2031-01-01"}),
        ("lines", {"of": "address", "town": " "}),
        ("proposed", {"of": "family"}),
        ("since", {"of": "other", "proposed": "x", "since": "2031-01-01"}),
    ):
        sent = client.post(path, {"record": own, "was": "wrong", "because": "x", **said})
        assert sent.status_code == 422
        assert f'href="#id_{field}"' in sent.content.decode()
    assert client.get(f"{path}?record={own}&of=a-secret").status_code == 404
    client.force_login(people.outsider, backend=BACKEND)
    assert client.get(f"{path}?record={own}&of=name").status_code == 404
