"""Records under one number that may be of two people: the front door owes a look, once, until it is settled (A5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.audiences import front_door_scope, standing
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.exchange.extracts import receive_extract
from daras.forms import completing, writing
from daras.frontdoor import proposing
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.doubts import DOUBT, WITHHELD, look_at_records
from daras.frontdoor.intake import receive
from daras.frontdoor.proposing import Proposed
from daras.frontdoor.splitting import keep_together, rejoin, split_person, taken_apart
from daras.frontdoor.tests.documents import encoded
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, untrue_projections
from daras.matters.models import Matter
from daras.people.commands import decide_link
from daras.people.models import ChangeProposed, LinkDecided, PersonRecord, RecordPerson
from daras.people.replaying import untrue_memberships
from daras.working_time import clock

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]

HOME = Address(lines=("9 Quay Street",), town="Redruth", postcode="TR15 2AA")
CHILD = PersonNamed(ref="1", role="child", given_name="Demelza", family_name="Angove", sex="F", address=HOME)
SCHOOL, SURGERY = "carn-brea-academy", "cornwall-partnership-trust"


@pytest.fixture
def at_work(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    return workers


def owed() -> list[DutyState]:
    """What is owed about records in doubt, met or not, the oldest first."""
    with machine():
        return list(DutyState.objects.select_related("duty").filter(duty__duty_kind=DOUBT).order_by("duty_id"))


def news(*people: dict[str, object], sent_at: str = "2026-11-24T09:20:00+00:00") -> None:
    """The school tells of somebody."""
    document = {
        "format": "daras-referral/1", "kind": "notice", "sent_at": sent_at,
        "from": {"agency": SCHOOL, "team": "safeguarding"}, "people": list(people),
        "concerns": [{"about": [people[0]["ref"]], "category": "neglect", "what_happened": "She came without a coat."}],
    }  # fmt: skip
    outcome = receive(encoded(document))
    assert outcome.outcome == "recorded", outcome.problem


def child(given: str = "Demelza", born: str | None = None, **more: object) -> dict[str, object]:
    address = {"lines": list(HOME.lines), "town": HOME.town, "postcode": HOME.postcode}
    said: dict[str, object] = {
        "ref": "c", "role": "child", "given_name": given, "family_name": "Angove", "sex": "F", "address": address,
    }  # fmt: skip
    return said | ({"date_of_birth": born} if born else {}) | more


def two_births() -> str:
    """A child's record without a date of birth, then two agencies' with two dates: each matches the first. Returns the
    number."""
    receive_extract("cornwall-childrens-services", [CHILD])
    receive_extract(SURGERY, [replace(CHILD, ref="2", date_of_birth=date(2016, 4, 9))])
    assert owed() == []
    news(child(born="2012-09-30"))
    with machine():
        numbers = set(RecordPerson.objects.values_list("number", flat=True))
    assert len(numbers) == 1
    return numbers.pop()


def test_news_that_makes_a_person_doubtful_owes_the_front_door_a_look(at_work: Workers) -> None:
    """A5: given records of a child that hold together, when news comes of a child of that name and home born in another
    year, then the front door owes a look at once, with the reason, in the news' own matter; the same doubt owes nothing
    more."""
    two_births()
    (state,) = owed()
    assert state.met_at is None
    assert state.owner_agency == at_work["duty-manager"].agency
    assert "The dates of birth are so far apart that they cannot be one birth." in state.duty.because
    assert state.duty.authority == "local"
    assert len(state.duty.about_record_ids) == 3
    news(child(born="2012-09-30"), sent_at="2026-11-24T09:25:00+00:00")
    assert len(owed()) == 1
    with machine():
        assert untrue_projections() == []


def test_an_agencys_list_owes_it_too_on_a_matter_of_its_own(at_work: Workers) -> None:
    """A5: given no matter about a child, when an agency's list makes her records doubtful, then a matter is opened for
    the front door, and the look is owed on it."""
    receive_extract("cornwall-childrens-services", [CHILD])
    receive_extract(SURGERY, [replace(CHILD, ref="2", date_of_birth=date(2016, 4, 9))])
    receive_extract(SCHOOL, [replace(CHILD, ref="3", date_of_birth=date(2012, 9, 30))])
    (state,) = owed()
    with machine():
        assert state.matter.kind == "correction"
        assert untrue_projections() == []


@pytest.mark.parametrize("seat", ["officer", "safeguarding-lead", "school-nurse", "outsider", "administrator"])
def test_nobody_outside_the_front_door_learns_of_it(at_work: Workers, seat: str) -> None:
    """A5, G4: given a doubt, then whoever sent the news and everybody else reads nothing of it, and decides nothing."""
    number = two_births()
    worker = at_work[seat]
    with acting_as(worker):
        assert not DutyState.objects.filter(duty__duty_kind=DOUBT).exists()
        with pytest.raises(PermissionDenied):
            keep_together(worker, number=number, reason="Mine.")
    assert owed()[0].met_at is None


def test_somebodys_word_settles_it_and_the_same_doubt_never_comes_back(at_work: Workers) -> None:
    """A5: given a doubt, when the front door says with a reason that they are one person, then the duty is met, and
    news that says the same again owes nothing."""
    number = two_births()
    worker = at_work["social-worker"]
    with acting_as(worker):
        with pytest.raises(Refused, match="reason"):
            keep_together(worker, number=number, reason=" ")
        keep_together(worker, number=number, reason="The school mistyped the year: seen on the birth certificate.")
    news(child(born="2012-09-30"), sent_at="2026-11-24T09:25:00+00:00")
    with acting_as(worker), pytest.raises(Refused, match="Nothing speaks against"):
        keep_together(worker, number=number, reason="Again.")
    (state,) = owed()
    assert state.met_at is not None
    with machine():
        assert untrue_memberships() == []


def test_a_split_settles_it_and_is_undone(at_work: Workers) -> None:
    """A5, G2: given a doubt, when one record is taken apart, then the duty is met; joined again with a reason, all
    stand under one number, and nothing is owed about what somebody has said twice."""
    number = two_births()
    worker = at_work["social-worker"]
    record = owed()[0].duty.about_record_ids[-1]
    with acting_as(worker):
        split_person(worker, number=number, record_ids=[record], reason="A cousin of the same name.")
        assert owed()[0].met_at is not None
        (said,) = taken_apart(number)
        with pytest.raises(Refused, match="reason"):
            rejoin(worker, number=number, decision_id=said.pk, reason="")
        with pytest.raises(Refused, match="no such thing"):
            rejoin(worker, number=number, decision_id=0, reason="They are one.")
        rejoin(worker, number=number, decision_id=said.pk, reason="No: one child, seen today.")
        assert taken_apart(number) == []
    with machine():
        assert set(RecordPerson.objects.values_list("number", flat=True)) == {number}
        assert untrue_memberships() == []
        assert untrue_projections() == []


def test_said_to_be_two_while_they_stand_together(at_work: Workers) -> None:
    """A5: given two records under one number, when somebody says of a possible match between them that they are two,
    then a look is owed; their later word that they are one settles it."""
    receive_extract("cornwall-childrens-services", [replace(CHILD, date_of_birth=date(2016, 4, 9))])
    news(child(born="2016-04-09"))
    with machine():
        one, other = PersonRecord.objects.order_by("pk").values_list("pk", flat=True)
        member = RecordPerson.objects.get(record_id=one)
        link = LinkDecided.objects.select_related("fact").get()
    assert owed() == []
    with machine():
        matter = link.fact.matter_id or 0
        recording = lock([matter], agency="cornwall-childrens-services", author="social-worker")
        said = decide_link(
            recording, record_id=one, other_record_id=other, decision=LinkDecided.Decision.REJECT, probability=0.5,
            why=["Two."], audience_id=standing(front_door_scope("908")), by_person=True, matter_id=matter,
        )  # fmt: skip
        look_at_records([one, other], said, agency="cornwall-childrens-services", authority="908")
    (state,) = owed()
    assert "Somebody has said of two of these records that they are two people." in state.duty.because
    worker = at_work["social-worker"]
    with acting_as(worker):
        keep_together(worker, number=member.number, reason="One child after all.")
    assert owed()[0].met_at is not None


def test_what_an_agency_keeps_to_itself_is_asked_for_and_not_told(at_work: Workers) -> None:
    """A5, G4: given a child's records, when a nurse completes a form that is no news for the front door and names a
    child of that name and home born in another year, then the front door reads that there is something and whom to ask,
    not what; the duty stands on no matter that it cannot open, and the nurse reads nothing of it."""
    receive_extract("cornwall-childrens-services", [CHILD])
    receive_extract(SURGERY, [replace(CHILD, ref="2", date_of_birth=date(2016, 4, 9))])
    with machine():
        nurse = Worker.objects.create(
            slug="nurse", email="nurse@hospital.example", name="Tamsyn Hosking", agency="royal-cornwall-hospitals",
            team="emergency-department", role="nurse",
        )  # fmt: skip
    said = {
        "responsible": "Her mother.", "school": "Pool Academy", "social-worker": "none", "fits": "yes",
        "story": "She fell on the stairs.", "came-late": "no", "came-before": "2", "voice": "It was an accident.",
        "alone": "yes", "exploitation": ["none"], "worry": "no",
    }  # fmt: skip
    sister = {
        "given_name": "Demelza", "family_name": "Angove", "date_of_birth": "2012-09-30", "role": "child", "sex": "F",
        "relation": "sister", "street": "9 Quay Street", "town": "Redruth", "postcode": "TR15 2AA",
    }  # fmt: skip
    girl = {"given_name": "Kerra", "family_name": "Nance", "date_of_birth": "2011-02-03", "role": "child"}
    with acting_as(nurse):
        draft = writing.begin(nurse, "emergency-under-18", subject=girl)
        changes: Any = {("occurred", "on"): clock.today().isoformat()}
        changes |= {("answers", question): answer for question, answer in said.items()}
        changes |= {("people", "came-with", "p1", key): value for key, value in sister.items()}
        writing.save(nurse, draft.reference, shown="1", changes=changes)
        form = completing.complete(nurse, draft.reference)
    assert not form.to_front_door
    (state,) = owed()
    assert WITHHELD in state.duty.because
    assert "birth" not in state.duty.because
    assert len(state.duty.about_record_ids) == 2
    with acting_as(at_work["social-worker"]):
        assert Matter.objects.filter(pk=state.matter_id).exists()
        assert DutyState.objects.filter(pk=state.pk).exists()
    with acting_as(nurse):
        assert not DutyState.objects.filter(pk=state.pk).exists()


def test_a_record_put_right_settles_it(at_work: Workers) -> None:
    """A5, G2: given a doubt because of one agency's date of birth, when that agency puts its record right, then the
    duty is met in the same moment, and nobody has to say anything."""
    number = two_births()
    lead, worker = at_work["safeguarding-lead"], at_work["social-worker"]
    with machine():
        record = PersonRecord.objects.get(agency=SCHOOL).pk
    right = Proposed("date-of-birth", date_of_birth=date(2016, 4, 9))
    with acting_as(worker):
        proposing.propose_change(worker, number=number, record_id=record, proposed=right, because="Birth certificate.")
        proposal = ChangeProposed.objects.get().pk
    assert owed()[0].met_at is None
    with acting_as(lead):
        proposing.answer_change(lead, number=number, proposal_id=proposal, accepted=True, reason="Mistyped.")
    (state,) = owed()
    assert state.met_at is not None
