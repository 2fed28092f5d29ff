"""Other news than the practice studies: nothing met, early help, the public, the unborn, other times and places."""

from __future__ import annotations

import dataclasses
from datetime import date

from daras.practice import load_pack, pack_for
from daras.rules.assess import assess
from daras.rules.situation import PosesRisk
from daras.rules.tests.asking import DIRECTORY, PACK, duty, found, indicated, invited, kinds
from daras.rules.tests.stories import Story, alex, at, home, julie, mark, no_known_child, open_case
from daras.working_time.clock import local

STORIES = [mark, alex, open_case, julie, no_known_child]


def test_news_without_any_indicator_claims_nothing() -> None:
    """Given a referral that meets no indicator, then the lowest level is suggested without calling it safe (A7)."""
    story = Story("referral", "penryn-primary", "safeguarding", at(2026, 11, 23, 9, 0))
    story.child("kerensa", "Kerensa Pascoe", 8, "F").concern(("kerensa",), "New in town.", category="other")
    findings = found(story)
    assert (findings.threshold.level, findings.threshold.strategy_discussion) == (1, False)
    assert "decides" in findings.threshold.why
    assert findings.invitations == ()
    assert kinds(findings) == {"referral-decision", "feedback-to-referrer", "chase-if-silent"}


def test_early_help_is_level_two() -> None:
    """Given a child who misses school, then early help is suggested and no decision is due now (A7, A9)."""
    story = Story("referral", "penryn-primary", "safeguarding", at(2026, 11, 23, 9, 0))
    story.child("kerensa", "Kerensa Pascoe", 8, "F")
    story.concern(("kerensa",), "Attendance is down to 70 per cent and she seems withdrawn.", category="other")
    findings = found(story)
    assert findings.threshold.level == 2
    assert findings.threshold.level_name == "Early help"
    assert indicated(findings).keys() == {"school-absence", "low-mood"}


def test_a_member_of_the_public_owes_nothing_and_is_invited_to_nothing() -> None:
    """Given a neighbour who calls, then there is a receipt only: no duty, no invitation, no feedback (A8)."""
    story = Story("referral", "public", "", at(2026, 11, 23, 9, 0)).child("kerensa", "Kerensa Pascoe", 8, "F")
    findings = found(
        story.concern(("kerensa",), "She said that he hurt her, she has bruises.", category="physical-abuse")
    )
    assert findings.threshold.strategy_discussion
    assert not [each for each in findings.duties if each.owner_agency == "public"]
    assert "feedback-to-referrer" not in kinds(findings)
    assert not [each for each in findings.invitations if each.agency == "public"]


def test_three_green_vists_show_a_worsening_picture() -> None:
    """A7: given a third green ViST in three months, then level three is suggested; a second one is not enough."""
    for earlier, level in (((), 1), ((date(2026, 10, 1),), 1), ((date(2026, 9, 10), date(2026, 10, 1)), 3)):
        story = Story("vist", "devon-and-cornwall-police", "response-truro", at(2026, 11, 23, 9, 0))
        story.child("kerensa", "Kerensa Pascoe", 8, "F", vist_green_days=earlier)
        story.concern(("kerensa",), "Noise from the house, all calm on arrival.", category="other")
        situation = story.situation(grade="green")
        assert assess(situation, PACK, DIRECTORY, situation.news.received_at).threshold.level == level


def test_two_people_who_pose_a_risk_are_both_named() -> None:
    """Given a father and a partner who both pose a risk, then the reason names both, whoever is named first (E2)."""
    story = mark()
    lodger = PosesRisk("registered-sex-offender", "convicted")
    story.adult("lodger", "Colin Hosking", "M", poses_risk=(lodger,), addresses=story.people["mark"].addresses)
    family = next(each for each in found(story).indicators if each.id == "person-of-risk-in-family")
    assert "Dean Hocking (father; registered sex offender, convicted)" in family.why
    assert "Colin Hosking (in the same home; registered sex offender, convicted)" in family.why


def test_an_unborn_child_is_planned_for() -> None:
    """Given an unborn child and a convicted partner at home, then a plan is due eight weeks before birth (F11)."""
    place = home("2 Fore Street", "Truro", "TR1 2AA")
    story = Story("referral", "royal-cornwall-hospitals", "maternity", at(2026, 11, 23, 9, 0))
    story.unborn("baby", expected_birth_on=date(2027, 3, 1), addresses=(place,))
    story.adult("mother", "Demelza Hosking", "F", addresses=(place,)).tie("mother", "mother", "baby")
    story.adult("partner", "Colin Hosking", "M", poses_risk=(PosesRisk("registered-sex-offender", "convicted"),))
    story.tie("partner", "partner", "mother").concern(("baby",), "Booked late.", category="other")
    findings = found(story)
    assert indicated(findings)["person-of-risk-in-family"] == ("baby",)
    assert local(duty(findings, "plan-before-birth").due_at).date() == date(2027, 1, 4)
    assert "royal-cornwall-hospitals/maternity" in invited(findings)


def test_a_block_of_flats_makes_no_household() -> None:
    """Given a child and a suspect at one address of many households, then living there connects nobody (B2)."""
    flats = dataclasses.replace(home("Trelawny House", "Truro", "TR1 3AA"), many_households=True)
    story = Story("referral", "penryn-primary", "safeguarding", at(2026, 11, 23, 9, 0))
    story.child("kerensa", "Kerensa Pascoe", 8, "F").child("other", "Elowen Tonkin", 9, "F", addresses=(flats,))
    story.adult("suspect", "Gary Bolitho", "M", addresses=(flats,))
    story.concern(("kerensa",), "Kerensa told that he touched her sexually.", ("suspect",))
    assert "child-near-suspect" not in indicated(found(story))


def test_the_letter_is_replayed_with_the_agencies_of_its_time() -> None:
    """Given Mark's story in 2018, then probation is the National Probation Service and the sources are of 2018 (J1)."""
    story = mark()
    story.people["father"] = dataclasses.replace(
        story.people["father"],
        poses_risk=tuple(
            dataclasses.replace(risk, release_on=date(2018, 12, 14)) for risk in story.people["father"].poses_risk
        ),
    )
    situation = story.situation(received_at=at(2018, 11, 5, 10, 0))
    findings = assess(situation, pack_for(date(2018, 11, 5)), DIRECTORY, at(2018, 11, 5, 10, 0))
    assert duty(findings, "address-decision").owner_agency == "national-probation-service"
    assert "national-probation-service/cornwall-sexual-offences" in invited(findings)
    assert not [key for key in invited(findings) if key.startswith("probation-service/")]
    assert "Working Together to Safeguard Children 2018" in duty(findings, "referral-decision").source


def test_a_replay_gives_the_same_answer() -> None:
    """Given the same situation, pack and hour, when assessed again, then the findings are equal."""
    again = load_pack("england-2026", date(2026, 11, 24))
    for story in STORIES:
        situation = story().situation()
        first = assess(situation, PACK, DIRECTORY, situation.news.received_at)
        assert assess(situation, again, DIRECTORY, situation.news.received_at) == first


def test_the_isles_of_scilly_decide_on_their_own_children() -> None:
    """Given a child of the Isles of Scilly, then that council's team owes the decision (A14)."""
    situation = dataclasses.replace(alex().situation(), authority="420")
    findings = assess(situation, PACK, DIRECTORY, situation.news.received_at)
    due = duty(findings, "strategy-decision-due")
    assert (due.owner_agency, due.owner_team) == ("isles-of-scilly-childrens-services", "children")
