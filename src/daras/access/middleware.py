"""Every request of somebody signed in runs in one transaction, through that person's eyes (design: Access, Trail)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from daras.access import trail
from daras.access.models import Worker
from daras.access.session import acting_as

GetResponse = Callable[[HttpRequest], HttpResponse]


class ActingWorker:
    """Opens the transaction, sets the identity the database compares rows with, and commits before the first byte.

    A refusal (forbidden, or no such thing for this person) is written to the trail in a transaction of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        worker = request.user if isinstance(request.user, Worker) else None
        with transaction.atomic():
            with acting_as(worker):
                response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if worker and response.status_code in {403, 404}:
            with transaction.atomic(), acting_as(worker):
                trail.refuse(worker, "page", request.path, f"answered {response.status_code}")
        return response
