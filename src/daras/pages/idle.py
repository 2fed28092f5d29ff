"""Half an hour without anything done: whoever sits there proves again that it is they (G4).

The sign-in stays, and nothing of a form's work is lost: what was sent meanwhile waits in the session, which is sealed,
and is done when they have proved it. A form that saves itself keeps what was typed as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from daras.access.models import Worker

GetResponse = Callable[[HttpRequest], HttpResponse]
#: Under it the session keeps when something was last done, to the minute.
SEEN = "daras_seen"
MINUTE = 60
#: Pages that ask by themselves, whether anybody sits there or not.
BY_ITSELF = frozenset({"discussion_live"})
#: How one proves oneself again, and leaving.
OPEN = frozenset({"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"})


class Idle:
    """Asks again after `SESSION_IDLE_SECONDS`. Stands after the second factor: what is taken up later passes by
    everything that stands before a view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Django calls this when the address is that of a view."""
        named = request.resolver_match.view_name if request.resolver_match else ""
        if not isinstance(request.user, Worker) or named in OPEN:
            return None
        since = time.time() - _last(request)
        if since > settings.SESSION_IDLE_SECONDS:
            return _asked_again(request)
        if named not in BY_ITSELF and since >= MINUTE:
            request.session[SEEN] = time.time()
        return None


def _last(request: HttpRequest) -> float:
    """When something was last done, or proved; now, in a session that has only begun."""
    proved = [float(each["at"]) for each in get_authentication_records(request, request.user)]
    return max([float(request.session.setdefault(SEEN, time.time())), *proved])


def _asked_again(request: HttpRequest) -> HttpResponse:
    """To the proof; a page that saves or looks by itself is told nothing, and stays as it is. Whoever signs in at their
    agency alone has nothing here to prove with: they sign in again."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    ways = get_adapter().get_reauthentication_methods(request.user)
    if ways:
        answer: HttpResponse = suspend_request(request, ways[0]["url"])
        return answer
    logout(request)
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")


@receiver(user_logged_in)
def _begun(request: HttpRequest, **_named: Any) -> None:
    request.session[SEEN] = time.time()
