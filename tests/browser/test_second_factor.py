"""A passkey in a real browser, with an authenticator that Chromium itself plays; and the same work without scripts
(G4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from daras.home import Addresses
from daras.pages.tests.test_second_factor import code
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

Make = Callable[..., Visitor]
MANAGER = "jenifer-pascoe@workers.example"
LEAD = "loveday-rowe@workers.example"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Nothing has come in; people set up how they sign in."""
    with running(test_server, template_database, tmp_path_factory.mktemp("second"), ()) as found:
        yield found


@pytest.fixture
def somebody(browser: Browser, own_partnership: Partnership) -> Iterator[Make]:
    """At `localhost`, the one place where browsers take passkeys without TLS."""
    made: list[Visitor] = []

    def make(size: tuple[int, int] = DESK, *, scripts: bool = True) -> Visitor:
        address = own_partnership.address.replace("127.0.0.1", "localhost")
        made.append(Visitor(browser, address, size, scripts=scripts))
        return made[-1]

    yield make
    for each in made:
        each.leaves()


def holds_an_authenticator(visitor: Visitor) -> None:
    """A device that keeps passkeys and opens them with a finger."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_opens_the_door_without_a_password(somebody: Make) -> None:
    """G4: given a duty manager with a device, when they add a passkey, then codes on paper are shown once; after
    signing out the passkey alone lets them in; after a password it is asked for, and the sign-ins before are seen and
    ended; a colleague without it stays outside."""
    manager = somebody()
    holds_an_authenticator(manager)
    manager.signs_in(MANAGER)
    manager.is_at("/")
    manager.opens("/sign-in/keys/")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Add a passkey").click()
    manager.is_at("/sign-in/keys/passkey/")
    manager.can_use_the_page()
    manager.page.get_by_label("A name you will know it by").fill("Duty desk")
    manager.page.get_by_role("button", name="Add a passkey").click()
    manager.is_at("/sign-in/keys/codes/")
    manager.can_use_the_page()
    assert manager.page.locator(".daras-codes li").count() == 10
    manager.opens("/sign-in/keys/")
    manager.reads("Duty desk")
    manager.can_use_the_page()

    manager.context.clear_cookies()
    manager.opens("/sign-in/?next=/notices/")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Use a passkey instead").click()
    manager.is_at("/notices/")

    manager.context.clear_cookies()
    manager.signs_in(MANAGER)
    manager.is_at("/sign-in/second/")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Use your passkey").click()
    manager.is_at("/")
    manager.opens("/sign-in/where/")
    manager.can_use_the_page()
    assert manager.page.get_by_role("button", name="End the sign-in").count() == 2
    manager.page.get_by_role("button", name="End all others").click()
    expect(manager.page.get_by_role("button", name="End the sign-in")).to_have_count(0)

    thief = somebody(PHONE)
    thief.signs_in(MANAGER)
    thief.is_at("/sign-in/second/")
    thief.can_use_the_page()
    thief.page.get_by_label("Code", exact=True).fill("000000")
    thief.page.get_by_role("button", name="Sign in").click()
    thief.reads("That code is not right")
    thief.opens("/desk/")
    assert thief.page.url.removeprefix(thief.address).startswith("/sign-in/")


def test_without_scripts_a_code_does_the_same_work(somebody: Make) -> None:
    """G4: given a safeguarding lead whose browser runs no scripts, then no button that does nothing is shown, and an
    app that shows codes is set up and asked for."""
    lead = somebody(PHONE, scripts=False)
    lead.signs_in(LEAD)
    lead.opens("/sign-in/keys/passkey/")
    expect(lead.page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    lead.follows("set up an app that shows codes")
    lead.can_use_the_page()
    key = re.sub(r"\s", "", lead.page.locator(".daras-key").inner_text())
    lead.page.get_by_label("Code", exact=True).fill(code(key))
    lead.page.get_by_role("button", name="Set up").click()
    lead.is_at("/sign-in/keys/codes/")
    lead.can_use_the_page()
    paper = lead.page.locator(".daras-codes li").first.inner_text()
    lead.context.clear_cookies()
    lead.signs_in(LEAD)
    lead.is_at("/sign-in/second/")
    lead.page.get_by_label("Code", exact=True).fill(paper)
    lead.page.get_by_role("button", name="Sign in").click()
    lead.is_at("/")
