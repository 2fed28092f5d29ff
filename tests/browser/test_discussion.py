"""A strategy discussion as people hold it: the manager at the desk, the school's lead on a telephone (B1 to B7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER = "jenifer-pascoe@workers.example"
LEAD = "loveday-rowe@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"
PAGE_BYTES = 200_000


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in; these tests change what is recorded."""
    with running(test_server, template_database, tmp_path_factory.mktemp("discussion"), ("alex",)) as found:
        yield found


@pytest.fixture
def people(browser: Browser, own_partnership: Partnership) -> Iterator[dict[str, Visitor]]:
    """The manager at a desk and without scripts, the school's lead on a telephone, an outsider."""
    made = {
        "manager": Visitor(browser, own_partnership.address, DESK),
        "manager without scripts": Visitor(browser, own_partnership.address, DESK, scripts=False),
        "lead": Visitor(browser, own_partnership.address, PHONE),
        "outsider": Visitor(browser, own_partnership.address),
    }
    yield made
    for each in made.values():
        each.leaves()


def open_form(visitor: Visitor, summary: str) -> None:
    """Unfold a form by its words, and wait for nothing else."""
    visitor.page.locator("summary", has_text=summary).first.click()


def test_from_the_matter_to_filed_actions(people: dict[str, Visitor], own_partnership: Partnership) -> None:
    """Given Alex's matter, when it is convened and held, then the school has its action and files it (B1, B2, B4)."""
    manager, lead, outsider = people["manager"], people["lead"], people["outsider"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{own_partnership.references['alex']}/")
    manager.page.get_by_role("button", name="Convene a strategy discussion").click()
    manager.reads("Whom to ask")
    manager.can_use_the_page()
    manager.page.get_by_label("Not now").first.check()
    manager.page.get_by_role("button", name="Convene, and tell those asked").click()
    manager.reads("There is a problem")
    assert "There is a problem" in manager.has_focus_on()
    manager.can_use_the_page()
    manager.page.get_by_label("If not now, why not?").first.fill("They are asked tomorrow.")
    manager.page.get_by_role("button", name="Convene, and tell those asked").click()
    manager.reads("Everyone connected")
    manager.can_use_the_page()
    discussion = manager.page.url.removeprefix(manager.address).removesuffix("minutes/")

    open_form(manager, "Agree an action")
    manager.page.get_by_label("What is to be done").fill("Keep Alex and Jake apart at school.")
    manager.page.locator("#id_action-owner").select_option("carn-brea-academy/safeguarding")
    manager.page.get_by_role("button", name="Agree and send now").click()
    manager.reads("Keep Alex and Jake apart at school.")
    open_form(manager, "Decide on the enquiry")
    manager.page.get_by_role("button", name="Record the decision").first.click()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_label("Police alone").check()
    manager.page.get_by_label("Why this one?").fill("A crime is alleged.")
    manager.page.get_by_role("button", name="Record the decision").first.click()
    manager.reads("A crime is alleged.")
    for team, name in (("cornwall-childrens-services/maru", "Jenifer"), ("devon-and-cornwall-police/maru", "Gareth")):
        open_form(manager, "Add somebody")
        manager.page.locator("#id_presence-owner").select_option(team)
        manager.page.locator("#id_presence-name").fill(name)
        manager.page.get_by_role("button", name="Add to the call").click()
        manager.reads(name)
    open_form(manager, "Close the record")
    manager.page.get_by_label("If a part is missing: why could it not wait?").fill("Toby is in that house.")
    manager.page.get_by_label("By when does the rest join?").fill("2026-11-24T13:00")
    manager.page.get_by_role("button", name="Close the record").click()
    manager.reads("Interim, closed")
    manager.can_use_the_page()
    manager.opens(discussion)
    manager.can_use_the_page()

    lead.signs_in(LEAD)
    lead.opens("/notices/")
    lead.follows_to(discussion)
    lead.reads("Keep Alex and Jake apart at school.")
    lead.does_not_read("A crime is alleged.")
    lead.does_not_read("Toby")
    lead.can_use_the_page()
    open_form(lead, "We have filed it")
    lead.page.get_by_label("In which system?").fill("CPOMS")
    lead.page.get_by_role("button", name="It is filed").click()
    lead.reads("CPOMS")
    lead.can_use_the_page()

    outsider.signs_in(OUTSIDER)
    outsider.opens(discussion, status=404)


def test_a_discussion_is_convened_and_kept_without_scripts(
    people: dict[str, Visitor], own_partnership: Partnership
) -> None:
    """Given a browser that runs no script, then convening, an action and a section work all the same."""
    manager = people["manager without scripts"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{own_partnership.references['alex']}/convene/")
    manager.page.get_by_role("button", name="Convene, and tell those asked").click()
    manager.reads("Everyone connected")
    open_form(manager, "Write a section")
    manager.page.locator("#id_section-text").fill("Alex is safe with his mother.")
    manager.page.get_by_role("button", name="Save this section").click()
    manager.reads("Alex is safe with his mother.")


def test_the_keyboard_reaches_each_form_in_reading_order(
    people: dict[str, Visitor], own_partnership: Partnership
) -> None:
    """Given no mouse, then Tab goes from the links to everyone connected, and Enter opens the form of each."""
    manager = people["manager"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{own_partnership.references['alex']}/convene/")
    manager.page.get_by_role("button", name="Convene, and tell those asked").click()
    manager.reads("Everyone connected")
    manager.page.get_by_role("link", name="Look again").focus()
    manager.presses("Tab")
    assert manager.has_focus_on().startswith("Decide")
    manager.presses("Enter", "Tab")
    assert manager.page.evaluate("document.activeElement.type") == "radio"


def test_the_longest_page_is_light_enough(people: dict[str, Visitor], own_partnership: Partnership) -> None:
    """Given the minute-taker's page, then it is less than a page may be (interface: ground rules)."""
    manager = people["manager"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{own_partnership.references['alex']}/convene/")
    manager.page.get_by_role("button", name="Convene, and tell those asked").click()
    manager.reads("Everyone connected")
    assert len(manager.page.content()) < PAGE_BYTES


def test_what_one_writes_the_others_see_and_nobody_who_is_typing_loses_a_word(
    browser: Browser, own_partnership: Partnership
) -> None:
    """B4, B7: given two at the front door with the record open, one of them typing an action, when the other adds
    somebody to the call, then the first sees it within seconds, without loading the page, and keeps what was typed."""
    first, second = (Visitor(browser, own_partnership.address, DESK) for _ in range(2))
    try:
        first.signs_in(MANAGER)
        first.opens(f"/matters/{own_partnership.references['alex']}/")
        first.page.get_by_role("button", name="Convene a strategy discussion").click()
        first.page.get_by_role("button", name="Convene, and tell those asked").click()
        first.reads("Everyone connected")
        record = first.page.url.removeprefix(first.address)
        open_form(first, "Agree an action")
        first.page.get_by_label("What is to be done").fill("Half a sentence")
        second.signs_in(MANAGER)
        second.opens(record)
        open_form(second, "Add somebody")
        second.page.locator("#id_presence-owner").select_option("devon-and-cornwall-police/maru")
        second.page.locator("#id_presence-name").fill("Gareth Pryce")
        second.page.get_by_role("button", name="Add to the call").click()
        second.reads("Gareth Pryce")
        first.reads("Gareth Pryce")
        assert first.page.get_by_label("What is to be done").input_value() == "Half a sentence"
        first.can_use_the_page()
        assert first.complaints == []
        assert first.unguarded == []
    finally:
        first.leaves()
        second.leaves()
