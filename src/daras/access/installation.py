"""What an empty database holds from the first day: who stands where. No people (design: DARAS_HOME)."""

from __future__ import annotations

from daras.access import audiences
from daras.access.models import ScopeMembership, StandingScope
from daras.access.policy import FRONT_DOOR_TEAMS, ROLES, WITHOUT_CHILDREN
from daras.agencies import Directory

SCILLY = "isles-of-scilly-childrens-services"
ROLES_WITH_CHILDREN = tuple(role for role in ROLES if role not in WITHOUT_CHILDREN)


def front_door_teams(authority: str) -> list[tuple[str, str]]:
    """The teams of an authority's front door. Police, health and out of hours serve both authorities."""
    own = {"908": (SCILLY, "children"), "420": ("cornwall-childrens-services", "maru")}
    return sorted(team for team in FRONT_DOOR_TEAMS if team != own[authority])


def install(directory: Directory) -> None:
    """Standing scopes and who stands in them. Safe to run after every migration. Runs under the machine role."""
    wanted: set[tuple[str, str, str, str]] = set()
    for authority in ("908", "420"):
        scope = audiences.front_door_scope(authority)
        wanted |= {
            (scope, agency, team, role) for agency, team in front_door_teams(authority) for role in ROLES_WITH_CHILDREN
        }
    for agency in directory.agencies:
        wanted |= {(audiences.agency_scope(agency), agency, "", role) for role in ROLES_WITH_CHILDREN}
        wanted.add((audiences.CUSTODIANS, agency, "", "custodian"))
    scopes = _scopes({scope for scope, *_ in wanted})
    ScopeMembership.objects.bulk_create(
        [ScopeMembership(scope_id=scopes[s], agency=a, team=t, role=r) for s, a, t, r in sorted(wanted)],
        ignore_conflicts=True,
    )


def _scopes(slugs: set[str]) -> dict[str, int]:
    known = dict(StandingScope.objects.values_list("slug", "id"))
    StandingScope.objects.bulk_create([StandingScope(slug=slug) for slug in sorted(slugs - set(known))])
    return dict(StandingScope.objects.values_list("slug", "id"))
