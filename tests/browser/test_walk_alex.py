"""Alex, from the school's document to a record that each agency has filed, as the people who do it (J2, issue 3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser import walking
from tests.browser.conftest import Partnership, running
from tests.browser.walking import Cast, Form


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Everybody works there, and the school's document has come in."""
    folder = tmp_path_factory.mktemp("walk-alex")
    with running(test_server, template_database, folder, ("alex",), everybody=True) as found:
        yield found


@pytest.fixture
def cast(browser: Browser, own_partnership: Partnership) -> Iterator[Cast]:
    """Whoever the test asks for."""
    with walking.everybody(browser, own_partnership) as made:
        yield made


def test_alex_from_the_document_to_the_filed_record(cast: Cast, own_partnership: Partnership) -> None:
    """A1, A5, A7, B1, B2, B4, B7, J2: given the school's document, when the front door decides, convenes and keeps the
    record, then all the children are in scope the same hour, each agency has its actions and files, and at each step an
    outsider is refused."""
    matter = f"/matters/{own_partnership.references['alex']}/"
    names = ("Alex", "Jake", "Toby")
    lead = cast["safeguarding lead"]
    lead.opens(f"/our-referrals/{own_partnership.receipts['alex']}/")
    lead.reads("I don't want to go to his house any more.")
    lead.can_use_the_page()
    cast.refused(f"/our-referrals/{own_partnership.receipts['alex']}/", names=names)

    manager = cast["duty manager"]
    walking.opens_at_desk(manager, "Alex Tregear", own_partnership.references["alex"])
    manager.opens(f"{matter}who-is-who/")
    manager.can_use_the_page()
    the_social_worker_analyses(cast, matter)
    cast.refused("/desk/", matter, f"{matter}who-is-who/", f"{matter}decide/", f"{matter}analysis/", names=names)
    walking.decides_on_a_discussion(manager, own_partnership.references["alex"])
    cast.refused(f"{matter}convene/", names=names)
    discussion = walking.convenes(manager, own_partnership.references["alex"])
    cast.refused(discussion, f"{discussion}minutes/", f"{discussion}calendar.ics", names=names)

    everyone_is_decided_on(cast)
    the_rest_of_the_record(cast, discussion)
    manager.opens(f"{discussion}minutes/")
    for team, name in ((walking.SOCIAL_CARE, "Tamara"), (walking.POLICE, "Gareth"), (walking.HEALTH, "Anjali")):
        walking.notes_on_call(manager, team, name)
    manager.can_use_the_page()
    Form(manager, "Close the record", section="close").sends()
    manager.reads("with social care, police and health")
    manager.can_use_the_page()
    for who, system in (("safeguarding lead", "CPOMS"), ("school nurse", "RiO"), ("detective", "Niche")):
        walking.files(cast[who], discussion, system)
    manager.opens(discussion)
    walking.has_text(manager, "CPOMS", "RiO", "Niche")
    manager.can_use_the_page()
    cast.refused(discussion, f"{discussion}minutes/", names=names)
    alex_on_the_chronology(cast)


def the_social_worker_analyses(cast: Cast, matter: str) -> None:
    """Before the manager decides."""
    worker = cast["social worker"]
    worker.opens(matter)
    worker.can_use_the_page()
    worker.opens(f"{matter}analysis/")
    worker.can_use_the_page()
    worker.page.get_by_label("What worries you?").fill("He does not want to go there any more.")
    worker.page.get_by_label("What works well?").fill("He told his teacher.")
    worker.page.get_by_label("What must happen?").fill("We speak together before anybody speaks to Jake.")
    worker.page.get_by_label("Why?").fill("Two children, two agencies.")
    worker.page.get_by_label("2", exact=True).check()
    worker.page.get_by_label("Convene a strategy discussion now").check()
    walking.presses_button(worker, "Record the analysis")
    worker.is_at(matter)


def everyone_is_decided_on(cast: Cast) -> None:
    """Jake as suspect and as a child, his siblings, Sam; the adults as one block (J2, B2)."""
    manager = cast["duty manager"]
    walking.has_text(manager, "Jake Rowse", "Ella Rowse", "Toby Rowse", "Sam Bray")
    for name, outcome in (
        ("Alex Tregear", "At home with Kerra this weekend."),
        ("Jake Rowse", "With an uncle, and somebody for him to talk to."),
        ("Ella Rowse", "Seen at school by noon."),
        ("Toby Rowse", "Seen at home by noon."),
        ("Sam Bray", "His school finds out who he is."),
    ):
        walking.takes_into_scope(manager, name, outcome)
    manager.can_use_the_page()
    form = Form(manager, "Review the rest as one block")
    for box in form.folded.get_by_role("checkbox").all():
        box.check()
    form.types("Why none of them is in scope", "They are the parents, and are seen with their children.").sends()
    walking.has_text(manager, "reviewed together with others")
    manager.does_not_read("not decided yet")


def the_rest_of_the_record(cast: Cast, discussion: str) -> None:
    """The medical by health, the child's wish, what parents are told, the enquiry, actions, sections."""
    manager, health = cast["duty manager"], cast["health practitioner"]
    walking.decides_on_medical(
        health, discussion, "Alex Tregear", "Not forensic: for the child’s health", "His health first.", "Kerra Tregear"
    )
    manager.opens(f"{discussion}minutes/")
    form = Form(manager, "Record a wish and what is best", "Alex Tregear")
    form.types("What the child wishes, in the child’s words", "Don't tell Mum.")
    form.types("What is best for the child, and why", "She is told: she can protect him.")
    form.types("Who was asked", "Class teacher").types("Looked at again on", "2026-11-27").sends()
    Form(manager, "Record what parents are told").types(
        "If not yet, why not yet?", "Police plan the interview."
    ).sends()
    Form(manager, "Decide on the enquiry").ticks("Joint: social care and police together").types(
        "Why this one?", "A crime is alleged within a family."
    ).sends()
    walking.has_text(manager, "“Don't tell Mum.”", "Not told yet: Police plan the interview.")
    walking.agrees_action(manager, "Keep Alex and Jake apart at school.", walking.SCHOOL)
    walking.agrees_action(manager, "See Alex on Thursday.", walking.NURSES)
    Form(manager, "Write a section").types("The words of the record", "A joint enquiry. Alex is safe.").sends()
    walking.has_text(manager, "A joint enquiry. Alex is safe.")
    lead = cast["safeguarding lead"]
    lead.opens("/")
    lead.reads("Keep Alex and Jake apart at school.")
    lead.can_use_the_page()
    lead.opens(discussion)
    Form(lead, "Say how far it is").ticks("Done").sends()
    walking.has_text(lead, "Done, Tuesday 24 November 2026")
    lead.can_use_the_page()


def alex_on_the_chronology(cast: Cast) -> None:
    """The discussion stands in the child's chronology, with the enquiry (A5)."""
    manager = cast["duty manager"]
    manager.finds("Alex Tregear")
    manager.follows("Alex Tregear")
    manager.reads("Parental responsibility")
    path = manager.page.url.removeprefix(manager.address)
    manager.opens(f"{path}chronology/")
    walking.has_text(manager, "Strategy discussion convened", "Enquiry: joint")
    manager.can_use_the_page()
    cast.refused(path, f"{path}chronology/", f"{path}family/", f"{path}sharing/", names=("Alex", "Jake"))
