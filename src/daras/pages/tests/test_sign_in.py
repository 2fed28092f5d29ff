"""Signing in: those who are workers get in, nobody learns who else is one, and the trail says who came (A1, G4)."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.pages.sign_in import mark
from daras.pages.tests.partnership import PASSWORD, People, worker

WRONG = "The e-mail address or the password is not right"


@pytest.fixture(autouse=True)
def _no_attempts_before(db: None) -> None:
    cache.clear()


def entries(action: str) -> list[tuple[str, str]]:
    with machine():
        return list(TrailEntry.objects.filter(action=action).values_list("actor", "outcome"))


def test_a_worker_signs_in_and_out(client: Client, people: People) -> None:
    """Given a worker, when they sign in, then they reach My work, and both steps are in the trail (G4)."""
    response = client.post("/sign-in/", {"login": people.duty_manager.email.upper(), "password": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    page = client.get("/")
    assert b"Jenifer Pascoe" in page.content
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"
    assert entries("sign-in") == [("jenifer-pascoe", "done")]
    assert entries("sign-out") == [("jenifer-pascoe", "done")]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, people: People) -> None:
    """Given a worker and a stranger, when both fail, then nobody can tell who has an account."""
    wrong = client.post("/sign-in/", {"login": people.duty_manager.email, "password": "not-this-one-at-all"})
    unknown = client.post("/sign-in/", {"login": "nobody@workers.example", "password": "not-this-one-at-all"})
    for response in (wrong, unknown):
        assert response.status_code == 200
        assert WRONG in response.content.decode()
    strip = [
        response.content.decode().replace(people.duty_manager.email, "X").replace("nobody@workers.example", "X")
        for response in (wrong, unknown)
    ]
    without_tokens = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text) for text in strip]
    assert without_tokens[0] == without_tokens[1]
    assert entries("sign-in") == [("nobody", "refused"), ("nobody", "refused")]


def test_the_trail_knows_a_typed_address_by_a_mark_only(client: Client, people: People) -> None:
    """G4: given two attempts at one address and one with a password typed into the wrong field, then the trail can
    tell that two were the same, and holds nothing of what was typed."""
    for typed in (people.duty_manager.email, people.duty_manager.email.upper(), "harbour-otter@fortnight.example"):
        client.post("/sign-in/", {"login": typed, "password": "not-this-one-at-all"})
    with machine():
        written = list(TrailEntry.objects.filter(action="sign-in").order_by("id"))
    first, second, third = (entry.subject_id for entry in written)
    assert first == second == f"address:{mark(people.duty_manager.email)}"
    assert third != first
    whole = " ".join(f"{entry.actor} {entry.subject_id} {entry.reason}" for entry in written)
    assert not any(word in whole for word in ("jenifer", "harbour", "@"))


def test_what_is_missing_is_said_beside_its_field(client: Client, people: People) -> None:
    """Given an empty form, when it is sent, then each field says what it wants, and the summary links to it."""
    text = client.post("/sign-in/", {}).content.decode()
    for words, field in (("Enter your e-mail address", "#login"), ("Enter your password", "#password")):
        assert text.count(words) == 2
        assert f'href="{field}"' in text
    assert "<title>Error: Sign in" in text


def test_guessing_is_slowed_down(client: Client, people: People) -> None:
    """Given somebody who guesses, when they have failed five times, then even the right password must wait."""
    for _ in range(5):
        client.post("/sign-in/", {"login": people.duty_manager.email, "password": "a-guess-that-is-wrong"})
    response = client.post("/sign-in/", {"login": people.duty_manager.email, "password": PASSWORD})
    assert "Too many attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_stopped_account_does_not_get_in(client: Client, people: People) -> None:
    """Given a worker whose account was stopped, when they sign in, then they do not get in."""
    with machine():
        gone = worker("Gone Elsewhere", "carn-brea-academy", "safeguarding", "teacher", active=False)
    client.post("/sign-in/", {"login": gone.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up() -> None:
    """Given the addresses there are, then none of them makes an account or sends a password by e-mail."""
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(client: Client, people: People, elsewhere: str) -> None:
    """Given a link that asks to go elsewhere afterwards, when the worker signs in, then they stay here."""
    response = client.post("/sign-in/", {"login": people.duty_manager.email, "password": PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == "/"


def test_whoever_followed_a_notice_lands_where_it_led(client: Client, people: People) -> None:
    """Given a link from a notice, when the reader signs in, then they are two clicks from it (interface: screen 8)."""
    page = client.get("/sign-in/?next=/notices/").content.decode()
    assert 'name="next" value="/notices/"' in page
    response = client.post("/sign-in/", {"login": people.duty_manager.email, "password": PASSWORD, "next": "/notices/"})
    assert response.headers["Location"] == "/notices/"


def test_signing_out_needs_a_press(client: Client, people: People) -> None:
    """Given a signed-in worker, when a page merely links to sign-out, then they are asked first."""
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert b"Sign out of Daras?" in client.get("/sign-out/").content
    assert client.get("/").status_code == 200


NEW = "harbour-otter-fortnight"


def sent(client: Client, old: str, new: str, again: str) -> tuple[int, str]:
    answer = client.post("/password/", {"oldpassword": old, "password1": new, "password2": again})
    return answer.status_code, answer.content.decode()


def test_a_worker_changes_their_own_password(client: Client, people: People) -> None:
    """G4: given a worker who is signed in at two desks, when they change their password, then they stay signed in
    here and no longer there, only the new one opens the door, and the change is in the trail without either."""
    manager, elsewhere = people.duty_manager, Client()
    for desk in (client, elsewhere):
        desk.post("/sign-in/", {"login": manager.email, "password": PASSWORD})
    assert 'href="/sign-in/keys/"' in client.get("/").content.decode()
    assert 'href="/password/"' in client.get("/sign-in/keys/").content.decode()
    assert sent(client, PASSWORD, NEW, NEW)[0] == 302
    assert "Your password is changed" in client.get("/password/changed/").content.decode()
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").headers["Location"] == "/sign-in/?next=/"
    cache.clear()
    assert Client().post("/sign-in/", {"login": manager.email, "password": PASSWORD}).status_code == 200
    assert Client().post("/sign-in/", {"login": manager.email, "password": NEW}).status_code == 302
    with machine():
        written = TrailEntry.objects.get(reason="changed their password")
    assert (written.actor, written.subject_id) == (manager.slug, manager.slug)


def test_a_password_that_will_not_do_is_said_beside_its_field(client: Client, people: People) -> None:
    """G4: given a wrong, a short, a long, a common or a misspelt password, then the page says which field and why,
    nothing that was typed comes back, and the password stays what it was."""
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    for old, new, again, words in (
        ("", NEW, NEW, "Enter your password now"),
        ("not-this-one-at-all", NEW, NEW, "That is not your password now"),
        (PASSWORD, "short", "short", "This password is too short"),
        (PASSWORD, "harbour-" * 17, "harbour-" * 17, "Enter a password of 128 characters at the most"),
        (PASSWORD, "password12345", "password12345", "This password is too common"),
        (PASSWORD, NEW, NEW + "x", "The two new passwords are not the same"),
        (PASSWORD, PASSWORD, PASSWORD, "The new password is the one you have now"),
    ):
        cache.clear()
        status, text = sent(client, old, new, again)
        assert (status, text.count(words)) == (422, 2), words
        assert NEW not in text
        assert PASSWORD not in text
    people.duty_manager.refresh_from_db()
    assert people.duty_manager.check_password(PASSWORD)


def test_nobody_changes_a_password_without_signing_in(client: Client, people: People) -> None:
    """G4: given nobody who is signed in, then the page of the password asks them to sign in first."""
    assert client.get("/password/").headers["Location"] == "/sign-in/?next=/password/"
    assert client.get("/password/changed/").headers["Location"] == "/sign-in/?next=/password/changed/"
