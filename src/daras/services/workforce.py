"""Who works in each team, and with how much: what is owed, what is late, and who is waited for (I10).

Counted under the machine role, so that it is the same for everybody. An agency reads its own numbers; whoever counts
for the partnership reads all agencies', the small ones held back, as everywhere (0017).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from daras.access.models import CovertTeam, Worker
from daras.access.policy import WITHOUT_CHILDREN
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.measures.counting import SMALL, may_see_cases, sees_all_agencies
from daras.requests.models import RequestState

HELD_BACK = f"fewer than {SMALL}"


@dataclass(slots=True)
class TeamLoad:
    """One team: who works there by role, what it owes, and what is asked of it: high risk, and given to nobody yet."""

    agency: str
    team: str
    roles: dict[str, int] = field(default_factory=dict)
    owed: int = 0
    overdue: int = 0
    asked: int = 0
    high: int = 0
    given_to_nobody: int = 0

    @property
    def workers(self) -> int:
        return sum(self.roles.values())


def team_loads(worker: Worker, now: datetime) -> list[TeamLoad]:
    """Every team whose numbers this worker may read: four statements, whoever asks. Protected matters are in none of
    them, and another agency's covert team is not there."""
    mine = {} if sees_all_agencies(worker) else {"agency": worker.agency}
    found: dict[tuple[str, str], TeamLoad] = {}
    with machine(blind=True):
        hidden = set(CovertTeam.objects.exclude(agency=worker.agency).values_list("agency", "team"))
        people = Worker.objects.filter(is_active=True, **mine).exclude(role__in=WITHOUT_CHILDREN)
        duties = DutyState.objects.filter(met_at__isnull=True, **_of("owner_agency", mine))
        asked = RequestState.objects.filter(ended_at__isnull=True, **_of("to_agency", mine))
        for agency, team, role, count in people.values_list("agency", "team", "role").annotate(n=Count("pk")):
            _load(found, agency, team).roles[role] = count
        late = Count("pk", filter=Q(due_at__lt=now, paused=False))
        for agency, team, count, overdue in duties.values_list("owner_agency", "owner_team").annotate(
            n=Count("pk"), late=late
        ):
            load = _load(found, agency, team)
            load.owed, load.overdue = count, overdue
        for agency, team, *counts in asked.values_list("to_agency", "to_team").annotate(
            n=Count("pk"), high=Count("pk", filter=Q(risk="high")), nobody=Count("pk", filter=Q(worker=""))
        ):
            load = _load(found, agency, team)
            load.asked, load.high, load.given_to_nobody = counts
    return [found[key] for key in sorted(found) if key not in hidden]


def said(worker: Worker, load: TeamLoad, number: int) -> str:
    """A number as this worker may read it: a small one may say whose case it is to those who see no case."""
    hides = not may_see_cases(worker, load.agency) and 0 < number < SMALL
    return HELD_BACK if hides else str(number)


def _of(name: str, mine: dict[str, str]) -> dict[str, str]:
    return {name: mine["agency"]} if mine else {}


def _load(found: dict[tuple[str, str], TeamLoad], agency: str, team: str) -> TeamLoad:
    return found.setdefault((agency, team), TeamLoad(agency, team))
