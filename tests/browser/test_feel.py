"""How it must feel: each statement of the issue as somebody meets it on the pages (B3, B4, B5, G2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from daras.home import Addresses
from tests.browser import walking
from tests.browser.conftest import Partnership, running
from tests.browser.server import delivering
from tests.browser.visitor import PHONE, WAIT, Visitor
from tests.browser.walking import PEOPLE, Cast, Form

MINUTES = "What the police said of the other house."


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Everybody works there, and the school's document about Alex has come in. Each test convenes for itself."""
    folder = tmp_path_factory.mktemp("feel")
    with running(test_server, template_database, folder, ("alex",), everybody=True) as found:
        yield found


@pytest.fixture
def cast(browser: Browser, own_partnership: Partnership) -> Iterator[Cast]:
    """Whoever the test asks for."""
    with walking.everybody(browser, own_partnership) as made:
        yield made


def test_health_cannot_be_reached_and_joins_later(cast: Cast, own_partnership: Partnership) -> None:
    """B3: given that health cannot be reached, when police and social care hold an interim discussion, then it says why
    it could not wait and by when health joins; health joins later, and the record says so."""
    manager = cast["duty manager"]
    discussion = walking.convenes(manager, own_partnership.references["alex"])
    for team, name in ((walking.SOCIAL_CARE, "Tamara"), (walking.POLICE, "Gareth")):
        walking.notes_on_call(manager, team, name)
    Form(manager, "Note what they answered", "Cornwall Partnership", section="asked").ticks(
        "Could not be reached"
    ).sends()
    Form(manager, "Close the record", section="close").sends()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    form = Form(manager, "Close the record", section="close")
    form.types("If a part is missing: why could it not wait?", "Toby is in that house.")
    form.types("By when does the rest join?", "2026-11-24T13:00").sends()
    manager.reads("Interim, closed")
    manager.can_use_the_page()
    walking.notes_on_call(manager, walking.HEALTH, "Anjali")
    Form(manager, "Close it again, now that more have joined", section="close").sends()
    health = cast["health practitioner"]
    health.opens(discussion)
    walking.has_text(
        health,
        "Could not be reached",
        "Toby is in that house.",
        "without health",
        "after the interim discussion",
        "with social care, police and health",
        "Held as an interim discussion before that.",
    )
    health.can_use_the_page()


def test_the_nurse_challenges_and_both_views_stand(cast: Cast, own_partnership: Partnership) -> None:
    """B5: given that police choose a single enquiry, when the nurse challenges while all are on the call, then the
    inspector answers from the notice, and everybody reads both views."""
    manager, nurse, inspector = cast["duty manager"], cast["school nurse"], cast["detective inspector"]
    discussion = walking.convenes(manager, own_partnership.references["alex"])
    for team, name in ((walking.SOCIAL_CARE, "Tamara"), (walking.POLICE, "Gareth"), (walking.NURSES, "Karensa")):
        walking.notes_on_call(manager, team, name)
    manager.reads("Look at these before a single agency is chosen.")
    manager.reads("Stephen Achebe")
    Form(manager, "Decide on the enquiry").ticks("Police alone").types("Why this one?", "A crime is alleged.").sends()
    manager.reads("A crime is alleged.")
    nurse.opens("/notices/")
    nurse.follows_to(discussion)
    Form(nurse, "Say where your agency stands").ticks("We challenge it: the on-call inspector answers now").sends()
    nurse.reads("There is a problem")
    nurse.can_use_the_page()
    form = Form(nurse, "Say where your agency stands")
    form.types("Why?", "Toby may be harmed, too: it needs both.").sends()
    nurse.reads("challenges this")
    nurse.can_use_the_page()
    inspector.opens("/notices/")
    inspector.can_use_the_page()
    walking.answers_challenge(inspector, "The decision stands", "Two officers and a social worker visit together.")
    inspector.can_use_the_page()
    for who in (manager, nurse, inspector):
        who.opens(discussion)
        walking.has_text(
            who,
            "A crime is alleged.",
            "Toby may be harmed, too: it needs both.",
            "Two officers and a social worker visit together.",
        )
    cast.refused(discussion, names=("Alex", "Toby"))


def test_each_reads_its_own_layer_two_clicks_from_the_letter(cast: Cast, own_partnership: Partnership) -> None:
    """B4, B7: given actions for the school and the surgery, then each has a letter without a name within moments, whose
    link and one button lead to its own layer and no more; the surgery's copy is marked to be hidden."""
    manager = cast["duty manager"]
    with delivering(own_partnership.addresses, own_partnership.address, own_partnership.letters):
        discussion = walking.convenes(manager, own_partnership.references["alex"])
        Form(manager, "Write a section").ticks("Minutes: those who take part").types(
            "The words of the record", MINUTES
        ).sends()
        walking.agrees_action(manager, "Keep Alex and Jake apart at school.", walking.SCHOOL)
        walking.agrees_action(manager, "Look at Alex’s visits of this year.", walking.SURGERY, hidden=True)
        walking.agrees_action(manager, "Ring Kerra on Saturday.", walking.OUT_OF_HOURS)
        reference = discussion.strip("/").split("/")[-1]
        letters = {who: letter_of(own_partnership.letters, reference, who) for who in ("school", "surgery", "night")}
    for letter in letters.values():
        for name in ("Alex", "Tregear", "Jake", "Kerra", "school"):
            assert name not in letter
    own = {
        "school": ("safeguarding lead", "Keep Alex and Jake apart at school."),
        "surgery": ("surgery", "Look at Alex’s visits of this year."),
    }
    for place, (who, action) in own.items():
        reader = cast.arrives(PHONE)
        two_clicks(reader, walking.link_in(letters[place]), who, discussion)
        reader.reads(action)
        others = [words for name, (_, words) in own.items() if name != place]
        for kept in (*others, MINUTES, "Toby", "Ring Kerra on Saturday.", "Stephen Achebe"):
            reader.does_not_read(kept)
        marked = reader.page.get_by_text("Hide this from the patient’s online access")
        expect(marked).to_have_count(1 if place == "surgery" else 0, timeout=WAIT)
        reader.can_use_the_page()
    night = cast["out-of-hours worker"]
    night.opens(discussion)
    night.reads("Ring Kerra on Saturday.")
    cast.refused(discussion, names=("Alex",))


def letter_of(letters: Path, reference: str, whose: str) -> str:
    """A team's letter about the action, once the worker has written it."""
    to = {"school": "carn-brea", "surgery": "camborne-surgery", "night": "out-of-hours"}[whose]
    until = time.monotonic() + WAIT / 1000
    while not walking.letters_about(letters, f"action {reference}", to) and time.monotonic() < until:
        time.sleep(0.1)
    return walking.letter_about(letters, f"action {reference}", to)


def two_clicks(reader: Visitor, link: str, who: str, discussion: str) -> None:
    """The link of the letter, and the button that signs in: the record stands there."""
    assert link == discussion
    reader.signs_in(PEOPLE[who], walking.password_of(who), at=link)
    reader.is_at(discussion)


def test_saturdays_news_forces_a_new_decision(cast: Cast, own_partnership: Partnership) -> None:
    """A5, B1, J2: given a decision on Alex, when the nurse's news to the worker comes in, then the duty manager owes a
    new decision though the case is open, and the news looks like any other."""
    manager, reference = cast["duty manager"], own_partnership.references["alex"]
    walking.decides_on_a_discussion(manager, reference)
    manager.opens("/desk/")
    manager.does_not_read(reference)
    manager.opens("/")
    manager.does_not_read("Decide on a strategy discussion")
    account = walking.news_arrives(own_partnership, "open-case")
    assert account["reference"] == reference
    manager.opens("/desk/")
    line = manager.page.get_by_role("row").filter(has_text=reference)
    expect(line).to_contain_text("News on an open case")
    manager.can_use_the_page()
    line.get_by_role("link", name="Alex Tregear").first.click()
    manager.reads("It was sent to")
    manager.reads("it owes a new decision all the same.")
    manager.reads("Decide on a strategy discussion")
    manager.can_use_the_page()
    cast.refused(f"/matters/{reference}/", names=("Alex", "Toby"))


def test_a_wrong_link_is_undone_and_those_told_confirm(
    browser: Browser, test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """G2: given that Toby of Saturday's news was taken for the school's Toby, and police read it, when the front door
    says that they are two, then those who were told are told, confirm deletion, and the breach duty stands."""
    folder = tmp_path_factory.mktemp("wrong-link")
    with (
        running(test_server, template_database, folder, ("alex", "open-case"), everybody=True) as partnership,
        walking.everybody(browser, partnership) as cast,
    ):
        reference = partnership.references["alex"]
        manager, detective = cast["duty manager"], cast["detective"]
        manager.opens(f"/matters/{reference}/")
        detective.opens(f"/matters/{reference}/")
        detective.reads("Toby")
        manager.opens(f"/matters/{reference}/who-is-who/")
        manager.can_use_the_page()
        toby = manager.page.locator("section").filter(has=manager.page.get_by_role("heading", name="Toby")).last
        walking.press(manager, toby.get_by_role("button", name="Somebody else"))
        manager.reads("There is a problem")
        manager.can_use_the_page()
        toby = manager.page.locator("section").filter(has=manager.page.get_by_role("heading", name="Toby")).last
        toby.get_by_label("What tells you so").fill("The nurse meant another boy of that name.")
        walking.press(manager, toby.get_by_role("button", name="Somebody else"))
        detective.opens("/notices/")
        detective.can_use_the_page()
        detective.page.locator("a[href^='/corrections/C-']").first.click()
        detective.reads("Confirm that it is deleted")
        detective.can_use_the_page()
        recall = detective.page.url.removeprefix(detective.address)
        walking.presses_button(detective, "Confirm that it is deleted")
        detective.reads("Deletion was confirmed")
        detective.can_use_the_page()
        manager.opens("/")
        manager.reads("breach")
        manager.opens(recall)
        manager.reads("Deletion was confirmed")
        manager.can_use_the_page()
        manager.page.get_by_label("Why: the risk to both people").fill("No address was read; both families are told.")
        walking.presses_button(manager, "Record the assessment")
        manager.reads("Not reported")
        manager.can_use_the_page()
        cast.refused(recall, names=("Toby",))
