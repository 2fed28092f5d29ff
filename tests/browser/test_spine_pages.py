"""The pages of the spine as people use them: at a desk, at a doorstep, by keyboard, without scripts (interface.md)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from daras.pages.tests.partnership import PASSWORD
from tests.browser.conftest import Partnership
from tests.browser.visitor import DESK, PHONE, TABLET, Visitor

Make = Callable[..., Visitor]
MANAGER = "jenifer-pascoe@workers.example"
LEAD = "loveday-rowe@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"


def test_from_my_work_to_the_child_and_back_out(visitor: Make, partnership: Partnership) -> None:
    """Given Alex's referral and Saturday's news, when the duty manager comes in, the desk answers (A5, B1, J2)."""
    manager = visitor()
    manager.signs_in(MANAGER)
    manager.is_at("/")
    manager.reads("Decide on a strategy discussion")
    manager.reads("Demonstration")
    manager.can_use_the_page()
    manager.follows_to(f"/matters/{partnership.references['alex']}/")
    for words in ("has not been seen.", "I don't want to go to his house any more.", "news on an open case"):
        manager.reads(words)
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Sign out").click()
    manager.reads("Sign in")
    manager.page.go_back()
    manager.reads("Sign in")
    manager.does_not_read("Alex")


def test_the_school_reads_what_became_of_its_own_words(visitor: Make, partnership: Partnership) -> None:
    """Given the school's referral, when its lead signs in by telephone, then two clicks lead to it (A1, A2)."""
    lead = visitor(PHONE)
    lead.signs_in(LEAD)
    lead.page.get_by_role("button", name="Menu").click()
    lead.follows("Our referrals")
    lead.can_use_the_page()
    lead.follows(partnership.receipts["alex"])
    lead.reads("What you owe")
    lead.reads("I don't want to go to his house any more.")
    lead.does_not_read(partnership.references["alex"])
    lead.can_use_the_page()


@pytest.mark.parametrize("size", [PHONE, TABLET, DESK])
def test_every_page_at_every_width_can_be_used(visitor: Make, partnership: Partnership, size: tuple[int, int]) -> None:
    """Given everything that can be open, then axe finds nothing at any width, errors included; at the desk every page
    is looked at in test_every_page."""
    matters = [f"/matters/{reference}/" for reference in sorted(set(partnership.references.values()))]
    manager = visitor(size)
    manager.opens("/sign-in/")
    manager.can_use_the_page()
    manager.signs_in(MANAGER)
    manager.is_at("/")
    lists = ("/", "/notices/", "/our-referrals/", "/find/", "/design/", "/refused/", "/password/")
    narrow = () if size == DESK else lists
    for path in (*narrow, "/?whose=mine", "/find/?q=D-0000-0000", *matters):
        manager.opens(path)
        manager.can_use_the_page()
    manager.opens("/matters/D-0000-0000/", status=404)
    manager.reads("Nothing to show here")
    manager.can_use_the_page()


@pytest.mark.parametrize("width", [360, 768, 1020, 1280, 1339, 1440])
def test_nothing_stands_against_the_edge_of_the_screen(visitor: Make, partnership: Partnership, width: int) -> None:
    """Given a screen of any width, most laptops among them, then pages keep a margin on both sides (interface.md)."""
    somebody = visitor((width, 800))
    somebody.opens("/sign-in/")
    for part in ("main", ".daras-header .govuk-width-container"):
        box = somebody.page.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] >= 15, part
        assert width - box["x"] - box["width"] >= 15, part


def test_empty_pages_say_that_they_are_empty(visitor: Make, partnership: Partnership) -> None:
    """Given a quiet morning, then each list says so and when it looked, and an outsider reads nothing of anybody."""
    outsider = visitor()
    outsider.signs_in(OUTSIDER)
    for path, words in (
        ("/", "Nothing is owed."),
        ("/notices/", "Nobody has told your team anything yet."),
        ("/our-referrals/", "Your team has sent nothing yet."),
    ):
        outsider.opens(path)
        outsider.reads(words)
        outsider.does_not_read("Alex")
        outsider.can_use_the_page()


def test_wrong_sign_in_is_told_where_it_went_wrong(visitor: Make, partnership: Partnership) -> None:
    """Given an empty form, when it is sent, then the summary takes the focus and leads to the field."""
    stranger = visitor()
    stranger.opens("/sign-in/")
    stranger.page.get_by_role("button", name="Sign in").click()
    stranger.reads("There is a problem")
    assert "There is a problem" in stranger.has_focus_on()
    stranger.can_use_the_page()
    stranger.page.get_by_role("link", name="Enter your e-mail address").click()
    assert stranger.has_focus_on() == "login"


def test_a_password_that_will_not_do_is_told_where(visitor: Make, partnership: Partnership) -> None:
    """G4: given a new password that is too short, then the summary leads to its field, on a telephone too."""
    manager = visitor(PHONE)
    manager.signs_in(MANAGER)
    manager.opens("/password/")
    manager.page.get_by_label("Your password now").fill(PASSWORD)
    for label in ("New password", "New password again"):
        manager.page.get_by_label(label, exact=True).fill("short")
    manager.page.get_by_role("button", name="Change password").click()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_role("link", name="This password is too short").click()
    assert manager.has_focus_on() == "password1"


def test_the_keyboard_goes_through_the_page_in_reading_order(visitor: Make, partnership: Partnership) -> None:
    """Given no mouse, when Tab is pressed, then skip link, home, sign out, navigation, search, content follow."""
    manager = visitor()
    manager.opens("/sign-in/")
    manager.page.get_by_label("E-mail address").focus()
    manager.page.keyboard.type(MANAGER)
    manager.presses("Tab")
    manager.page.keyboard.type(PASSWORD)
    manager.presses("Enter")
    manager.page.wait_for_url(manager.address + "/")
    found = []
    for _ in range(14):
        manager.presses("Tab")
        found.append(manager.has_focus_on().split("\n")[0])
        assert manager.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != ""
    assert found[:13] == [
        "Skip to main content", "Daras", "Jenifer Pascoe", "Sign out", "My work", "Front door", "Notices",
        "Make a referral", "Protect a child", "Change of shift", "More", "search", "Find",
    ]  # fmt: skip
    assert found[13] == "Mine and my team’s"
    manager.page.get_by_text("More", exact=True).focus()
    manager.presses("Enter", "Tab")
    assert manager.has_focus_on() == "Our referrals"
    manager.can_use_the_page()
    manager.page.get_by_role("link", name="Corrections").click()
    manager.is_at("/corrections/")


def test_the_navigation_is_one_row_beside_the_search_box(visitor: Make, partnership: Partnership) -> None:
    """Interface: given the longest navigation at a duty desk, then the search box stands beside it and not below; and
    on a telephone without scripts everything behind "More" can be reached."""
    manager = visitor()
    manager.signs_in(MANAGER)
    boxes = [manager.page.locator(part).bounding_box() for part in ("#navigation", "form[role=search]")]
    assert all(box is not None for box in boxes)
    navigation, search = (box for box in boxes if box is not None)
    assert search["y"] < navigation["y"] + navigation["height"] < 2 * search["y"]
    assert search["x"] > navigation["x"] + navigation["width"] / 2
    at_the_door = visitor(PHONE, scripts=False)
    at_the_door.signs_in(MANAGER)
    at_the_door.page.get_by_text("More", exact=True).click()
    at_the_door.page.get_by_role("link", name="Refused on arrival").click()
    at_the_door.is_at("/refused/")


def test_the_skip_link_leads_past_the_navigation(visitor: Make, partnership: Partnership) -> None:
    """Given a screen reader, when the skip link is followed, then the content is next."""
    manager = visitor()
    manager.signs_in(MANAGER)
    manager.opens("/")
    manager.presses("Tab", "Enter")
    assert manager.page.evaluate("document.activeElement.id") == "main-content"


def test_everything_works_without_scripts(visitor: Make, partnership: Partnership) -> None:
    """Given a browser that runs no script, then one signs in, reads a matter whole, finds it again and signs out."""
    manager = visitor(PHONE, scripts=False)
    manager.signs_in(MANAGER)
    manager.is_at("/")
    manager.page.get_by_role("link", name="Notices").click()
    manager.is_at("/notices/")
    manager.page.get_by_role("searchbox").fill(partnership.references["alex"].lower())
    manager.page.get_by_role("button", name="Find", exact=True).click()
    manager.is_at(f"/matters/{partnership.references['alex']}/")
    manager.reads("Jake Rowse")
    manager.page.get_by_text("Owed by others").click()
    manager.reads("Ask what became of the referral")
    manager.page.get_by_text("What each was told, and when").click()
    manager.reads("that the referral was received")
    manager.page.get_by_role("button", name="Sign out").click()
    manager.opens("/")
    manager.is_at("/sign-in/?next=/")
