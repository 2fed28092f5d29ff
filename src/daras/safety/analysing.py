"""The worker's analysis: worries, what works, what must happen, a scale from 0 to 10, and a recommendation (A6)."""

from __future__ import annotations

from collections.abc import Mapping

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.decisions import DECISIONS
from daras.matters.models import Matter
from daras.safety.meanwhile import nothing_came_meanwhile
from daras.safety.models import AnalysisRecorded

#: What must be written, by field, and what is missing where it is not.
NEEDED = {
    "worries": "what worries you",
    "what_works": "what works well",
    "must_happen": "what must happen",
    "because": "why you recommend this",
}


def analyse(
    worker: Worker,
    reference: str,
    *,
    worries: str,
    what_works: str,
    must_happen: str,
    scaling: int | None,
    recommendation: str,
    because: str,
    shown: int | None = None,
) -> AnalysisRecorded:
    """Record a social worker's analysis of a matter; a newer one takes the place of the former, which stays in the
    ledger.

    It is the front door's until a manager convenes, and then too: what partners need of it goes into the discussion.
    Raises `PermissionDenied` for whoever is no social worker of the front door, or `Refused` naming what is missing, or
    what came while it was written (`shown` is what its form showed).
    """
    policy.require(worker, "analyse")
    said = {"worries": worries, "what_works": what_works, "must_happen": must_happen, "because": because}
    scale = _checked(said, scaling, recommendation)
    if not Matter.objects.filter(reference=reference).exists():
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    with machine():
        matter = Matter.objects.get(reference=reference)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        nothing_came_meanwhile(matter.pk, shown, "/worries")
        detail = AnalysisRecorded(
            **{name: words.strip() for name, words in said.items()}, scaling=scale, recommendation=recommendation
        )
        hub = audiences.standing(audiences.front_door_scope(matter.authority))
        append(recording, [Entry(detail, hub, matter_id=matter.pk, supersedes=_former(matter))])
        trail.change_matter(worker, matter, f"analysed, recommends: {recommendation}")
    return detail


def _checked(said: Mapping[str, str], scaling: int | None, recommendation: str) -> int:
    """The number on the scale; raises `Refused` naming the first that is missing."""
    for name, words in said.items():
        if not words.strip():
            raise Refused("missing", f"/{name}", "Something is not written yet.", f"Write {NEEDED[name]}.")
    if scaling is None or not 0 <= scaling <= 10:
        raise Refused("out-of-scale", "/scaling", "The scale goes from 0 to 10.", "Choose a number from 0 to 10.")
    if recommendation not in DECISIONS:
        raise Refused("unknown-recommendation", "/recommendation", "Nothing of the list was chosen.", "Choose one.")
    return scaling


def _former(matter: Matter) -> Fact | None:
    """The analysis that a newer one takes the place of."""
    standing = AnalysisRecorded.objects.select_related("fact").filter(
        fact__matter_id=matter.pk, fact__superseded_by__isnull=True
    )
    before = standing.first()
    return before.fact if before else None
