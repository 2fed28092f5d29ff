"""Saying what was done, at a desk and on a telephone without scripts (J1; screen 1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER = "jenifer-pascoe@workers.example"
OWED = "a[href^='/owed/']:has-text('Give social care')"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Mark is due for release: social care owes its view on the home he proposes."""
    with running(test_server, template_database, tmp_path_factory.mktemp("owed"), ("mark",)) as found:
        yield found


def test_what_was_done_is_said_in_words(browser: Browser, own_partnership: Partnership) -> None:
    """J1: given a view that is owed, when the manager opens it from My work, leaves it empty, then writes, then each
    page can be used, and My work has one thing less."""
    manager = Visitor(browser, own_partnership.address, DESK)
    on_the_way = Visitor(browser, own_partnership.address, PHONE, scripts=False)
    for each in (on_the_way, manager):
        each.signs_in(MANAGER)
        each.opens("/")
        each.page.locator(OWED).first.click()
        each.reads("What was done, and what came of it")
        each.can_use_the_page()
        each.page.get_by_role("button", name="Record it").click()
        each.reads("There is a problem")
        each.can_use_the_page()
    manager.page.get_by_label("What was done, and what came of it").fill("We know nobody there.")
    manager.page.get_by_role("button", name="Record it").click()
    manager.is_at("/")
    assert manager.page.locator(OWED).count() == 0
    for each in (manager, on_the_way):
        each.leaves()
