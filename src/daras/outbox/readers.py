"""Who reads that an agency was told: the agency itself, and the front door that told it (G4, interface: who has been
told).

One audience for each agency and front door, and none for each notice: there are too many of those.
"""

from __future__ import annotations

from collections.abc import Collection

from daras.access import audiences
from daras.access.models import Grant
from daras.matters.models import Matter

PURPOSE = "notices"
#: Matters of which no front door may learn whom they concern: somebody asks each agency what it holds (ADR 0029).
AGENCYS_OWN = frozenset({"rights"})


def told_by(matter: Matter) -> str:
    """The authority whose front door reads what is told on a matter, or nothing where it reads none of it."""
    return "" if matter.kind in AGENCYS_OWN else matter.authority


def audiences_of_notices(matter: Matter, agencies: Collection[str]) -> dict[str, int]:
    """The audience of each agency's notices on matters of this front door, made when it is first told something."""
    if not told_by(matter):
        return {agency: audiences.standing(audiences.agency_scope(agency)) for agency in agencies}
    scope = audiences.front_door_scope(matter.authority)
    known = Grant.objects.filter(
        agency__in=agencies,
        team="",
        audience__scope_id=audiences.scope_id(scope),
        audience__purpose=PURPOSE,
        end__isnull=True,
    )
    found = dict(known.order_by("-audience_id").values_list("agency", "audience_id"))
    for agency in sorted(set(agencies) - found.keys()):
        found[agency] = audiences.open_audience(scope, PURPOSE)
        audiences.grant(found[agency], agency=agency, reason="what it is told", granted_by="service:outbox")
    return found
