"""Safe tonight, the analysis and the change of shift as people do them: at a desk, at night on a telephone, by
keyboard, without scripts (A6, A11, A16)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER = "jenifer-pascoe@workers.example"
OUT_OF_HOURS = "hilary-quick@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral, and Saturday's news of Toby whom nobody has seen; these tests change what is recorded."""
    folder = tmp_path_factory.mktemp("safety")
    with running(test_server, template_database, folder, ("alex", "open-case", "mark")) as found:
        yield found


@pytest.fixture
def people(browser: Browser, own_partnership: Partnership) -> Iterator[dict[str, Visitor]]:
    """The manager at a desk, Hilary at night on a telephone without scripts, an outsider."""
    made = {
        "manager": Visitor(browser, own_partnership.address, DESK),
        "out of hours": Visitor(browser, own_partnership.address, PHONE, scripts=False),
        "reader on a telephone": Visitor(browser, own_partnership.address, PHONE),
        "outsider": Visitor(browser, own_partnership.address),
    }
    yield made
    for each in made.values():
        each.leaves()


def test_from_police_protection_to_who_has_it_tonight(people: dict[str, Visitor], own_partnership: Partnership) -> None:
    """A6, A11, A16: given a child taken into police protection, when the manager records it, writes the analysis and
    hands over, then Hilary accepts it at night by name, and each page can be used by everybody."""
    manager, hilary, outsider = people["manager"], people["out of hours"], people["outsider"]
    reference = own_partnership.references["alex"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{reference}/")
    manager.follows("Record police protection, an order, or conditions")
    manager.reads("It ends 72 hours after it was taken, by law.")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Record it").click()
    manager.reads("There is a problem")
    assert "There is a problem" in manager.has_focus_on()
    manager.can_use_the_page()
    manager.page.get_by_label("Police protection").check()
    manager.page.get_by_label("Since when?").fill("2026-11-21T09:40")
    manager.page.get_by_role("button", name="Record it").click()
    manager.is_at(f"/matters/{reference}/")
    manager.reads("10 minutes left.")
    manager.reads("reason to follow")
    manager.can_use_the_page()
    manager.page.get_by_role("link", name="Add what is missing, or say what follows").click()
    manager.reads("Record what follows")
    manager.can_use_the_page()
    writes_the_analysis(manager, reference)
    hands_over(manager, reference)

    hilary.signs_in(OUT_OF_HOURS)
    hilary.opens("/handover/")
    hilary.reads("For your team to accept: 1")
    hilary.reads("Ring the foster carer at eight.")
    hilary.page.get_by_role("button", name="I have it").click()
    hilary.reads("Accepted by")
    manager.opens("/handover/")
    manager.reads("Hilary Quick")
    manager.can_use_the_page()

    outsider.signs_in(OUTSIDER)
    outsider.opens("/handover/", status=403)
    outsider.opens(f"/matters/{reference}/safe-tonight/", status=403)
    outsider.does_not_read("Alex")


def writes_the_analysis(manager: Visitor, reference: str) -> None:
    """On its page, then read beside the decision."""
    manager.opens(f"/matters/{reference}/analysis/")
    manager.can_use_the_page()
    for label, words in (
        ("What worries you?", "He does not want to go there any more."),
        ("What works well?", "He told his teacher."),
        ("What must happen?", "We speak together before anybody speaks to Jake."),
        ("Why?", "Two children, two agencies."),
    ):
        manager.page.get_by_label(label).fill(words)
    manager.page.get_by_label("2", exact=True).check()
    manager.page.get_by_label("Convene a strategy discussion now").check()
    manager.page.get_by_role("button", name="Record the analysis").click()
    manager.is_at(f"/matters/{reference}/")
    manager.opens(f"/matters/{reference}/decide/")
    manager.reads("We speak together before anybody speaks to Jake.")
    manager.can_use_the_page()


def hands_over(manager: Visitor, reference: str) -> None:
    """By keyboard: from the box to the matter's link, to the note, and the button."""
    manager.opens("/")
    manager.follows("Change of shift")
    manager.reads("has not been seen")
    manager.can_use_the_page()
    for box in manager.page.get_by_role("checkbox").all():
        box.set_checked(reference in (box.get_attribute("value") or ""))
    manager.page.locator(f"#matter-{reference}").focus()
    manager.page.keyboard.press("Tab")
    assert "Open the matter" in manager.has_focus_on()
    manager.page.keyboard.press("Tab")
    assert manager.has_focus_on() == f"note-{reference}"
    manager.page.keyboard.type("Ring the foster carer at eight.")
    manager.page.keyboard.press("Enter")
    manager.reads("Nobody has accepted it yet.")
    manager.can_use_the_page()


def test_each_page_can_be_used_on_a_telephone(people: dict[str, Visitor], own_partnership: Partnership) -> None:
    """A11, A16: given a telephone, then nothing is cut off and axe finds nothing on any of these pages."""
    reader = people["reader on a telephone"]
    reader.signs_in(OUT_OF_HOURS)
    reference = own_partnership.references["alex"]
    for path in (f"/matters/{reference}/", f"/matters/{reference}/safe-tonight/", f"/matters/{reference}/analysis/"):
        reader.opens(path)
        reader.can_use_the_page()
    reader.opens("/handover/")
    reader.reads("Nothing counts as taken until")
    reader.can_use_the_page()
