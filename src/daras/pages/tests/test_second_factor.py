"""A second proof of who somebody is: nobody reads the record without one where it is required, a code opens the door
once it is right, a lost one is replaced, and the secret itself lies under a key the database does not have (G4)."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from hashlib import sha1
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from daras.access import keys
from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.outbox.models import Receiver, WebhookSecret
from daras.pages.tests.partnership import PASSWORD, People

RECORD = ("/", "/desk/", "/refer/", "/find/", "/notices/", "/design/")


@pytest.fixture(autouse=True)
def _no_attempts_before(db: None) -> None:
    cache.clear()


@pytest.fixture
def required(settings: Settings) -> None:
    """As `serve` wants it."""
    settings.SECOND_FACTOR = "required"


def code(secret: str, moment: float | None = None) -> str:
    """What an app shows (RFC 6238), worked out here by its own rule."""
    count = int((moment or time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", count), sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client, worker: Worker) -> str:
    """By password; where that leads."""
    response = client.post("/sign-in/", {"login": worker.email, "password": PASSWORD})
    return response.headers["Location"]


def set_up(client: Client) -> tuple[str, list[str]]:
    """An app with codes; its secret, and the codes on paper."""
    page = client.get("/sign-in/keys/app/").content.decode()
    secret = re.search(r'<code class="daras-key">(\w+)</code>', page)
    assert secret is not None
    answer = client.post("/sign-in/keys/app/", {"code": code(secret[1])})
    assert answer.headers["Location"] == "/sign-in/keys/codes/"
    written = re.findall(r"<li><code>(\d+)</code></li>", client.get("/sign-in/keys/codes/").content.decode())
    return secret[1], written


def an_hour_passes(client: Client) -> None:
    """Since whoever sits there last proved who they are."""
    session = client.session
    for each in session["account_authentication_methods"]:
        each["at"] -= 3_600
    session.save()


def wrong(secret: str) -> str:
    right = {code(secret, time.time() + 30 * step) for step in range(-2, 3)}
    return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in right)


def reasons(worker: Worker) -> list[tuple[str, str]]:
    with machine():
        found = TrailEntry.objects.filter(subject_kind="worker", subject_id=worker.slug).order_by("id")
        return [(entry.reason, entry.outcome) for entry in found if entry.reason]


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("address", RECORD)
def test_a_password_alone_opens_no_record(client: Client, people: People, address: str) -> None:
    """G4: given a duty manager who has set up nothing beside the password, when they ask for any page, then they are
    led to set it up."""
    sign_in(client, people.duty_manager)
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/keys/")
    assert "Before you can read any record" in client.get("/sign-in/keys/").content.decode()


@pytest.mark.usefixtures("required")
def test_a_code_is_set_up_once_and_asked_for_ever_after(client: Client, people: People) -> None:
    """G4: given a duty manager who sets up an app, then the record opens at once; the next sign-in asks for the code,
    a wrong one is refused, the right one leads where the link led; each step is in the trail and no code is."""
    manager = people.duty_manager
    sign_in(client, manager)
    secret, paper = set_up(client)
    assert client.get("/desk/").status_code == 200
    assert len(paper) == 10

    later = Client()
    answer = later.post("/sign-in/", {"login": manager.email, "password": PASSWORD, "next": "/notices/"})
    assert answer.headers["Location"] == "/sign-in/second/"
    assert later.get("/desk/").headers["Location"].startswith("/sign-in/")
    refused = later.post("/sign-in/second/", {"code": wrong(secret)})
    assert refused.status_code == 422
    assert "That code is not right" in refused.content.decode()
    cache.clear()  # the same half minute's code was used to set up, and a code opens the door once
    accepted = later.post("/sign-in/second/", {"code": code(secret, time.time())})
    assert accepted.headers["Location"] == "/notices/"
    assert later.get("/desk/").status_code == 200
    assert reasons(manager) == [
        ("set up an app that shows codes", "done"),
        ("a code that was not right", "refused"),
        ("showed an app that shows codes", "done"),
    ]


@pytest.mark.usefixtures("required")
def test_a_code_on_paper_opens_the_door_once(client: Client, people: People) -> None:
    """G4: given somebody without their telephone, then one of their codes on paper lets them in, and not a second
    time."""
    sign_in(client, people.duty_manager)
    _secret, paper = set_up(client)
    for expected in (302, 422):
        other = Client()
        sign_in(other, people.duty_manager)
        assert other.post("/sign-in/second/", {"code": paper[0]}).status_code == expected
    assert "9 of 10" in client.get("/sign-in/keys/codes/").content.decode()


@pytest.mark.usefixtures("required")
def test_guessing_codes_is_slowed_down(client: Client, people: People) -> None:
    """G4: given somebody who has the password and guesses codes, when five were wrong, then even the right waits."""
    sign_in(client, people.duty_manager)
    secret, _paper = set_up(client)
    guesser = Client()
    sign_in(guesser, people.duty_manager)
    for _ in range(5):
        guesser.post("/sign-in/second/", {"code": wrong(secret)})
    assert "Too many attempts" in guesser.post("/sign-in/second/", {"code": code(secret)}).content.decode()
    assert guesser.get("/desk/").headers["Location"].startswith("/sign-in/")


@pytest.mark.usefixtures("required")
def test_the_last_proof_stays(client: Client, people: People) -> None:
    """G4: given somebody whose only second proof is an app, when they remove it, then they are told to set up another
    first; the removal asks for a code again, because a screen may have been left open."""
    sign_in(client, people.duty_manager)
    secret, _paper = set_up(client)
    an_hour_passes(client)
    asked = client.get("/sign-in/keys/app/remove/")
    assert asked.headers["Location"].startswith("/sign-in/again/code/")
    cache.clear()
    assert client.post(asked.headers["Location"], {"code": code(secret)}).status_code == 302
    refused = client.post("/sign-in/keys/app/remove/")
    assert "Set up another one first" in refused.content.decode()
    assert Authenticator.objects.filter(user=people.duty_manager, type="totp").exists()


@pytest.mark.usefixtures("required")
def test_what_one_worker_showed_opens_nothing_for_another(client: Client, people: People) -> None:
    """G4: given a browser in which one worker has shown a second factor, when another, who has none, signs in there by
    password, then the record stays closed to them."""
    session = client.session
    session["daras_second_factor"] = people.out_of_hours.pk
    session.save()
    sign_in(client, people.duty_manager)
    assert client.session["daras_second_factor"] == people.out_of_hours.pk
    assert client.get("/desk/").headers["Location"] == "/sign-in/keys/"


def test_where_it_is_only_offered_nobody_is_held_up(client: Client, people: People) -> None:
    """Given a demonstration, when somebody signs in by password, then My work opens, and their page offers more."""
    assert sign_in(client, people.duty_manager) == "/"
    assert client.get("/desk/").status_code == 200
    assert "Set up a second proof" in client.get("/sign-in/keys/").content.decode()


@pytest.mark.parametrize(
    "address", ["/sign-in/keys/", "/sign-in/keys/app/", "/sign-in/keys/passkey/", "/sign-in/again/"]
)
def test_nobody_sets_up_anything_for_somebody_else(client: Client, people: People, address: str) -> None:
    """Given nobody who has signed in, then none of it opens."""
    assert client.get(address).headers["Location"].startswith("/sign-in/?next=")
    assert client.get("/sign-in/second/").headers["Location"] == "/sign-in/"


def test_the_secret_lies_under_a_key_outside_the_database(client: Client, people: People, settings: Settings) -> None:
    """G4: given an app and a webhook, then the database holds neither secret in clear; a new key in front and a
    rotation let the old key go, and the app's codes go on working; without any key that fits, nothing is changed."""
    sign_in(client, people.duty_manager)
    secret, _paper = set_up(client)
    with machine():
        receiver = Receiver.objects.create(
            agency="carn-brea-academy", channel="webhook", address="https://school.example/"
        )
        WebhookSecret.of(receiver, "told-to-the-school").save(force_insert=True)
    held = [str(each.data) for each in Authenticator.objects.all()]
    with machine():
        held.append(WebhookSecret.objects.get().encrypted)
    assert not any(secret in each or "told-to-the-school" in each for each in held)

    old, new = settings.ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = f"{new},{old}"
    said = StringIO()
    call_command("encryption", "rotate", stdout=said)
    assert said.getvalue().startswith("3 secrets")
    settings.ENCRYPTION_KEYS = new
    with machine():
        assert Receiver.objects.get(pk=receiver.pk).secret == "told-to-the-school"
    cache.clear()
    other = Client()
    sign_in(other, people.duty_manager)
    assert other.post("/sign-in/second/", {"code": code(secret)}).status_code == 302
    settings.ENCRYPTION_KEYS = Fernet.generate_key().decode()
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("encryption", "rotate")


def test_somebody_who_lost_everything_is_released(client: Client, people: People, required: None) -> None:
    """G4: given a duty manager who lost telephone and paper, when the administrator releases them, then their sign-ins
    have ended, and with the new password they set up anew."""
    manager = people.duty_manager
    sign_in(client, manager)
    set_up(client)
    said = StringIO()
    call_command("worker", "release", manager.email, stdout=said)
    password = said.getvalue().strip().rpartition(" ")[2]
    assert client.get("/desk/").headers["Location"].startswith("/sign-in/?next=")
    cache.clear()
    anew = Client()
    answer = anew.post("/sign-in/", {"login": manager.email, "password": password})
    assert answer.headers["Location"] == "/"
    assert anew.get("/").headers["Location"] == "/sign-in/keys/"


def test_keys_that_cannot_be_used_are_named() -> None:
    """Given what an administrator may write for the keys, then what is wrong is said, and a made one is right."""
    assert "not set" in str(keys.problem_with(""))
    assert "no key" in str(keys.problem_with("a-short-word"))
    assert keys.problem_with(keys.new_key()) is None
    assert keys.problem_with(f"{keys.new_key()},{keys.new_key()}") is None
