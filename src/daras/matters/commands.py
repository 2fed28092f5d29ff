"""Opening a matter, locking it before anything is recorded on it, and keeping its projected state true."""

from __future__ import annotations

import secrets
from datetime import datetime

from daras.ledger.commands import Recording
from daras.ledger.models import Fact, Regime
from daras.matters.models import Matter, MatterState
from daras.matters.status import FactSummary, State, derive
from daras.working_time import clock

#: Crockford's alphabet: no letter that can be read as a number.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_reference(prefix: str, groups: int = 2) -> str:
    """A reference that can be read out on the telephone and says nothing about how many there are."""
    return "-".join([prefix, *("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))])


def open_matter(
    *,
    kind: str,
    authority: str,
    agency: str,
    audience_id: int,
    opened_at: datetime,
    parent: Matter | None = None,
) -> Matter:
    """Open a matter with a new reference."""
    return Matter.objects.create(
        reference=random_reference("D"),
        kind=kind,
        authority=authority,
        opened_at=opened_at,
        opened_by_agency=agency,
        parent=parent,
        audience_id=audience_id,
    )


def lock(matter_ids: list[int], *, agency: str, author: str, regime: Regime | None = None) -> Recording:
    """Lock matters, lowest id first, and only then read the clock: so the order recorded is the order that happened."""
    list(Matter.objects.select_for_update().filter(pk__in=matter_ids).order_by("pk").values_list("pk", flat=True))
    return Recording(agency=agency, author=author, recorded_at=clock.now(), regime=regime)


def derived_state(matter_id: int, now: datetime) -> State:
    """What the facts say of a matter."""
    rows = Fact.objects.filter(matter_id=matter_id).values_list("kind", "recorded_at", "id")
    return derive((FactSummary(kind, recorded_at, pk) for kind, recorded_at, pk in rows), now)


def project(matter: Matter, now: datetime) -> State:
    """Write the derived state of a matter for the lists, in the transaction that appended its facts."""
    state = derived_state(matter.pk, now)
    MatterState.objects.update_or_create(
        matter=matter,
        defaults={
            "status": state.status,
            "news_count": state.news_count,
            "last_news_at": state.last_news_at,
            "decision_owed": state.decision_owed,
            "audience_id": matter.audience_id,
        },
    )
    return state


def untrue_projections() -> list[str]:
    """References of matters whose projected state is not what their facts say: an empty list, or a fault to mend."""
    now = clock.now()
    wrong = []
    for row in MatterState.objects.select_related("matter").iterator():
        state = derived_state(row.matter_id, now)
        if (row.status, row.news_count, row.decision_owed) != (
            state.status,
            state.news_count,
            state.decision_owed,
        ):
            wrong.append(row.matter.reference)
    return wrong
