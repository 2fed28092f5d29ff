"""Who reads holds, reviews and tombstones: custodians, and the managers of the front door. Runs as the machine."""

from __future__ import annotations

from daras.access import audiences
from daras.access.installation import OWN_TEAMS
from daras.access.models import Audience
from daras.access.policy import MANAGERS, OUT_OF_HOURS

PURPOSE = "keeping"


def circle() -> int:
    """Their audience, made when it is first needed."""
    scope = audiences.scope_id(audiences.CUSTODIANS)
    known = Audience.objects.filter(scope_id=scope, purpose=PURPOSE).order_by("pk").first()
    if known is not None:
        return known.pk
    made = audiences.open_audience(audiences.CUSTODIANS, PURPOSE)
    for agency, team in (*OWN_TEAMS.values(), OUT_OF_HOURS):
        for role in sorted(MANAGERS):
            audiences.grant(
                made, agency=agency, team=team, role=role, reason="holds and reviews", granted_by="service:keeping"
            )
    return made
