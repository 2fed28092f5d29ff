"""Somebody asks what is held: the case, an agency's part, the copy and a contested entry, in a browser (G4)."""

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
CUSTODIAN = "judith.farrell@cornwall-council.example"
#: Where pictures of the pages are kept, for whoever wants to look at them.
PICTURES = os.environ.get("DARAS_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in; custodians work there."""
    folder = tmp_path_factory.mktemp("rights")
    with running(test_server, template_database, folder, ("alex",), everybody=True) as found:
        yield found


def usable(visitor: Visitor, name: str) -> None:
    """The page can be used, and is kept as a picture where that is wanted."""
    visitor.can_use_the_page()
    if PICTURES:
        visitor.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_a_mother_asks_one_decides_another_signs(browser: Browser, own_partnership: Partnership) -> None:
    """G4: given a mother who asks what the council holds about her child, when a manager records it, checks who she is,
    hears the child and decides, and the custodian signs on a telephone, then the copy is there; an entry she contests
    is shown so; and every page can be used by everybody."""
    address, reference = own_partnership.address, own_partnership.references["alex"]
    manager, custodian = Visitor(browser, address, DESK), Visitor(browser, address, PHONE)
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{reference}/")
    manager.follows("Alex Tregear")
    person = manager.page.url.removeprefix(address)
    manager.opens(f"{person}sharing/")
    manager.follows("Somebody asks what is held about them")
    manager.page.get_by_role("button", name="Begin the case").click()
    manager.reads("There is a problem")
    usable(manager, "rights-ask")
    manager.page.get_by_label("A parent or somebody else with parental responsibility, for a child").check()
    manager.page.get_by_label("Their name").fill("Kerra Tregear")
    manager.page.get_by_label("How they are reached, safely").fill("She rings us.")
    manager.page.get_by_label("Of us alone").check()
    manager.page.get_by_role("button", name="Begin the case").click()
    manager.reads("A parent or somebody else with parental responsibility, for a child: Alex Tregear")
    case = manager.page.url.removeprefix(address)
    manager.page.get_by_text("Check who they are", exact=True).click()
    manager.page.get_by_label("What was seen of who they are").fill("Passport.")
    manager.page.get_by_label("By what they act for somebody else").fill("Birth certificate.")
    manager.page.locator("input[name='identity-satisfied'][value='yes']").check()
    manager.page.locator("form[action$='/identity/']").get_by_role("button", name="Record it").click()
    manager.reads("Who they are is settled")
    manager.page.get_by_text("Hear the child", exact=True).click()
    manager.page.locator("input[name='child-competent'][value='no']").check()
    manager.page.get_by_label("What the child says").fill("She may read it.")
    manager.page.locator("input[name='child-objects_to_it'][value='no']").check()
    manager.page.get_by_label("Who heard the child?").fill("His teacher")
    manager.page.locator("form[action$='/child/']").get_by_role("button", name="Record it").click()
    manager.reads("The child does not yet understand what is asked")
    usable(manager, "rights-case")
    manager.follows("Decide on each entry, and sign")
    part = manager.page.url.removeprefix(address)
    usable(manager, "rights-part")
    for field in manager.page.locator("textarea[name^='common-']").all():
        field.fill("It would not be in his interests.")
    manager.page.get_by_role("button", name="Save what is decided").click()
    manager.reads("Decided: it is")
    custodian.signs_in(CUSTODIAN, "demonstration-only")
    custodian.opens("/rights/")
    usable(custodian, "rights-cases")
    custodian.opens(case)
    custodian.follows("Decide on each entry, and sign")
    custodian.page.get_by_text("Read it, and sign it or send it back", exact=True).click()
    custodian.page.get_by_label("Sign it: it may be given to them").check()
    custodian.page.locator("form[action$='/sign/']").get_by_role("button", name="Save").click()
    custodian.is_at(part)
    custodian.follows("The copy as they will read it")
    custodian.reads("What we give you")
    usable(custodian, "rights-copy")
    manager.opens(f"{person}chronology/")
    manager.page.get_by_role("link", name="They contest it").first.click()
    usable(manager, "rights-contest")
    manager.page.get_by_label("It is wrong, or not whole").check()
    manager.page.get_by_label("What they say").fill("It was another day.")
    manager.page.get_by_role("button", name="Record it").click()
    manager.page.locator("li strong", has_text="Contested: said to be wrong").first.wait_for()
    usable(manager, "rights-contested-entry")
