"""Who reads what an agency's list says of people: the agency, and the front doors, unless its kind keeps it back.

The partnership index exists so that the front door finds the family at once (A5). What sexual health, substance misuse,
therapy and the referral centre hold is theirs alone: the machine matches with it, and the front door is told whom to
ask (G4). See docs/decisions/0013-index-audience.md.
"""

from __future__ import annotations

from daras.access import audiences
from daras.access.models import Audience
from daras.agencies import Agency, load_directory
from daras.working_time import clock


def index_audience(agency: Agency) -> int:
    """The audience of an agency's list: one for each agency, made when it first sends one."""
    if agency.told_by_a_person:
        return audiences.standing(audiences.agency_scope(agency.id))
    purpose = f"index:{agency.id}"[:40]
    known = Audience.objects.filter(purpose=purpose).order_by("id").first()
    if known is not None:
        return known.pk
    audience = audiences.open_audience(audiences.front_door_scope("908"), purpose)
    by = "service:extract"
    audiences.grant(audience, agency=agency.id, reason="its own list", granted_by=by)
    isles = load_directory().contact("front-door", authority="420", on=clock.today())
    audiences.grant(
        audience, agency=isles.agency, team=isles.team or "", reason="the front door of the isles", granted_by=by
    )
    return audience
