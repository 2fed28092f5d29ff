"""Mark, Julie and the survivor whose uncle coaches children: from the document to a record that is filed (J1, J3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from daras.home import Addresses
from tests.browser import walking
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import PHONE
from tests.browser.walking import Cast, Form


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Everybody works there, and three documents have come in."""
    folder = tmp_path_factory.mktemp("walks")
    with running(test_server, template_database, folder, ("mark", "julie", "no-known-child"), everybody=True) as found:
        yield found


@pytest.fixture
def cast(browser: Browser, own_partnership: Partnership) -> Iterator[Cast]:
    """Whoever the test asks for."""
    with walking.everybody(browser, own_partnership) as made:
        yield made


def from_the_desk_to_the_discussion(cast: Cast, reference: str, child: str, names: tuple[str, ...]) -> str:
    """The manager reads, decides and convenes; the outsider is refused at each step."""
    matter, manager = f"/matters/{reference}/", cast["duty manager"]
    walking.opens_at_desk(manager, child, reference)
    cast.refused(matter, f"{matter}decide/", names=names)
    walking.decides_on_a_discussion(manager, reference)
    discussion = walking.convenes(manager, reference)
    cast.refused(f"{matter}convene/", discussion, f"{discussion}minutes/", names=names)
    return discussion


def whole_and_closed(cast: Cast, discussion: str) -> None:
    """Social care, police and health are on the call, and the record is closed."""
    manager = cast["duty manager"]
    manager.opens(f"{discussion}minutes/")
    for team, name in ((walking.SOCIAL_CARE, "Tamara"), (walking.POLICE, "Gareth"), (walking.HEALTH, "Anjali")):
        walking.notes_on_call(manager, team, name)
    Form(manager, "Close the record", section="close").sends()
    manager.reads("with social care, police and health")
    manager.can_use_the_page()


def test_mark_from_the_officers_document_to_the_filed_record(cast: Cast, own_partnership: Partnership) -> None:
    """B1, B3, E2, J1: given the officer's report that a registered sex offender means to come home, then the clock of
    the release runs, probation and the police take part and get their actions before he is released, the mother is told
    what may be told, and each files."""
    names = ("Mark Penrose", "Dean")
    officer = cast.comes("police officer", PHONE)
    officer.opens(f"/our-referrals/{own_partnership.receipts['mark']}/")
    officer.reads("daddy is coming home")
    officer.can_use_the_page()
    reference = own_partnership.references["mark"]
    manager = cast["duty manager"]
    manager.opens(f"/matters/{reference}/")
    walking.has_text(manager, "registered sex offender", "14 December 2026", "Probation Service")
    discussion = from_the_desk_to_the_discussion(cast, reference, "Mark Penrose", names)
    walking.has_text(manager, "Claire Penrose", "Dean Hocking")
    walking.takes_into_scope(manager, "Mark Penrose", "With his mother; his father does not come home.")
    form = Form(manager, "Record what parents are told").types(
        "What parents are told", "What may be told of his release."
    )
    form.types("By whom", "His offender manager, with a social worker").types("When", "2026-11-25T10:00").sends()
    for what, team in (
        ("Decide, with police and social care, where he may live.", "probation-service/cornwall-sexual-offences"),
        ("Give a view on 4 Bassett Row by Friday.", "devon-and-cornwall-police/offender-management"),
    ):
        walking.agrees_action(manager, what, team)
    manager.can_use_the_page()

    probation = cast["probation officer"]
    probation.opens("/notices/")
    probation.can_use_the_page()
    probation.follows_to(discussion)
    probation.reads("Decide, with police and social care, where he may live.")
    form = Form(probation, "Add what your agency holds").ticks("What we know")
    form.types("What your agency holds", "He has asked to live there. Nothing is agreed.").sends()
    Form(probation, "Say how far it is").ticks("Under way").sends()
    walking.has_text(probation, "Under way, Tuesday 24 November 2026")
    probation.can_use_the_page()
    whole_and_closed(cast, discussion)
    for who, system in (("probation officer", "nDelius"), ("offender manager", "ViSOR")):
        walking.files(cast[who], discussion, system)
    manager.opens(discussion)
    walking.has_text(manager, "nDelius", "ViSOR", "He has asked to live there. Nothing is agreed.")
    cast.refused(discussion, names=names)


def test_julie_from_the_hospitals_document_to_the_filed_record(cast: Cast, own_partnership: Partnership) -> None:
    """B6, G5, J3: given the hospital's document, then an intermediary and a medical are owed from the start, Liam has a
    matter of his own, health decides on the medical, the actions name the intermediary and Liam's help, and each
    files."""
    names = ("Julie", "Liam")
    nurse = cast["hospital nurse"]
    nurse.opens(f"/our-referrals/{own_partnership.receipts['julie']}/")
    nurse.reads("no one trained was on shift")
    nurse.can_use_the_page()
    reference = own_partnership.references["julie"]
    manager = cast["duty manager"]
    manager.opens(f"/matters/{reference}/")
    owed = manager.page.locator("section[aria-labelledby=owed]")
    for words in ("intermediary", "medical"):
        expect(owed).to_contain_text(re.compile(words, re.IGNORECASE))
    walking.has_text(manager, "Donna Vosper")
    liams = liams_own_matter(cast, reference)
    discussion = from_the_desk_to_the_discussion(cast, reference, "Julie Angwin", names)
    walking.takes_into_scope(manager, "Julie Angwin", "On the ward with Tamsin.")
    walking.takes_into_scope(manager, "Liam Angwin", "With Donna tonight; his own matter is open.")
    for what, team in (
        ("Book an intermediary who knows her signs, for tomorrow.", walking.POLICE),
        ("Find a worker for Liam.", "cornwall-youth-justice-service/harmful-sexual-behaviour"),
    ):
        walking.agrees_action(manager, what, team)
    health = cast["health practitioner"]
    walking.decides_on_medical(health, discussion, "Julie Angwin", "Forensic", "An injury was seen.", "Tamsin Angwin")
    whole_and_closed(cast, discussion)
    for who, system in (("detective", "Niche"), ("health practitioner", "RiO"), ("hospital nurse", "Maxims")):
        walking.files(cast[who], discussion, system)
    manager.opens(discussion)
    walking.has_text(manager, "Niche", "RiO", "Maxims", "Find a worker for Liam.")
    cast.refused(discussion, liams, names=names)


def liams_own_matter(cast: Cast, reference: str) -> str:
    """The young person who may have harmed is a child to be helped, with a matter of his own; its path."""
    manager = cast["duty manager"]
    manager.opens("/desk/?show=all")
    manager.page.get_by_role("link", name="Liam Angwin").first.click()
    manager.reads(reference)
    manager.reads("a child to be helped, too")
    manager.can_use_the_page()
    return manager.page.url.removeprefix(manager.address)


def test_a_suspect_with_no_known_child_from_the_document_to_the_filed_record(
    cast: Cast, own_partnership: Partnership
) -> None:
    """A1, B2, E2: given the word of a survivor who wants no name, then the matter is about the man who coaches
    children, the designated officer acts on it, and nobody outside the front door reads who spoke."""
    names = ("Jenna", "Raymond")
    worker = cast["recovery worker"]
    worker.opens(f"/our-referrals/{own_partnership.receipts['no-known-child']}/")
    worker.can_use_the_page()
    reference = own_partnership.references["no-known-child"]
    matter, manager = f"/matters/{reference}/", cast["duty manager"]
    manager.opens(matter)
    walking.has_text(manager, "No child is known here yet.", "volunteer football coach", "esignated officer")
    manager.can_use_the_page()
    cast.refused(matter, names=names)
    walking.decides_on_a_discussion(manager, reference)
    discussion = walking.convenes(manager, reference)
    cast.refused(discussion, f"{discussion}minutes/", names=names)
    walking.takes_into_scope(
        manager,
        "Raymond Opie",
        "Suspended from coaching today.",
        owner="cornwall-childrens-services/designated-officer",
    )
    walking.agrees_action(
        manager, "Ask the club who the children are.", "cornwall-childrens-services/designated-officer"
    )
    manager.can_use_the_page()
    officer = cast["designated officer"]
    officer.opens("/notices/")
    officer.follows_to(discussion)
    officer.reads("Ask the club who the children are.")
    officer.does_not_read("Jenna")
    officer.can_use_the_page()
    Form(officer, "Say how far it is").ticks("We have it").sends()
    whole_and_closed(cast, discussion)
    detective = cast["detective"]
    walking.files(detective, discussion, "Niche")
    officer.opens(discussion)
    officer.does_not_read("Jenna")
    manager.opens(discussion)
    walking.has_text(manager, "Niche", "Ask the club who the children are.")
    cast.refused(discussion, names=names)
