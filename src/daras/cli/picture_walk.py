"""Walking the demonstration along every link, as each of those who use it: which pages there are to take pictures of.

Django must be set up: pages of one pattern of address are of one kind.

The same page may look another way to the front door than to a partner, and is taken once for each who reads other words
on it; one's own list of work is taken for everybody.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True, slots=True)
class Somebody:
    """One who signs in: in words, by which address, and on which side of the front door."""

    words: str
    email: str
    side: str  # "hub" or "partner": part of a picture's name, where it is not the hub


MANAGER = Somebody("duty manager", "tamara.nance@cornwall-council.example", "hub")
SCHOOL = Somebody("safeguarding lead of a school", "demelza.trethowan@carn-brea-academy.example", "school")
PEOPLE = (
    MANAGER,
    SCHOOL,
    Somebody("school nurse", "karensa.blewett@cornwall-partnership-trust.example", "nurse"),
    Somebody("surgery", "priya.nair@camborne-surgery.example", "surgery"),
    Somebody("social worker of the MARU", "bethan.oduya@cornwall-council.example", "hub"),
    Somebody("health practitioner of the MARU", "anjali.menon@cornwall-partnership-trust.example", "hub"),
    Somebody("out-of-hours worker", "hilary.quick@cornwall-council.example", "hub"),
    Somebody("duty manager of the Isles of Scilly", "rosalind.trenear@scilly-council.example", "hub"),
    Somebody("allocated social worker", "marek.zielinski@cornwall-council.example", "partner"),
    Somebody("designated officer", "philip.osei@cornwall-council.example", "partner"),
    Somebody("custodian", "judith.farrell@cornwall-council.example", "partner"),
    Somebody("police officer", "lowena.gilbert@devon-and-cornwall-police.example", "partner"),
    Somebody("on-call inspector", "stephen.achebe@devon-and-cornwall-police.example", "partner"),
    Somebody("probation officer", "denzil.carlyon@probation-service.example", "partner"),
    Somebody("early help worker", "keren.burrows@cornwall-early-help-hub.example", "partner"),
)
#: Pages that anybody may open without signing in, and one that is not there.
WITHOUT = ("/sign-in/", "/tell-us/", "/design/")
NOT_THERE = "/matters/D-0000-0000/"
#: What a link may lead to that is no page.
NO_PAGE = re.compile(r"/print/|\.ics$|\.pdf$|^/api/|^/static/|/sign-out/|/export/|/download/|/file/|\.csv$|\.xlsx$")
#: Every link of a page as it is sent, those of a picture drawn on it too.
LINK = re.compile(r"<a\b[^>]*\shref=\"([^\"]*)\"")
READY_WITHIN_MS = 30_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that a picture is taken of."""

    name: str
    path: str
    title: str
    who: str


@dataclass(slots=True)
class Walk:
    """How far a walk may go and how far it went: no further page is opened after `until` (by the monotonic clock), and
    whoever was not walked to the end is named."""

    people: tuple[Somebody, ...] = PEOPLE
    until: float = float("inf")
    taken: set[tuple[str, str]] = field(default_factory=set)
    said: set[tuple[str, str]] = field(default_factory=set)
    unfinished: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether its time is up."""
        return time.monotonic() >= self.until


def walk(
    browser: Browser,
    address: str,
    password: str,
    size: tuple[int, int],
    *,
    first: tuple[str, ...] = (),
    going: Walk | None = None,
) -> Iterator[tuple[Seen, Page]]:
    """Each page once for each side that sees it, open in a browser; of many of a kind those in `first`."""
    going = going or Walk()
    outside = _new_page(browser, size)
    for path in WITHOUT:
        outside.goto(address + path)
        yield Seen(name(path, ""), path, outside.title(), "nobody signed in"), outside
    outside.context.close()
    for somebody in going.people:
        if going.over:
            going.unfinished.append(somebody.words)
            continue
        page = signed_in(browser, address, password, somebody, size)
        for path in _paths(page, address, somebody, going, first if somebody is MANAGER else ()):
            yield Seen(name(path, _suffix(path, somebody)), path, page.title(), somebody.words), page
        if somebody is SCHOOL:
            page.goto(address + NOT_THERE)
            yield Seen("nothing-to-show", NOT_THERE, page.title(), somebody.words), page
        page.context.close()


def _paths(page: Page, address: str, somebody: Somebody, going: Walk, first: tuple[str, ...]) -> Iterator[str]:
    """Every page that somebody reaches from their list of work, the nearest first, of each kind one. What was taken for
    somebody before is only read for its links, and not drawn again."""
    waiting = ["/", *first]
    met = {kind(path) for path in waiting}
    while waiting:
        if going.over:
            going.unfinished.append(somebody.words)
            return
        path = waiting.pop(0)
        key = (kind(path), somebody.email if path == "/" else somebody.side)
        html = _read(page, address + path) if key in going.taken else _opened(page, address + path)
        if not html:
            print(f"{somebody.words}: a link leads to {path}, which does not open", file=sys.stderr, flush=True)
            continue
        for link in LINK.findall(html):
            found = _path(urljoin(address + path, unescape(link)), address)
            if found and kind(found) not in met:
                met.add(kind(found))
                waiting.append(found)
        if key not in going.taken:
            going.taken.add(key)
            said = (kind(path), page.locator("main").inner_text())
            if said not in going.said:
                going.said.add(said)
                yield path


def _opened(page: Page, address: str) -> str:
    """The page as it stands in the browser; nothing where it is not there."""
    from playwright.sync_api import Error

    try:
        answer = page.goto(address)
        page.wait_for_load_state()
        return page.content() if answer is not None and answer.status == HTTPStatus.OK else ""
    except Error:  # an answer without any content, or none in time
        return ""


def _read(page: Page, address: str) -> str:
    """The page as it is sent to whoever is signed in, without drawing it."""
    from playwright.sync_api import Error

    try:
        answer = page.context.request.get(address)
        return answer.text() if answer.status == HTTPStatus.OK else ""
    except Error:
        return ""


def _path(link: str, address: str) -> str:
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}" != address or NO_PAGE.search(parts.path) or "/feedback/answer" in parts.path:
        return ""
    return parts.path


def kind(path: str) -> str:
    """The pattern of an address, the same for all of a kind; the address itself where nothing is there."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path).route
    except Resolver404:
        return path


def _suffix(path: str, somebody: Somebody) -> str:
    if path == "/" and somebody is not MANAGER:
        return somebody.words.replace(" ", "-").lower()
    return "" if somebody.side == "hub" else somebody.side


def name(path: str, suffix: str) -> str:
    """ "/discussions/S-1/family/" as "discussion-family"; a list keeps its plural."""
    parts = [part for part in kind(path).strip("/").split("/") if part]
    words = []
    for part, following in zip(parts, [*parts, ""][1:], strict=True):
        if part.startswith("<"):
            continue
        single = {"people": "person"}.get(part) or (part[:-1] if part.endswith("s") else f"{part}-one")
        words.append(single if following.startswith("<") else part)
    return "-".join([*(words or ["my-work"]), *([suffix] if suffix else [])])


def signed_in(browser: Browser, address: str, password: str, somebody: Somebody, size: tuple[int, int]) -> Page:
    """A page of that size on which somebody is signed in."""
    page = _new_page(browser, size)
    page.goto(address + "/sign-in/")
    page.get_by_label("E-mail address").fill(somebody.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(address + "/")
    return page


def _new_page(browser: Browser, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", locale="en-GB"
    )
    context.set_default_timeout(READY_WITHIN_MS)
    return context.new_page()


def play(browser: Browser, address: str, password: str) -> str:
    """The duty manager holds Alex's discussion, so that there is something on each of its pages; the matter's
    address."""
    page = signed_in(browser, address, password, MANAGER, (1440, 900))
    page.goto(address + "/desk/")
    page.get_by_role("link", name=re.compile("Alex Tregear")).first.click()
    page.wait_for_load_state()
    matter = urlsplit(page.url).path
    page.goto(address + matter + "convene/")
    page.get_by_role("button", name="Convene, and tell those asked").click()
    page.wait_for_url("**/minutes/")
    minutes = page.url
    for owner, name in (
        ("cornwall-childrens-services/maru", "Bethan Oduya"),
        ("devon-and-cornwall-police/maru", "Gareth Pryce"),
    ):
        _fill(page, "Add somebody", "Add to the call", {"presence-owner": owner, "presence-name": name})
        page.goto(minutes)
    _fill(page, "Agree an action", "Agree and send now", {
        "action-what": "Keep Alex and Jake apart at school, and say by noon how.",
        "action-owner": "carn-brea-academy/safeguarding",
    })  # fmt: skip
    page.goto(minutes)
    _fill(page, "Write a section", "Save this section", {
        "section-text": "Alex is safe with his mother. A social worker and the police see him together tomorrow.",
    })  # fmt: skip
    page.goto(minutes)
    _fill(page, "Close the record", "Close the record", {
        "close-interim_reason": "Toby is in that house.", "close-rest_joins_by": "2026-11-24T13:00",
    })  # fmt: skip
    discussion = minutes.removesuffix("minutes/")
    page.goto(discussion + "family/")
    page.get_by_label("for Kerra Tregear").first.check()
    for name, words in (
        ("decided", "Social workers, the police and Alex’s school met on Tuesday. We want to be sure that he is safe."),
        ("next_steps", "A social worker sees Alex and you on Wednesday. Alex can say what he wants."),
        ("whom_to_ask", "Ring the MARU. If you are not content, you can complain to Cornwall Council."),
    ):
        page.locator(f"#id_family-{name}").fill(words)
    page.get_by_role("button", name="Keep it for somebody else to read").click()
    page.wait_for_load_state()
    page.context.close()
    return matter


def _fill(page: Page, summary: str, button: str, values: dict[str, str]) -> None:
    page.locator("summary", has_text=summary).first.click()
    for name, value in values.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
