"""The front line at work, each as who they are: early help, the meeting on exploitation, waiting lists, flags (A4, A9,
A10, A13, A15, A17, F5, F8 to F11, G1, H1, H2, I10).

What is asked is looked at where it is owed ("my work"), where it is counted (measures) and where it is told
(chronology): for every row in `tests/test_rows.py`, here as somebody at a screen meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, expect

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, WAIT, Visitor
from tests.browser.walking import has_text, presses_button

PEOPLE = {
    "manager": "jenifer-pascoe",
    "hub": "morwenna-pender",
    "neighbourhood": "denzil-crago",
    "lead": "loveday-rowe",
    "school nurse": "wenna-stephens",
    "chair": "merryn-hale",
    "assessment": "merryn-hale",
    "midwife": "elowen-tregear",
    "clinic": "senara-bray",
    "mental health": "tegen-vosper",
    "youth justice": "jago-uren",
    "therapist": "branwen-tonkin",
    "commissioner": "kerensa-bray",
    "designated officer": "nessa-polglase",
    "hospital nurse": "tamsyn-hosking",
    "outsider": "kensa-bolitho",
}
TRUST = "cornwall-partnership-trust"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Three documents have come in: a school's, a recovery worker's, a midwife's."""
    folder = tmp_path_factory.mktemp("front-line")
    with running(test_server, template_database, folder, ("alex", "no-known-child", "unborn")) as found:
        yield found


class Cast:
    """Whoever is asked for, signed in: once for all tests here, since a place may try only so often in a minute."""

    kept: ClassVar[dict[tuple[str, str], Any]] = {}

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.there: dict[str, Visitor] = {}

    def __getitem__(self, who: str) -> Visitor:
        """At a desk, but the officer of the neighbourhood, who is out."""
        if who not in self.there:
            made = Visitor(self.browser, self.address, PHONE if who == "neighbourhood" else DESK)
            if (self.address, who) in self.kept:
                made.context.add_cookies(self.kept[self.address, who])
                made.opens("/")
            else:
                made.signs_in(f"{PEOPLE[who]}@workers.example")
            made.is_at("/")
            self.kept[self.address, who] = made.context.cookies()
            self.there[who] = made
        return self.there[who]

    def refused(self, *paths: str) -> None:
        """A school that has no part in it finds no such page."""
        for path in paths:
            self["outsider"].opens(path, status=404)


@pytest.fixture
def cast(browser: Browser, own_partnership: Partnership) -> Iterator[Cast]:
    """Whoever the test asks for."""
    made = Cast(browser, own_partnership.address)
    yield made
    for each in made.there.values():
        each.leaves()


def asks(somebody: Visitor, kind: str, about: tuple[str, str], words: str, *, to: str, basis: str = "") -> str:
    """Ask another agency about somebody who is named now; returns the request's path."""
    somebody.opens(f"/requests/ask/{kind}")
    somebody.page.get_by_label("Whom do you ask?").select_option(to)
    if about[0]:
        somebody.page.get_by_label("First name").fill(about[0])
        somebody.page.get_by_label("Family name").fill(about[1])
    somebody.page.locator("#id_asks").fill(words)
    if basis:
        somebody.page.get_by_label(basis).check()
    return sends(somebody)


def sends(somebody: Visitor) -> str:
    """Send what is asked; returns the request's path."""
    presses_button(somebody, "Ask")
    somebody.reads("What is asked")
    return somebody.page.url.removeprefix(somebody.address)


def says(somebody: Visitor, request: str, outcome: str, words: str = "", service: str = "") -> None:
    """Open what is asked from one's own work, and say what came of it, and where it leads to which service."""
    somebody.opens("/")
    expect(somebody.page.locator(f'a[href="{request}"]').first).to_be_visible(timeout=WAIT)
    somebody.opens(request)
    if service:
        somebody.page.get_by_label("Which service was shown instead?").select_option(label=service)
    somebody.page.get_by_label(outcome, exact=True).check()
    somebody.page.get_by_label("In words").first.fill(words)
    presses_button(somebody, "Send the answer")
    somebody.reads(outcome)


def is_counted(somebody: Visitor, duty: str, name: str) -> None:
    """What is owed is a measure with no further work, by its name; its months begin when the first is due."""
    somebody.opens(f"/measures/duty-request-{duty}/")
    somebody.reads(f"On time: {name}")
    somebody.can_use_the_page()


def test_early_help_is_asked_with_what_is_known_and_neighbourhood_police_take_a_part(
    cast: Cast, own_partnership: Partnership
) -> None:
    """A9, A10, A13: given Alex's matter, when the manager decides on early help, then the next page holds what was said
    and nobody was told; the hub takes it from its own work, offers a part to the neighbourhood team on its telephone,
    and both are counted and told in the chronology; stepped up, nothing is typed again; mental health shows the way
    to a named service and says that it was taken up; an afternoon at the hub is offered, and a school takes a place."""
    manager, hub, police = cast["manager"], cast["hub"], cast["neighbourhood"]
    reference = own_partnership.references["alex"]
    manager.opens(f"/matters/{reference}/decide/")
    manager.page.get_by_label("Step down to early help").check()
    manager.page.get_by_label("Why", exact=True).fill("His mother asks for help.")
    presses_button(manager, "Record the decision")
    manager.is_at(f"/requests/ask/step-down/?matter={reference}")
    expect(manager.page.locator("#id_asks")).to_have_value(re.compile("Decided: His mother asks for help."))
    manager.can_use_the_page()
    manager.page.get_by_label("Whom is it about?").select_option(label="Alex Tregear")
    manager.page.get_by_label("they agree to it").check()
    request = sends(manager)
    manager.can_use_the_page()
    says(hub, request, "Accepted: a family worker is named", "Morwenna visits on Friday.")
    hub.can_use_the_page()
    part = asks(
        hub,
        "early-help-action/",
        ("Alex", "Tregear"),
        "Walk past at five.",
        to="devon-and-cornwall-police/redruth-neighbourhood",
    )
    says(police, part, "We do it", "Each evening.")
    police.can_use_the_page()
    for who in (police, hub):
        who.opens("/hubs/")
        who.reads("Redruth neighbourhood team")
        who.can_use_the_page()
    is_counted(hub, "step-down-answer", "Accept, or send back: early help")
    manager.opens(f"/matters/{reference}/")
    manager.page.locator("a[href^='/people/P-']:not(svg *)").filter(has_text="Alex").first.click()
    manager.opens(manager.page.url.removeprefix(manager.address).split("?")[0] + "chronology/")
    has_text(manager, "Early help asked of")
    hub.opens(request)
    presses_button(hub, "Step up: make it a referral")
    hub.reads("Is the child safe now?")
    triaged = asks(hub, "mental-health/", ("Alex", "Tregear"), "He does not sleep.", to=f"{TRUST}/camhs")
    health = cast["mental health"]
    says(health, triaged, "Criteria not met: shown the way to a named service", "They know him.", "YZUP")
    says(health, triaged, "It was taken up")
    health.can_use_the_page()
    cast.refused(request, part, triaged)
    hub.opens("/hubs/afternoons/")
    hub.page.get_by_text("Offer one").click()
    hub.page.get_by_label("When?").fill("2026-12-01T13:00")
    presses_button(hub, "Offer")
    lead = cast["lead"]
    lead.opens("/hubs/afternoons/")
    presses_button(lead, "Take a place")
    lead.reads("You have a place.")
    lead.can_use_the_page()


def test_advice_with_a_day_that_was_agreed(browser: Browser, cast: Cast, own_partnership: Partnership) -> None:
    """A15: given a school that asks the designated officer about a child, when she writes the call down, at a desk or
    on a telephone, then that she rings back stands in her "my work" and in the school's; what she says
    came of it stands in the child's chronology for both; a third call about the child stands on the front door's desk;
    each page can be used, the new ones at both widths, and a school without a part in it finds none of it."""
    officer, lead, manager = cast["designated officer"], cast["lead"], cast["manager"]
    out = Visitor(browser, own_partnership.address, PHONE)
    out.signs_in("nessa-polglase@workers.example")
    out.opens("/advice/record/")
    presses_button(out, "Record the advice")
    out.reads("There is a problem")
    out.can_use_the_page()
    calls = [writes_down(each) for each in (out, officer, manager)]
    officer.can_use_the_page()
    for each in (out, officer):
        each.opens("/")
        each.reads("Ring back after a call for advice")
    lead.opens("/")
    lead.reads("Others said they would")
    lead.can_use_the_page()
    out.opens(calls[0])
    presses_button(out, "Record it")
    out.reads("Say whether it was done.")
    out.can_use_the_page()
    out.page.get_by_label("Rung back").check()
    out.page.get_by_label("What came of it").fill("Nothing new was seen.")
    presses_button(out, "Record it")
    out.reads("Nothing new was seen.")
    for each in (lead, out):
        each.opens("/advice/")
        each.can_use_the_page()
    for each in (lead, officer):
        each.finds("Tamsin Hocking")
        each.page.locator("a[href^='/people/P-']:not(svg *)").filter(has_text="Tamsin").first.click()
        each.opens(each.page.url.removeprefix(each.address).split("?")[0] + "chronology/")
        has_text(each, "Advice asked: no referral")
        has_text(each, "Agreed in a call for advice: done")
    lead.can_use_the_page()
    manager.opens("/desk/")
    manager.reads("3 calls in 90 days and no referral")
    manager.can_use_the_page()
    officer.opens("/measures/duty-advice-ring-back/")
    officer.reads("On time: Ring back after a call for advice")
    cast.refused(*calls)
    out.leaves()


def writes_down(somebody: Visitor) -> str:
    """A call about one child of the school's, which is to be rung back; returns its path."""
    somebody.opens("/advice/record/")
    for label, said in (
        ("Their name", "Loveday Rowe"),
        ("What do they ask?", "She was quiet today. Do we refer?"),
        ("The child’s first name", "Tamsin"),
        ("The child’s family name", "Hocking"),
        ("The child’s date of birth", "12 5 2016"),
        ("What do you advise?", "Ask her how she is, and note her words."),
        ("Why?", "Nothing was said yet."),
        ("By which day?", "26 11 2026"),
        ("What for?", "To hear how she was."),
    ):
        somebody.page.get_by_label(label, exact=True).fill(said)
    somebody.page.get_by_label("Who asks?").select_option("carn-brea-academy/safeguarding")
    somebody.page.locator("#id_refer_1").check()
    somebody.page.get_by_label("We ring them back").check()
    presses_button(somebody, "Record the advice")
    somebody.reads("What was agreed")
    return somebody.page.url.removeprefix(somebody.address)


def test_the_meeting_on_exploitation_has_health_in_it(cast: Cast) -> None:
    """F5: given a child whom youth justice brings before the meeting, then members read it once its chair has put it on
    the agenda; sexual health agrees an action that mental health owes and all see; a missing episode and its return
    interview stand beside the child; a school reads none of it."""
    brings, chair, clinic, health = (cast[who] for who in ("youth justice", "chair", "clinic", "mental health"))
    meeting, child = "/hubs/meetings/exploitation-meeting/", ("Jory", "Keast")
    request = asks(
        brings,
        "exploitation-meeting/",
        child,
        "Older people collect him.",
        to="cornwall-childrens-services/assessment",
        basis="Safeguarding a child",
    )
    clinic.opens(meeting)
    clinic.does_not_read("Jory")
    clinic.can_use_the_page()
    says(chair, request, "On the agenda: the members read it from now", "Thursday.")
    interview = asks(
        chair, "return-interview/", child, "Missing on Sunday, found by noon.", to="cornwall-early-help-hub/hub"
    )
    says(cast["hub"], interview, "Offered, and the child did not want it", "He said not now.")
    clinic.opens(meeting)
    has_text(clinic, "Older people collect him.", "Child and adolescent mental health")
    clinic.can_use_the_page()
    presses_link(clinic, "Agree an action")
    clinic.can_use_the_page()
    action = asks(
        clinic, clinic.page.url.split("/requests/ask/")[1], ("", ""), "See him this week.", to=f"{TRUST}/camhs"
    )
    says(health, action, "We do it", "On Tuesday.")
    for who in (chair, clinic, health):
        who.opens(meeting)
        expect(who.page.locator(f'a[href="{action}"]')).to_be_visible(timeout=WAIT)
    chair.can_use_the_page()
    cast["outsider"].opens(meeting)
    cast["outsider"].does_not_read("Jory")
    cast.refused(request, action, interview)


def presses_link(somebody: Visitor, words: str) -> None:
    """Press a link, and wait for its page."""
    with somebody.page.expect_navigation():
        somebody.page.get_by_role("link", name=words).first.click()


def test_pathway_waiting_list_caseload_and_what_helps_whom(cast: Cast) -> None:
    """F8, F9, H1, H2, I10: given a child on the pathway, then each stage is owed from the one before up to what the
    family says; a child who waits for therapy is found through the directory, stands on the list by its clock and in a
    practitioner's caseload; take-up is read by the commissioner in numbers, without a name."""
    nurse, health, therapist = cast["school nurse"], cast["mental health"], cast["therapist"]
    pathway = asks(nurse, "neurodevelopment/", ("Tegen", "Rule"), "Noise, since nursery.", to=f"{TRUST}/camhs")
    for outcome in (
        "On the pathway",
        "Assessed",
        "The family was told, and has it in writing",
        "The family says that it helped",
    ):
        says(health, pathway, outcome, "As planned.")
    health.can_use_the_page()
    nurse.opens(pathway)
    has_text(nurse, "The family says that it helped")
    manager = cast["manager"]
    manager.opens("/services/")
    manager.page.locator("main input[name=need][value=recovery]").check()
    manager.page.get_by_label("Age", exact=True).fill("9")
    with manager.page.expect_navigation():
        manager.page.locator("main").get_by_role("button", name="Find").click()
    manager.can_use_the_page()
    with manager.page.expect_navigation():
        manager.page.locator("a[href*='service=jigsaw']").first.click()
    therapy = asks(
        manager,
        manager.page.url.split("/requests/ask/")[1],
        ("Sam", "Angove"),
        "Sleep.",
        to="jigsaw/children",
    )
    says(therapist, therapy, "Accepted", "From next week.")
    therapist.page.get_by_text("Give it to somebody of the team").first.click()
    therapist.page.get_by_label("Who has it?").select_option(label="Branwen Tonkin")
    therapist.page.get_by_label("High", exact=True).check()
    presses_button(therapist, "Give it to somebody of the team")
    therapist.opens("/services/jigsaw/")
    has_text(therapist, "Sam Angove", "Who has how many", "Branwen Tonkin")
    therapist.can_use_the_page()
    therapist.opens("/workforce/")
    has_text(therapist, "Jigsaw psychology", "Branwen Tonkin")
    therapist.can_use_the_page()
    says(therapist, therapy, "Taken up")
    commissioner = cast["commissioner"]
    commissioner.opens("/services/what-helps/")
    has_text(commissioner, "Jigsaw psychology", "Taken up", "fewer than 5")
    commissioner.does_not_read("Angove")
    commissioner.can_use_the_page()
    cast["outsider"].opens("/services/what-helps/", status=403)
    cast.refused(pathway, therapy)


def test_family_apart_the_designated_officer_and_a_plan_before_birth(cast: Cast, own_partnership: Partnership) -> None:
    """A4, A17, F11: given three referrals, then what parents were told and what they say stand apart from the worry and
    from agreement; the designated officer owes an answer on a suspect who works with children; and once the
    manager decides on an assessment, a plan before birth is owed by assessment, and one for going home by midwifery,
    each by its day, without a discussion under section 47."""
    manager = cast["manager"]
    manager.opens(f"/matters/{own_partnership.references['alex']}/")
    has_text(manager, "Telling the parents before advice could let the suspect know.")
    unborn = own_partnership.references["unborn"]
    manager.opens(f"/matters/{unborn}/")
    has_text(manager, "She would like somebody to plan with her.", "1 March 2027", "Have a plan before birth")
    manager.can_use_the_page()
    manager.opens(f"/matters/{unborn}/decide/")
    manager.page.get_by_label("A social worker assesses").check()
    manager.page.get_by_label("Why", exact=True).fill("She asks for somebody to plan with her.")
    presses_button(manager, "Record the decision")
    for who, owes, by in (
        ("assessment", "Have a plan before birth", "4 January 2027"),
        ("midwife", "Have a plan for going home after birth", "25 January 2027"),
    ):
        cast[who].opens("/")
        has_text(cast[who], owes, by)
        cast[who].can_use_the_page()
    officer = cast["designated officer"]
    officer.opens("/")
    has_text(officer, "esignated officer")
    officer.does_not_read("Jenna")
    officer.can_use_the_page()
    cast.refused(f"/matters/{unborn}/", f"/matters/{own_partnership.references['no-known-child']}/")


def test_a_flag_is_published_shown_by_number_and_reconciled(cast: Cast, own_partnership: Partnership) -> None:
    """F10, G1: given a flag that the front door raises on Alex, then a nurse of the emergency department finds it by
    NHS number with whom to ring and without the reason; its owner owes a look at it; and which partner shows it is a
    report that a school does not read."""
    manager = cast["manager"]
    manager.opens(f"/matters/{own_partnership.references['alex']}/")
    manager.page.locator("a[href^='/people/P-']:not(svg *)").filter(has_text="Alex").first.click()
    manager.follows("Raise a flag for partners")
    manager.can_use_the_page()
    presses_button(manager, "Raise it and publish it")
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_label(re.compile("Ask the front door")).check()
    manager.page.get_by_label("Why?").fill("Police and social care look into it.")
    presses_button(manager, "Raise it and publish it")
    manager.reads("Why, for your team only.")
    manager.can_use_the_page()
    flag = manager.page.url.removeprefix(manager.address)
    manager.opens("/flags/")
    manager.reads("never reported")
    manager.can_use_the_page()
    manager.opens("/")
    has_text(manager, "flag")
    nurse = cast["hospital nurse"]
    nurse.opens("/summary/")
    nurse.page.locator("#nhs_number").fill("900 000 1080")
    nurse.page.get_by_label("What for?").fill("Seen in the department")
    presses_button(nurse, "Show the summary")
    nurse.reads("Ask the front door")
    nurse.does_not_read("Police and social care")
    nurse.can_use_the_page()
    outsider = cast["outsider"]
    outsider.opens("/flags/")
    outsider.does_not_read("Alex")
    cast.refused(flag)
