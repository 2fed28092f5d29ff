"""Forms on pages: filled in without scripts, two people at once, read, printed, and nobody else's (F1, F7, A3, G4)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.forms.models import FormCompleted, FormDraft
from daras.pages.tests.partnership import People, worker
from daras.practice import pack_for
from daras.working_time import clock

pytestmark = pytest.mark.django_db
TRUST = "cornwall-partnership-trust"
SAID = {
    "occurred-on": "24 11 2026",
    "occurred-at": "09:00",
    "answers-kind": "seen",
    "answers-what": "We spoke of sleep and school.",
    "answers-voice": "I like it at my nan's.",
}


def signed_in(somebody: Worker) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def school_nurse(name: str = "Wenna Stephens") -> Client:
    with machine():
        return signed_in(worker(name, TRUST, "school-nursing", "school-nurse"))


def begun(client: Client, form: str = "school-nursing-contact", name: str = "Mark Penrose 14 5 2014") -> str:
    """A form is begun with somebody new; returns its address."""
    sent = client.post(f"/forms/begin/{form}/", {"name": name, "role": "child"})
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"])


def drawn(client: Client, address: str) -> dict[str, list[str] | str]:
    """What the page sends by itself: its token, and what it showed."""
    page = client.get(address).content.decode()
    shown = re.search(r'id="shown" name="shown" value="([^"]+)"', page)
    assert shown is not None
    return {"shown": shown[1], "drawn": re.findall(r'name="drawn" value="([^"]+)"', page)}


def test_a_school_nurse_fills_in_a_contact_and_it_is_in_the_chronology_and_my_work(people: People) -> None:
    """F7: given a contact on the same morning, when a school nurse begins the form, then it waits in "my work"; what
    is missing is said at its field with everything typed kept; completed it is read, gone from "my work" and told in
    the child's chronology with no code of its own."""
    client = school_nurse()
    listed = client.get("/forms/").content.decode()
    assert "School nursing contact" in listed
    assert "Midwifery booking" not in listed
    address = begun(client)
    assert "Complete a form that was begun" in client.get("/").content.decode()
    without = {key: value for key, value in SAID.items() if key != "answers-voice"}
    wrong = client.post(address, {**drawn(client, address), **without, "complete": "1"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "“What does the child say?” is not answered." in page
    assert 'href="#id_answers-voice"' in page
    assert "We spoke of sleep and school." in page
    sent = client.post(address, {**drawn(client, address), **SAID, "complete": "1"})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert "School nursing contact: Mark Penrose" in page
    assert "I like it at my nan&#39;s." in page
    assert "3 of 3 required questions" in page
    assert "Complete a form that was begun" not in client.get("/").content.decode()
    with machine():
        number = FormCompleted.objects.get().fact.person_record_id
        found = connection.cursor()
        found.execute("SELECT number FROM people_recordperson WHERE record_id = %s", [number])
        (person,) = found.fetchone()
    told = client.get(f"/people/{person}/chronology/").content.decode()
    assert "School nursing contact" in told
    assert "We spoke of sleep and school." in told


def test_what_two_people_type_at_once_stands_on_the_page(people: People) -> None:
    """F7: given two school nurses on one page, when both write into one answer, then the second is told and reads both
    texts; what only one wrote is there."""
    one, other = school_nurse(), school_nurse("Rosen Kitto")
    address = begun(one)
    first, second = drawn(one, address), drawn(other, address)
    assert one.post(address, {**first, "answers-what": "She slept badly."}).headers["Location"] == address
    sent = other.post(address, {**second, "answers-what": "She slept well.", "answers-kind": "seen"})
    assert sent.headers["Location"] == f"{address}?others=1"
    page = other.get(f"{address}?others=1").content.decode()
    assert "She slept badly." in page
    assert "Rosen Kitto wrote here at the same time: “She slept well.”" in page
    with machine():
        assert FormDraft.objects.get().body["answers"]["kind"] == "seen"


def test_saving_by_itself_answers_with_the_time(people: People) -> None:
    """F7: given a pause while writing, then the page saves itself and says when."""
    client = school_nurse()
    address = begun(client)
    said = client.post(address, {**drawn(client, address), **SAID}, headers={"hx-request": "true"}).content.decode()
    assert "Saved 09:30." in said
    assert 'value="2s"' in said
    client.post(address, {**drawn(client, address), **SAID, "complete": "1"})
    late = client.post(address, SAID, headers={"hx-request": "true"})
    assert (late.status_code, "This form has been completed." in late.content.decode()) == (200, True)


def test_a_form_sent_after_the_sign_in_ended_is_kept(people: People) -> None:
    """F7: given a session that ended while somebody wrote, then what they send waits for their sign-in and is saved."""
    client = school_nurse()
    address = begun(client)
    typed = drawn(client, address)
    client.logout()
    assert client.post(address, {**typed, **SAID}).status_code == 302
    with machine():
        somebody = Worker.objects.get(slug="wenna-stephens")
    session = dict(client.session)
    client.force_login(somebody)
    held = client.session
    held.update({key: value for key, value in session.items() if key == "form_sent_signed_out"})
    held.save()
    assert "We spoke of sleep and school." in client.get(address).content.decode()


def test_somebody_more_is_added_and_named(people: People) -> None:
    """F3: given "add another person", then everything typed is saved and there is one place more."""
    client = school_nurse()
    address = begun(client)
    named = {"people-with-p1-given_name": "Claire", "people-with-p1-relation": "mother"}
    sent = client.post(address, {**drawn(client, address), **SAID, **named, "add": "with"})
    assert sent.headers["Location"] == f"{address}#id_people-with-p2-given_name"
    more = drawn(client, address)
    named |= {"people-with-p2-given_name": "Bryher", "people-with-p2-relation": "grandmother"}
    assert client.post(address, {**more, **SAID, **named, "complete": "1"}).status_code == 302
    assert "Claire (mother), Bryher (grandmother)" in client.get(address).content.decode()


def test_reasons_that_follow_are_given_on_the_page(people: People) -> None:
    """F7: given a question left with "reason later", then the completed form asks for it, "my work" holds it, and both
    are quiet when it is there."""
    client = school_nurse()
    address = begun(client)
    said = {key: value for key, value in SAID.items() if key != "answers-voice"} | {"later-voice": "on"}
    assert client.post(address, {**drawn(client, address), **said, "complete": "1"}).status_code == 302
    assert "Add a reason that was left for later" in client.get("/").content.decode()
    assert "The reason is to follow." in client.get(address).content.decode()
    assert client.post(address, {"reason-voice": ""}).status_code == 422
    assert client.post(address, {"reason-voice": "He had to catch his bus."}).status_code == 302
    assert "He had to catch his bus." in client.get(address).content.decode()
    assert "Add a reason that was left for later" not in client.get("/").content.decode()


def test_it_prints(people: People) -> None:
    """F7: given a completed form, then it prints as a PDF, and the export is in the trail."""
    client = school_nurse()
    address = begun(client)
    client.post(address, {**drawn(client, address), **SAID, "complete": "1"})
    sent = client.get(f"{address}print/")
    assert sent.headers["Content-Type"] == "application/pdf"
    assert sent.content.startswith(b"%PDF")
    with machine():
        assert TrailEntry.objects.filter(action="export", actor="wenna-stephens").exists()


def test_every_form_has_a_preview_that_names_nobody(people: People) -> None:
    """Given every form of the pack, then its preview opens for a signed-in worker and can be sent nowhere."""
    client = school_nurse()
    forms = pack_for(clock.today()).forms
    assert len(forms) == 12
    for form in forms.values():
        page = client.get(f"/forms/preview/{form.id}/")
        assert page.status_code == 200
        assert form.questions[0].ask in page.content.decode().replace("&#39;", "'")
        assert 'name="complete"' not in page.content.decode()


#: Statements of one look, the transaction's and the session's included.
LIST, WRITING, READING = 13, 11, 20


def test_each_page_asks_exactly_so_much_and_every_look_is_in_the_trail(people: People) -> None:
    """F7, G4: given one form or three, then each page takes the same number of queries, and the look is in the
    trail."""
    client = school_nurse()
    counts = []
    for _ in range(2):
        done, open_now = begun(client), begun(client)
        client.post(done, {**drawn(client, done), **SAID, "complete": "1"})
        asked = []
        for address in ("/forms/", open_now, done):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts == [[LIST, WRITING, READING]] * 2
    with machine():
        looks = TrailEntry.objects.filter(actor="wenna-stephens", action="look")
        assert looks.filter(subject_kind="form", subject_id=done.split("/")[2]).exists()
        assert looks.filter(subject_kind="list", subject_id="forms").exists()


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider", "duty_manager"])
def test_nobody_else_gets_in(people: People, who: str) -> None:
    """F7, G4: given another agency, then neither the draft nor the completed form nor its print opens, nothing sent
    there counts, and a form of another profession cannot be begun."""
    client = school_nurse()
    address, done = begun(client), begun(client)
    client.post(done, {**drawn(client, done), **SAID, "complete": "1"})
    other = signed_in(getattr(people, who))
    for path in (address, done, f"{done}print/"):
        assert other.get(path).status_code == 404
    assert other.post(address, {"answers-what": "Mine.", "shown": "1"}).status_code == 404
    assert other.post(done, {"reason-voice": "Mine."}).status_code == 404
    assert other.post("/forms/begin/school-nursing-contact/", {"name": "Somebody", "role": "child"}).status_code == 403
    assert "Mark Penrose" not in other.get("/forms/").content.decode()
