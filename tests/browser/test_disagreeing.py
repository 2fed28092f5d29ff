"""Asking for a discussion, disagreeing with what was decided, and the answer: at a desk, on a telephone, and where no
script runs (A8, B1, B3, I6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.exchange.demonstration.workers import PASSWORD as DEMONSTRATION
from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER = "jenifer-pascoe@workers.example"
NIGHT = "hilary-quick@workers.example"
LEAD = "loveday-rowe@workers.example"
ANOTHER = "colin.tresidder@cornwall-council.example"  # of the demonstration: a second manager
OUTSIDER = "kensa-bolitho@workers.example"


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in, and the demonstration's workers work there, too; these tests change what is
    recorded."""
    with running(
        test_server, template_database, tmp_path_factory.mktemp("disagreeing"), ("alex",), everybody=True
    ) as found:
        yield found


@pytest.fixture
def people(browser: Browser, own_partnership: Partnership) -> Iterator[dict[str, Visitor]]:
    """The manager at a desk, the school's lead on a telephone, the night's manager without scripts, an outsider."""
    made = {
        "manager": Visitor(browser, own_partnership.address, DESK),
        "lead": Visitor(browser, own_partnership.address, PHONE),
        "night": Visitor(browser, own_partnership.address, PHONE, scripts=False),
        "another": Visitor(browser, own_partnership.address, DESK),
        "outsider": Visitor(browser, own_partnership.address),
    }
    yield made
    for each in made.values():
        each.leaves()


def test_a_school_asks_the_manager_answers_and_a_colleague_disagrees(
    people: dict[str, Visitor], own_partnership: Partnership
) -> None:
    """B1, A8, I6: given a school that asks for a discussion from its telephone, when the manager declines it at the
    desk, then the school reads why; a colleague without scripts disagrees with a decision, and both views stand;
    somebody who did not decide answers, which settles nothing, and the colleague takes it to the next level."""
    manager, lead, night, outsider = (people[who] for who in ("manager", "lead", "night", "outsider"))
    matter, receipt = own_partnership.references["alex"], own_partnership.receipts["alex"]
    lead.signs_in(LEAD)
    lead.opens(f"/our-referrals/{receipt}/")
    lead.follows("Ask for a strategy discussion")
    lead.can_use_the_page()
    lead.page.get_by_role("button", name="Ask for a discussion").click()
    lead.reads("There is a problem")
    lead.can_use_the_page()
    lead.page.get_by_label("Why is a discussion needed now?").fill("He says that it happened again this morning.")
    lead.page.get_by_role("button", name="Ask for a discussion").click()
    lead.reads("The manager on duty has been told")
    lead.can_use_the_page()

    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{matter}/decide/")
    manager.reads("He says that it happened again this morning.")
    manager.can_use_the_page()
    manager.opens(f"/matters/{matter}/")
    manager.follows("Discussions that partners ask for")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Decline").click()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_label("Why is no discussion held?").fill("A social worker sees him at three.")
    manager.page.get_by_role("button", name="Decline").click()
    manager.opens(f"/matters/{matter}/decide/")
    manager.page.get_by_label("A social worker assesses").check()
    manager.page.get_by_label("Why", exact=True).fill("Seen today.")
    manager.page.get_by_role("button", name="Record the decision").click()

    lead.opens(f"/ask-for-discussion/{receipt}/")
    lead.reads("A social worker sees him at three.")
    lead.can_use_the_page()

    night.signs_in(NIGHT)
    night.opens(f"/matters/{matter}/decisions/")
    night.follows("I disagree")
    night.page.get_by_role("button", name="I disagree").click()
    night.reads("There is a problem")
    night.page.get_by_label("What would you decide, and why?").fill("A discussion: four children are in reach.")
    night.page.get_by_role("button", name="I disagree").click()
    night.reads("Both views will stand.")
    challenge = night.page.url.removeprefix(night.address)
    manager.opens(challenge)
    manager.reads("A discussion: four children are in reach.")
    manager.does_not_read("Answer the challenge")
    manager.can_use_the_page()
    manager.opens(f"/matters/{matter}/decisions/")
    manager.reads("A discussion: four children are in reach.")
    manager.can_use_the_page()
    goes_up(people["another"], night, challenge)
    outsider.signs_in(OUTSIDER)
    for kept in (challenge, f"/matters/{matter}/decisions/", f"/ask-for-discussion/{receipt}/"):
        outsider.opens(kept, status=404)


def goes_up(another: Visitor, night: Visitor, challenge: str) -> None:
    """A manager who did not decide answers; whoever disagreed takes it up."""
    another.signs_in(ANOTHER, DEMONSTRATION)
    another.opens(challenge)
    another.page.get_by_label("The decision stands").check()
    another.page.get_by_label("Why?").fill("He is with his grandmother.")
    another.page.get_by_label("What was it about?").select_option("threshold")
    another.page.get_by_role("button", name="Answer the challenge").click()
    another.reads("He is with his grandmother.")
    another.can_use_the_page()
    night.opens(challenge)
    night.can_use_the_page()
    night.page.get_by_label("Take it up").fill("Nobody saw the other three.")
    night.page.get_by_role("button", name="Take it to the next level").click()
    night.reads("Nobody saw the other three.")
    night.reads("waits for an answer")
    night.can_use_the_page()


def test_health_is_asked_which_child_it_is(people: dict[str, Visitor], own_partnership: Partnership) -> None:
    """B3: given a fragment of a name, when the manager asks a health team, then what is missing is said, and the
    question stands with no answer yet."""
    manager = people["manager"]
    manager.signs_in(MANAGER)
    manager.opens(f"/matters/{own_partnership.references['alex']}/identify/")
    manager.can_use_the_page()
    manager.page.get_by_role("button", name="Ask them now").click()
    manager.reads("There is a problem")
    manager.can_use_the_page()
    manager.page.get_by_label("Which health team?").select_option("cornwall-partnership-trust/school-nursing")
    manager.page.get_by_label("What is known of the name").fill("Tam-something")
    manager.page.get_by_label("Why they are asked").fill("May be in the same house.")
    manager.page.get_by_role("button", name="Ask them now").click()
    manager.reads("No answer yet.")
    manager.can_use_the_page()
