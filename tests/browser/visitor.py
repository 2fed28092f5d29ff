"""Somebody at a screen: what they do, and what they find (given / when / then)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from daras.pages.tests.partnership import PASSWORD

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
#: What axe finds: each rule broken, with where; and how many rules had something to look at and passed.
LOOK = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    const broken = found.violations.map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 200))]);
    return { violations: broken, passes: found.passes.length };
}"""
MOST_PAGES_PASS = 15
#: The longest that a page may take to show what was asked for, on a busy machine; in milliseconds.
WAIT = 20_000
#: A telephone at a doorstep, a tablet, a duty desk.
PHONE, TABLET, DESK = (360, 740), (820, 1180), (1440, 900)


class Visitor:
    """One person with a browser of their own."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = DESK, *, scripts: bool = True) -> None:
        self.address = address
        self.scripts = scripts
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, reduced_motion="reduce"
        )
        self.context.add_init_script(AXE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked_elsewhere: list[str] = []
        self.unguarded: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser itself reports each answer of 400 and above; the tests assert those.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "about:")):
            self.asked_elsewhere.append(request.url)

    def _answered(self, response: Response) -> None:
        policy = response.headers.get("content-security-policy", "")
        if not response.headers:  # the browser had it already, and asked nobody
            return
        if response.url.startswith(self.address) and ("default-src 'none'" not in policy or "unsafe" in policy):
            self.unguarded.append(f"{response.url}: {policy!r}")

    # when

    def signs_in(self, email: str, password: str = PASSWORD, *, at: str = "/sign-in/") -> None:
        """By e-mail address and password, and lands where they were going."""
        self.opens(at)
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def opens(self, path: str, *, status: int = 200) -> None:
        """Go to a page, and make sure that it is the page and not an error that happens to be accessible."""
        answer: Response | None = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"

    def finds(self, words: str) -> None:
        """Type into the box of every page, and search; what was typed is in no address."""
        self.page.get_by_role("searchbox").fill(words)
        with self.page.expect_navigation() as awaited:
            self.page.get_by_role("button", name="Find", exact=True).first.click()
        assert awaited.value.status == 200, f"a search answered {awaited.value.status}"
        self.is_at("/find/")

    def follows(self, link: str) -> None:
        """Press the first link whose words these are; a picture's links come before those of the words below it."""
        self.page.locator("a:not(svg *)").and_(self.page.get_by_role("link", name=link)).first.click()

    def follows_to(self, path: str) -> None:
        """Press the first link that leads there."""
        self.page.locator(f'a[href="{path}"]').first.click()
        self.is_at(path)

    def presses(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def leaves(self) -> None:
        """Close the browser."""
        self.context.close()

    # then

    def reads(self, words: str) -> None:
        """The words are on the page, and visible."""
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=WAIT)

    def does_not_read(self, words: str) -> None:
        """The words are nowhere in the page, hidden parts included."""
        assert words not in self.page.content(), f"{words!r} is on {self.page.url}"

    def is_at(self, path: str) -> None:
        """The page's address."""
        expect(self.page).to_have_url(self.address + path, timeout=WAIT)

    def has_focus_on(self) -> str:
        """The words of whatever the keyboard is on."""
        return str(self.page.evaluate("document.activeElement.innerText || document.activeElement.id")).strip()

    def can_use_the_page(self) -> None:
        """axe finds nothing, nothing is cut off sideways, one first heading stands, no complaint from the browser.

        Where scripts are off axe is not asked: it waits for timers, which never come then, and would never answer.
        """
        self.page.wait_for_load_state()
        if self.scripts:
            self._axe_finds_nothing()
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is {width[0]} wide on a screen of {width[1]}"
        assert self.page.locator("h1").count() == 1
        assert not self.complaints, self.complaints
        assert not self.asked_elsewhere, self.asked_elsewhere
        assert not self.unguarded, self.unguarded

    def _axe_finds_nothing(self) -> None:
        found: dict[str, Any] = self.page.evaluate(LOOK)
        assert not found["violations"], f"{self.page.url}: {json.dumps(found['violations'], indent=1)}"
        assert found["passes"] > MOST_PAGES_PASS, f"axe looked at next to nothing on {self.page.url}"
