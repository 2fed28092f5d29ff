"""What helps whom, in numbers: asked for, taken up, attended and ended, by age, and never what was said (H2).

It is counted from requests, whose stages the practice pack names: a service added there is counted from its first day.
Commissioners read rounded numbers: from a table of few one might tell who a child is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.measures.counting import sees_all_agencies
from daras.practice.request_definitions import RequestKind
from daras.practice.service_definitions import Service

#: Requests of so long are counted.
SINCE = timedelta(days=730)
#: Numbers below are not said, and those above are rounded to it.
FEW = 5
COMMISSIONER = "health commissioner"
#: The first year of life that belongs to a group, and its name; the last holds those whose age is not known.
AGES: tuple[tuple[int, str], ...] = ((0, "Under 11"), (11, "11 to 15"), (16, "16 and over"), (999, "Age not known"))
ASKED = "asked"
NOBODY = "0"


@dataclass(frozen=True, slots=True)
class Helped:
    """One service: each line a stage's outcome, with how many children of each age group had it, rounded."""

    service: Service
    lines: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def asked(self) -> bool:
        """Whether it was asked for at all."""
        return any(number != NOBODY for number in self.lines[0][1])


_COUNTED = """
SELECT state.service, state.to_agency, state.to_team, state.request_kind, coalesce(extract(year FROM age(
    state.made_at, (SELECT birth.date_of_birth
      FROM people_birthknown birth JOIN ledger_fact told ON told.id = birth.fact_id
      WHERE told.person_record_id = made.person_record_id AND birth.date_of_birth IS NOT NULL
      ORDER BY told.id DESC LIMIT 1))), 999)::int,
  array(SELECT DISTINCT answered.stage || '/' || answered.outcome FROM requests_requestanswered answered
    WHERE answered.request_id = state.request_id)
FROM requests_requeststate state JOIN ledger_fact made ON made.id = state.request_id
WHERE state.request_kind = ANY(%s) AND state.made_at >= %s
"""


def may_read(worker: Worker, service: Service) -> bool:
    """The service itself of its own, commissioners, those who count for the partnership, managers of a front door."""
    own = worker.agency == service.agency
    kind = load_directory().agency_at_any_time(worker.agency).kind
    return own or kind == COMMISSIONER or sees_all_agencies(worker)


def helped(
    worker: Worker, services: Iterable[Service], kinds: Mapping[str, RequestKind], now: datetime
) -> list[Helped]:
    """Every service that the worker may read of, by name: one statement under the machine role."""
    wanted = sorted((each for each in services if may_read(worker, each)), key=lambda each: each.name)
    with machine(), connection.cursor() as cursor:
        cursor.execute(_COUNTED, [sorted({each.request for each in wanted}), now - SINCE])
        rows: list[tuple[str, str, str, str, int, list[str]]] = cursor.fetchall()
    return [_of(each, kinds[each.request], rows) for each in wanted]


def _of(service: Service, kind: RequestKind, rows: Iterable[tuple[str, str, str, str, int, list[str]]]) -> Helped:
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(AGES))
    for named, agency, team, asked, age, outcomes in rows:
        mine = named == service.id or (not named and (agency, team) == (service.agency, service.team))
        if mine and asked == kind.id:
            for each in (ASKED, *outcomes):
                counted[each][_group(age)] += 1
    lines = [("Asked for", ASKED)]
    lines += [(outcome.name, f"{stage.id}/{outcome.id}") for stage in kind.stages for outcome in stage.outcomes]
    return Helped(service, tuple((name, tuple(rounded(each) for each in counted[key])) for name, key in lines))


def _group(age: int) -> int:
    return max(place for place, (first, _) in enumerate(AGES) if age >= first)


def rounded(number: int) -> str:
    """To the nearest five; what is less is not said."""
    if number == 0:
        return NOBODY
    return f"fewer than {FEW}" if number < FEW else str(FEW * round(number / FEW))
