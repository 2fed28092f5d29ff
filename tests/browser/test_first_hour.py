"""The first hour, as docs/first-hour.md tells it: a newcomer does what it says, word by word, and nothing else.

Every bold word of the page is a person, or something that can be read or pressed where the page says so; one that is
neither fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from daras.exchange.demonstration.workers import PASSWORD
from daras.home import Addresses
from tests.browser import walking
from tests.browser.conftest import Partnership, running
from tests.browser.server import CHECKOUT
from tests.browser.visitor import DESK, WAIT, Visitor
from tests.browser.walking import Form

TEXT = (CHECKOUT / "docs" / "first-hour.md").read_text("utf-8")
#: Whom the text names, with the address it gives.
PEOPLE = {name: f"{name.lower().replace(' ', '.')}@" for name in (
    "Demelza Trethowan", "Tamara Nance", "Karensa Blewett", "Stephen Achebe", "Anjali Menon",
)}  # fmt: skip


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Everybody of the demonstration works there, and the school and the nurse have written."""
    folder = tmp_path_factory.mktemp("first-hour")
    with running(test_server, template_database, folder, ("alex", "open-case"), everybody=True) as found:
        yield found


class Newcomer:
    """Somebody who follows the text, as one worker after the other, and keeps what of it they met."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.met: set[str] = set()
        self.visitors: dict[str, Visitor] = {}

    def signs_in_as(self, name: str) -> Visitor:
        """By the address that the text gives."""
        (email,) = set(re.findall(rf"`({re.escape(PEOPLE[name])}[^`]+)`", TEXT))
        self.met |= {name, name.split(maxsplit=1)[0]}
        visitor = self.visitors.get(name)
        if visitor is None:
            visitor = self.visitors[name] = Visitor(self.browser, self.address, DESK)
            visitor.signs_in(email, PASSWORD)
            visitor.is_at("/")
        return visitor

    def sees(self, visitor: Visitor, *words: str) -> None:
        """The words are there to be read."""
        for each in words:
            expect(visitor.page.get_by_text(each).locator("visible=true").first).to_be_visible(timeout=WAIT)
        self.met |= set(words)

    def presses(self, visitor: Visitor, words: str, *, within: Locator | None = None) -> None:
        """The first link or button with these words."""
        place = within or visitor.page
        there = place.get_by_role("link", name=words).or_(place.get_by_role("button", name=words))
        walking.press(visitor, there.locator("visible=true").first)
        self.met.add(words)

    def unfolds(self, visitor: Visitor, summary: str, about: str = "", section: str = "") -> Form:
        """A form that stands folded away."""
        self.met.add(summary)
        return Form(visitor, summary, about, section)

    def leaves(self) -> None:
        """Every browser is closed."""
        for each in self.visitors.values():
            each.leaves()


@pytest.fixture
def newcomer(browser: Browser, own_partnership: Partnership) -> Iterator[Newcomer]:
    """Who knows nothing of Daras but the text."""
    made = Newcomer(browser, own_partnership.address)
    yield made
    made.leaves()


def test_a_newcomer_takes_alex_from_the_referral_to_filed_actions(newcomer: Newcomer) -> None:
    """A1, B4, B7, J2: given the text and nothing else, when a newcomer does what it says, then Alex comes from the
    school's referral to actions that are done and filed; every bold word of the text was met on the way."""
    the_school_has_sent_its_referral(newcomer)
    the_front_door_reads_it(newcomer)
    the_decision_and_the_convening(newcomer)
    discussion = the_discussion(newcomer)
    each_agency_reads_its_own_layer(newcomer, discussion)
    bold = {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", TEXT, re.S)}
    assert bold - newcomer.met == set()


def the_school_has_sent_its_referral(newcomer: Newcomer) -> None:
    """Section 1."""
    lead = newcomer.signs_in_as("Demelza Trethowan")
    newcomer.presses(lead, "Our referrals")
    walking.press(lead, lead.page.locator("main table a").first)
    newcomer.sees(lead, "What you owe", "What you wrote")
    lead.does_not_read("Morwenna Tregear")
    newcomer.presses(lead, "Make a referral")
    lead.reads("safe")


def the_front_door_reads_it(newcomer: Newcomer) -> None:
    """Section 2."""
    manager = newcomer.signs_in_as("Tamara Nance")
    newcomer.presses(manager, "Front door")
    line = manager.page.get_by_role("row").filter(has_text="Alex Tregear").first
    expect(line).to_contain_text(re.compile("news on an open case", re.I))
    newcomer.presses(manager, "Alex Tregear")
    newcomer.sees(manager, "Safe now?", "What your team owes", "What came in", "Indicators met")
    newcomer.presses(manager, "Who is who")
    if manager.page.get_by_role("button", name="Confirm all").count():
        newcomer.presses(manager, "Confirm all")
    newcomer.met.add("Confirm all")
    apart = manager.page.locator("section").filter(has=manager.page.get_by_role("heading", name="Toby Rows"))
    for _ in range(apart.get_by_role("button", name="The same person").count()):
        newcomer.presses(manager, "The same person", within=apart)
    newcomer.met.add("The same person")
    manager.page.locator(".govuk-back-link").click()
    newcomer.sees(manager, "People named")
    newcomer.presses(manager, "Alex Tregear", within=manager.page.locator(".daras-people-table"))
    newcomer.sees(manager, "As known on")
    newcomer.presses(manager, "Family")
    newcomer.presses(manager, "Chronology")


def the_decision_and_the_convening(newcomer: Newcomer) -> None:
    """Sections 3 and 4."""
    manager = newcomer.signs_in_as("Tamara Nance")
    newcomer.presses(manager, "Front door")
    newcomer.presses(manager, "Alex Tregear")
    manager.reads("Nothing about the family has left the front door.")
    newcomer.presses(manager, "Decide what happens")
    manager.page.get_by_label("Convene a strategy discussion now").check()
    newcomer.presses(manager, "Record the decision")
    newcomer.presses(manager, "Convene, and tell those asked")


def the_discussion(newcomer: Newcomer) -> str:
    """Section 5; returns the address of the discussion."""
    manager = newcomer.signs_in_as("Tamara Nance")
    discussion = manager.page.url.removeprefix(newcomer.address).removesuffix("minutes/")
    newcomer.sees(manager, "On the call", "Everyone connected", "The enquiry", "Medical", "Actions")
    newcomer.met.add("Add somebody")
    for team, name in ((walking.SOCIAL_CARE, "Tamara"), (walking.POLICE, "Gareth")):
        walking.notes_on_call(manager, team, name)
    newcomer.met.add("Decide")
    for name in ("Alex Tregear", "Jake Rowse", "Ella Rowse", "Toby Rowse", "Sam Bray"):
        walking.takes_into_scope(manager, name, "Seen by noon.")
    block = newcomer.unfolds(manager, "Review the rest as one block")
    for box in block.folded.get_by_role("checkbox").all():
        box.check()
    block.types("Why none of them is in scope", "They are the parents.").sends()
    newcomer.unfolds(manager, "Decide on the enquiry").ticks("Police alone").types("Why this one?", "A crime.").sends()
    newcomer.sees(manager, "this calls for a joint enquiry")
    both_views_stand(newcomer)
    health_decides_on_the_medical(newcomer)
    newcomer.presses(manager, "Notices")
    manager.opens(discussion)
    newcomer.presses(manager, "Keep the record")
    newcomer.met.add("Agree and send now")
    walking.agrees_action(manager, "Keep Alex and Jake apart at school.", walking.SCHOOL)
    close = newcomer.unfolds(manager, "Close the record", section="close")
    close.types("If a part is missing: why could it not wait?", "Toby is in that house.").types(
        "By when does the rest join?", "2026-11-24T16:00"
    )
    close.sends()
    manager.reads("interim")
    walking.notes_on_call(manager, walking.HEALTH, "Anjali")
    newcomer.unfolds(manager, "Close it again, now that more have joined", section="close").sends()
    manager.reads("with social care, police and health")
    return discussion


def both_views_stand(newcomer: Newcomer) -> None:
    """The nurse challenges, the inspector answers."""
    nurse = newcomer.signs_in_as("Karensa Blewett")
    newcomer.presses(nurse, "Notices")
    newcomer.presses(nurse, "You are invited to a discussion")
    position = newcomer.unfolds(nurse, "Say where your agency stands")
    position.ticks("We challenge it: the on-call inspector answers now")
    position.types("Why?", "There are two children in that house.").sends()
    inspector = newcomer.signs_in_as("Stephen Achebe")
    newcomer.presses(inspector, "Notices")
    newcomer.presses(inspector, "A decision is challenged")
    inspector.page.get_by_label("The decision stands").check()
    inspector.page.get_by_label("Why?").fill("The police lead, and social care visits with them.")
    newcomer.presses(inspector, "Answer the challenge")
    inspector.reads("There are two children in that house.")
    inspector.reads("The police lead, and social care visits with them.")


def health_decides_on_the_medical(newcomer: Newcomer) -> None:
    """By whom alone it is decided."""
    health = newcomer.signs_in_as("Anjali Menon")
    newcomer.presses(health, "Notices")
    newcomer.presses(health, "You are invited to a discussion")
    walking.decides_on_medical(
        health, health.page.url.removeprefix(newcomer.address), "Alex Tregear",
        "Not forensic: for the child’s health", "His health first.", "Kerra Tregear",
    )  # fmt: skip


def each_agency_reads_its_own_layer(newcomer: Newcomer, discussion: str) -> None:
    """Section 6."""
    lead = newcomer.signs_in_as("Demelza Trethowan")
    newcomer.presses(lead, "Notices")
    newcomer.presses(lead, "An action for you")
    lead.is_at(discussion)
    newcomer.sees(lead, "Keep Alex and Jake apart at school.")
    lead.does_not_read("There are two children in that house.")
    newcomer.unfolds(lead, "Say how far it is").ticks("Done").sends()
    newcomer.met.add("We have filed it")
    walking.files(lead, discussion, "CPOMS")
    manager = newcomer.signs_in_as("Tamara Nance")
    manager.opens(discussion)
    walking.has_text(manager, "CPOMS")
