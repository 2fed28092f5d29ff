"""A conflict of interest is found, kept at the front door, and keeps whoever has it from the matter (B3, A17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from daras.access.models import Grant, Worker
from daras.access.session import machine
from daras.duties.queries import owed_by
from daras.frontdoor.outcome import Outcome
from daras.ledger.models import Fact
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings import during
from daras.meetings.calling import Invitation, convene
from daras.meetings.conflicts import conflicts_found, conflicts_on, declare_conflict, name_instead
from daras.meetings.models import ConflictKept, MeetingCalled
from daras.meetings.queries import discussion
from daras.meetings.tests.conftest import SCHOOL, TAKES_PART, seen_by, through
from daras.working_time import clock

Workers = dict[str, Worker]
TRUST = "cornwall-partnership-trust"


@pytest.fixture
def colleague(workers: Workers) -> Worker:
    """Another school nurse of the same team."""
    with machine():
        return Worker.objects.create(
            slug="other-nurse", email="other@trust.example", name="Other Nurse", agency=TRUST, team="school-nursing",
            role="school-nurse",
        )  # fmt: skip


def call(manager: Worker, reference: str, nurse: Invitation) -> MeetingCalled:
    return through(
        manager,
        lambda: convene(
            manager, reference, planned_at=clock.now() + timedelta(hours=1), mode="phone", reason="More children.",
            invitations=[*TAKES_PART[:2], nurse, SCHOOL],
        ),
    )  # fmt: skip


def sees(worker: Worker, meeting: MeetingCalled, reference: str) -> bool:
    return through(
        worker,
        lambda: discussion(meeting.reference) is not None or Matter.objects.filter(reference=reference).exists(),
    )


def test_whoever_has_a_conflict_is_not_asked_and_somebody_else_is_by_name(
    alex: str, workers: Workers, colleague: Worker
) -> None:
    """B3: given a nurse who is family, when her colleague is named instead, then the colleague takes part, the
    nurse of the same team reads nothing, and why stays at the front door."""
    manager, nurse = workers["duty-manager"], workers["school-nurse"]
    asked = Invitation(
        TRUST, "school-nursing", "Holds the health record.", conflict="She is Alex's aunt.", instead=colleague.slug
    )
    meeting = call(manager, alex, asked)
    assert sees(colleague, meeting, alex)
    assert not sees(nurse, meeting, alex)
    pk = meeting.fact.matter_id or 0
    assert [each.reason for each in through(manager, lambda: conflicts_on(OnMatter(pk, [ConflictKept])))] == [
        "She is Alex's aunt."
    ]
    assert through(colleague, lambda: conflicts_on(OnMatter(pk, [ConflictKept]))) == []
    through(colleague, lambda: during.contribute(colleague, meeting.pk, text="Missed clinics.", is_opinion=False))
    through(
        manager,
        lambda: during.agree_action(
            manager, meeting.pk, what="See Alex on Friday.", owner_agency=TRUST, owner_team="school-nursing",
            due_at=clock.now() + timedelta(hours=4),
        ),
    )  # fmt: skip
    assert not sees(nurse, meeting, alex)
    assert through(nurse, lambda: list(owed_by(nurse))) == []
    assert "discussion-action" in through(colleague, lambda: [each.duty.duty_kind for each in owed_by(colleague)])


def test_a_conflict_without_somebody_else_named_asks_nobody(alex: str, workers: Workers) -> None:
    """B3: given a conflict of interest, when nobody else of the agency is named, then it is not convened like that."""
    asked = Invitation(TRUST, "school-nursing", "Holds the health record.", conflict="She is Alex's aunt.")
    with pytest.raises(Refused, match="nobody else of that agency"):
        call(workers["duty-manager"], alex, asked)
    with machine():
        assert not MeetingCalled.objects.exists()


def test_a_worker_declares_a_conflict_and_reads_nothing_from_then(
    alex: str, convened: MeetingCalled, workers: Workers, colleague: Worker
) -> None:
    """B3: given a nurse on the list, when she declares a conflict and names a colleague, then her sight ends at
    once."""
    nurse, manager = workers["school-nurse"], workers["duty-manager"]
    with pytest.raises(Refused, match="Say which conflict"):
        through(nurse, lambda: declare_conflict(nurse, convened.pk, reason=""))
    with pytest.raises(Refused, match="stand in for yourself"):
        through(nurse, lambda: declare_conflict(nurse, convened.pk, reason="My nephew.", instead=nurse.slug))
    assert sees(nurse, convened, alex)
    through(nurse, lambda: declare_conflict(nurse, convened.pk, reason="My nephew.", instead=colleague.slug))
    assert not sees(nurse, convened, alex)
    assert sees(colleague, convened, alex)
    assert len(seen_by(colleague, convened).invited) == 4
    with machine():
        kept = ConflictKept.objects.get()
        assert (kept.declared, kept.instead_id) == (True, colleague.pk)
    through(manager, lambda: during.decide_enquiry(manager, convened.pk, enquiry="joint", rationale="Two children."))
    assert not sees(nurse, convened, alex)


def test_later_news_gives_nothing_to_whoever_has_a_conflict(
    convened: MeetingCalled, workers: Workers, colleague: Worker, received: Callable[[str], Outcome]
) -> None:
    """B3, A17: given a school whose lead has declared a conflict with nobody named, when the nurse's later news comes
    on the same matter, then the rules give the school's team nothing of it but what the school itself sent."""
    lead = workers["safeguarding-lead"]
    through(lead, lambda: declare_conflict(lead, convened.pk, reason="My nephew."))
    assert received("open-case").reference is not None
    with machine():
        matter = Matter.objects.get(pk=convened.fact.matter_id or 0)
        facts = Fact.objects.filter(matter_id=matter.pk)
        own = set(facts.filter(kind="referral-received", agency=lead.agency).values_list("audience_id", flat=True))
        later = facts.filter(recorded_at=facts.filter(kind="referral-received").latest("pk").recorded_at)
        assert later.count() > 5
        given = Grant.objects.filter(agency=lead.agency, team__in=["", lead.team], end__isnull=True)
        assert (
            set(given.values_list("audience_id", flat=True)) & set(facts.values_list("audience_id", flat=True)) <= own
        )
        assert own


def test_with_nobody_named_the_team_sees_nothing(
    alex: str, convened: MeetingCalled, workers: Workers, colleague: Worker
) -> None:
    """B3: given a declared conflict and nobody named, then nobody of that team reads it until the front door names
    one."""
    nurse = workers["school-nurse"]
    through(nurse, lambda: declare_conflict(nurse, convened.pk, reason="My nephew."))
    assert not sees(nurse, convened, alex)
    assert not sees(colleague, convened, alex)
    manager = workers["duty-manager"]
    with pytest.raises(Refused, match="waits to be named"):
        through(manager, lambda: name_instead(manager, convened.pk, instead=workers["officer"].slug))
    through(manager, lambda: name_instead(manager, convened.pk, instead=colleague.slug))
    assert sees(colleague, convened, alex)
    assert not sees(nurse, convened, alex)
    through(colleague, lambda: declare_conflict(colleague, convened.pk, reason="I know the family."))
    assert not sees(colleague, convened, alex)
    assert not sees(nurse, convened, alex)


def test_a_name_and_a_place_of_work_are_looked_at_before_anybody_is_asked(alex: str, workers: Workers) -> None:
    """B3, A17: given a worker with the suspect's name and a suspect who works at the school, then both are shown to
    the manager, and the others are not."""
    manager = workers["duty-manager"]
    with machine():
        Worker.objects.create(
            slug="jake",
            email="jake@trust.example",
            name="Jake Rowse",
            agency=TRUST,
            team="school-nursing",
            role="nurse",
        )
    teams = [(TRUST, "school-nursing"), ("carn-brea-academy", "safeguarding"), ("devon-and-cornwall-police", "maru")]
    found = through(
        manager, lambda: conflicts_found({"suspect": ["Jake Rowse"]}, ["coaches at Carn Brea Academy"], teams)
    )
    assert set(found) == {(TRUST, "school-nursing"), ("carn-brea-academy", "safeguarding")}
    assert "said to have caused harm" in found[TRUST, "school-nursing"][0]
    assert "designated officer" in found["carn-brea-academy", "safeguarding"][0]
