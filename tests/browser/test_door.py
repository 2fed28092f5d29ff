"""The front door's newer pages as people use them: at a desk, at a doorstep by telephone and without scripts (A6, A14,
A16, G2, I1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

Make = Callable[..., Visitor]
MANAGER = "jenifer-pascoe@workers.example"
LEAD = "loveday-rowe@workers.example"
OFFICER = "perran-hicks@workers.example"  # of probation, who holds licence conditions
OUTSIDER = "kensa-bolitho@workers.example"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's and Mark's news, for tests that record something."""
    with running(test_server, template_database, tmp_path_factory.mktemp("door"), ("alex", "mark")) as found:
        yield found


@pytest.fixture
def somebody(browser: Browser, own_partnership: Partnership) -> Iterator[Make]:
    made: list[Visitor] = []

    def make(size: tuple[int, int] = DESK, *, scripts: bool = True) -> Visitor:
        made.append(Visitor(browser, own_partnership.address, size, scripts=scripts))
        return made[-1]

    yield make
    for each in made:
        each.leaves()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_each_page_can_be_used_at_a_desk_and_on_a_telephone(
    somebody: Make, own_partnership: Partnership, size: tuple[int, int]
) -> None:
    """A6, A14, A16, I1: given the manager, then axe finds nothing on any of the front door's newer pages."""
    matter = f"/matters/{own_partnership.references['alex']}/"
    manager = somebody(size)
    manager.signs_in(MANAGER)
    for path in (
        "/desk/", matter, f"{matter}authority/", f"{matter}calls/", f"{matter}safe-now/", "/calls/", "/marked/",
        "/safe-tonight/", f"{matter}decide/", f"{matter}analysis/",
    ):  # fmt: skip
        manager.opens(path)
        manager.can_use_the_page()


def test_two_authorities_are_stated_and_the_matter_is_offered(somebody: Make, own_partnership: Partnership) -> None:
    """A14: given a matter, when it is stated that another authority is responsible and it is offered there, then each
    step says what follows, what is missing is led to, and an outsider is refused."""
    matter = f"/matters/{own_partnership.references['alex']}/"
    manager = somebody()
    manager.signs_in(MANAGER)
    manager.opens(f"{matter}authority/")
    manager.page.get_by_role("button", name="Record it").click()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_role("group", name="Which authority is responsible?").get_by_label("Isles of Scilly").check()
    manager.page.get_by_label("How do you know?").fill("His mother says so.")
    manager.page.get_by_role("button", name="Record it").click()
    manager.reads("two authorities")
    manager.page.get_by_text("Offer it to another authority").click()
    manager.page.get_by_role("group", name="Who is asked to take it over?").get_by_label("Isles of Scilly").check()
    manager.page.get_by_label("Why is it theirs?").fill("He lives on Tresco.")
    manager.page.get_by_role("button", name="Offer it, and keep it until they accept").click()
    manager.reads("Nobody has accepted it yet.")
    manager.can_use_the_page()
    manager.opens(matter)
    manager.reads("A discussion has both.")
    manager.can_use_the_page()
    outsider = somebody()
    outsider.signs_in(OUTSIDER)
    outsider.opens(f"{matter}authority/", status=403)
    outsider.opens("/calls/", status=403)
    outsider.opens("/marked/")
    outsider.does_not_read("Alex")
    outsider.can_use_the_page()


def test_conditions_are_recorded_by_telephone_without_scripts(somebody: Make) -> None:
    """A16: given an officer with a telephone and no scripts, when conditions are recorded with one name, then there is
    a receipt; without a name the page says so and keeps what was typed."""
    officer = somebody(PHONE, scripts=False)
    officer.signs_in(OFFICER)
    officer.opens("/safe-tonight/")
    officer.can_use_the_page()
    officer.page.get_by_label("Licence conditions").check()
    officer.page.get_by_label("Why, or what the condition says").fill("No contact with any child.")
    officer.page.get_by_role("button", name="Record it").click()
    officer.reads("Nobody is named.")
    officer.reads("No contact with any child.")
    officer.page.get_by_label("Family name").fill("Hocking")
    officer.page.get_by_role("button", name="Record it").click()
    officer.reads("It is recorded")
    officer.can_use_the_page()


def test_a_school_says_on_a_telephone_that_a_child_is_safe_and_proposes_a_change(somebody: Make) -> None:
    """A16, G2: given Alex's school, when it says by telephone that he was seen and proposes another spelling, then both
    stand on his page and axe finds nothing on the way."""
    lead = somebody(PHONE)
    lead.signs_in(LEAD)
    lead.finds("alex tregear")
    lead.follows("Alex Tregear")
    lead.page.get_by_role("button", name="Say whether they are safe now").click()
    lead.can_use_the_page()
    lead.page.get_by_role("button", name="Record it").click()
    lead.reads("Say whether the child was seen.")
    lead.can_use_the_page()
    lead.page.get_by_label("Yes, the child was seen").check()
    lead.page.get_by_label("Where is the child now?").fill("in the art room")
    lead.page.get_by_role("button", name="Record it").click()
    lead.reads("in the art room")
    lead.can_use_the_page()
    lead.page.get_by_text("Propose a change").click()
    lead.page.get_by_role("button", name="Go on").click()
    lead.can_use_the_page()
    lead.page.get_by_label("First name").fill("Alec")
    lead.page.get_by_label("It was always wrong").check()
    lead.page.get_by_label("How do you know?").fill("He says so.")
    lead.page.get_by_role("button", name="Propose it").click()
    lead.reads("Changes proposed")
    lead.reads("He says so.")
    lead.can_use_the_page()


def test_a_call_is_booked_and_its_words_kept(somebody: Make, own_partnership: Partnership) -> None:
    """A6: given Mark's mother, when a call is booked for the evening and made, then what she said stands there, for the
    front door alone."""
    calls = f"/matters/{own_partnership.references['mark']}/calls/"
    manager = somebody()
    manager.signs_in(MANAGER)
    manager.opens(calls)
    manager.page.get_by_label("When?").select_option(index=1)
    manager.page.get_by_label("On which number?").fill("07700 900123")
    manager.page.locator("input[name=book-person]").first.check()
    manager.page.get_by_role("button", name="Book it").click()
    manager.reads("07700 900123")
    manager.can_use_the_page()
    manager.page.get_by_text("Say what came of it").click()
    manager.page.get_by_label("We spoke").check()
    manager.page.get_by_label("What the parent said").fill("She did not know.")
    manager.page.get_by_role("button", name="Record it").click()
    manager.reads("She did not know.")
    manager.can_use_the_page()
