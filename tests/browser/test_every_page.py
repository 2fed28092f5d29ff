"""Every address that renders a page is looked at: axe, nothing cut off sideways, a strict policy (interface).

The addresses are those of the site itself: one that is new and has no example fails here, and so does one whose page
nobody can use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from daras.bench.pages import path_of
from daras.bench.pages_examples import EXAMPLES, FOUND, NOBODY, ONWARD, SYSTEM, Example, forgotten, patterns
from daras.home import Addresses
from tests.browser.conftest import loaded
from tests.browser.server import serving
from tests.browser.visitor import DESK, PHONE, Visitor

#: What is no page: files to keep.
NO_PAGE = frozenset(
    {
        "discussions/<str:reference>/calendar.ics",
        "discussions/<str:reference>/print/", "discussions/<str:reference>/print/actions/",
        "discussions/<str:reference>/family/<str:version>/print/", "forms/<str:reference>/print/",
        "people/<str:number>/print/", "measures/<slug:measure_id>/numbers.csv",
        "measures/<slug:measure_id>/numbers.xlsx",
    }
)  # fmt: skip
#: What agencies' systems call.
SYSTEMS = ("api/", "scim/")
#: Sent only; where the example is answered with a page, that page is looked at, and else the one it leads to.
POST = """([path, token, sent]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = path;
    for (const [name, value] of [...Object.entries(sent), ["csrfmiddlewaretoken", token]]) {
        const field = document.createElement("input");
        field.type = "hidden"; field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form); setTimeout(() => form.submit(), 0);
}"""
TOKEN = "b" * 32


class Everywhere:
    """Whoever the examples are opened as, each with a browser of their own."""

    def __init__(self, browser: Browser, address: str, sessions: Mapping[str, str], size: tuple[int, int]) -> None:
        self.browser, self.address, self.sessions, self.size = browser, address, sessions, size
        self.visitors: dict[str, Visitor] = {}

    def visitor(self, who: str) -> Visitor:
        """The one who looks, signed in."""
        if who not in self.visitors:
            made = self.visitors[who] = Visitor(self.browser, self.address, self.size)
            cookies = {"csrftoken": TOKEN} | ({"sessionid": self.sessions[who]} if who != NOBODY else {})
            for name, value in cookies.items():
                made.context.add_cookies([{"name": name, "value": value, "url": self.address}])
        return self.visitors[who]

    def opens(self, route: str, example: Example, references: Mapping[str, str]) -> None:
        """The example of a pattern, which answers as it says, and can be used."""
        visitor = self.visitor(example.who)
        given = {word: references.get(name, name) for word, name in example.given.items()}
        path = path_of(route, given) + example.query
        if example.sent is None:
            visitor.opens(path, status=FOUND if example.status == ONWARD else example.status)
        else:
            sent = {name: references.get(value, value) for name, value in example.sent.items()}
            visitor.opens("/password/changed/")
            with visitor.page.expect_navigation() as awaited:
                visitor.page.evaluate(POST, [path, TOKEN, sent])
            landed = FOUND if example.status == ONWARD else example.status  # the page that it leads to is looked at
            assert awaited.value.status == landed, f"{path} answered {awaited.value.status}"
        visitor.can_use_the_page()

    def leaves(self) -> None:
        """Every browser is closed."""
        for each in self.visitors.values():
            each.leaves()


@pytest.fixture(scope="module")
def setting(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """A partnership in which every address has something to show: its address, the references, the sessions."""
    folder: Path = tmp_path_factory.mktemp("every-page")
    command = "tests.browser.loading_every_page"
    with (
        loaded(test_server, template_database, folder, command, owner=True) as (addresses, known),
        serving(addresses, folder / "server.log") as address,
    ):
        yield address, known["references"], known["sessions"]


def test_axe_looks_at_every_page_there_is(
    browser: Browser, setting: tuple[str, dict[str, str], dict[str, str]]
) -> None:
    """Interface: given every pattern of the site that renders a page, when whoever works there opens it, then axe finds
    nothing, nothing is cut off sideways and the policy is strict; a new page is looked at from its first day."""
    address, references, sessions = setting
    assert forgotten() == []
    desk = Everywhere(browser, address, sessions, DESK)
    looked_at, problems = [], []
    for route in patterns():
        example = EXAMPLES[route]
        if route in NO_PAGE or route.startswith(SYSTEMS) or example.who == SYSTEM:
            continue
        try:
            desk.opens(route, example, references)
        except (AssertionError, Error) as problem:
            problems.append(f"{route}: {problem}")
            desk.visitors.pop(example.who).leaves()
            continue
        looked_at.append(route)
    desk.leaves()
    assert not problems, chr(10).join(problems)
    assert len(looked_at) > 80
    assert {*looked_at, *NO_PAGE} == {route for route in patterns() if not route.startswith(SYSTEMS)}


def test_what_is_no_page_is_no_page(browser: Browser, setting: tuple[str, dict[str, str], dict[str, str]]) -> None:
    """Given what axe does not look at, then it is a file."""
    address, references, sessions = setting
    files = Everywhere(browser, address, sessions, PHONE)
    for route in sorted(NO_PAGE):
        example = EXAMPLES[route]
        given = {word: references.get(name, name) for word, name in example.given.items()}
        answer = files.visitor(example.who).context.request.get(address + path_of(route, given))
        assert answer.status == 200, route
        assert b"<!doctype html" not in answer.body()[:200].lower(), route
    files.leaves()
