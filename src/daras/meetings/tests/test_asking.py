"""Any agency asks for a discussion; the manager convenes or declines; health is asked which child it is (B1, B3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.chasing import sweep
from daras.duties.models import DutyOpened, DutyState
from daras.duties.queries import owed_by
from daras.frontdoor.deciding import decide
from daras.frontdoor.models import ReferralReceived
from daras.ledger.models import Fact
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.matters.models import Matter, MatterState
from daras.meetings import asking, identifying
from daras.meetings.calling import convene
from daras.meetings.models import DiscussionAskedFor, IdentityAsked, MeetingCalled
from daras.meetings.sitting import NoSuchMeeting
from daras.meetings.tests.conftest import SCHOOL, TAKES_PART, through
from daras.outbox.models import Notice
from daras.working_time import clock

Workers = dict[str, Worker]
WHY = "Alex told the nurse that it happened again this morning."


def matter_id(reference: str) -> int:
    with machine():
        return Matter.objects.get(reference=reference).pk


def receipt_of(reference: str) -> str:
    with machine():
        return ReferralReceived.objects.get(fact__matter_id=matter_id(reference)).receipt


@pytest.fixture
def decided(alex: str, workers: Workers) -> str:
    """The manager has decided on the school's referral: an assessment, with the reason."""
    manager = workers["duty-manager"]
    through(manager, lambda: decide(manager, alex, decision="assessment", reason="Seen by a social worker today."))
    return alex


@pytest.fixture
def asked(decided: str, workers: Workers) -> str:
    """The school, which sent the news, has asked for a discussion."""
    lead, receipt = workers["safeguarding-lead"], receipt_of(decided)
    pk = matter_id(decided)
    through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as=receipt, reason=WHY))
    return decided


def due_now(reference: str) -> list[DutyState]:
    with machine():
        rows = DutyState.objects.filter(duty__duty_kind="strategy-decision-due", met_at__isnull=True)
        return list(rows.filter(matter__reference=reference).select_related("duty"))


def test_a_school_asks_and_a_decision_is_due_now_and_nobody_else_is_told(decided: str, workers: Workers) -> None:
    """B1: given a decided matter, when the school that referred asks for a discussion, then a decision is due
    within the hour, the manager is interrupted, and nothing is sent to anybody else."""
    lead, receipt, pk = workers["safeguarding-lead"], receipt_of(decided), matter_id(decided)
    assert due_now(decided) == []
    with machine():
        before = set(Notice.objects.values_list("pk", flat=True))
    through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as=receipt, reason=WHY))
    (due,) = due_now(decided)
    assert due.owner_agency == "cornwall-childrens-services"
    assert due.due_at - clock.now() == timedelta(minutes=60)
    assert WHY in due.duty.because
    with machine():
        told = Notice.objects.exclude(pk__in=before).select_related("receiver")
        assert {(each.receiver.agency, each.kind, each.interrupts) for each in told} == {
            ("cornwall-childrens-services", "decision-due", True)
        }
        assert MatterState.objects.get(matter=pk).status == "decision-owed"


def test_the_same_form_sent_twice_asks_once(decided: str, workers: Workers) -> None:
    """B1: given a school that pressed the button twice, then there is one question with one clock, and the manager is
    interrupted once; other words are another question."""
    lead, receipt, pk = workers["safeguarding-lead"], receipt_of(decided), matter_id(decided)
    first = through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as=receipt, reason=WHY))
    with machine():
        told = Notice.objects.count()
    again = through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as=receipt, reason=f" {WHY} "))
    assert again.pk == first.pk
    assert len(due_now(decided)) == 1
    with machine():
        assert Notice.objects.count() == told
    through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as=receipt, reason="He is at home again."))
    assert len(due_now(decided)) == 2


def test_what_was_asked_for_is_escalated_by_minutes(
    asked: str, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: given a discussion asked for and no answer, then the owner is reminded after half an hour, and it goes up
    after an hour."""
    now = clock.now()
    for minutes, kind in ((31, "chased"), (61, "escalated")):
        monkeypatch.setenv("DARAS_NOW", (now + timedelta(minutes=minutes)).isoformat())
        sweep(clock.now())
        with machine():
            assert Notice.objects.filter(kind=kind, reference=asked).exists(), kind


def test_an_agency_without_a_part_in_it_cannot_ask(decided: str, workers: Workers) -> None:
    """B1, G4: given a school that nobody named, then to it there is no such matter, whatever it asks."""
    outsider, pk = workers["outsider"], matter_id(decided)
    with pytest.raises(NoSuchMeeting):
        through(outsider, lambda: asking.ask_for_discussion(outsider, pk, known_as=decided, reason=WHY))
    with machine():
        assert not DiscussionAskedFor.objects.exists()


def test_asking_needs_a_reason(decided: str, workers: Workers) -> None:
    """B1: given the school, when it asks without a reason, then it is told to write one and nothing is recorded."""
    lead, pk = workers["safeguarding-lead"], matter_id(decided)
    with pytest.raises(Refused, match="needs a reason"):
        through(lead, lambda: asking.ask_for_discussion(lead, pk, known_as="x", reason=" "))
    assert due_now(decided) == []


def test_declining_needs_a_reason_that_whoever_asked_reads(asked: str, workers: Workers) -> None:
    """B1: given a discussion asked for, when the manager declines, then only with a reason, which the school reads,
    and is told of; what was due is met."""
    manager, lead, nurse = workers["duty-manager"], workers["safeguarding-lead"], workers["school-nurse"]
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: asking.decline(nurse, asked, reason="No."))
    with pytest.raises(Refused, match="needs a reason"):
        through(manager, lambda: asking.decline(manager, asked, reason=""))
    through(manager, lambda: asking.decline(manager, asked, reason="The assessment sees him this afternoon."))
    assert due_now(asked) == []
    pk = matter_id(asked)
    (mine,) = through(lead, lambda: asking.asked_by_us(lead, pk))
    (why,) = through(lead, lambda: asking.declined_of(mine))
    assert why.reason == "The assessment sees him this afternoon."
    with machine():
        notice = Notice.objects.get(kind="discussion-declined")
        assert (notice.receiver.agency, notice.reference) == ("carn-brea-academy", receipt_of(asked))
        assert MatterState.objects.get(matter=pk).status == "decided"


def test_deciding_otherwise_is_declining_and_needs_the_reason_too(asked: str, workers: Workers) -> None:
    """B1: given a discussion asked for, when the manager decides something else, then the reason reaches the
    school."""
    manager, lead, pk = workers["duty-manager"], workers["safeguarding-lead"], matter_id(asked)
    with pytest.raises(Refused):
        through(manager, lambda: decide(manager, asked, decision="early-help", reason=" "))
    through(manager, lambda: decide(manager, asked, decision="early-help", reason="The family accepts help."))
    (mine,) = through(lead, lambda: asking.asked_by_us(lead, pk))
    assert [each.reason for each in through(lead, lambda: asking.declined_of(mine))] == ["The family accepts help."]


def test_convening_answers_whoever_asked(asked: str, workers: Workers) -> None:
    """B1: given a discussion asked for, when the manager convenes, then nothing waits any more and those asked are
    told."""
    manager, pk = workers["duty-manager"], matter_id(asked)
    through(
        manager,
        lambda: convene(
            manager, asked, planned_at=clock.now() + timedelta(hours=1), mode="phone", reason="As the school asks.",
            invitations=[*TAKES_PART, SCHOOL],
        ),
    )  # fmt: skip
    assert due_now(asked) == []
    assert through(manager, lambda: asking.asked_on(pk)) == []
    with machine():
        assert MatterState.objects.get(matter=pk).status == "decided"


def ask_which(workers: Workers, reference: str, seat: str = "duty-manager", **changes: str) -> IdentityAsked:
    said = {
        "agency": "cornwall-partnership-trust", "team": "school-nursing", "known": "Tam-something",
        "age_about": "6 or 7", "school": "", "why": "A child of this name may be in the same house.", **changes,
    }  # fmt: skip
    worker = workers[seat]
    return through(worker, lambda: identifying.ask_to_identify(worker, reference, **said))


def test_health_names_a_child_from_little_and_sees_nothing_else(alex: str, workers: Workers) -> None:
    """B3: given a fragment of a name, when the manager asks school nursing, then the nurse reads that alone, has four
    hours, names the child, and the front door is told."""
    nurse, manager = workers["school-nurse"], workers["duty-manager"]
    asked = ask_which(workers, alex)
    assert "identify-child" in through(nurse, lambda: [state.duty.duty_kind for state in owed_by(nurse)])
    assert not through(nurse, lambda: Matter.objects.filter(reference=alex).exists())
    with machine():
        opened = DutyOpened.objects.get(duty_kind="identify-child")
        assert opened.due_at - opened.anchor_at == timedelta(hours=4)
    with pytest.raises(Refused, match="not named"):
        through(nurse, lambda: identifying.answer_identity(nurse, asked.reference, is_known=True))
    through(
        nurse,
        lambda: identifying.answer_identity(
            nurse, asked.reference, is_known=True, name="Tamsyn Example", date_of_birth=date(2019, 5, 2)
        ),
    )
    assert "identify-child" not in through(nurse, lambda: [state.duty.duty_kind for state in owed_by(nurse)])
    pk = matter_id(alex)
    (found,) = through(manager, lambda: identifying.questions_on(OnMatter(pk, identifying.KINDS)))
    assert [(each.is_known, each.name) for each in found.answers] == [(True, "Tamsyn Example")]
    with machine():
        assert Notice.objects.filter(kind="identified", receiver__agency=manager.agency).exists()


def test_only_the_manager_asks_and_only_health_and_not_with_nothing(alex: str, workers: Workers) -> None:
    """B1, B3: given the question which child it is, then a nurse may not put it, it goes to health, and says
    something."""
    with pytest.raises(PermissionDenied):
        ask_which(workers, alex, "school-nurse")
    with pytest.raises(Refused, match="Only a health agency"):
        ask_which(workers, alex, agency="carn-brea-academy", team="safeguarding")
    with pytest.raises(Refused, match="Nobody can be found"):
        ask_which(workers, alex, known="", school="Carn Brea Academy", age_about="")
    with machine():
        assert not Fact.objects.filter(kind="identity-asked").exists()
    asked = ask_which(workers, alex)
    outsider = workers["outsider"]
    assert through(outsider, lambda: identifying.question(asked.reference)) is None
    with pytest.raises(NoSuchMeeting):
        through(outsider, lambda: identifying.answer_identity(outsider, asked.reference, is_known=False))


def test_asking_again_after_a_discussion_owes_a_new_decision(convened: MeetingCalled, workers: Workers) -> None:
    """B1: given a discussion held, when an agency that took part asks for another, then a decision is due again."""
    nurse, pk = workers["school-nurse"], convened.fact.matter_id or 0
    through(nurse, lambda: asking.ask_for_discussion(nurse, pk, known_as=convened.reference, reason=WHY))
    with machine():
        assert MatterState.objects.get(matter=pk).status == "decision-owed"
