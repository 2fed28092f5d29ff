"""A sign-in that is left alone asks again and loses nothing; one sees and ends one's own, and is told of changes (G4;
OWASP ASVS 2.2.3, 2.5.5, 2.8.5, 3.3.2, 3.3.4)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.exchange import joining
from daras.outbox import to_workers
from daras.pages.idle import SEEN
from daras.pages.sign_ins import called
from daras.pages.tests.partnership import PASSWORD, People
from daras.pages.tests.test_second_factor import an_hour_passes, code, set_up
from daras.pages.tests.test_sign_in import NEW, sent
from daras.worker import tasks

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


@pytest.fixture(autouse=True)
def _no_attempts_before(db: None) -> None:
    cache.clear()


def signed_in(worker: Worker, user_agent: str = FIREFOX, password: str = PASSWORD) -> Client:
    client = Client(headers={"user-agent": user_agent})
    assert client.post("/sign-in/", {"login": worker.email, "password": password}).status_code == 302
    return client


def left_alone(client: Client) -> None:
    """For an hour."""
    an_hour_passes(client)
    session = client.session
    session[SEEN] -= 3_600
    session.save()


def letters() -> list[str]:
    """Whatever waits to be written to a worker is written; the words of all that was."""
    with machine(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s RETURNING args", [to_workers.TASK])
        jobs: list[dict[str, Any]] = [json.loads(args) for (args,) in cursor.fetchall()]
    for each in jobs:
        tasks.write_to_worker(**each)
    return [str(each.body) for each in mail.outbox]


def reasons(worker: Worker) -> list[str]:
    with machine():
        return list(TrailEntry.objects.filter(subject_id=worker.slug).order_by("id").values_list("reason", flat=True))


def test_a_screen_left_alone_asks_again_and_loses_nothing(people: People) -> None:
    """G4: given a worker who did nothing for half an hour and then sends what they had typed, when they have shown that
    it is still they, then it is recorded as they sent it; a page that looks by itself is told nothing and keeps nobody
    signed in; meanwhile no page opens, and who cannot show it gets nowhere."""
    client = signed_in(people.safeguarding_lead)
    assert client.get("/notices/").status_code == 200
    left_alone(client)
    away = client.get("/notices/")
    assert away.headers["Location"] == "/sign-in/again/?next=%2Fnotices%2F"
    assert client.get("/notices/", headers={"HX-Request": "true"}).status_code == 204
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    asked = client.post("/password/", typed)
    assert asked.headers["Location"].startswith("/sign-in/again/")
    assert client.post(asked.headers["Location"], {"password": "not-this-one-at-all"}).status_code == 422
    assert client.get("/").headers["Location"].startswith("/sign-in/again/")
    assert "changed their password" not in reasons(people.safeguarding_lead)
    assert client.post("/password/", typed).status_code == 302
    assert client.post(asked.headers["Location"], {"password": PASSWORD}).headers["Location"] == "/password/changed/"
    assert "changed their password" in reasons(people.safeguarding_lead)
    assert client.get("/notices/").status_code == 200


def test_nobody_passes_the_second_factor_by_being_idle(people: People, settings: Settings) -> None:
    """G4: given a second factor that is required and a worker who has shown a password alone, when they send something
    after an hour, then they are led to set it up: nothing that waits is done for a password."""
    settings.SECOND_FACTOR = "required"
    client = signed_in(people.safeguarding_lead)
    left_alone(client)
    assert client.post("/refer/", {"what": "x"}).headers["Location"] == "/sign-in/keys/"
    assert client.get("/sign-in/keys/").headers["Location"].startswith("/sign-in/again/")
    assert client.post("/sign-in/again/?next=/refer/", {"password": PASSWORD}).headers["Location"] == "/refer/"
    assert client.get("/refer/").headers["Location"] == "/sign-in/keys/"


def test_a_copy_of_the_database_reads_no_session(people: People) -> None:
    """G4: given what waits in a session until somebody has shown who they are, then it lies under a key that is not in
    the database, as who is signed in does."""
    client = signed_in(people.safeguarding_lead)
    left_alone(client)
    client.post("/refer/", {"what": "Alex told her teacher."})
    kept = Session.objects.get(pk=client.session.session_key)
    assert kept.session_data.startswith("gAAAA")
    assert kept.get_decoded() == {}
    assert "Alex told her teacher." in str(dict(client.session)).replace("+", " ")


def test_one_sees_and_ends_ones_own_sign_ins(people: People) -> None:
    """G4: given a worker who is signed in at three desks, when they look, then they see which and since when, and end
    one, and then all others, and stay; they end nobody else's; each is in the trail."""
    lead = people.safeguarding_lead
    here, telephone, desk = signed_in(lead), signed_in(lead, SAFARI), signed_in(lead)
    stranger = signed_in(people.outsider)
    page = here.get("/sign-in/where/").content.decode()
    assert page.count('name="one"') == 2
    assert "Safari on an iPhone" in page
    assert 'href="/sign-in/where/"' in here.get("/sign-in/keys/").content.decode()
    numbers = [each.split('"')[0] for each in page.split('name="one" value="')[1:]]
    assert stranger.post("/sign-in/where/", {"one": numbers[0]}).status_code == 302
    assert telephone.get("/").status_code == 200
    assert here.post("/sign-in/where/", {"one": numbers[0]}).status_code == 302
    assert (telephone.get("/").status_code, desk.get("/").status_code) == (302, 200)
    assert here.post("/sign-in/where/", {"one": "not a number"}).status_code == 302
    assert here.post("/sign-in/where/", {}).status_code == 302
    assert desk.get("/").headers["Location"] == "/sign-in/?next=/"
    assert (here.get("/").status_code, stranger.get("/").status_code) == (200, 200)
    assert 'name="one"' not in here.get("/sign-in/where/").content.decode()
    assert {"ended one of their sign-ins", "ended their other sign-ins"} <= set(reasons(lead))
    assert Client().get("/sign-in/where/").headers["Location"] == "/sign-in/?next=/sign-in/where/"
    joining.stop_worker(lead.email, by="shell:test")
    assert here.get("/").status_code == 302


def test_a_browser_is_called_by_what_it_says() -> None:
    """G4: given what browsers say they are, then a person recognises their own; one that says nothing is a browser."""
    assert called(FIREFOX) == "Firefox on Windows"
    assert called(SAFARI) == "Safari on an iPhone"
    assert called("curl/8.0") == "A browser"


def test_one_is_written_to_when_how_one_signs_in_changes(people: People) -> None:
    """G4: given a worker who changes a password and adds an app, and an administrator who gives a new password and
    releases somebody, then each is written to, without a name or where it was done; a change that is refused writes
    nothing."""
    lead = people.safeguarding_lead
    client = signed_in(lead)
    assert sent(client, "not-this-one-at-all", NEW, NEW)[0] == 422
    assert letters() == []
    assert sent(client, PASSWORD, NEW, NEW)[0] == 302
    secret, _ = set_up(client)
    joining.new_password(lead.email, by="shell:test")
    joining.release_worker(lead.email, by="shell:test")
    written = letters()
    for what in ("password-changed", "app-added", "password-given", "released"):
        assert any(to_workers.WORDS[what] in each for each in written), what
    for each in mail.outbox:
        whole = str(each.message())
        assert each.to == [lead.email]
        assert not any(word in whole for word in ("Loveday", "Rowe", "127.0.0.1", "Firefox", secret, NEW))


def test_a_code_used_twice_is_refused_and_told(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a code that somebody has just used, when it is entered again, then it is refused, and whose it is
    learns that somebody has seen it; of a code that was never right nobody is written to."""
    lead = people.safeguarding_lead
    secret, _ = set_up(signed_in(lead))
    assert letters() != []
    mail.outbox.clear()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # within one half minute, in which a code stays the same
    again, thief = Client(), Client()
    for each, status in ((again, 302), (thief, 422)):
        each.post("/sign-in/", {"login": lead.email, "password": PASSWORD})
        assert each.post("/sign-in/second/", {"code": code(secret, now)}).status_code == status
    assert [to_workers.WORDS["code-used-twice"] in each for each in letters()] == [True]
    assert "a code used before" in reasons(lead)
    assert thief.post("/sign-in/second/", {"code": "12"}).status_code == 422
    assert len(letters()) == 1


def test_a_letter_that_waits_is_not_sent_after_a_restore(people: People) -> None:
    """G4 (attack 11): given a letter that waits in a backup, when the backup is restored, then it is not sent."""
    joining.new_password(people.safeguarding_lead.email, by="shell:test")
    with machine(), connection.cursor() as cursor:
        assert to_workers.withdraw() == 1
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'",
                       [to_workers.TASK])  # fmt: skip
        assert cursor.fetchone() == (0,)
