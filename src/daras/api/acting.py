"""For whom a system asks: the worker it names, of the token's own agency and team. Every look has a name.

What sends something names them in its body, what only reads in a header of its own: an address is logged on the way by
machines that are not ours, and holds nothing of anybody.
"""

from __future__ import annotations

import json
from typing import Annotated

from ninja import Header

from daras.access.models import ApiToken, Worker
from daras.access.session import machine
from daras.ledger.refusal import Refused

HEADER = "For-Worker"
#: The name by which the worker for whom something is read signs in.
ForWorker = Annotated[str, Header(alias=HEADER, max_length=200, description="Whom it is for: the look is theirs.")]


def worker_named(token: ApiToken, slug: str, field: str) -> Worker:
    """The worker of the token's agency who signs in by that name; of its team, where the token speaks for one only.

    Raises `Refused`.
    """
    with machine():  # gate: a worker is nobody's record; a system has no eyes of its own
        worker = Worker.objects.filter(slug=slug, agency=token.agency, is_active=True).first()
    if worker is None or (token.team and token.team != worker.team):
        raise Refused(
            "unknown-worker",
            f"/{field}",
            f"Nobody called {json.dumps(slug[:80])} works there in your agency.",
            "Write the name they sign in with.",
        )
    return worker
