"""A referral made in a browser: by a school at a desk, by an officer at a doorstep without scripts, by a neighbour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, WAIT, Visitor

Make = Callable[..., Visitor]
LEAD, MANAGER, OUTSIDER = (f"{name}@workers.example" for name in ("loveday-rowe", "jenifer-pascoe", "kensa-bolitho"))


@pytest.fixture(scope="module")
def partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in; these tests change what is recorded."""
    with running(test_server, template_database, tmp_path_factory.mktemp("referral"), ("alex",)) as found:
        yield found


def begins(who: Visitor, first: str = "Wella", family: str = "Trevose") -> str:
    """Answers the first question; returns the draft's path."""
    who.opens("/refer/")
    who.can_use_the_page()
    who.page.get_by_label("First name").fill(first)
    who.page.get_by_label("Family name").fill(family)
    who.page.get_by_label("Yes").check()
    who.page.get_by_label("Who saw the child?").fill("form tutor")
    who.page.get_by_role("button", name="Save and go on").click()
    expect(who.page.get_by_role("heading", level=1)).to_have_text(f"Referral: {first} {family}", timeout=WAIT)
    return who.page.url.removeprefix(who.address)


def test_a_school_makes_a_referral_and_reads_its_receipt(visitor: Make, partnership: Partnership) -> None:
    """A1, A2, A16: given a safeguarding lead, then from "is the child safe now?" to the receipt every page can be used
    with axe finding nothing; the form saves itself, and the check beside it answers while one writes."""
    lead = visitor()
    lead.signs_in(LEAD)
    draft = begins(lead)
    lead.can_use_the_page()
    lead.page.get_by_role("button", name="Write the worry").click()
    lead.reads("Say who saw or heard it.")
    lead.page.get_by_label("What happened, or what was seen?").fill(
        "Wella told his form tutor that he is afraid of going home at the weekend."
    )
    lead.page.get_by_label("Who saw or heard it?").fill("Form tutor")
    expect(lead.page.locator("#quality")).not_to_contain_text("Say who saw or heard it.", timeout=WAIT)
    expect(lead.page.locator("#shown")).to_have_value(re.compile(r"\d+s"), timeout=WAIT)
    lead.can_use_the_page()
    lead.page.get_by_role("button", name="Save and go on").click()
    lead.is_at(draft)
    for path in ("people/", "people/p1/", "safe/", "voice/", "family/", "hopes/", "belonging/", "check/"):
        lead.opens(draft + path)
        lead.can_use_the_page()
    lead.opens(f"{draft}people/")
    lead.page.get_by_label("Name, and date of birth if you know it").fill("Alex Tregear")
    lead.presses("Enter")
    lead.reads("In your agency’s records")
    lead.is_at(f"{draft}people/")
    lead.can_use_the_page()
    lead.page.get_by_role("button", name="This is who I mean").first.click()
    expect(lead.page.get_by_role("heading", level=1)).to_have_text("Alex Tregear", timeout=WAIT)
    lead.opens(f"{draft}check/")
    lead.page.get_by_role("button", name="Send to the front door").click()
    lead.reads("Your referral is with the front door")
    lead.can_use_the_page()
    lead.page.get_by_role("link", name=re.compile("Open your referral")).click()
    lead.reads("afraid of going home")
    lead.can_use_the_page()


def test_without_scripts_on_a_phone_and_with_a_mistake(visitor: Make, partnership: Partnership) -> None:
    """A1: given a phone that runs no script, then the plain buttons do it all; a mistake leads back to its field."""
    lead = visitor(PHONE, scripts=False)
    lead.signs_in(LEAD)
    draft = begins_plainly(lead)
    lead.page.get_by_role("button", name="Write the worry").click()
    lead.page.get_by_label("What happened, or what was seen?").fill("Seen alone at the harbour at night.")
    lead.page.get_by_role("button", name="Save and go on").click()
    lead.opens(f"{draft}people/p1/")
    lead.page.get_by_role("textbox", name="NHS number").fill("943 476 5910")
    lead.page.get_by_role("button", name="Save and go on").click()
    lead.opens(f"{draft}check/")
    lead.page.get_by_role("button", name="Send to the front door").click()
    lead.reads("It cannot be sent yet")
    lead.page.locator(".govuk-error-summary a").click()
    lead.reads("There is a problem")
    expect(lead.page.get_by_role("textbox", name="NHS number")).to_have_value("943 476 5910")
    lead.page.get_by_role("textbox", name="NHS number").fill("")
    lead.page.get_by_role("button", name="Save and go on").click()
    lead.opens(f"{draft}check/")
    lead.page.get_by_role("button", name="Send to the front door").click()
    lead.reads("Your referral is with the front door")


def begins_plainly(who: Visitor) -> str:
    """The first question, without axe, which needs scripts."""
    who.opens("/refer/")
    who.page.get_by_label("First name").fill("Jory")
    who.page.get_by_label("No", exact=True).check()
    who.page.get_by_role("button", name="Save and go on").click()
    expect(who.page.get_by_role("heading", level=1)).to_have_text("Referral: Jory", timeout=WAIT)
    return who.page.url.removeprefix(who.address)


def test_the_keyboard_goes_through_the_form_in_reading_order(visitor: Make, partnership: Partnership) -> None:
    """Given no mouse, then the first question is answered by Tab, Space and Enter, in the order in which it is read."""
    lead = visitor()
    lead.signs_in(LEAD)
    lead.opens("/refer/")
    lead.page.get_by_label("First name").focus()
    found = []
    for _ in range(8):
        found.append(lead.page.evaluate("document.activeElement.name || document.activeElement.innerText"))
        lead.presses("Tab")
    assert found == [
        "people-p1-given_name", "people-p1-family_name", "people-p1-date_of_birth", "safe-p1-seen", "safe-p1-seen_by",
        "safe-p1-where", "safe-p1-company", "Save and go on",
    ]  # fmt: skip


def test_a_neighbour_tells_us_without_an_account(visitor: Make, partnership: Partnership) -> None:
    """A1, A8: given a neighbour who comes upon the sign-in page, then the way is there; what is missing is said at its
    field with what was typed kept; and the end is a receipt."""
    for size in (PHONE, DESK):
        neighbour = visitor(size)
        neighbour.opens("/sign-in/")
        neighbour.follows("Tell us about a child you worry about")
        neighbour.is_at("/tell-us/")
        neighbour.can_use_the_page()
        neighbour.page.get_by_label("What are you worried about?").fill("A child cries next door, every night.")
        neighbour.page.get_by_role("button", name="Send").click()
        neighbour.reads("There is a problem")
        neighbour.can_use_the_page()
        neighbour.page.get_by_label("The child’s first name, or what they are called").fill("Denzil")
        neighbour.page.get_by_role("button", name="Send").click()
        neighbour.reads("Thank you. We have it")
        neighbour.can_use_the_page()


def test_feedback_goes_back_and_is_answered(visitor: Make, partnership: Partnership) -> None:
    """A8: given a referral, when the front door says what it decided, then the school reads it and disagrees."""
    manager = visitor()
    manager.signs_in(MANAGER)
    receipt = partnership.receipts["alex"]
    manager.opens(f"/matters/{partnership.references['alex']}/feedback/")
    manager.can_use_the_page()
    manager.page.get_by_role("radio", name=re.compile("Carn Brea")).first.check()
    manager.page.get_by_label("What was decided, and why").fill("A social worker visits today.")
    manager.page.get_by_label("Not known yet").check()
    manager.page.get_by_role("button", name="Send it to them").click()
    manager.reads("Not read yet")
    lead = visitor(PHONE)
    lead.signs_in(LEAD)
    lead.opens(f"/our-referrals/{receipt}/")
    lead.reads("A social worker visits today.")
    lead.can_use_the_page()
    lead.page.locator("summary", has_text="I disagree").click()
    lead.page.get_by_role("button", name="Send: I disagree").click()
    lead.reads("There is a problem")
    lead.can_use_the_page()
    lead.page.get_by_label("Why do you disagree?").fill("He has been hurt before.")
    lead.page.get_by_role("button", name="I disagree").click()
    lead.reads("He has been hurt before.")
    lead.reads("It waits for a manager who did not decide it to answer.")
    lead.can_use_the_page()


def test_advice_is_recorded_and_read(visitor: Make, partnership: Partnership) -> None:
    """A15: given a call, then the front door records it, and whoever asked makes it a referral."""
    manager = visitor()
    manager.signs_in(MANAGER)
    manager.opens("/advice/")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Record a call").click()
    manager.reads("Record a call for advice")
    manager.can_use_the_page()
    manager.page.get_by_label("Who asks?").select_option("carn-brea-academy/safeguarding")
    manager.page.get_by_label("What do they ask?").fill("A pupil is afraid of the weekend. Do we refer?")
    manager.page.get_by_label("What do you advise?").fill("Yes, today.")
    manager.page.get_by_label("Yes").check()
    manager.page.get_by_label("Why?").fill("The pupil names a person.")
    manager.page.get_by_role("button", name="Record the advice").click()
    manager.reads("The pupil names a person.")
    manager.can_use_the_page()
    lead = visitor()
    lead.signs_in(LEAD)
    lead.opens("/advice/")
    lead.page.locator("th a").first.click()
    lead.page.get_by_role("button", name="Make it a referral").click()
    lead.reads("A pupil is afraid of the weekend")
    outsider = visitor()
    outsider.signs_in(OUTSIDER)
    outsider.opens(lead.page.url.removeprefix(lead.address), status=404)
