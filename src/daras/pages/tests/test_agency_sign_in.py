"""Signing in through an agency's own identity provider, a real one on this machine: the subject opens the door that an
administrator tied it to, and no claim opens another (G4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread
from pytest_django.fixtures import Settings

from daras.access.agency_sign_in import ProvidersUnreadable, providers
from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.pages.tests.partnership import People

COUNCIL = "cornwall-childrens-services"
SENT_AWAY = "You cannot sign in that way"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """An OpenID provider that answers for whoever says who they are there."""
    somebody = User(
        sub="0042", claims={"email": "jenifer-pascoe@workers.example", "agency": COUNCIL, "role": "duty-manager"}
    )
    with run_server_in_thread(user_claims=[somebody]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def council(issuer: str, tmp_path: Path, settings: Settings) -> str:
    """The council's provider, as a file names it."""
    (tmp_path / "secret").write_text("between-the-two-of-us\n")
    table = f"""
[[provider]]
id = "council"
name = "Cornwall Council"
issuer = "{issuer}"
client_id = "daras"
secret_file = "{tmp_path / "secret"}"
agencies = ["{COUNCIL}"]
second_factor = true
"""
    (tmp_path / "openid.toml").write_text(table)
    found = providers(str(tmp_path / "openid.toml"), secure=False)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [each.as_app() for each in found]}}
    return "council"


def comes_back(client: Client, subject: str, start: str = "/sign-in/with/council/") -> Any:
    """The worker says at the provider who they are, and is sent back here."""
    asked = client.get(start)
    assert asked.status_code == 302
    answered = requests.post(asked.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(answered.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def refusals() -> list[tuple[str, str]]:
    with machine():
        entries = TrailEntry.objects.filter(action="sign-in", outcome="refused").order_by("id")
        return [(entry.subject_id, entry.reason) for entry in entries]


def test_a_worker_signs_in_where_their_agency_knows_them(
    client: Client, people: People, council: str, settings: Settings
) -> None:
    """G4: given a duty manager whom an administrator tied to the council's subject, when the council vouches for that
    subject, then they are in, where the link led, with the council's second factor; what the council said of them is
    not kept."""
    settings.SECOND_FACTOR = "required"
    call_command("worker", "tie", people.duty_manager.email, "--provider", council, "--subject", "0042")
    assert "Sign in with Cornwall Council" in client.get("/sign-in/").content.decode()
    answer = comes_back(client, "0042", "/sign-in/with/council/?next=/notices/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/notices/")
    assert client.get("/desk/").status_code == 200
    assert SocialAccount.objects.get().extra_data == {}


def test_no_claim_opens_a_door(client: Client, people: People, council: str) -> None:
    """G4: given a subject nobody tied, with the duty manager's own e-mail address, agency and role among its claims,
    then it is sent away, no worker is made or tied, and the trail says so."""
    answer = comes_back(client, "0042")
    assert answer.status_code == 403
    assert SENT_AWAY in answer.content.decode()
    assert client.get("/desk/").headers["Location"].startswith("/sign-in/")
    assert not SocialAccount.objects.exists()
    assert refusals() == [("provider:council", "not known by that")]


def test_a_provider_speaks_for_its_own_agencies_only(client: Client, people: People, council: str) -> None:
    """G4: given the council's provider, then no administrator can tie a school's worker to it; and one who was tied and
    then moved to another agency, or was stopped, is sent away in the same words."""
    with pytest.raises(CommandError, match="does not speak for"):
        call_command("worker", "tie", people.safeguarding_lead.email, "--provider", council, "--subject", "0007")
    call_command("worker", "tie", people.duty_manager.email, "--provider", council, "--subject", "0042")
    with pytest.raises(CommandError, match="somebody's already"):
        call_command("worker", "tie", people.out_of_hours.email, "--provider", council, "--subject", "0042")
    with machine():
        people.duty_manager.agency = "hayle-academy"
        people.duty_manager.save(update_fields=["agency"])
    assert SENT_AWAY in comes_back(client, "0042").content.decode()
    with machine():
        people.duty_manager.agency, people.duty_manager.is_active = COUNCIL, False
        people.duty_manager.save(update_fields=["agency", "is_active"])
    assert SENT_AWAY in comes_back(client, "0042").content.decode()
    assert [reason for _, reason in refusals()] == ["of another agency, or stopped"] * 2


def test_an_answer_that_nobody_asked_for_is_sent_away(client: Client, people: People, council: str) -> None:
    """G4: given somebody's answer played back in another browser, then it opens nothing; an unknown provider is not
    there."""
    call_command("worker", "tie", people.duty_manager.email, "--provider", council, "--subject", "0042")
    asked = client.get("/sign-in/with/council/")
    answered = requests.post(asked.headers["Location"], data={"sub": "0042"}, allow_redirects=False, timeout=10)
    back = urlsplit(answered.headers["Location"])
    other = Client()
    assert SENT_AWAY in other.get(f"{back.path}?{back.query}").content.decode()
    assert other.get("/desk/").headers["Location"].startswith("/sign-in/")
    assert client.get("/sign-in/with/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[[provider]\n", "cannot be read"),
        ('[[provider]]\nid = "council"\n', "says no name, issuer"),
    ],
)
def test_a_file_of_providers_that_cannot_be_used_is_named(tmp_path: Path, written: str, words: str) -> None:
    """Given a file with a mistake, then it is refused in words."""
    (tmp_path / "openid.toml").write_text(written)
    with pytest.raises(ProvidersUnreadable, match=words):
        providers(str(tmp_path / "openid.toml"), secure=True)
