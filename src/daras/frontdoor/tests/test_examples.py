"""The main job on the example referrals, end to end on a real database (J1, J2, J3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyOpened
from daras.duties.queries import owed_by
from daras.frontdoor.models import ConcernReported, Document, IndicatorMet, ReferralReceived, WordsWithheld
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.queries import matter_around, own_referral
from daras.frontdoor.tests.conftest import Receive
from daras.matters.commands import untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import NameKnown
from daras.working_time import clock

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]


def kinds(outcome: Outcome) -> list[str]:
    return [duty.kind for duty in outcome.duties]


def test_a_release_opens_the_decision_and_the_clocks_backward_from_it(received: Receive) -> None:
    """J1, E2, E3, B1: given a ViST that a registered offender comes home, when it is received, then a decision is
    due at once, the views on the home are due before the release, and what is past already is one late start."""
    outcome = received("mark")
    decision = next(duty for duty in outcome.duties if duty.kind == "strategy-decision-due")
    assert decision.owner == "cornwall-childrens-services/maru"
    assert decision.due_at == clock.now() + timedelta(minutes=60)
    assert outcome.threshold is not None
    assert outcome.threshold.strategy_discussion
    release = date(2026, 12, 14)
    backward = [duty for duty in outcome.duties if "due for release" in duty.because]
    assert len(backward) >= 3
    assert all(duty.due_at.date() < release for duty in backward)
    assert kinds(outcome).count("late-start") == 1
    invited = {each.agency: each.because for each in outcome.invite}
    assert "probation-service/cornwall-sexual-offences" in invited
    assert "devon-and-cornwall-police/offender-management" in invited
    assert all(invited.values())


def test_everybody_in_the_suspects_home_is_found(received: Receive) -> None:
    """J2, B2, C5: given the school's referral, then Jake is both suspect and child, and Ella, Toby and Sam are in
    the network, each with the way there in words."""
    outcome = received("alex")
    network = {each.name: each for each in outcome.network}
    assert {"Jake Rowse", "Ella Rowse", "Toby Rowse", "Sam Bray"} <= set(network)
    assert network["Jake Rowse"].age_group == "child"
    assert all(each.path and each.reason for each in outcome.network)
    jakes = [matter for matter in outcome.matters if matter.about == ("suspect",)]
    assert [matter.kind for matter in jakes] == ["child-in-need"]
    indicators = {each.id: each.about for each in outcome.indicators}
    assert "suspect" in indicators["young-person-said-to-have-harmed"]


def test_news_on_an_open_case_owes_a_new_decision(received: Receive) -> None:
    """B1, A5: given Alex's open case, when the school nurse's news goes to the worker and spells a name otherwise,
    then it is matched to Alex and to Toby, stands on the same matter, and a new decision is due."""
    first = received("alex")
    second = received("open-case")
    people = {each.ref: each for each in second.people}
    before = {each.ref: each.person for each in first.people}
    assert (people["alex"].decision, people["alex"].person) == ("match", before["alex"])
    assert (people["cousin"].decision, people["cousin"].person) == ("match", before["sib2"])
    assert all(candidate.why for candidate in people["cousin"].candidates)
    assert second.reference == first.reference
    assert "strategy-decision-due" in kinds(second)
    with machine():
        matter = Matter.objects.get(reference=second.reference)
        due = DutyOpened.objects.filter(duty_kind="strategy-decision-due", fact__matter_id=matter.pk)
        assert due.count() == 2
        assert matter.state.news_count == 2
        assert matter.state.decision_owed


def test_a_disabled_child_is_heard_and_the_other_young_person_is_helped(received: Receive) -> None:
    """J3, C5, B6, G5: given Julie's referral, then an intermediary and a medical are owed, Liam has a matter of his
    own, and Donna is found as the holder of parental responsibility for him."""
    outcome = received("julie")
    assert {"intermediary-request", "medical-decision"} <= set(kinds(outcome))
    liam = next(matter for matter in outcome.matters if matter.kind == "child-in-need")
    assert liam.about == ("other",)
    assert liam.parental_responsibility == ("Donna Vosper",)
    donna = next(each for each in outcome.network if each.name == "Donna Vosper")
    assert "parental responsibility" in donna.reason


def test_a_suspect_with_no_known_child_is_a_valid_matter(received: Receive) -> None:
    """B2, A17: given an adult who tells of childhood abuse by a coach, then the news is accepted and the designated
    officer's duty is due within a working day."""
    outcome = received("no-known-child")
    officer = next(duty for duty in outcome.duties if duty.owner == "cornwall-childrens-services/designated-officer")
    assert officer.due_at.date() == date(2026, 11, 19)
    assert officer.authority == "guidance"


def test_whoever_asks_to_stay_unnamed_is_named_to_the_front_door_only(received: Receive, workers: Workers) -> None:
    """A8, G4: given Jenna, who stays unnamed, then only the front door reads her name, her account and the
    document."""
    received("no-known-child")
    for seat in ("duty-manager", "social-worker", "health"):
        with acting_as(workers[seat]):
            assert NameKnown.objects.filter(given_name="Jenna").exists()
    for seat in ("recovery-worker", "designated-officer", "officer", "outsider", "administrator", "safeguarding-lead"):
        with acting_as(workers[seat]):
            assert not NameKnown.objects.filter(given_name="Jenna").exists()
            assert not ConcernReported.objects.filter(what_happened__contains="Jenna").exists()
            assert not Document.objects.filter(body__icontains="Jenna").exists()
            assert not ReferralReceived.objects.filter(hoped_for__contains="Jenna").exists()
            assert not WordsWithheld.objects.exists()
            assert not any("Jenna" in state.duty.because for state in owed_by(workers[seat]))


def test_a_sender_sees_its_submission_and_nothing_of_the_matter(received: Receive, workers: Workers) -> None:
    """A1, G4: given Alex's referral, then the school sees its own words, quality and duty; never indicators, matter
    or anything of another's news; an outsider sees nothing."""
    first, second = received("alex"), received("open-case")
    lead = workers["safeguarding-lead"]
    with acting_as(lead):
        own = own_referral(first.receipt or "", lead.agency)
        assert own is not None
        assert [duty.duty.duty_kind for duty in own.duties] == ["chase-if-silent"]
        assert [duty.duty.reference for duty in own.duties] == [first.receipt]
        assert own.quality is not None
        assert own_referral(second.receipt or "", "cornwall-partnership-trust") is None
        assert matter_around(first.reference or "", date(2026, 11, 21)) is None
        assert not IndicatorMet.objects.exists()
        assert ConcernReported.objects.count() == 1
    with acting_as(workers["outsider"]):
        assert own_referral(first.receipt or "", lead.agency) is None
        assert not ConcernReported.objects.exists()
        assert not NameKnown.objects.exists()


def test_the_front_door_reads_the_whole_story(received: Receive, workers: Workers) -> None:
    """A5, A7: given Alex's referral and the nurse's news, then the duty manager sees both, with everybody by name."""
    outcome = received("alex")
    received("open-case")
    with acting_as(workers["duty-manager"]):
        story = matter_around(outcome.reference or "", date(2026, 11, 21))
        assert story is not None
        assert len(story.news) == 2
        assert len(story.concerns) == 2
        assert {story.name(concern.about_record_ids[0]) for concern in story.concerns} == {"Alex Tregear"}
        assert "Toby Rowse" in {person.name for person in story.people.values()}
        assert story.indicators
        assert story.invitations
        assert story.connections


def test_only_the_receipt_and_what_is_owed_at_once_leave(received: Receive) -> None:
    """B1, G4: given news, then the sender's receipt, the decision due and duties told at once leave; probation is
    told nothing before a manager convenes."""
    outcome = received("mark")
    with machine():
        notices = list(Notice.objects.select_related("receiver"))
        told = {(notice.receiver.agency, notice.kind) for notice in notices}
        assert ("devon-and-cornwall-police", "receipt") in told
        assert ("cornwall-childrens-services", "decision-due") in told
        assert not any(agency == "probation-service" for agency, _ in told)
        receipts = [notice for notice in notices if notice.kind == "receipt"]
        assert {notice.reference for notice in receipts} == {outcome.receipt}
        assert [notice.kind for notice in notices if notice.interrupts] == ["decision-due"]


def test_the_trail_names_everybody_whose_record_was_touched(received: Receive) -> None:
    """G4: given Alex's referral, then the trail holds the matter and each of the eight people, and no word of the
    story."""
    outcome = received("alex")
    with machine():
        entries = list(TrailEntry.objects.filter(matter_id=Matter.objects.get(reference=outcome.reference).pk))
        assert sum(entry.subject_kind == "person" for entry in entries) == 8
        assert not any("touched" in entry.reason for entry in entries)
        assert untrue_projections() == []
