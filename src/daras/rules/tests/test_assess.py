"""The practice studies: when this news arrives, then these are in scope, this is owed, and these are to be invited."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from daras.rules.tests.asking import HUB, PACK, duty, found, indicated, invited, kinds
from daras.rules.tests.stories import Story, alex, at, home, julie, mark, no_known_child, open_case
from daras.working_time.clock import local

MINIMUM = {f"{HUB}/maru", "devon-and-cornwall-police/maru", "cornwall-partnership-trust/maru-health"}
STORIES = [mark, alex, open_case, julie, no_known_child]


@pytest.mark.parametrize("story", STORIES)
def test_every_referral_is_decided_and_answered(story: object) -> None:
    """Given any referral, then decision and feedback are due in one working day, and it may be chased (A6, A8)."""
    findings = found(story())  # type: ignore[operator]
    decision, feedback = duty(findings, "referral-decision"), duty(findings, "feedback-to-referrer")
    assert (decision.owner_agency, decision.owner_team, decision.owner_role) == (HUB, "maru", "duty-manager")
    assert decision.authority == feedback.authority == "guidance"
    assert "Working Together" in decision.source
    assert decision.due_at == feedback.due_at == PACK.calendar.add_working_days(decision.anchor_at, 1)
    chase = duty(findings, "chase-if-silent")
    assert chase.authority == "local"
    assert chase.told == "at once"


@pytest.mark.parametrize("story", STORIES)
def test_a_discussion_has_its_minimum_and_the_referrer(story: object) -> None:
    """Given a strategy discussion is indicated, then social care, police, health and referrer are invited (B3)."""
    written: Story = story()  # type: ignore[operator]
    findings = found(written)
    assert findings.threshold.strategy_discussion
    assert invited(findings).keys() >= MINIMUM
    assert "Made the referral" in invited(findings)[f"{written.sender}/{written.team}"]
    assert all(each.because.strip().endswith(".") for each in findings.invitations)
    assert list(invited(findings))[:3] == [
        f"{HUB}/maru",
        "devon-and-cornwall-police/maru",
        "cornwall-partnership-trust/maru-health",
    ]


@pytest.mark.parametrize("story", STORIES)
def test_nothing_leaves_the_front_door_before_a_manager_convenes(story: object) -> None:
    """Given any news, then outside the local authority only its sender is told anything at once (G4)."""
    written: Story = story()  # type: ignore[operator]
    told = {each.owner_agency for each in found(written).duties if each.told == "at once"}
    assert told == {HUB, written.sender}


@pytest.mark.parametrize("story", STORIES)
def test_a_local_number_never_looks_like_law(story: object) -> None:
    """Given any duty, then statute, guidance and local targets cite sources of their own kind (design idea 4)."""
    for each in found(story()).duties:  # type: ignore[operator]
        assert ("Local target" in each.source) == (each.authority == "local")
        assert (each.authority == "statute") == ("Act 2003" in each.source)


def test_mark_a_decision_is_due_at_once() -> None:
    """Given a police ViST on a father due for release, then a decision is due within the hour (B1, J1)."""
    findings = found(mark())
    due = duty(findings, "strategy-decision-due")
    assert (due.owner_agency, due.owner_team, due.owner_role) == (HUB, "maru", "duty-manager")
    assert due.due_at - due.anchor_at == timedelta(minutes=60)
    assert due.authority == "local"
    met = indicated(findings)
    assert met["person-of-risk-may-join-home"] == ("mark",)
    assert met["release-with-child-near"] == ("father",)
    assert "child-told-of-sexual-harm" not in met  # his mother told the officer, not he
    words = {word for each in findings.indicators for word in each.words}
    assert {"in prison", "live with", "released", "due for release on 14 December 2026"} <= words


def test_mark_clocks_run_backward_from_the_release() -> None:
    """Given a release on 14 December, then views, decision and plan are due before it (E2, E3, J1)."""
    findings = found(mark())
    due = {
        kind: (duty(findings, kind).owner_agency, local(duty(findings, kind).due_at).date())
        for kind in ("address-view-police", "address-view-social-care", "address-decision", "child-safety-plan")
    }
    assert due == {
        "address-view-police": ("devon-and-cornwall-police", date(2026, 11, 30)),
        "address-view-social-care": (HUB, date(2026, 11, 30)),
        "address-decision": ("probation-service", date(2026, 12, 7)),
        "child-safety-plan": (HUB, date(2026, 12, 7)),
    }
    check = duty(findings, "offender-notification-check")
    assert check.authority == "statute"
    assert local(check.due_at).date() == date(2026, 12, 16)


def test_mark_what_is_past_already_is_one_late_start() -> None:
    """Given two steps due before anybody told, then there is one late start that names them, and no breach (J1)."""
    findings = found(mark())
    late = duty(findings, "late-start")
    assert late.late_start
    assert (late.owner_agency, late.owner_team) == ("probation-service", "cornwall-sexual-offences")
    assert "14 June 2026" in late.because
    assert "16 November 2026" in late.because
    assert late.due_at > late.anchor_at
    assert not kinds(findings) & {"multi-agency-screening", "release-plan"}
    assert all(each.due_at > at(2026, 11, 23, 16, 40) for each in findings.duties)


def test_mark_told_weeks_before_there_is_no_late_start() -> None:
    """Given the same news in May, then every step before release has its own date (J1)."""
    findings = found(mark(), at(2026, 5, 5, 10, 0))
    assert "late-start" not in kinds(findings)
    assert kinds(findings) >= {"multi-agency-screening", "release-plan", "address-view-police"}


def test_mark_told_on_the_day_before_there_is_one_late_start_an_owner() -> None:
    """Given the news on the eve of release, then each owner has one late start and not several breaches (J1)."""
    findings = found(mark(), at(2026, 12, 13, 10, 0))
    late = [each for each in findings.duties if each.late_start]
    owners = [(each.owner_agency, each.owner_team) for each in late]
    assert len(owners) == len(set(owners)) == 4
    assert {each.kind for each in late} == {"late-start"}
    front_door = next(each for each in late if each.owner_team == "maru")
    assert front_door.told == "at once"


def test_mark_offender_managers_and_the_childs_agencies_are_invited() -> None:
    """Given a convicted person and a child of four, then their agencies and both offender managers (B3)."""
    because = invited(found(mark()))
    assert "offender manager" in because["probation-service/cornwall-sexual-offences"]
    assert "Dean Hocking" in because["devon-and-cornwall-police/offender-management"]
    assert "Mark Penrose" in because["penryn-surgery/gp"]
    assert "cornwall-partnership-trust/health-visiting" in because
    assert "sarc-cornwall/paediatric" not in because


@pytest.mark.parametrize(
    ("whose", "agency", "team", "kind"),
    [
        ("alex", "carn-brea-academy", "safeguarding", "on roll"),
        ("alex", "penryn-surgery", "gp", "registered patient"),
        ("alex", "cornwall-partnership-trust", "school-nursing", "school nursing"),
        ("sib2", "cornwall-partnership-trust", "health-visiting", "health visiting"),
        ("suspect", "cornwall-partnership-trust", "camhs", "mental health support"),
        ("suspect", "sexual-health-hub", "clinic", "clinic"),
        ("alex", "royal-cornwall-hospitals", "paediatrics", "outpatient"),
        ("suspect", "yzup", "young-people", "young person's support"),
        ("suspect", "cornwall-youth-justice-service", "courts-and-outcomes", "prevention work"),
        ("sib2", "cornwall-early-help-hub", "family-support", "family support"),
        ("alex-mother", "royal-cornwall-hospitals", "maternity", "antenatal care"),
        ("alex-mother", "cornwall-partnership-trust", "adult-mental-health", "community mental health"),
        ("alex-mother", "adult-drug-and-alcohol-service", "adults", "recovery work"),
    ],
)
def test_whoever_works_with_them_is_to_be_invited(whose: str, agency: str, team: str, kind: str) -> None:
    """B3: given that a service works with Alex, with a child near the suspect, with the suspect or with Alex's mother,
    then it is to be invited, and why names whom it works with and as what; where its work has ended, it is not."""
    at_work, ended = alex(), alex()
    at_work.works_with(whose, agency, kind, team)
    ended.works_with(whose, agency, kind, team, until=date(2026, 1, 31))
    because = invited(found(at_work))[f"{agency}/{team}"]
    assert kind in because
    assert at_work.people[whose].name in because
    assert f"({kind})" not in invited(found(ended)).get(f"{agency}/{team}", "") or agency == ended.sender


def test_alex_everyone_is_in_scope() -> None:
    """Given a suspect of 16, then his sister, his brother and the friend are each decided on (B2, J2)."""
    findings = found(alex())
    connected = duty(findings, "connected-child-decision")
    assert set(connected.about) == {"sib1", "sib2", "friend"}
    assert local(connected.due_at).date() == date(2026, 11, 23)
    met = indicated(findings)
    assert met["child-near-suspect"] == ("sib1", "sib2")
    assert met["child-named-in-account"] == ("friend",)
    assert met["harm-more-than-once"] == ("alex",)
    told = next(each for each in findings.indicators if each.id == "child-told-of-sexual-harm")
    assert told.words == ("Alex told", "touched him sexually")


def test_alex_the_suspect_is_a_child_too() -> None:
    """Given Jake is 16, then he has a matter of his own, with assessment, help and a notice (C5, C6, J2)."""
    findings = found(alex())
    assert findings.own_matters == ("suspect",)
    assert indicated(findings)["young-person-said-to-have-harmed"] == ("suspect",)
    own = {each.kind: each for each in findings.duties if each.own_matter}
    assert own.keys() == {
        "young-person-own-needs",
        "young-person-home",
        "harmful-sexual-behaviour-assessment",
        "harmful-sexual-behaviour-therapy",
        "youth-justice-notice",
    }
    assert all(each.about == ("suspect",) for each in own.values())
    assert own["youth-justice-notice"].owner_agency == "devon-and-cornwall-police"
    assert "cornwall-youth-justice-service/harmful-sexual-behaviour" in invited(findings)


def test_a_child_under_ten_who_may_have_harmed_is_no_matter_of_youth_justice() -> None:
    """Given a suspect of nine, then he has a matter of his own and help, and youth justice has no part (C5)."""
    story = alex()
    story.people["suspect"] = dataclasses.replace(story.people["suspect"], age_years=9)
    findings = found(story)
    assert findings.own_matters == ("suspect",)
    assert "young-person-own-needs" in kinds(findings)
    assert not kinds(findings) & {"youth-justice-notice", "harmful-sexual-behaviour-assessment"}


def test_open_case_news_is_decided_anew_out_of_hours() -> None:
    """Given news on an open case sent to the worker on a Saturday, then a manager decides out of hours (B1, A11)."""
    findings = found(open_case())
    due = duty(findings, "strategy-decision-due")
    assert due.owner_team == "out-of-hours"
    assert indicated(findings)["news-on-open-case"] == ()
    assert indicated(findings)["another-child-may-be-harmed"] == ("alex", "cousin")
    assert duty(findings, "see-child").about == ("cousin",)
    assert duty(findings, "connected-child-decision").about == ("jake",)


def test_open_case_and_new_case_weigh_the_same() -> None:
    """Given the same news on a case that is not open, then the same decision is due by the same hour (B1)."""
    story = open_case()
    story.flags.clear()
    new, opened = duty(found(story), "strategy-decision-due"), duty(found(open_case()), "strategy-decision-due")
    assert (new.due_at, new.owner_team) == (opened.due_at, opened.owner_team)


def test_open_case_knows_who_was_suspected_before() -> None:
    """Given news that names no suspect, when Jake is one on the open case, then children near him count (B1, B2)."""
    twenty_two = home("22 Trevenson Close", "Camborne", "TR14 8AB")
    story = open_case().child("ella", "Ella Rowse", 8, "F", addresses=(twenty_two,))
    jake = dataclasses.replace(story.people["jake"], suspected_before=True, addresses=(twenty_two,))
    story.people["jake"] = jake
    story.people["cousin"] = dataclasses.replace(story.people["cousin"], addresses=(twenty_two,))
    findings = found(story)
    assert set(indicated(findings)["child-near-suspect"]) == {"cousin", "ella"}
    assert "child-named-in-account" not in indicated(findings)
    assert set(duty(findings, "connected-child-decision").about) >= {"jake", "ella"}


def test_julie_is_understood_and_examined() -> None:
    """Given a disabled child who may be injured, then an intermediary and a medical are due (B6, C5, C7, J3)."""
    findings = found(julie())
    request = duty(findings, "intermediary-request")
    assert request.owner_agency == "devon-and-cornwall-police"
    assert "communication" in request.because
    assert local(request.due_at).date() == date(2026, 11, 20)
    assert local(duty(findings, "intermediary-assessment").due_at).date() == date(2026, 11, 26)
    assert duty(findings, "medical-decision").owner_team == "maru-health"
    assert duty(findings, "hear-child").about == ("julie",)
    because = invited(findings)
    assert "Julie Angwin" in because["sarc-cornwall/paediatric"]
    assert "royal-cornwall-hospitals/paediatrics" in because
    assert "hayle-academy/safeguarding" in because


def test_julie_and_her_step_brother_live_together() -> None:
    """Given her mother's partner is his father, then Julie is his step-sister; Liam has a matter (C5, J3)."""
    findings = found(julie())
    assert findings.own_matters == ("other",)
    near = next(each for each in findings.indicators if each.id == "child-near-suspect")
    assert near.about == ("julie",)
    assert near.words == ("step-sister of Liam Angwin",)


def test_no_known_child_is_a_matter_all_the_same() -> None:
    """Given no child is known, then the designated officer has one working day and a decision is due (A17, B2)."""
    findings = found(no_known_child())
    officer = duty(findings, "allegation-against-person-working-with-children")
    assert (officer.owner_agency, officer.owner_team) == (HUB, "designated-officer")
    assert officer.about == ("suspect",)
    assert local(officer.due_at).date() == date(2026, 11, 19)
    assert officer.authority == "guidance"
    assert "strategy-decision-due" in kinds(findings)
    assert findings.own_matters == ()
    assert "designated-officer" in " ".join(invited(findings))


def test_no_known_child_nobody_is_named_who_wishes_not_to_be() -> None:
    """Given a survivor who stays unnamed, then no reason, word or invitation holds her name (A8)."""
    findings = found(no_known_child())
    said = [each.why for each in findings.indicators] + [word for each in findings.indicators for word in each.words]
    said += [each.because for each in findings.duties] + [each.because for each in findings.invitations]
    said.append(findings.threshold.why)
    assert not [text for text in said if "Jenna" in text]


def test_an_alleged_risk_is_never_written_as_a_finding() -> None:
    """Given somebody who is only said to pose a risk, then every reason that names him says so (E1)."""
    story = no_known_child()
    story.child("nephew", "Perran Opie", 7, "M").tie("suspect", "father", "nephew")
    findings = found(story)
    named = [each.why for each in findings.indicators if "Raymond" in each.why]
    assert named
    assert all("said to" in why or "not established" in why for why in named)
    assert "probation-service/cornwall-sexual-offences" not in invited(findings)
    assert indicated(findings)["suspect-with-child-near"] == ("suspect",)
