"""Measures on pages: forms, duties and referrals; small numbers are held back; cases for their own (I8, F7, A2, G4)."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.frontdoor.intake import receive
from daras.frontdoor.models import QualityChecked
from daras.frontdoor.tests.documents import encoded, referral
from daras.measures.counting import measures_of
from daras.pages.measures.views import defused
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.test_discussion import typed_as_it_stands
from daras.pages.tests.test_forms import SAID, begun, drawn, school_nurse, signed_in
from daras.practice import pack_for
from daras.working_time import clock

pytestmark = pytest.mark.django_db
COMPLETE = "/measures/form-school-nursing-contact-complete/"


def contacts(client: Client, count: int, *, late: int = 0) -> None:
    """So many contacts are recorded, some of them late."""
    for number in range(count):
        address = begun(client, name=f"Mark Penrose {number + 1} 5 2014")
        said = dict(SAID)
        if number < late:
            said |= {"occurred-on": "16 10 2026", "occurred-late_because": "The system was down."}
        sent = client.post(address, {**drawn(client, address), **said, "complete": "1"})
        assert sent.status_code == 302


def data_officer() -> Client:
    with machine():
        return signed_in(worker("Ysella Bone", "cornwall-integrated-care-board", "safeguarding", "data-officer"))


def test_every_duty_and_every_form_is_a_measure(people: People) -> None:
    """I8: given the pack of today, then each kind of duty and each form has its measure without being written."""
    pack = pack_for(clock.today())
    found = measures_of(pack)
    assert {f"duty-{kind}" for kind in pack.duty_kinds} <= found.keys()
    assert {f"form-{form}-{what}" for form in pack.forms for what in ("complete", "on-time")} <= found.keys()
    assert found["vist-voice-heard"].target == 95


def test_a_form_is_measured_for_the_team_and_opens_to_its_cases(people: People) -> None:
    """F7: given seven contacts of which two were late, then the school nurse reads both measures with chart and table,
    and each case; nothing was written for it."""
    client = school_nurse()
    contacts(client, 7, late=2)
    board = client.get("/measures/").content.decode()
    assert "Recorded in time: School nursing contact" in board
    page = client.get("/measures/form-school-nursing-contact-on-time/").content.decode()
    assert "5 of 5" in page
    assert "0 of 2" in page
    assert '<svg class="daras-picture' in page
    assert page.count("Mark Penrose") == 7
    assert page.count(">not counted<") == 2
    with machine():
        assert TrailEntry.objects.filter(actor="wenna-stephens", subject_kind="measure").exists()


def test_who_only_counts_sees_no_small_number_and_no_case(people: People) -> None:
    """I8, G4: given two late contacts of seven, then a data officer reads that the numbers are held back, on the page
    and in the file; of the share in which nobody is few, the number stands; and no case is there."""
    contacts(school_nurse(), 7, late=2)
    officer = data_officer()
    page = officer.get("/measures/form-school-nursing-contact-on-time/").content.decode()
    assert "held back" in page
    assert "0 of 2" not in page
    assert "Mark Penrose" not in page
    assert ",0,2," not in officer.get("/measures/form-school-nursing-contact-on-time/numbers.csv").content.decode()
    assert "21 of 21" in officer.get(COMPLETE).content.decode()


def test_an_agency_sees_its_own_counts_only(people: People) -> None:
    """I8, G4: given contacts of the school nurses, then a school reads no count of theirs, and the front door's
    manager reads them without a case."""
    contacts(school_nurse(), 6)
    other = signed_in(people.outsider)
    assert "Nothing has been counted yet." in other.get(COMPLETE).content.decode()
    assert "School nursing contact" not in other.get("/measures/").content.decode()
    manager = signed_in(people.duty_manager).get(COMPLETE).content.decode()
    assert "18 of 18" in manager
    assert "Mark Penrose" not in manager


def test_duties_are_measured_by_the_month_in_which_they_were_due(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I8, B1: given a decision that was owed on Tuesday and not made, then on Thursday the measure of that duty counts
    it as not on time."""
    arrives("alex")
    monkeypatch.setenv("DARAS_NOW", "2026-11-26T09:30:00+00:00")
    page = signed_in(people.duty_manager).get("/measures/duty-referral-decision/").content.decode()
    assert "0 of 1" in page


def test_what_nobody_was_told_of_is_nobodys_lateness(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """I8, B1, B6: given a medical that waits at the front door for a discussion, then its day passes and health is not
    measured by it; once a manager has convened it is, and opens to its case."""
    matter, manager = arrives("alex").reference, signed_in(people.duty_manager)
    with machine():
        health = signed_in(worker("Elowen Bray", "cornwall-partnership-trust", "maru", "health-practitioner"))
    monkeypatch.setenv("DARAS_NOW", "2026-11-26T09:30:00+00:00")
    measured, convene = "/measures/duty-medical-decision/", f"/matters/{matter}/convene/"
    assert "0 of" not in health.get(measured).content.decode()
    assert manager.post(convene, typed_as_it_stands(manager.get(convene).content.decode())).status_code == 302
    assert "0 of 1" in health.get(measured).content.decode()


def test_the_file_holds_no_formula(people: People) -> None:
    """I8: given what a spreadsheet takes for a formula, then it is text; the export is in the trail."""
    assert [defused(each) for each in ("=1+1", "@x", "-1", "Ella")] == ["'=1+1", "'@x", "'-1", "Ella"]
    client = school_nurse()
    contacts(client, 1)
    sent = client.get(f"{COMPLETE}numbers.csv")
    assert sent.headers["Content-Type"].startswith("text/csv")
    assert (
        "Answered: School nursing contact,Cornwall Partnership,school-nursing,2026-11,3,3,100.0"
        in sent.content.decode()
    )
    with machine():
        assert TrailEntry.objects.filter(action="export", subject_kind="measure").exists()


def test_the_same_numbers_are_a_workbook_without_a_formula(people: People) -> None:
    """I8: given a measure, then its workbook holds what the page shows, as text and numbers and never a formula; a
    school's holds no count of others, and the export is in the trail."""
    client = school_nurse()
    contacts(client, 1)
    sent = client.get(f"{COMPLETE}numbers.xlsx")
    assert sent.headers["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(sent.content)) as book:
        sheet, words = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<v>3</v>" in sheet
    assert "Answered: School nursing contact" in words
    other = signed_in(people.outsider).get(f"{COMPLETE}numbers.xlsx")
    with zipfile.ZipFile(io.BytesIO(other.content)) as book:
        assert "school-nursing" not in book.read("xl/sharedStrings.xml").decode()
    with machine():
        assert TrailEntry.objects.filter(action="export", subject_kind="measure").count() == 2


#: Statements of one look at one measure.
QUERIES = 18
REFERRAL_QUERIES = 18


def test_a_measure_takes_the_same_statements_for_one_case_and_for_many(people: People) -> None:
    """I8: given one contact or five, then its measure takes the same number of queries."""
    client = school_nurse()
    counts = []
    for more in (1, 4):
        contacts(client, more)
        client.get(COMPLETE)
        with CaptureQueriesContext(connection) as queries:
            client.get(COMPLETE)
        counts.append(len(queries))
    assert counts == [QUERIES, QUERIES]


def test_an_unknown_measure_is_not_found(people: People) -> None:
    """Given a measure that is none, then it is not found, for anybody."""
    assert isinstance(people.outsider, Worker)
    assert signed_in(people.outsider).get("/measures/happiness/").status_code == 404


def referrals(count: int, *, told: bool, since: int = 0, **changes: object) -> None:
    """So many referrals of Alex by his school, some with parts changed or (None) left out."""
    for number in range(since, since + count):
        document = referral("alex") | {key: value for key, value in changes.items() if value is not None}
        document["hoped_for"] = f"He is safe this weekend ({number})."
        document["involvement"] = {"parents_told": told, "reason": "" if told else "It would not be safe."}
        for key in (key for key, value in changes.items() if value is None):
            del document[key]
        outcome = receive(encoded(document))
        assert outcome.outcome == "recorded", outcome.problem


def test_a_school_reads_how_complete_its_referrals_are_month_by_month(people: People) -> None:
    """A2: given two referrals of a school of which one leaves out what the child says, then its safeguarding lead reads
    the average score, the share without each part, and each referral by its receipt, on the page and in the file, with
    the look in the trail."""
    referrals(1, told=True)
    referrals(1, told=True, since=1, voice_of_child=None)
    client = signed_in(people.safeguarding_lead)
    board = client.get("/measures/").content.decode()
    assert "Quality of referrals: the average score" in board
    page = client.get("/measures/referral-missing-voice/").content.decode()
    assert "1 of 2" in page
    assert page.count("Alex Tregear") == 2
    with machine():
        scores = list(QualityChecked.objects.order_by("fact_id").values_list("score", "parts_missing"))
        assert [("voice" in parts) for _, parts in scores] == [False, True]
    written = client.get("/measures/referral-quality/numbers.csv").content.decode()
    total = sum(score for score, _ in scores)
    assert f"Carn Brea Academy,,2026-11,{total},200,{total / 2:.1f}" in written
    with machine():
        assert TrailEntry.objects.filter(actor="loveday-rowe", subject_kind="measure").exists()


def test_whether_parents_and_child_were_involved_is_measured_for_each_sender(people: People) -> None:
    """A4: given six referrals of which the parents were told of one, not told of five with the reason, then the lead
    reads each share and the child's views; agreement, which nobody asked for, has no share."""
    referrals(1, told=True)
    referrals(5, told=False, since=1)
    client = signed_in(people.safeguarding_lead)
    for measure, says in {
        "referral-parents-told": "1 of 6",
        "referral-parents-not-told": "5 of 6",
        "referral-not-told-why": "5 of 5",
        "referral-parents-views": "0 of 1",
        "referral-child-views": "6 of 6",
        "referral-agreement-asked": "0 of 6",
    }.items():
        assert says in client.get(f"/measures/{measure}/").content.decode(), measure
    assert "Nothing has been counted yet." in client.get("/measures/referral-agreement/").content.decode()


def test_few_referrals_are_held_back_from_all_but_their_sender(people: People) -> None:
    """A2, A4, G4: given two referrals of a school, then another school reads nothing of them; the front door's manager
    and a data officer read that the numbers are held back, the average score, too, in page and file, and no case."""
    referrals(2, told=True)
    outsider = signed_in(people.outsider)
    assert "Nothing has been counted yet." in outsider.get("/measures/referral-quality/").content.decode()
    assert "Quality of referrals" not in outsider.get("/measures/").content.decode()
    for client in (signed_in(people.duty_manager), data_officer()):
        for measure in ("referral-quality", "referral-parents-told"):
            page = client.get(f"/measures/{measure}/").content.decode()
            written = client.get(f"/measures/{measure}/numbers.csv").content.decode()
            assert "held back" in page
            assert "Carn Brea Academy,,2026-11,held back,held back,held back" in written
            assert "Alex" not in page


def test_a_measure_of_referrals_takes_the_same_statements_for_one_and_for_many(people: People) -> None:
    """A2: given one referral or five, then the measure takes the same number of queries, as a form's does."""
    client = signed_in(people.safeguarding_lead)
    counts = []
    for since, more in ((0, 1), (1, 4)):
        referrals(more, told=True, since=since)
        client.get("/measures/referral-quality/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/measures/referral-quality/")
        counts.append(len(queries))
    assert counts == [REFERRAL_QUERIES, REFERRAL_QUERIES]
