"""Somebody is protected, a matter is opened in an emergency, and custodians decide, in a browser (G4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER = "jenifer-pascoe@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"
CUSTODIAN = "judith.farrell@cornwall-council.example"
REVIEWER = "carys.bellamy@cornwall-partnership-trust.example"
#: Where pictures of the pages are kept, for whoever wants to look at them.
PICTURES = os.environ.get("DARAS_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in; custodians work there."""
    folder = tmp_path_factory.mktemp("custody")
    with running(test_server, template_database, folder, ("alex",), everybody=True) as found:
        yield found


def usable(visitor: Visitor, name: str) -> None:
    """The page can be used, and is kept as a picture where that is wanted."""
    visitor.can_use_the_page()
    if PICTURES:
        visitor.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_protecting_and_opening_in_an_emergency(browser: Browser, own_partnership: Partnership) -> None:
    """G4: given a matter of which a school knows nothing, when its lead opens it in an emergency on a telephone, then
    she reads it, and a custodian of health reviews it; when a manager protects the child, then both have lost
    sight of it, and the council's custodian keeps it."""
    address, reference = own_partnership.address, own_partnership.references["alex"]
    outsider, reviewer = Visitor(browser, address, PHONE), Visitor(browser, address, DESK)
    outsider.signs_in(OUTSIDER)
    outsider.opens("/emergency/")
    outsider.is_at("/sign-in/again/?next=%2Femergency%2F")
    usable(outsider, "emergency-again")
    outsider.page.get_by_label("Password", exact=True).fill("trelawny-and-the-lighthouse-9")
    outsider.page.get_by_role("button", name="Go on").click()
    outsider.page.get_by_role("button", name="Open it now").click()
    outsider.reads("There is a problem")
    usable(outsider, "emergency")
    outsider.page.get_by_label("NHS number of the child, or the matter’s reference").fill(reference)
    outsider.page.get_by_label("Why must you see it now?").fill("He is at our gate and cannot go home.")
    outsider.page.get_by_role("button", name="Open it now").click()
    outsider.is_at(f"/matters/{reference}/")
    reviewer.signs_in(REVIEWER, "demonstration-only")
    reviewer.opens("/custody/")
    usable(reviewer, "custody-to-review")
    reviewer.follows(f"Kensa Bolitho opened {reference} in an emergency")
    usable(reviewer, "review")
    reviewer.page.get_by_label("There was good reason").check()
    reviewer.page.get_by_label("Whom did you ask, and what follows?").fill("The school: he was there.")
    reviewer.page.get_by_role("button", name="Record it").click()
    reviewer.reads("Nothing waits for you.")
    manager, custodian = Visitor(browser, address, DESK), Visitor(browser, address, PHONE)
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{reference}/")
    manager.follows("Alex Tregear")
    person = manager.page.url.removeprefix(address)
    manager.follows("Nobody may know of this person: protect them")
    usable(manager, "protect")
    manager.page.get_by_label("Lives in a refuge or at an address that must not be known").check()
    manager.page.get_by_label("In your words").fill("Moved to a refuge with his mother.")
    manager.page.get_by_label("Whose custodians keep it?").select_option("cornwall-childrens-services")
    manager.page.get_by_role("button", name="Protect from now on").click()
    manager.is_at("/")
    for each in (manager, outsider):
        each.opens(person, status=404)
        each.opens(f"/matters/{reference}/", status=404)
    custodian.signs_in(CUSTODIAN, "demonstration-only")
    custodian.opens("/custody/")
    custodian.reads("Alex Tregear")
    usable(custodian, "custody")
    custodian.opens("/custody/looks/?number=" + person.split("/")[2])
    custodian.reads("kensa-bolitho")
    usable(custodian, "looks")
    for each in (outsider, reviewer, manager, custodian):
        each.leaves()
