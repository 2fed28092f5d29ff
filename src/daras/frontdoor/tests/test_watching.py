"""A record is changed, and a child is near somebody who poses a risk: a decision is due in the same moment (E2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.exchange.extracts import receive_extract
from daras.forms import completing, writing
from daras.frontdoor import confirming, deciding, proposing
from daras.frontdoor.document import Address, PersonNamed, RelationshipNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.known_and_managed import known_and_managed
from daras.frontdoor.models import KnownAndManaged
from daras.frontdoor.proposing import Proposed
from daras.frontdoor.queries import matter_around
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import encoded
from daras.frontdoor.watching_again import look_again
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.commands import decide_link
from daras.people.models import ChangeProposed, LinkDecided, NameKnown, PersonRecord, PosesRiskKnown, RecordPerson
from daras.working_time import clock

HOME = {"lines": ["3 Bank Row"], "town": "Redruth", "postcode": "TR15 2AA"}


def gary_lives_there(basis: str = "convicted") -> str:
    """Probation tells of a man who poses a risk, and where he lives; returns the reference."""
    gary = {
        "ref": "g", "role": "adult", "given_name": "Gary", "family_name": "Hocking", "date_of_birth": "1980-05-06",
        "address": HOME, "poses_risk": {"status": "registered-sex-offender", "basis": basis},
    }  # fmt: skip
    document = {
        "format": "daras-referral/1", "kind": "notice", "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": {"agency": "probation-service", "team": "cornwall-sexual-offences"}, "people": [gary],
        "concerns": [{"about": ["g"], "suspected": ["g"], "category": "other", "what_happened": "He is on licence."}],
    }  # fmt: skip
    outcome = receive(encoded(document))
    assert outcome.outcome == "recorded", outcome.problem
    return outcome.reference or ""


def moves(lead: Worker, street: str) -> str:
    """The school's own record of Alex says another home, proposed and accepted; returns his number."""
    with machine():
        name = NameKnown.objects.select_related("fact").filter(given_name="Alex", fact__agency=lead.agency).first()
        assert name is not None
        member = RecordPerson.objects.get(record_id=name.fact.person_record_id)
    there = Proposed("address", lines=(street,), town="Redruth", postcode="TR15 2AA", was_wrong=False)
    with acting_as(lead):
        proposing.propose_change(
            lead, number=member.number, record_id=member.record_id, proposed=there, because="His aunt says so."
        )
        proposal = ChangeProposed.objects.order_by("-fact_id").first()
        assert proposal is not None
        proposing.answer_change(lead, number=member.number, proposal_id=proposal.pk, accepted=True, reason="Yes.")
    return member.number


def decided(worker: Worker, reference: str) -> None:
    with acting_as(worker):
        deciding.decide(worker, reference, decision="strategy-discussion", reason="At once.")


def owed(reference: str) -> list[DutyState]:
    with machine():
        rows = DutyState.objects.select_related("duty").filter(
            matter__reference=reference, duty__duty_kind="strategy-decision-due", met_at__isnull=True
        )
        return list(rows)


def test_a_move_to_a_person_of_risk_owes_a_decision_at_once(received: Receive, workers: dict[str, Worker]) -> None:
    """E2, B1: given Alex, whose news is decided, and a convicted man, when the school records that Alex has moved to
    that man's home, then a new decision is due on the open matter, with why; police and probation are told to call,
    and the school reads nothing of the man."""
    reference = received("alex").reference or ""
    gary_lives_there()
    decided(workers["duty-manager"], reference)
    assert owed(reference) == []
    moves(workers["safeguarding-lead"], "3 Bank Row")
    (due,) = owed(reference)
    assert "Gary Hocking poses a risk to children." in due.duty.because
    with machine():
        told = set(Notice.objects.filter(kind="call-the-front-door").values_list("receiver__agency", flat=True))
        assert {"devon-and-cornwall-police", "probation-service"} <= told
        assert Matter.objects.get(reference=reference).state.decision_owed
        assert untrue_projections() == []
    with acting_as(workers["duty-manager"]):
        story = matter_around(reference, clock.today())
        assert story is not None
        assert any(each.indicator == "person-of-risk-in-family" for each in story.indicators)
    with acting_as(workers["safeguarding-lead"]):
        assert not NameKnown.objects.filter(given_name="Gary").exists()


def test_a_move_to_anybody_else_owes_nothing(received: Receive, workers: dict[str, Worker]) -> None:
    """E2: given a home where nobody of risk lives, or one who is only said to be, when Alex moves there, then no new
    decision is due."""
    reference = received("alex").reference or ""
    gary_lives_there("alleged")
    decided(workers["duty-manager"], reference)
    moves(workers["safeguarding-lead"], "9 Quay Street")
    moves(workers["safeguarding-lead"], "3 Bank Row")
    assert owed(reference) == []


QUAY = Address(lines=("9 Quay Street",), town="Redruth", postcode="TR15 2AA")
BANK_ROW = Address(lines=("3 Bank Row",), town="Redruth", postcode="TR15 2AA")
PUPIL = PersonNamed(
    ref="2001", role="child", given_name="Demelza", family_name="Angove", date_of_birth=date(2016, 4, 9), sex="F",
    address=BANK_ROW,
)  # fmt: skip


def decisions_about(name: str) -> list[DutyState]:
    """Decisions owed about somebody of this given name, whoever the matter belongs to."""
    with machine():
        records = set(NameKnown.objects.filter(given_name=name).values_list("fact__person_record_id", flat=True))
        rows = DutyState.objects.select_related("duty").filter(duty__duty_kind="strategy-decision-due")
        return [each for each in rows if records & set(each.duty.about_record_ids)]


def test_an_agencys_list_that_brings_a_child_to_a_person_of_risk_owes_a_decision(
    received: Receive, workers: dict[str, Worker]
) -> None:
    """E2: given a convicted man, when a school's roll says that a child whom nobody knew lives in his home, then a
    decision is due at once on a matter of the front door, with why, and police and probation are told to call; the same
    list again owes nothing more, and the school reads nothing of the man."""
    received("alex")
    gary_lives_there()
    receive_extract("carn-brea-academy", [PUPIL])
    (due,) = decisions_about("Demelza")
    assert due.duty.because.startswith("An agency's list came: ")
    assert "Gary Hocking poses a risk to children." in due.duty.because
    with machine():
        told = set(Notice.objects.filter(kind="call-the-front-door").values_list("receiver__agency", flat=True))
        assert {"devon-and-cornwall-police", "probation-service"} <= told
        assert untrue_projections() == []
    receive_extract("carn-brea-academy", [PUPIL])
    assert len(decisions_about("Demelza")) == 1
    for seat in ("safeguarding-lead", "outsider"):
        with acting_as(workers[seat]):
            assert not NameKnown.objects.filter(given_name="Gary").exists()
            assert not DutyState.objects.filter(duty__duty_kind="strategy-decision-due", pk=due.pk).exists()


#: What a matter of one's own takes: a number, an audience, and itself; and, within one transaction, whose front door it
#: is, once to open it and once to write on it.
A_NEW_MATTER = 5


def test_a_list_that_brings_several_children_near_owes_a_decision_about_each(
    received: Receive, workers: dict[str, Worker]
) -> None:
    """E2: given a convicted man, when one list says of a child, and the next of three, that they live in his home, then
    a decision is due about each, on a matter of its own, and probation is told once of each; three take as many
    statements as one, but for the matter opened for each."""
    gary_lives_there()
    names = [("Kerra", "Nance"), ("Piran", "Bolitho"), ("Wenna", "Trudgian"), ("Jory", "Opie"), ("Tegen", "Uren")]
    pupils = [
        replace(PUPIL, ref=given, given_name=given, family_name=family, date_of_birth=date(2013, month, 2))
        for month, (given, family) in enumerate(names, start=1)
    ]
    receive_extract("carn-brea-academy", pupils[:1])
    taken = []
    for some in (pupils[1:2], pupils[2:]):
        with CaptureQueriesContext(connection) as queries:
            receive_extract("carn-brea-academy", some)
        taken.append(len(queries))
    due = [decisions_about(pupil.given_name or "") for pupil in pupils]
    assert [len(each) for each in due] == [1] * 5
    assert len({state.matter_id for each in due for state in each}) == 5
    assert taken[1] - taken[0] == 2 * A_NEW_MATTER
    with machine():
        told = Notice.objects.filter(kind="call-the-front-door", receiver__agency="probation-service")
        assert told.values("matter_id").distinct().count() == told.count() == 5
        assert untrue_projections() == []


def test_a_list_that_fills_the_index_or_brings_nobody_near_owes_nothing(
    received: Receive, workers: dict[str, Worker]
) -> None:
    """E2: given a convicted man, when the index is filled for the first time, or a list brings a child of another home,
    then no decision is due."""
    received("alex")
    gary_lives_there()
    receive_extract("carn-brea-academy", [PUPIL], filling=True)
    elsewhere = PersonNamed(
        ref="2002",
        role="child",
        given_name="Demelza",
        family_name="Tripp",
        date_of_birth=date(2014, 1, 2),
        sex="F",
        address=QUAY,
    )
    receive_extract("carn-brea-academy", [elsewhere])
    assert decisions_about("Demelza") == []


def lodger_of(reference: str) -> int:
    """Housing knows a lodger in Demelza's home; the machine thinks that he may be the man on this matter. Returns the
    match."""
    lodger = PersonNamed(ref="L1", role="adult", given_name="Gareth", family_name="Hockin", sex="M", address=QUAY)
    receive_extract("carn-brea-academy", [replace(PUPIL, address=QUAY)])
    receive_extract("cornwall-housing", [lodger])
    with machine():
        matter = Matter.objects.get(reference=reference)
        gary = NameKnown.objects.select_related("fact").get(given_name="Gary").fact.person_record_id or 0
        record = PersonRecord.objects.get(agency="cornwall-housing", local_id="L1").pk
        recording = lock([matter.pk], agency="probation-service", author="service:intake")
        found = decide_link(
            recording, record_id=gary, other_record_id=record, decision=LinkDecided.Decision.POSSIBLE,
            probability=0.6, why=["Names sound alike."], audience_id=matter.audience_id, by_person=False,
            matter_id=matter.pk,
        )  # fmt: skip
        return found.pk


@pytest.mark.parametrize("verdict", ["same-person", "somebody-else"])
def test_a_confirmed_match_that_brings_a_child_to_a_person_of_risk_owes_a_decision(
    received: Receive, workers: dict[str, Worker], verdict: confirming.Verdict
) -> None:
    """E2, A5: given a child's lodger who may be a convicted man, when the front door confirms that they are one person,
    then a decision is due about the child in the same moment; refused, nothing is due, nor before."""
    received("alex")
    reference = gary_lives_there()
    link = lodger_of(reference)
    assert decisions_about("Demelza") == []
    with acting_as(workers["social-worker"]):
        confirming.decide_match(workers["social-worker"], reference, link, verdict=verdict, reason="Seen together.")
    found = decisions_about("Demelza")
    assert len(found) == (verdict == "same-person")
    assert all(each.duty.because.startswith("Two records are one person: ") for each in found)
    with machine():
        assert untrue_projections() == []


def test_known_and_managed_silences_a_path_until_it_expires(
    received: Receive, workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """E2: given a manager's word that Alex and the man are known and managed until a day, with the reason, when Alex
    moves there, then no decision is due; after that day the same move owes one. The word is in the trail, with by whom,
    and nobody outside the front door reads it."""
    reference = received("alex").reference or ""
    gary_lives_there()
    manager, lead = workers["duty-manager"], workers["safeguarding-lead"]
    decided(manager, reference)
    alex, gary = numbers("Alex", "Gary")
    with acting_as(manager):
        word = known_and_managed(
            manager, number=alex, other=gary, until=date(2026, 12, 1), reason="Probation sees him weekly."
        )
    assert (word.fact.author, word.reason) == (manager.slug, "Probation sees him weekly.")
    moves(lead, "3 Bank Row")
    assert owed(reference) == []
    with machine():
        assert TrailEntry.objects.filter(actor=manager.slug, subject_kind="known-and-managed").count() == 1
    for seat in ("safeguarding-lead", "probation", "outsider"):
        with acting_as(workers[seat]):
            assert not KnownAndManaged.objects.exists()
    monkeypatch.setenv("DARAS_NOW", "2026-12-01T10:00:00+00:00")
    moves(lead, "9 Quay Street")
    monkeypatch.setenv("DARAS_NOW", "2026-12-01T11:00:00+00:00")
    moves(lead, "3 Bank Row")
    assert len(owed(reference)) == 1


@pytest.mark.parametrize("renewed", [False, True])
def test_what_was_known_and_managed_is_looked_at_again_on_its_day(
    received: Receive, workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch, renewed: bool
) -> None:
    """E2: given a child who lives with a man held to be known and managed until a day, when that day comes and nobody
    moves or writes, then a decision is owed once; where the manager has said so anew, none is."""
    reference = received("alex").reference or ""
    gary_lives_there()
    manager, lead = workers["duty-manager"], workers["safeguarding-lead"]
    decided(manager, reference)
    alex, gary = numbers("Alex", "Gary")
    with acting_as(manager):
        known_and_managed(manager, number=alex, other=gary, until=date(2026, 12, 1), reason="Probation sees him.")
    moves(lead, "3 Bank Row")
    monkeypatch.setenv("DARAS_NOW", "2026-11-30T23:00:00+00:00")
    if renewed:
        with acting_as(manager):
            known_and_managed(manager, number=alex, other=gary, until=date(2026, 12, 9), reason="He is seen weekly.")
    assert look_again(clock.now()) == 0
    monkeypatch.setenv("DARAS_NOW", "2026-12-01T00:00:30+00:00")
    assert look_again(clock.now()) == 1
    assert look_again(clock.now()) == 0
    found = owed(reference)
    assert len(found) == (0 if renewed else 1)
    with machine():
        states = DutyState.objects.select_related("duty").filter(
            duty__because__startswith="Held to be known and managed until 1"
        )
        assert states.count() == len(found)
        assert untrue_projections() == []


@pytest.mark.parametrize("seat", ["social-worker", "safeguarding-lead", "probation", "outsider", "administrator"])
def test_only_a_manager_of_the_front_door_silences_a_path(
    received: Receive, workers: dict[str, Worker], seat: str
) -> None:
    """E2, G4: given anybody else, then they are refused and nothing is silent."""
    received("alex")
    gary_lives_there()
    alex, gary = numbers("Alex", "Gary")
    with acting_as(workers[seat]), pytest.raises(PermissionDenied):
        known_and_managed(workers[seat], number=alex, other=gary, until=date(2026, 12, 1), reason="He is managed.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "reason-missing"),
        ({"until": None}, "no-day-to-come"),
        ({"until": date(2026, 11, 20)}, "no-day-to-come"),
        ({"other": "P-00000000"}, "no-such-person"),
    ],
)
def test_a_word_that_silences_says_why_and_until_when(
    received: Receive, workers: dict[str, Worker], change: dict[str, Any], code: str
) -> None:
    """E2: given no reason, no day to come, or somebody who is not there, then it is refused with what to do."""
    received("alex")
    gary_lives_there()
    alex, gary = numbers("Alex", "Gary")
    said: dict[str, Any] = {"other": gary, "until": date(2026, 12, 1), "reason": "He is managed."} | change
    with acting_as(workers["duty-manager"]), pytest.raises(Refused) as refused:
        known_and_managed(workers["duty-manager"], number=alex, **said)
    assert refused.value.code == code


def numbers(*names: str) -> list[str]:
    """The number of each, by the given name."""
    with machine():
        return [
            RecordPerson.objects.filter(
                record_id__in=NameKnown.objects.filter(given_name=name).values("fact__person_record_id")
            )
            .order_by("record_id")[0]
            .number
            for name in names
        ]


def test_news_that_brings_another_child_to_a_person_of_risk_owes_a_decision_about_that_child(
    received: Receive, workers: dict[str, Worker]
) -> None:
    """E2, B1: given a convicted man whose partner another agency knows, when news about somebody else says on its way
    that she is the mother of a child, then a decision about that child is due in the same transaction, on a matter of
    its own; and whoever sent the news reads nothing of the man."""
    received("alex")
    gary_lives_there()
    born = {"Gary": date(1980, 5, 6), "Loveday": date(1988, 1, 30)}
    couple = [
        PersonNamed(ref=name, role="adult", given_name=name, family_name=family, date_of_birth=born[name], address=home)
        for name, family, home in (("Gary", "Hocking", BANK_ROW), ("Loveday", "Angove", QUAY))
    ]
    receive_extract("cornwall-housing", couple, [RelationshipNamed("Gary", "Loveday", "partner")])
    people = [
        {"ref": "a", "role": "child", "given_name": "Piran", "family_name": "Opie", "date_of_birth": "2015-02-03"},
        {"ref": "c", "role": "child", "given_name": "Demelza", "family_name": "Angove", "date_of_birth": "2016-04-09"},
        {
            "ref": "m", "role": "adult", "given_name": "Loveday", "family_name": "Angove",
            "date_of_birth": "1988-01-30",
            "address": {"lines": list(QUAY.lines), "town": "Redruth", "postcode": "TR15 2AA"},
        },
    ]  # fmt: skip
    document = {
        "format": "daras-referral/1", "kind": "notice", "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": {"agency": "carn-brea-academy"}, "people": people,
        "relationships": [{"from": "m", "to": "c", "type": "mother"}],
        "concerns": [{"about": ["a"], "category": "neglect", "what_happened": "He came to school hungry."}],
    }  # fmt: skip
    outcome = receive(encoded(document))
    assert outcome.outcome == "recorded", outcome.problem
    (due,) = decisions_about("Demelza")
    assert due.duty.because.startswith("News came: Gary Hocking is the partner of a parent of Demelza Angove")
    with machine():
        assert due.matter.reference != outcome.reference
        assert untrue_projections() == []
    with acting_as(workers["safeguarding-lead"]):
        assert not DutyState.objects.filter(pk=due.pk).exists()


def test_a_form_that_brings_a_child_to_a_person_of_risk_owes_a_decision(
    received: Receive, workers: dict[str, Worker]
) -> None:
    """E2, F2: given a convicted man, when a nurse completes a form that is no news for the front door and names him as
    the uncle with whom a girl came, then a decision about the girl is due in the same moment. The form is the
    hospital's alone, so the front door reads that there is something and whom to ask; the nurse reads nothing of him.
    """
    received("alex")
    gary_lives_there()
    with machine():
        nurse = Worker.objects.create(
            slug="nurse", email="nurse@hospital.example", name="Tamsyn Hosking", agency="royal-cornwall-hospitals",
            team="emergency-department", role="nurse",
        )  # fmt: skip
    man = {
        "given_name": "Gary", "family_name": "Hocking", "date_of_birth": "1980-05-06", "role": "adult",
        "relation": "uncle", "street": "3 Bank Row", "town": "Redruth", "postcode": "TR15 2AA",
    }  # fmt: skip
    said = {
        "responsible": "Her mother.", "school": "Pool Academy", "social-worker": "none", "fits": "yes",
        "story": "She fell on the stairs.", "came-late": "no", "came-before": "2", "voice": "It was an accident.",
        "alone": "yes", "exploitation": ["none"], "worry": "no",
    }  # fmt: skip
    girl = {"given_name": "Kerra", "family_name": "Nance", "date_of_birth": "2011-02-03", "role": "child"}
    with acting_as(nurse):
        draft = writing.begin(nurse, "emergency-under-18", subject=girl)
        changes: Any = {("occurred", "on"): clock.today().isoformat()}
        changes |= {("answers", question): answer for question, answer in said.items()}
        changes |= {("people", "came-with", "p1", key): value for key, value in man.items()}
        writing.save(nurse, draft.reference, shown="1", changes=changes)
        form = completing.complete(nurse, draft.reference)
    assert not form.to_front_door
    (due,) = decisions_about("Kerra")
    assert due.duty.because.startswith("A form was completed: what an agency keeps to itself says that Kerra Nance is")
    with acting_as(nurse):
        assert not PosesRiskKnown.objects.exists()
        assert not DutyState.objects.filter(pk=due.pk).exists()
