"""Who may be told of a matter: not whoever is kept apart from it until the designated officer decides (A17)."""

from __future__ import annotations

from daras.access import apart
from daras.access.models import Worker
from daras.ledger.refusal import Refused
from daras.matters.models import Matter


def require_told(
    matter: Matter, agency: str, team: str, *, pointer: str, worker: Worker | None = None, says_why: bool = True
) -> None:
    """Raise `Refused` where this team, or the worker of it who is meant, is kept apart from the matter. Runs as the
    machine. Nothing urgent waits: everybody else is asked at once. The front door is told why; whoever is not
    (`says_why`) learns only that it is the front door that asks."""
    kept = apart.standing([pk for pk in (matter.pk, matter.parent_id) if pk])
    if not (apart.is_apart(kept, agency, team) or (worker is not None and apart.keeps_worker(kept, worker))):
        return
    if not says_why:
        raise Refused(
            "front-door-asks",
            pointer,
            "On this the front door asks them, and nobody else.",
            "Ring the front door and say what is needed.",
        )
    raise Refused(
        "kept-apart",
        pointer,
        "Somebody who is suspected may work there. They are told nothing until the designated officer decides.",
        "Ask the designated officer, and go on with the others now.",
    )
