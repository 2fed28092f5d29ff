"""One agency asks another, from the question to the answer: at a desk and on a telephone without scripts (A12)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER, PROBATION = "jenifer-pascoe@workers.example", "perran-hicks@workers.example"
OUTSIDER = "kensa-bolitho@workers.example"
Make = Callable[..., Visitor]


def test_probation_asks_for_a_court_and_the_front_door_answers(visitor: Make) -> None:
    """A12, A9, F8, H1, G4: given a court date, when probation asks the front door, is asked back, says more, and reads
    the answer, then each page on the way can be used on both sides; a school finds no such page; beside it stand the
    directory of services, the hubs, and what partners show."""
    asks = visitor(PHONE, scripts=False)
    asks.signs_in(PROBATION)
    asks.opens("/requests/")
    asks.can_use_the_page()
    asks.follows("Information for court allocation")
    asks.can_use_the_page()
    asks.page.get_by_role("button", name="Ask", exact=True).click()
    asks.reads("There is a problem")
    asks.can_use_the_page()
    asks.page.get_by_label("Whom do you ask?").select_option("cornwall-childrens-services/maru")
    asks.page.get_by_label("First name").fill("Jory")
    asks.page.get_by_label("Family name").fill("Keast")
    asks.page.get_by_label("Which court, on which day").fill("Truro, on Thursday. Known since June?")
    asks.page.get_by_label("A court needs it").check()
    asks.page.get_by_role("button", name="Ask", exact=True).click()
    asks.reads("What is asked")
    asks.can_use_the_page()
    address = "/" + asks.page.url.split("/", 3)[3]
    answers = visitor(DESK)
    answers.signs_in(MANAGER)
    answers.opens("/requests/")
    answers.can_use_the_page()
    answers.opens(address)
    answers.can_use_the_page()
    answers.page.get_by_text("Ask back, and stop the clock").first.click()
    answers.page.get_by_label("What do you need to know?").fill("Which judge?")
    answers.page.get_by_role("button", name="Ask back, and stop the clock").click()
    answers.reads("clock stopped")
    answers.can_use_the_page()
    asks.opens(address)
    asks.page.get_by_label("What do you know of it?").fill("His Honour is not named yet.")
    asks.page.get_by_role("button", name="Say it, and start the clock").click()
    asks.reads("Said more: the clock runs on")
    answers.opens(address)
    answers.page.get_by_label("What was asked for is given").check()
    answers.page.get_by_label("In words").first.fill("Known since 2019.")
    answers.page.get_by_role("button", name="Send the answer").click()
    answers.reads("What was asked for is given")
    asks.opens(address)
    asks.reads("Known since 2019.")
    outsider = visitor(DESK)
    outsider.signs_in(OUTSIDER)
    outsider.opens(address, status=404)
    for path in (
        "/services/camhs/",
        "/hubs/",
        "/hubs/afternoons/",
        "/flags/",
        "/summary/",
        "/disagreements/",
    ):
        answers.opens(path)
        answers.can_use_the_page()
    answers.opens("/services/")
    answers.page.get_by_label("Postcode, or its first half").fill("TR15 2XX")
    answers.page.locator("main").get_by_role("button", name="Find").click()
    answers.page.wait_for_load_state()
    answers.is_at("/services/")
    expect(answers.page.get_by_label("Postcode, or its first half")).to_have_value("TR15 2XX")
    answers.can_use_the_page()
    for each in (asks, answers, outsider):
        each.leaves()
