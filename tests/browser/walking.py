"""Walks: the people who do the job, what each of them does on the pages, and what an outsider is told at each step."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import Browser, Locator, expect

from daras.exchange.demonstration.workers import PASSWORD as DEMONSTRATION_PASSWORD
from daras.pages.tests.partnership import PASSWORD, REFERRALS
from tests.browser.conftest import Partnership
from tests.browser.server import CHECKOUT, surroundings
from tests.browser.visitor import DESK, WAIT, Visitor

#: Who does the job, by what they are called in the issue; all of them synthetic workers of the demonstration.
PEOPLE = {
    "duty manager": "tamara.nance@cornwall-council.example",
    "social worker": "bethan.oduya@cornwall-council.example",
    "out-of-hours worker": "hilary-quick@workers.example",
    "designated officer": "philip.osei@cornwall-council.example",
    "health practitioner": "anjali.menon@cornwall-partnership-trust.example",
    "detective": "gareth.pryce@devon-and-cornwall-police.example",
    "police officer": "lowena.gilbert@devon-and-cornwall-police.example",
    "detective inspector": "stephen.achebe@devon-and-cornwall-police.example",
    "offender manager": "robin.sleeman@devon-and-cornwall-police.example",
    "probation officer": "denzil.carlyon@probation-service.example",
    "school nurse": "karensa.blewett@cornwall-partnership-trust.example",
    "safeguarding lead": "demelza.trethowan@carn-brea-academy.example",
    "surgery": "priya.nair@camborne-surgery.example",
    "hospital nurse": "susan.petherick@royal-cornwall-hospitals.example",
    "recovery worker": "luke.tremayne@adult-drug-and-alcohol-service.example",
    "outsider": "amina.yusuf@penryn-primary.example",
}
SOCIAL_CARE, POLICE = "cornwall-childrens-services/maru", "devon-and-cornwall-police/maru"
HEALTH, NURSES = "cornwall-partnership-trust/maru-health", "cornwall-partnership-trust/school-nursing"
SCHOOL, SURGERY = "carn-brea-academy/safeguarding", "camborne-surgery/gp"
OUT_OF_HOURS = "cornwall-childrens-services/out-of-hours"
#: What an outsider may be answered: there is no such thing for them, or it is not theirs to do.
REFUSALS = {403, 404}


def password_of(who: str) -> str:
    """The tests' own worker has the tests' password."""
    return PASSWORD if PEOPLE[who].endswith("@workers.example") else DEMONSTRATION_PASSWORD


class Cast:
    """Everybody of one test: a browser for each who is asked for, signed in."""

    def __init__(self, browser: Browser, partnership: Partnership) -> None:
        self.browser, self.partnership = browser, partnership
        self.there: dict[str, Visitor] = {}
        self.made: list[Visitor] = []

    def __getitem__(self, who: str) -> Visitor:
        """The one at a desk."""
        if who not in self.there:
            self.there[who] = self.comes(who)
        return self.there[who]

    def comes(self, who: str, size: tuple[int, int] = DESK, *, scripts: bool = True) -> Visitor:
        """Somebody signs in, at a screen of this size."""
        made = self.arrives(size, scripts=scripts)
        made.signs_in(PEOPLE[who], password_of(who))
        made.is_at("/")
        return made

    def arrives(self, size: tuple[int, int] = DESK, *, scripts: bool = True) -> Visitor:
        """Somebody who has not signed in yet."""
        self.made.append(Visitor(self.browser, self.partnership.address, size, scripts=scripts))
        return self.made[-1]

    def refused(self, *paths: str, names: Iterable[str] = ()) -> None:
        """The outsider asks for the same pages, and reads nothing of anybody."""
        outsider = self["outsider"]
        for path in paths:
            answer = outsider.page.goto(self.partnership.address + path)
            assert answer is not None
            assert answer.status in REFUSALS, f"{path} answered {answer.status} to an outsider"
            for name in names:
                outsider.does_not_read(name)
        outsider.can_use_the_page()

    def leave(self) -> None:
        """Everybody closes their browser; none of them was ever answered without a policy, or asked elsewhere."""
        for each in self.made:
            assert not each.unguarded, each.unguarded
            assert not each.asked_elsewhere, each.asked_elsewhere
            each.leaves()


@contextmanager
def everybody(browser: Browser, partnership: Partnership) -> Iterator[Cast]:
    """The cast of one test."""
    cast = Cast(browser, partnership)
    yield cast
    cast.leave()


# The partnership's other ways in


def news_arrives(partnership: Partnership, name: str) -> dict[str, Any]:
    """A document is received by the command; its account."""
    command = [sys.executable, "-m", "daras.cli", "receive", "--json", str(REFERRALS / f"{name}.json")]
    received = subprocess.run(
        command, env=surroundings(partnership.addresses), cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert received.returncode == 0, received.stderr
    account: dict[str, Any] = json.loads(received.stdout)[0]
    assert account["outcome"] == "recorded", account
    return account


def notices(partnership: Partnership, reference: str) -> list[tuple[str, str]]:
    """Every notice of a matter so far, as its owner counts them: kind, and the agency and team told."""
    with psycopg.connect(partnership.addresses.owner_url) as owner:
        rows = owner.execute(
            "SELECT notice.kind, receiver.agency || '/' || receiver.team FROM outbox_notice notice"
            " JOIN outbox_receiver receiver ON receiver.id = notice.receiver_id"
            " JOIN matters_matter matter ON matter.id = notice.matter_id"
            " WHERE matter.reference = %s AND receiver.channel = 'page' ORDER BY notice.id",
            [reference],
        )
        return [(str(kind), str(team)) for kind, team in rows.fetchall()]


def letters_about(letters: Path, subject: str, to: str) -> list[Path]:
    """The letters to an address about a thing and a reference."""
    return [path for path in sorted(letters.glob("*.eml")) if subject in path.name and to in path.name]


def letter_about(letters: Path, subject: str, to: str) -> str:
    """The newest of them, whole."""
    found = letters_about(letters, subject, to)
    assert found, f"no letter '{subject}' to {to} among {sorted(path.name for path in letters.glob('*.eml'))}"
    return str(message_from_bytes(found[-1].read_bytes(), policy=default).get_content())


def link_in(letter: str) -> str:
    """The one link of a letter, as a path."""
    found = re.findall(r"https?://\S+", letter)
    assert len(found) == 1, letter
    return str(urlsplit(found[0]).path)


# What people do


class Form:
    """A form of a discussion, unfolded where it is folded away."""

    def __init__(self, visitor: Visitor, summary: str, about: str = "", section: str = "") -> None:
        place = visitor.page.locator(f"section[aria-labelledby={section}]") if section else visitor.page.locator("main")
        line = re.compile(rf"^\s*{re.escape(summary)}" + (rf": {re.escape(about)}" if about else ""))
        self.visitor = visitor
        self.folded = place.locator("details").filter(has=visitor.page.locator("summary", has_text=line)).first
        if self.folded.get_attribute("open") is None:
            self.folded.locator("summary").click()

    def types(self, label: str, words: str) -> Form:
        """Write into a field."""
        self.folded.get_by_label(label, exact=True).fill(words)
        return self

    def ticks(self, label: str) -> Form:
        """Choose a radio or a box."""
        self.folded.get_by_label(label, exact=True).check()
        return self

    def picks(self, label: str, value: str) -> Form:
        """Choose from a list."""
        self.folded.get_by_label(label, exact=True).select_option(value)
        return self

    def sends(self) -> None:
        """Press the form's own button, and wait for the page that answers."""
        press(self.visitor, self.folded.get_by_role("button"))


def press(visitor: Visitor, button: Locator) -> None:
    """Press, and wait for the page that answers."""
    with visitor.page.expect_navigation():
        button.click()


def presses_button(visitor: Visitor, words: str) -> None:
    """Press the first button with these words."""
    press(visitor, visitor.page.get_by_role("button", name=words).first)


def opens_at_desk(manager: Visitor, child: str, reference: str) -> None:
    """From the desk to the matter of a child."""
    manager.opens("/desk/")
    manager.can_use_the_page()
    manager.page.get_by_role("link", name=re.compile(child)).first.click()
    manager.is_at(f"/matters/{reference}/")
    manager.can_use_the_page()


def decides_on_a_discussion(manager: Visitor, reference: str, *, looked_at: bool = True) -> None:
    """The duty manager decides as suggested."""
    manager.opens(f"/matters/{reference}/decide/")
    if looked_at:
        manager.can_use_the_page()
    manager.page.get_by_label("Convene a strategy discussion now").check()
    presses_button(manager, "Record the decision")
    manager.is_at(f"/matters/{reference}/convene/")


def convenes(manager: Visitor, reference: str, *, looked_at: bool = True) -> str:
    """With whom the rules suggest; returns the discussion's path."""
    manager.opens(f"/matters/{reference}/convene/")
    if looked_at:
        manager.can_use_the_page()
    presses_button(manager, "Convene, and tell those asked")
    manager.reads("Everyone connected")
    return manager.page.url.removeprefix(manager.address).removesuffix("minutes/")


def notes_on_call(manager: Visitor, team: str, name: str) -> None:
    """The minute-taker adds somebody to the call."""
    Form(manager, "Add somebody").picks("Team", team).types("Name", name).ticks("By telephone").sends()
    manager.reads(name)


def takes_into_scope(manager: Visitor, name: str, outcome: str, *, owner: str = SOCIAL_CARE) -> None:
    """Somebody connected is in scope, with an owner and how they are safe."""
    form = Form(manager, "Decide", name, section="scope").ticks("In scope")
    form.picks("Who owns their safety?", owner).types("How they are safe", outcome).sends()
    manager.reads(outcome)


def agrees_action(manager: Visitor, what: str, team: str, *, hidden: bool = False) -> None:
    """An action is agreed and sent."""
    form = Form(manager, "Agree an action").types("What is to be done", what).picks("Who does it?", team)
    if hidden:
        form.ticks("Hide this from the patient’s online access")
    form.sends()
    manager.reads(what)


def decides_on_medical(health: Visitor, discussion: str, child: str, examination: str, why: str, mother: str) -> None:
    """A health professional decides, with the consent of somebody who holds parental responsibility."""
    health.opens(f"{discussion}minutes/")
    form = Form(health, "Decide on a medical", child).ticks(examination).types("Why?", why)
    form.ticks("Somebody who holds parental responsibility").types("Their name", mother).sends()
    has_text(health, f"Consent by {mother}")
    health.can_use_the_page()


def answers_challenge(inspector: Visitor, outcome: str, why: str) -> None:
    """The on-call inspector answers from the notice."""
    inspector.opens("/notices/")
    inspector.reads("A decision is challenged")
    inspector.page.locator("a[href^='/challenges/K-']").first.click()
    inspector.reads("waits for an answer")
    inspector.page.get_by_label(outcome).check()
    inspector.page.get_by_label("Why?").fill(why)
    presses_button(inspector, "Answer the challenge")
    inspector.reads(why)


def files(visitor: Visitor, discussion: str, system: str) -> None:
    """Somebody says in which of their systems the record is filed."""
    visitor.opens(discussion)
    Form(visitor, "We have filed it").types("In which system?", system).sends()
    visitor.reads(system)
    visitor.can_use_the_page()


def has_text(visitor: Visitor, *words: str) -> None:
    """All of these are on the page, wherever they are folded away."""
    content = visitor.page.locator("main")
    for each in words:
        expect(content).to_contain_text(each, timeout=WAIT)
