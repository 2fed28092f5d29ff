"""A child's page, search and corrections as people use them: at a desk, on a telephone, by keyboard (A5, G2, I1)."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Partnership
from tests.browser.visitor import DESK, PHONE, Visitor

Make = Callable[..., Visitor]
MANAGER = "jenifer-pascoe@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"
TABS = ("", "family/", "chronology/", "documents/", "sharing/")


def child_of(visitor: Visitor) -> str:
    """Where Alex is read, found by search as a person would."""
    visitor.finds("alex tregeer")
    visitor.reads("one letter different")
    visitor.can_use_the_page()
    visitor.follows("Alex Tregear")
    visitor.reads("Parental responsibility")
    return visitor.page.url.removeprefix(visitor.address)


def test_a_child_is_found_and_every_tab_can_be_used(visitor: Make, partnership: Partnership) -> None:
    """Given a name written wrongly, when it is searched for, then the child's every tab opens and axe finds nothing."""
    for size in (DESK, PHONE):
        manager = visitor(size)
        manager.signs_in(MANAGER)
        child = child_of(manager)
        for tab in TABS:
            manager.opens(child + tab)
            manager.reads("Alex Tregear")
            manager.can_use_the_page()
        manager.opens(f"{child}chronology/?family=1&kind=worries&known-on=2026-11-24")
        manager.reads("As known at the end of Tuesday 24 November 2026")
        manager.can_use_the_page()
        manager.opens("/corrections/")
        manager.can_use_the_page()


def test_the_picture_is_reached_by_keyboard(visitor: Make, partnership: Partnership) -> None:
    """Given the family picture, when Tab is pressed within it, then each person is a link to their page."""
    manager = visitor()
    manager.signs_in(MANAGER)
    child = child_of(manager)
    manager.opens(child + "family/")
    manager.page.get_by_role("region", name="The picture, to scroll").focus()
    reached = []
    for _ in range(3):
        manager.presses("Tab")
        reached.append(manager.page.evaluate("document.activeElement.getAttribute('href')"))
    assert len(set(reached)) == 3
    assert all(href.startswith("/people/P-") for href in reached)
    manager.presses("Enter")
    manager.reads("As known on")


def test_records_are_taken_apart_by_keyboard_and_without_scripts(visitor: Make, partnership: Partnership) -> None:
    """A5: given records under one number, when some are chosen by keyboard and no reason is given, then at a desk and
    without scripts on a telephone the page says so and keeps what was chosen; axe finds nothing."""
    for size, scripts in ((DESK, True), (PHONE, False)):
        manager = visitor(size, scripts=scripts)
        manager.signs_in(MANAGER)
        child = child_of(manager)
        manager.follows("See them side by side, and take several apart")
        assert manager.page.url.endswith(f"{child}one-person/")
        manager.can_use_the_page()
        manager.page.get_by_role("checkbox").first.focus()
        manager.presses("Space")
        manager.page.get_by_role("button", name="Take them apart").focus()
        manager.presses("Enter")
        manager.reads("The reason is missing.")
        assert manager.page.get_by_role("checkbox").first.is_checked()
        manager.can_use_the_page()


def test_the_marker_without_scripts_keeps_its_history(visitor: Make, partnership: Partnership) -> None:
    """I1: given no JavaScript, when a reason is missing, then the page says so and keeps the form."""
    manager = visitor(scripts=False)
    manager.signs_in(MANAGER)
    child_of(manager)
    manager.page.locator("summary", has_text="Take the marker away").click()
    manager.page.get_by_role("button", name="Take the marker away").click()
    manager.reads("There is a problem")
    manager.reads("The reason is missing.")
    manager.can_use_the_page()


def test_an_outsider_finds_and_opens_nothing(visitor: Make, partnership: Partnership) -> None:
    """Given another school, when it searches and when it is given the address, then there is nothing (G4)."""
    manager = visitor()
    manager.signs_in(MANAGER)
    child = child_of(manager)
    outsider = visitor()
    outsider.signs_in(OUTSIDER)
    outsider.finds("alex tregear")
    outsider.reads("Nothing found")
    outsider.can_use_the_page()
    for tab in TABS:
        outsider.opens(child + tab, status=404)


def test_a_path_is_known_and_managed_without_scripts(visitor: Make, partnership: Partnership) -> None:
    """E2: given a child's page, when a manager says that a path is known and managed, first without a reason, then with
    it, then it stands there until its day, at a desk and without scripts on a telephone; axe finds nothing."""
    for size, scripts in ((PHONE, False), (DESK, True)):
        manager = visitor(size, scripts=scripts)
        manager.signs_in(MANAGER)
        manager.finds("jake rowse")
        jake = str(manager.page.get_by_role("link", name="Jake Rowse").first.get_attribute("href")).split("/")[2]
        child = child_of(manager)
        manager.follows("known and managed")
        manager.is_at(f"{child}managed/")
        manager.can_use_the_page()
        number = child.split("/")[2]
        manager.page.get_by_label("Number of the person who poses the risk").fill(number)
        manager.page.get_by_label("Until which day?").fill("2030-01-15")
        manager.page.get_by_role("button", name="It is known and managed").click()
        manager.reads("Write who manages it, and how.")
        manager.can_use_the_page()
        manager.page.get_by_label("Who manages the risk, and how?").fill("Probation sees him weekly.")
        manager.page.get_by_role("button", name="It is known and managed").click()
        manager.reads("This is the same person.")
        manager.page.get_by_label("Number of the person who poses the risk").fill(jake)
        manager.page.get_by_role("button", name="It is known and managed").click()
        manager.reads("silent until Tuesday 15 January 2030")
        manager.can_use_the_page()
