"""Opening a matter, locking it before anything is recorded on it, and keeping its projected state true."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
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
    return project_each([matter], now)[matter.pk]


def project_each(matters: Sequence[Matter], now: datetime) -> dict[int, State]:
    """The same of several matters, by matter: two statements for all of them."""
    of_matter: defaultdict[int, list[FactSummary]] = defaultdict(list)
    rows = Fact.objects.filter(matter_id__in=[matter.pk for matter in matters])
    for matter_id, kind, recorded_at, pk in rows.values_list("matter_id", "kind", "recorded_at", "id"):
        of_matter[matter_id or 0].append(FactSummary(kind, recorded_at, pk))
    states = {matter.pk: derive(of_matter[matter.pk], now) for matter in matters}
    MatterState.objects.bulk_create(
        [
            MatterState(
                matter=matter,
                status=state.status,
                news_count=state.news_count,
                last_news_at=state.last_news_at,
                decision_owed=state.decision_owed,
                audience_id=matter.audience_id,
            )
            for matter in {matter.pk: matter for matter in matters}.values()
            for state in [states[matter.pk]]
        ],
        update_conflicts=True,
        unique_fields=["matter"],
        update_fields=["status", "news_count", "last_news_at", "decision_owed", "audience_id"],
    )
    return states


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
