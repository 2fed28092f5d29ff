"""Each form as the professional who fills it in does it: at a desk, on a telephone, by two people at once, without
scripts (A3, F1 to F4, F6, F7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import DESK, PHONE, WAIT, Visitor
from tests.filled_forms import FORMS, Filled

OUTSIDER = "kensa-bolitho@workers.example"
Make = Callable[..., Visitor]


def begins(somebody: Visitor, filled: Filled) -> str:
    """From the list to an empty form about somebody new; returns its address."""
    somebody.opens("/forms/")
    somebody.can_use_the_page()
    somebody.follows(filled.name)
    somebody.page.get_by_label("Whom is it about?").fill(filled.about)
    somebody.page.get_by_role("button", name="Look in our records").click()
    somebody.can_use_the_page()
    somebody.page.get_by_role("button", name="Begin with somebody new").click()
    somebody.reads("It is saved as you write")
    return somebody.page.url.removeprefix(somebody.address)


def fills_in(somebody: Visitor, filled: Filled, *, but: str = "") -> None:
    """Answer everything but one question."""
    page = somebody.page
    page.locator("#id_occurred-on").fill("24 11 2026")
    page.locator("#id_occurred-at").fill("08:15")
    for question, answer in filled.answers.items():
        if question == but:
            continue
        if isinstance(answer, list):
            for choice in answer:
                page.locator(f'input[name="answers-{question}"][value="{choice}"]').check()
        elif page.locator(f'select[name="answers-{question}"]').count():
            page.locator(f'select[name="answers-{question}"]').select_option(answer)
        else:
            page.locator(f"#id_answers-{question}").fill(answer)
    for question, held in filled.people.items():
        for name, value in held.items():
            field = page.locator(f"#id_people-{question}-p1-{name}")
            if name in {"role", "relation"}:
                field.select_option(value)
            else:
                field.fill(value)


@pytest.mark.parametrize("filled", FORMS, ids=[each.form for each in FORMS])
def test_the_professional_fills_it_in(visitor: Make, filled: Filled) -> None:
    """A3, F1, F2, F3, F4, F6, F7: given each form and whoever fills it in, when one answer is missing, then the page
    says which and keeps the rest; with it the form is completed and read; axe finds nothing on any of its pages."""
    somebody = visitor(DESK)
    somebody.signs_in(filled.by)
    address = begins(somebody, filled)
    somebody.can_use_the_page()
    left_out = next(reversed(filled.answers))
    fills_in(somebody, filled, but=left_out)
    somebody.page.get_by_role("button", name="Complete", exact=True).click()
    somebody.reads("It is not completed yet")
    somebody.can_use_the_page()
    fills_in(somebody, filled)
    somebody.page.get_by_role("button", name="Complete", exact=True).click()
    somebody.reads("required questions")
    somebody.is_at(address)
    for words in filled.reads:
        somebody.reads(words)
    somebody.can_use_the_page()
    somebody.opens("/")
    somebody.does_not_read("“" + filled.name + "” was begun.")
    other = visitor(DESK)
    other.signs_in(OUTSIDER)
    other.opens(address, status=404)


def test_a_nurse_on_a_telephone_is_saved_at_every_pause_and_sees_what_is_called_for(visitor: Make) -> None:
    """F7: given a telephone, when a school nurse chooses that the child was seen, then what the child says is asked;
    what is typed is saved by itself; and when the page is opened again it is all there."""
    nurse = visitor(PHONE)
    nurse.signs_in("wenna-stephens@workers.example")
    address = begins(nurse, FORMS[-1])
    expect(nurse.page.locator("#question-voice")).to_be_hidden()
    nurse.page.locator('input[name="answers-kind"][value="seen"]').check()
    expect(nurse.page.locator("#question-voice")).to_be_visible()
    with nurse.page.expect_response(lambda answer: answer.request.method == "POST", timeout=WAIT):
        nurse.page.locator("#id_answers-what").fill("Typed on a doorstep.")
    expect(nurse.page.locator("#shown")).not_to_have_value("1", timeout=WAIT)
    nurse.can_use_the_page()
    nurse.opens(address)
    expect(nurse.page.locator("#id_answers-what")).to_have_value("Typed on a doorstep.")


def test_it_works_without_scripts(visitor: Make) -> None:
    """F7: given a browser without scripts, then the whole form is there, a person more is added, and it is
    completed."""
    nurse = visitor(DESK, scripts=False)
    nurse.signs_in("wenna-stephens@workers.example")
    begins(nurse, FORMS[-1])
    fills_in(nurse, FORMS[-1])
    nurse.page.get_by_role("button", name="Add another person").click()
    expect(nurse.page.locator("#id_people-with-p2-given_name")).to_be_visible(timeout=WAIT)
    expect(nurse.page.locator("#id_answers-what")).to_have_value("Sleep, school and breakfast.")
    nurse.page.get_by_role("button", name="Complete", exact=True).click()
    nurse.reads("3 of 3 required questions")
    nurse.can_use_the_page()


def test_measures_can_be_used_by_whoever_filled_the_forms_in(visitor: Make) -> None:
    """I8: given forms that were completed, then the board and one measure open on a desk and on a telephone, with chart
    and table, and axe finds nothing."""
    for size in (DESK, PHONE):
        nurse = visitor(size)
        nurse.signs_in("wenna-stephens@workers.example")
        if size == DESK:
            begins(nurse, FORMS[-1])
            fills_in(nurse, FORMS[-1])
            nurse.page.get_by_role("button", name="Complete", exact=True).click()
            nurse.reads("required questions")
        nurse.opens("/measures/")
        nurse.can_use_the_page()
        nurse.follows("Answered: School nursing contact")
        nurse.reads("The cases you may see")
        nurse.can_use_the_page()
        nurse.opens("/forms/preview/school-nursing-contact/")
        nurse.can_use_the_page()
