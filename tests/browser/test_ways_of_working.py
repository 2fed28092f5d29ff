"""At a desk with few clicks, on a telephone, by keyboard, without scripts, enlarged (issue 3, interface.md).

Clicks and typed fields are counted where they are made. Minutes are those of the keystroke-level model (Card, Moran and
Newell, 1980): K, a key, 0.28 s; P, pointing, 1.1 s; B, pressing or releasing the button, 0.1 s; H, from mouse to
keyboard, 0.4 s; M, making up one's mind, 1.35 s before each act; R, the time until the page stands, as measured.
Reading is not part of the model, and is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import pytest
from playwright.sync_api import Browser, Locator

from daras.home import Addresses
from tests.browser import walking
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.browser.walking import Cast, Form

KEY, POINT, BUTTON, HAND, MIND = 0.28, 1.1, 0.1, 0.4, 1.35
MOST_CLICKS, MOST_SECONDS = 10, 180
#: A duty desk of 1440 by 900 at 200 %: half of it each way.
ENLARGED = (DESK[0] // 2, DESK[1] // 2)


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Everybody works there; Alex's document and Saturday's news have come in."""
    folder = tmp_path_factory.mktemp("ways")
    with running(test_server, template_database, folder, ("alex", "open-case", "mark"), everybody=True) as found:
        yield found


@pytest.fixture
def cast(browser: Browser, own_partnership: Partnership) -> Iterator[Cast]:
    """Whoever the test asks for."""
    with walking.everybody(browser, own_partnership) as made:
        yield made


@dataclass
class Effort:
    """What somebody does with hands and mind."""

    visitor: Visitor
    clicks: int = 0
    typed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def clicks_on(self, what: Locator, *, leads_on: bool = True) -> None:
        """M P B B, and R where a page follows."""
        self.clicks += 1
        self.seconds += MIND + POINT + 2 * BUTTON
        began = time.monotonic()
        if leads_on:
            walking.press(self.visitor, what)
            self.seconds += time.monotonic() - began
        else:
            what.click()

    def types(self, into: Locator, words: str) -> None:
        """M P B B H, and a K for each character."""
        self.clicks_on(into, leads_on=False)
        self.typed.append(words)
        self.seconds += HAND + KEY * len(words)
        into.fill(words)


def test_from_opening_to_the_decision_in_few_clicks(cast: Cast, own_partnership: Partnership) -> None:
    """A5, A6: given a referral with a possible match, then from opening it to the manager's decision takes at most ten
    clicks and under three minutes, every match confirmed, and nothing is typed twice; its notices are counted."""
    reference = own_partnership.references["alex"]
    before = walking.notices(own_partnership, reference)
    manager = cast["duty manager"]
    manager.opens("/desk/")
    effort, page = Effort(manager), manager.page
    effort.clicks_on(page.get_by_role("link", name="Alex Tregear").first)
    effort.clicks_on(page.get_by_role("button", name="Decide what happens"))
    effort.clicks_on(page.get_by_role("link", name="Who is who").first)
    certain = page.get_by_role("button", name="Confirm all")
    if certain.count():
        effort.clicks_on(certain)
    while page.get_by_role("button", name="The same person").count():
        effort.clicks_on(page.get_by_role("button", name="The same person").first)
    effort.clicks_on(page.get_by_role("link", name=reference).first)
    effort.clicks_on(page.get_by_role("button", name="Decide what happens"))
    effort.clicks_on(page.get_by_label("Convene a strategy discussion now"), leads_on=False)
    effort.clicks_on(page.get_by_role("button", name="Record the decision"))
    manager.is_at(f"/matters/{reference}/convene/")
    assert page.get_by_label("Why is it held?").input_value(), "what was decided on is typed again"
    print(f"{effort.clicks} clicks, {len(effort.typed)} typed fields, {effort.seconds:.0f} s, {len(before)} notices")
    assert effort.clicks <= MOST_CLICKS
    assert effort.seconds < MOST_SECONDS
    assert effort.typed == []
    assert walking.notices(own_partnership, reference) == before, "somebody was told before the manager convened"
    told = [team for _, team in before]
    assert len(before) <= 12, before
    assert max(told.count(team) for team in told) <= 4, before


def test_decided_and_convened_by_keyboard_alone(cast: Cast, own_partnership: Partnership) -> None:
    """Given no mouse, then Tab goes from the way back to the choices, the reason and the button, in the order in which
    they are read, and the discussion is convened with keys alone."""
    manager, reference = cast["duty manager"], own_partnership.references["mark"]
    manager.opens(f"/matters/{reference}/decide/")
    manager.presses("Tab", "Enter")
    order = []
    for _ in range(3):
        manager.presses("Tab")
        order.append(manager.page.evaluate("document.activeElement.name || document.activeElement.innerText").strip())
    assert order == ["decision", "reason", "Record the decision"]
    manager.presses("Shift+Tab", "Shift+Tab", "Space", "Tab", "Tab")
    with manager.page.expect_navigation():
        manager.presses("Enter")
    manager.reads("Whom to ask")
    manager.opens(f"/matters/{reference}/convene/")
    manager.presses("Tab", "Enter")
    order = []
    while not order or order[-1] != "Convene, and tell those asked":
        manager.presses("Tab")
        order.append(manager.page.evaluate("document.activeElement.name || document.activeElement.innerText").strip())
        assert len(order) < 120, order
    fields = list(dict.fromkeys(each for each in order[:-1] if " " not in each))
    asked = fields[: fields.index("planned_at")]
    teams = [team for team, _ in groupby(asked, lambda each: each.rpartition("-")[0])]
    assert len(teams) == len(set(teams)) > 2, "one team's fields stand among another's"
    for _, own in groupby(asked, lambda each: each.rpartition("-")[0]):
        assert next(own).endswith("-part")
    assert fields[fields.index("planned_at") :] == ["planned_at", "mode", "reason"]
    with manager.page.expect_navigation():
        manager.presses("Enter")
    manager.reads("Everyone connected")


def test_every_main_action_of_a_discussion_without_scripts(cast: Cast, own_partnership: Partnership) -> None:
    """Given browsers that run no script, one of them a telephone, then a match is confirmed, a discussion decided on,
    convened, held, challenged, closed, filed, and the referrer told what became of it."""
    reference = own_partnership.references["alex"]
    manager = cast.comes("duty manager", DESK, scripts=False)
    walking.decides_on_a_discussion(manager, reference, looked_at=False)
    discussion = walking.convenes(manager, reference, looked_at=False)
    walking.notes_on_call(manager, walking.SOCIAL_CARE, "Tamara")
    walking.notes_on_call(manager, walking.POLICE, "Gareth")
    walking.takes_into_scope(manager, "Toby Rowse", "Seen at home by noon.")
    Form(manager, "Decide on the enquiry").ticks("Police alone").types("Why this one?", "A crime is alleged.").sends()
    walking.agrees_action(manager, "Keep Alex and Jake apart at school.", walking.SCHOOL)
    Form(manager, "Write a section").types("The words of the record", "Alex is safe with his mother.").sends()
    nurse = cast.comes("school nurse", PHONE, scripts=False)
    nurse.opens(discussion)
    form = Form(nurse, "Say where your agency stands").ticks("We challenge it: the on-call inspector answers now")
    form.types("Why?", "Toby may be harmed, too.").sends()
    inspector = cast.comes("detective inspector", PHONE, scripts=False)
    walking.answers_challenge(inspector, "The decision changes", "Joint from now.")
    manager.opens(f"{discussion}minutes/")
    form = Form(manager, "Close the record", section="close")
    form.types("If a part is missing: why could it not wait?", "Toby is in that house.")
    form.types("By when does the rest join?", "2026-11-24T13:00").sends()
    manager.reads("Interim, closed")
    lead = cast.comes("safeguarding lead", PHONE, scripts=False)
    lead.opens(discussion)
    Form(lead, "Say how far it is").ticks("Done").sends()
    lead.opens(discussion)
    Form(lead, "We have filed it").types("In which system?", "CPOMS").sends()
    lead.reads("CPOMS")
    manager.opens(f"/matters/{reference}/feedback/")
    manager.page.get_by_role("radio", name="Carn Brea").first.check()
    manager.page.get_by_label("What was decided, and why").fill("A discussion was held today.")
    manager.page.get_by_label("Not known yet").check()
    walking.presses_button(manager, "Send it to them")
    lead.opens(f"/our-referrals/{own_partnership.receipts['alex']}/")
    lead.reads("A discussion was held today.")


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["telephone", "200 %"])
def test_every_page_of_the_job_small_and_enlarged(
    cast: Cast, own_partnership: Partnership, size: tuple[int, int]
) -> None:
    """Given an officer's telephone, or the desk at 200 %, then nothing is cut off and axe finds nothing on the pages of
    the job."""
    reference = own_partnership.references["mark"]
    manager = cast.comes("duty manager", size)
    discussion = walking.convenes(manager, reference)
    matter = f"/matters/{reference}/"
    for path in (
        "/", "/desk/", "/notices/", matter, f"{matter}who-is-who/", f"{matter}decide/", f"{matter}analysis/",
        f"{matter}safe-tonight/", f"{matter}feedback/", discussion, f"{discussion}minutes/",
        "/handover/",
    ):  # fmt: skip
        manager.opens(path)
        manager.can_use_the_page()
    manager.finds("Mark Penrose")
    manager.can_use_the_page()
    officer = cast.comes("police officer", size)
    for path in ("/", "/refer/", "/notices/", f"/our-referrals/{own_partnership.receipts['mark']}/"):
        officer.opens(path)
        officer.can_use_the_page()
    cast.refused(discussion, matter, names=("Mark",))
