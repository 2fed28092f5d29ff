"""The manager of a team whose practitioner has more cases than are wanted, at a screen (I10).

Every page and state is looked at on a desk and on a narrow telephone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.server import CHECKOUT, surroundings
from tests.browser.test_officer_doctor_and_list import Comes, can_use_it_anywhere
from tests.browser.visitor import DESK, Visitor
from tests.browser.walking import has_text, presses_button

SAYS = "13 open cases; at most 12 are wanted."
HEADING = "More cases than are wanted"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """A team of three, of whom one has had thirteen children for a week."""
    with running(test_server, template_database, tmp_path_factory.mktemp("caseload"), ()) as found:
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.carrying"],
            env=surroundings(found.addresses), cwd=CHECKOUT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
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


def test_a_manager_reads_who_carries_too_much_and_gives_a_case_to_somebody_else(comes: Comes) -> None:
    """I10: given thirteen children with one therapist where twelve are wanted, then the manager reads it in their work,
    looks which they are, reads who had how many in October, is told that a day to come is none, and gives one to a
    colleague: the line is gone, and both are within the ceiling. Before that a therapist of the team, the manager of
    another agency's team and a school read nothing of it."""
    manager, therapist, elsewhere, school = (
        comes(who) for who in ("gerens-jory", "branwen-tonkin", "talan-bray", "kensa-bolitho")
    )
    for somebody in (therapist, elsewhere, school):
        for path in ("/", "/workforce/"):
            somebody.opens(path)
            somebody.does_not_read(HEADING)
            somebody.does_not_read(SAYS)
    elsewhere.does_not_read("Branwen Tonkin")
    school.does_not_read("Branwen Tonkin")
    school.opens("/measures/caseload-within/")
    has_text(school, "Nothing has been counted yet.")
    manager.opens("/")
    has_text(manager, HEADING, "Branwen Tonkin", SAYS, "Local target")
    can_use_it_anywhere(manager)
    manager.follows("See which cases, and who has how many")
    manager.is_at("/workforce/#over")
    has_text(manager, HEADING, SAYS, "At most 12 open cases each are wanted.")
    manager.page.get_by_text("Which cases").click()
    has_text(manager, "Sam Angove", "Ysella Angove")
    can_use_it_anywhere(manager)
    manager.page.get_by_label("Who had how many on another day?").fill("2026-12-24")
    presses_button(manager, "Show")
    has_text(manager, "There is a problem", "This day is still to come.")
    can_use_it_anywhere(manager)
    manager.page.get_by_label("Who had how many on another day?").fill("2026-10-01")
    presses_button(manager, "Show")
    has_text(
        manager, "Who had how many on Thursday 1 October 2026", "At most 12 open cases each are wanted on that day."
    )
    can_use_it_anywhere(manager)
    manager.opens("/measures/caseload-within/")
    has_text(manager, "0 % in November 2026", "Local target", "Sam Angove")
    can_use_it_anywhere(manager)
    manager.opens("/measures/still-in-post/")
    has_text(manager, "100 % in November 2026")
    can_use_it_anywhere(manager)
    manager.opens("/workforce/")
    manager.page.get_by_text("Which cases").click()
    manager.follows("Sam Angove")
    manager.page.get_by_text("Give it to them").first.click()
    manager.page.get_by_label("Who has it?").select_option(label="Kerra Angwin")
    presses_button(manager, "Give it to them")
    manager.opens("/")
    manager.does_not_read(HEADING)
    manager.opens("/measures/caseload-within/")
    has_text(manager, "100 % in November 2026")
    can_use_it_anywhere(manager)
