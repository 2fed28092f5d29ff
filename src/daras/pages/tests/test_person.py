"""The page of a child or an adult: who may open it, what it shows, as known on any date (A5, E2, G2, G5)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.session import machine
from daras.frontdoor.outcome import Outcome
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_who_sees_what import read, trail

#: Queries of each tab, with those of the transaction, the session and the trail; nine of them ask who somebody is.
BUDGETS = {"": 32, "family/": 36, "chronology/": 30, "documents/": 21, "sharing/": 25}
TABS = ("", "family/", "chronology/", "documents/", "sharing/")


def number_of(outcome: Outcome, name: str) -> str:
    """The number of somebody in the news."""
    from daras.people.models import NameKnown, RecordPerson

    with machine():
        records = NameKnown.objects.filter(given_name=name).values_list("fact__person_record_id", flat=True)
        return RecordPerson.objects.filter(record_id__in=list(records)).values_list("number", flat=True)[0]


@pytest.fixture
def alex(people: People) -> Outcome:
    return arrives("alex")


def test_the_manager_opens_the_child_on_every_tab(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's referral, when the duty manager opens Alex, then each tab answers and the look is kept (A5, G4)."""
    number = number_of(alex, "Alex")
    for tab in TABS:
        status, text = read(client, people.duty_manager, f"/people/{number}/{tab}")
        assert status == 200, tab
        assert "Alex Tregear" in text
    assert ("jenifer-pascoe", "person", number, "done") in trail(action="look")


def test_an_outsider_opens_nothing_of_the_child(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex, when another school asks for any tab or print, then it cannot tell Alex from nobody (G4)."""
    number = number_of(alex, "Alex")
    for tab in (*TABS, "print/"):
        assert read(client, people.outsider, f"/people/{number}/{tab}")[0] == 404, tab
    assert read(client, people.outsider, "/people/P-0000-0000/")[0] == 404
    refused = {path for _, _, path, _ in trail(actor="kensa-bolitho", outcome="refused")}
    assert f"/people/{number}/family/" in refused


def test_the_school_sees_its_own_record_and_nothing_made_of_it(client: Client, people: People, alex: Outcome) -> None:
    """Given news from the nurse, when the school opens Alex, then only the school's own words are there (A5, G4)."""
    arrives("open-case")
    number = number_of(alex, "Alex")
    for tab in TABS:
        status, text = read(client, people.safeguarding_lead, f"/people/{number}/{tab}")
        assert status == 200
        for kept in ("Toby doesn't mind", "Decide on a strategy discussion", "matching"):
            assert kept not in text, (tab, kept)


def test_the_family_picture_and_its_table_say_the_same(client: Client, people: People, alex: Outcome) -> None:
    """A5, G2: given Alex's family, then everybody in the picture is in the table, with each reason."""
    _, text = read(client, people.duty_manager, f"/people/{number_of(alex, 'Alex')}/family/")
    picture, table = text.split("<svg", 2)[-1].split("The same as a table")
    for name in ("Alex Tregear", "Jake Rowse", "Morwenna Rowse", "Ella Rowse"):
        assert name in picture
        assert name in table
    for words in ("Jake Rowse is said to have harmed Alex Tregear", "is the mother of Alex Tregear"):
        assert words in picture
        assert words in table
    assert " style=" not in picture


def test_the_family_picture_stands_on_the_page_of_the_matter(client: Client, people: People, alex: Outcome) -> None:
    """A5, G2: given Alex's matter, then its own page shows the picture of him, the suspect and the suspect's household
    above the table that says the same; an agency without a part in it opens none of it."""
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get(f"/matters/{alex.reference}/").content.decode().replace("&#39;", "'")
    picture, table = text.split('aria-label="Family picture, to scroll"')[1].split("Everybody named or connected", 1)
    for name in ("Alex Tregear", "Jake Rowse", "Ella Rowse"):
        assert name in picture.split("</svg>")[0]
        assert name in table
    assert "said to have harmed" in picture
    client.force_login(people.outsider, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/matters/{alex.reference}/").status_code == 404


def test_the_chronology_marks_what_came_late_and_filters(client: Client, people: People, alex: Outcome) -> None:
    """Given a worry of last week recorded today, then it is marked late; a filter leaves the rest out (G2)."""
    arrives("open-case")
    path = f"/people/{number_of(alex, 'Alex')}/chronology/"
    _, text = read(client, people.duty_manager, path)
    assert "recorded 3 days later" in text
    assert "At a drop-in Alex said" in text
    assert "Lives at 17 Trevenson Close" in text
    _, text = read(client, people.duty_manager, path + "?kind=home")
    assert "Lives at 17 Trevenson Close" in text
    assert "At a drop-in Alex said" not in text
    _, text = read(client, people.duty_manager, path + "?family=1")
    assert "Kerra Tregear: Is called Kerra Tregear" in text


def test_the_chronology_has_a_decision_on_the_day_on_which_it_was_made(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch, alex: Outcome
) -> None:
    """G2: given Alex's referral of Tuesday, on which the manager decides on Wednesday in the same words as on Thursday,
    then both decisions stand in the chronology, each on its day; of what nobody gave a day to, it still says so."""
    path = f"/people/{number_of(alex, 'Alex')}/chronology/"
    for day, words in (("25", "Seen with his mother."), ("26", "Seen with his mother.")):
        monkeypatch.setenv("DARAS_NOW", f"2026-11-{day}T09:30:00+00:00")
        client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
        sent = client.post(f"/matters/{alex.reference}/decide/", {"decision": "assessment", "reason": words})
        assert sent.status_code == 302, sent.content.decode()
    monkeypatch.setenv("DARAS_NOW", "2026-11-27T09:30:00+00:00")
    _, text = read(client, people.duty_manager, path)
    lines = text.partition("The same as a list")[2].split("<li>")[1:]
    decided = [line for line in lines if "Decided:" in line]
    days = [re.findall(r"<strong>(.*?)</strong>", line)[0] for line in decided]
    assert days == ["26 November 2026", "25 November 2026"]
    assert lines.index(decided[1]) < next(at for at, line in enumerate(lines) if "sent to the front door" in line)
    assert "not dated; recorded 24 November 2026" in next(line for line in lines if "Is called Alex" in line)


def test_as_known_on_an_earlier_day_what_came_later_is_not_there(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch, alex: Outcome
) -> None:
    """Given the school's news on Tuesday and the nurse's on Thursday, then as of Tuesday only the first is known
    (G2)."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-26T09:30:00+00:00")
    arrives("open-case")
    path = f"/people/{number_of(alex, 'Alex')}/chronology/"
    assert "At a drop-in Alex said" in read(client, people.duty_manager, path)[1]
    _, text = read(client, people.duty_manager, path + "?known-on=2026-11-24")
    assert "As known at the end of Tuesday 24 November 2026" in text
    assert "At a drop-in Alex said" not in text
    assert "has touched him sexually" in text
    _, text = read(client, people.duty_manager, path + "?known-on=2026-11-01")
    assert "has touched him sexually" not in text


def test_what_several_agencies_say_of_responsibility_is_one_line(client: Client, people: People, alex: Outcome) -> None:
    """Given two agencies that say that Kerra holds it as the mother, then one line says so, with both (G5)."""
    arrives("open-case")
    _, text = read(client, people.duty_manager, f"/people/{number_of(alex, 'Alex')}/")
    lines = re.findall(r"[^<>]*holds it as the mother[^<>]*", text)
    assert len(lines) == len({line.partition(". Recorded by")[0].strip() for line in lines})


def test_a_print_is_a_tagged_pdf_with_the_look_kept(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's page, when it is printed, then a PDF/UA file comes, and the export is in the trail (G5)."""
    number = number_of(alex, "Alex")
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(f"/people/{number}/print/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Alex" not in answer.headers["Content-Disposition"]
    for mark in (b"%PDF-1.7", b"pdfuaid:part", b"StructTreeRoot", b"/Marked true", b"/Lang"):
        assert mark in answer.content, mark
    assert ("jenifer-pascoe", "print", number, "done") in trail(action="export")
    assert ("jenifer-pascoe", "person", number, "done") in trail(action="export")


def test_each_tab_asks_a_fixed_number_of_queries(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex known to two agencies, then each tab costs exactly this many queries, however much is known."""
    arrives("open-case")
    number = number_of(alex, "Alex")
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = {}
    for tab in TABS:
        client.get(f"/people/{number}/{tab}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/people/{number}/{tab}")
        asked[tab] = len(captured)
    assert asked == BUDGETS
