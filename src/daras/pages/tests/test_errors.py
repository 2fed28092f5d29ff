"""When something goes wrong, the page says what happened, whether anything is lost, and what to do (screen 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from daras.pages import errors
from daras.pages.tests.partnership import People

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _gone(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def test_when_the_database_has_gone_the_page_says_it_will_be_back(client: Client, people: People) -> None:
    """Given a database that cannot be reached, then the answer is a pause with a time, without a stack trace."""
    client.force_login(people.duty_manager, backend=BACKEND)
    client.raise_request_exception = False
    with connection.execute_wrapper(_gone):
        response = client.get("/")
    text = response.content.decode()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "cannot reach its records for the moment" in text
    assert "Traceback" not in text
    assert "OperationalError" not in text


@pytest.mark.parametrize(
    ("page", "status", "lost", "now"),
    [
        (errors.bad_request, 400, "Nothing was changed", "Go back and try once more"),
        (errors.fault, 500, "was not recorded, not even in part", "Go back, copy what you wrote"),
        (errors.unavailable, 503, "Everything with a receipt is kept", "Wait, then reload"),
    ],
)
def test_each_error_says_what_is_lost_and_what_to_do(
    page: Callable[..., Any], status: int, lost: str, now: str
) -> None:
    """Given an error, then nobody has to guess whether their words are gone, and 999 is named."""
    response = page(RequestFactory().get("/"))
    text = " ".join(response.content.decode().split())
    assert response.status_code == status
    for words in (lost, now, "call 999"):
        assert words in text


def test_forbidden_and_expired_and_missing_are_written_with_care(client: Client, people: People) -> None:
    """Given somebody refused, then the page blames nobody and says whom to ask."""
    request = RequestFactory().get("/")
    request.user = people.duty_manager
    for page, words in (
        (errors.forbidden, "That is no reproach"),
        (errors.form_expired, "your words should still be there"),
        (errors.not_found, "it is not shared with you"),
    ):
        assert words in " ".join(page(request).content.decode().split())
