"""The two streams side by side, what moves between them, where demand is, and who takes which part (A9, A10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from daras.access.session import machine
from daras.agencies.directory import outward_code
from daras.requests.models import RequestState

#: What moves a child to early help, and a part in a plan there, by the pack's ids.
STEP_DOWN, PART = "step-down", "early-help-action"
STEPPED_UP = "stepped-up"
SINCE = timedelta(weeks=12)
#: Fewer than this in one area might say who somebody is.
FEW = 5


@dataclass(frozen=True, slots=True)
class Moves:
    """In the last twelve weeks: down to early help, of those accepted, sent back, and up again."""

    down: int
    accepted: int
    sent_back: int
    up: int


@dataclass(frozen=True, slots=True)
class Share:
    """The parts in early help plans that one team was offered, took, and said what came of."""

    agency: str
    team: str
    offered: int
    taken: int
    done: int


def moves(now: datetime) -> Moves:
    """Counted by the machine, the same for everybody: numbers of nobody."""
    with machine(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM requests_requestanswered a
                WHERE a.request_id = s.request_id AND a.outcome = 'accepted')),
              count(*) FILTER (WHERE s.status = 'declined'),
              count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM requests_requestanswered a
                WHERE a.request_id = s.request_id AND a.outcome = %s))
            FROM requests_requeststate s WHERE s.request_kind = %s AND s.made_at >= %s
            """,
            [STEPPED_UP, STEP_DOWN, now - SINCE],
        )
        return Moves(*cursor.fetchone())


def shares() -> list[Share]:
    """Who was offered a part in early help plans, and took it: by team, the most offered first (A10)."""
    with machine():
        rows = list(
            RequestState.objects.filter(request_kind=PART).values_list("to_agency", "to_team", "status", "stage")
        )
    offered = Counter((agency, team) for agency, team, _, _ in rows)
    taken = Counter((agency, team) for agency, team, status, _ in rows if status in ("under-way", "ended"))
    done = Counter((agency, team) for agency, team, status, _ in rows if status == "ended")
    found = [Share(*key, number, taken[key], done[key]) for key, number in offered.items()]
    return sorted(found, key=lambda each: (-each.offered, each.agency, each.team))


_POSTCODES = """
SELECT DISTINCT part.matter_id, stay.postcode
FROM ledger_fact part
JOIN people_personinmatter named ON named.fact_id = part.id AND named.part = 'subject'
JOIN ledger_fact home ON home.person_record_id = part.person_record_id AND home.kind = 'address-stay'
JOIN people_addressstay stay ON stay.fact_id = home.id AND stay.use = 'lives' AND stay.postcode <> ''
JOIN matters_matter matter ON matter.id = part.matter_id AND matter.opened_at >= %s
"""


def demand(now: datetime) -> list[tuple[str, int]]:
    """New matters by area of the child's home in the last twelve weeks, the most first; few are left out (A10)."""
    with machine(), connection.cursor() as cursor:
        cursor.execute(_POSTCODES, [now - SINCE])
        rows: Iterable[tuple[int, str]] = cursor.fetchall()
    counted = Counter(area for _, postcode in rows if (area := outward_code(postcode)))
    return [(area, number) for area, number in counted.most_common() if number >= FEW]
