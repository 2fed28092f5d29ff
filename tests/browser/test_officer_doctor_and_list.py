"""The designated officer, a doctor who meets a flag and a service with a list, each at a screen (A13, A17, F6, F8).

Every page and state is looked at on a desk and on a narrow telephone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.server import CHECKOUT, surroundings
from tests.browser.test_forms import fills_in
from tests.browser.visitor import DESK, WAIT, Visitor
from tests.browser.walking import has_text, presses_button
from tests.filled_forms import FORMS

NARROW: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": DESK[0], "height": DESK[1]}
SCHOOL = "Carn Brea Academy"
#: So many keys at the most from one part of a page to the next.
MOST_KEYS = 40
#: What stands before the number of a week, where its table is a list of cards.
SAID_BEFORE = "getComputedStyle(document.querySelector('#forecast ~ details tbody th'), '::before').content"
Comes = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex is known to a school and a surgery; and an adult has told of an uncle who works at a school."""
    folder = tmp_path_factory.mktemp("officer")
    with running(test_server, template_database, folder, ("alex", "alex-at-the-surgery", "works-at-a-school")) as found:
        yield found


@pytest.fixture
def comes(browser: Browser, own_partnership: Partnership) -> Iterator[Comes]:
    """Somebody signs in, at a desk."""
    made: list[Visitor] = []

    def make(who: str) -> Visitor:
        made.append(Visitor(browser, own_partnership.address, DESK))
        made[-1].signs_in(f"{who}@workers.example")
        made[-1].is_at("/")
        return made[-1]

    yield make
    for each in made:
        each.leaves()


def can_use_it_anywhere(somebody: Visitor) -> None:
    """The page as it stands, on a desk and 390 wide."""
    somebody.can_use_the_page()
    somebody.page.set_viewport_size(NARROW)
    somebody.can_use_the_page()
    somebody.page.set_viewport_size(WIDE)


def tabs_to(somebody: Visitor, selector: str) -> None:
    """By the keyboard alone to something on the page."""
    for _ in range(MOST_KEYS):
        if somebody.page.locator(f"{selector}:focus").count():
            return
        somebody.presses("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard on {somebody.page.url}")


def test_the_officer_lets_in_whom_they_choose_by_the_keyboard(comes: Comes, own_partnership: Partnership) -> None:
    """A17: given a suspect who works at a school, then the manager reads on the page that convenes who is told nothing
    and why; the officer, with the keyboard alone, is told what is missing and keeps what was ticked, then says what
    was considered and lets the school in; from then the manager is shown nobody kept apart; a school that is not
    meant finds none of the pages."""
    reference = own_partnership.references["works-at-a-school"]
    manager, officer, outsider = comes("jenifer-pascoe"), comes("nessa-polglase"), comes("kensa-bolitho")
    manager.opens(f"/matters/{reference}/convene/")
    has_text(manager, "Told nothing until the designated officer decides", SCHOOL)
    can_use_it_anywhere(manager)
    officer.opens("/")
    can_use_it_anywhere(officer)
    tabs_to(officer, "a[href^='/owed/']")
    with officer.page.expect_navigation():
        officer.presses("Enter")
    has_text(officer, "Who may be told from now", SCHOOL)
    can_use_it_anywhere(officer)
    owed = officer.page.url.removeprefix(officer.address)
    tabs_to(officer, "input[name=told]")
    officer.presses("Space")
    expect(officer.page.locator("input[name=told]")).to_be_checked()
    tabs_to(officer, "main button[type=submit]")
    with officer.page.expect_navigation():
        officer.presses("Enter")
    has_text(officer, "There is a problem")
    expect(officer.page.locator("input[name=told]")).to_be_checked()
    can_use_it_anywhere(officer)
    tabs_to(officer, "#words")
    officer.page.keyboard.type("The head was rung. He is away from school for now.")
    tabs_to(officer, "main button[type=submit]")
    with officer.page.expect_navigation():
        officer.presses("Enter")
    officer.is_at("/")
    can_use_it_anywhere(officer)
    manager.opens(f"/matters/{reference}/convene/")
    manager.does_not_read("Told nothing until the designated officer decides")
    for path in (owed, f"/matters/{reference}/convene/"):
        outsider.opens(path, status=404)


def test_an_open_afternoon_stands_in_my_work(comes: Comes) -> None:
    """A13: given an afternoon that the hub offers, when a school takes a place, then it stands in the work of both,
    with the way to the page where it is said who came; a school that took no place reads nothing of it."""
    hub, lead, outsider = comes("morwenna-pender"), comes("loveday-rowe"), comes("kensa-bolitho")
    hub.opens("/hubs/afternoons/")
    can_use_it_anywhere(hub)
    hub.page.get_by_text("Offer one").click()
    hub.page.get_by_label("When?").fill("2026-12-01T13:00")
    presses_button(hub, "Offer")
    lead.opens("/hubs/afternoons/")
    presses_button(lead, "Take a place")
    for who in (lead, hub):
        who.opens("/")
        has_text(who, "Open afternoons", "1 December")
        can_use_it_anywhere(who)
    lead.page.locator("a[href='/hubs/afternoons/']:not(nav *)").last.click()
    lead.reads("You have a place.")
    can_use_it_anywhere(lead)
    outsider.opens("/")
    outsider.does_not_read("Open afternoons")


def test_a_doctor_asks_the_child_from_the_flag(comes: Comes, own_partnership: Partnership) -> None:
    """F6: given a flag on a child, when the child's doctor finds it by NHS number, then one press leads to the form in
    which the child is asked; it is filled in, and told to the front door without a disclosure; the reason of the flag
    is on none of the doctor's pages, and a school finds neither the form nor the flag."""
    filled = next(each for each in FORMS if each.form == "child-at-risk")
    manager, doctor, outsider = comes("jenifer-pascoe"), comes("piran-lanyon"), comes("kensa-bolitho")
    manager.opens(f"/matters/{own_partnership.references['alex']}/")
    manager.page.locator("a[href^='/people/P-']:not(svg *)").filter(has_text="Alex").first.click()
    manager.follows("Raise a flag for partners")
    manager.page.get_by_label("Ask the front door").check()
    manager.page.get_by_label("Why?").fill("Police and social care look into it.")
    presses_button(manager, "Raise it and publish it")
    doctor.opens("/summary/")
    can_use_it_anywhere(doctor)
    doctor.page.locator("#nhs_number").fill("900 000 1080")
    doctor.page.get_by_label("What for?").fill("Comes to the surgery today")
    presses_button(doctor, "Show the summary")
    has_text(doctor, "Born 22 March 2015", "Ask the front door", "Ask the child")
    can_use_it_anywhere(doctor)
    doctor.does_not_read("Police and social care")
    doctor.follows(filled.name)
    doctor.is_at("/forms/begin/child-at-risk/")
    can_use_it_anywhere(doctor)
    doctor.page.get_by_label("Whom is it about?").fill("Alex Tregear")
    presses_button(doctor, "Look in our records")
    can_use_it_anywhere(doctor)
    presses_button(doctor, "This is who I mean")
    doctor.reads("It is saved as you write")
    address = doctor.page.url.removeprefix(doctor.address)
    can_use_it_anywhere(doctor)
    presses_button(doctor, "Complete")
    doctor.reads("It is not completed yet")
    can_use_it_anywhere(doctor)
    fills_in(doctor, filled)
    presses_button(doctor, "Complete")
    has_text(doctor, *filled.reads)
    doctor.does_not_read("Police and social care")
    can_use_it_anywhere(doctor)
    outsider.opens(address, status=404)


def passes(partnership: Partnership, *names: str) -> None:
    """These children wait for mental health; with none, the worker's minute passes."""
    command = [sys.executable, "-m", "tests.browser.waiting", *names]
    done = subprocess.run(
        command, env=surroundings(partnership.addresses), cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_mental_health_sees_its_list_and_what_becomes_of_it(comes: Comes, own_partnership: Partnership) -> None:
    """F8: given nobody who waits, then six children who do, when mental health looks at its list and asks what becomes
    of it with the places that it has, then it is told in words, as a picture and as the same table; numbers that are
    none are refused at their field; a school reads how many wait, and neither names nor forecast."""
    health, outsider = comes("tegen-vosper"), comes("kensa-bolitho")
    page = "/services/camhs/"
    health.opens(page)
    has_text(health, "Nobody waits")
    can_use_it_anywhere(health)
    names = [f"{given} Angove" for given in ("Sam", "Tegen", "Jory", "Merryn", "Piran", "Wenna")]
    passes(own_partnership, *names)
    health.opens(page)
    has_text(health, *names, "6 wait")
    can_use_it_anywhere(health)
    health.page.get_by_label("Begun in a week").fill("none")
    presses_button(health, "Ask for a forecast")
    health.reads("There is a problem")
    can_use_it_anywhere(health)
    health.page.get_by_label("Asked for in a week").fill("1")
    health.page.get_by_label("Begun in a week").fill("2")
    health.page.get_by_label("Practitioners").fill("2")
    presses_button(health, "Ask for a forecast")
    health.reads("It is being counted: look again in a minute.")
    can_use_it_anywhere(health)
    passes(own_partnership)
    health.opens(page)
    has_text(health, "Everybody who waits now has begun by about week", "6 wait, 1 arrive and 2 begin in a week")
    expect(health.page.locator("#forecast ~ .daras-scrolls svg")).to_be_visible(timeout=WAIT)
    health.page.get_by_text("The same as a table").click()
    rows = health.page.locator("#forecast ~ details tbody tr")
    expect(rows.first).to_be_visible(timeout=WAIT)
    assert rows.count() == 26
    assert health.page.evaluate(SAID_BEFORE) == "none"
    health.page.set_viewport_size(NARROW)
    assert "Week" in health.page.evaluate(SAID_BEFORE)
    can_use_it_anywhere(health)
    outsider.opens(page)
    has_text(outsider, "6 wait")
    outsider.does_not_read("Angove")
    outsider.does_not_read("What becomes of the list")
    can_use_it_anywhere(outsider)
