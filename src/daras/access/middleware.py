"""Every request runs in one transaction, through the eyes of whoever is signed in (design: Access, Trail)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from daras.access import trail
from daras.access.models import ApiToken, Worker
from daras.access.session import acting_as

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]

REFUSALS = frozenset({401, 403, 404})
_STATE = "_daras_acting"


class _TakenBack(Exception):
    """The request failed: what it did is rolled back, what it answers is not."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


class _State:
    """Where the view's own work began, and what it was refused with."""

    def __init__(self, savepoint: str) -> None:
        self.savepoint = savepoint
        self.reason = ""


class ActingWorker:
    """Opens the transaction, sets the identity the database compares rows with, and commits before the first byte.

    A look is therefore in the trail before its answer can be read, or the answer is a fault. What a view did before it
    raised is taken back; the error page is made with the same eyes. A refusal (no sign-in, forbidden, or no such thing
    for this person) is written to the trail in a transaction of its own. An answer that would be made while it is sent
    is made whole inside the transaction.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        worker = request.user if isinstance(request.user, Worker) else None
        try:
            with acting_as(worker):
                response = self.get_response(request)
                _complete(response)
                if response.status_code >= 500:
                    raise _TakenBack(response)
        except _TakenBack as taken_back:
            response = taken_back.response
        state: _State | None = getattr(request, _STATE, None)
        if state is not None and response.status_code in REFUSALS:
            _note_refusal(request, worker, state.reason or f"answered {response.status_code}")
        return response

    def process_view(self, request: HttpRequest, view: View, positional: Any, named: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Remember where the view begins; Django calls this when the address is that of a view."""
        setattr(request, _STATE, _State(transaction.savepoint()))

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Take back what the view did before it raised, so that whoever answers finds a sound transaction."""
        state: _State = getattr(request, _STATE)
        # The connection itself may be gone, and everything with it.
        with suppress(Error):
            transaction.savepoint_rollback(state.savepoint)
            transaction.set_rollback(False)
        if isinstance(exception, PermissionDenied):
            state.reason = str(exception)


def _note_refusal(request: HttpRequest, worker: Worker | None, reason: str) -> None:
    """In a transaction of its own: the refused one may be rolled back."""
    token = getattr(request, "auth", None)
    with acting_as(worker):
        if isinstance(token, ApiToken):
            trail.refuse_token(token, "page", request.path, reason)
        else:
            trail.refuse(worker, "page", request.path, reason)


def _complete(response: HttpResponseBase) -> None:
    """Make the whole of an answer now: after the commit nobody is looking any more, and no row would be visible."""
    if isinstance(response, HttpResponse):
        return
    if not isinstance(response, StreamingHttpResponse) or response.is_async:
        raise TypeError("An answer that can only be made while it is sent leaves the transaction of its looks.")
    response.streaming_content = [b"".join(response)]
