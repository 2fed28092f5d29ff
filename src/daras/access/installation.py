"""What an empty database holds from the first day: who stands where. No people (design: DARAS_HOME)."""

from __future__ import annotations

from daras.access import audiences
from daras.access.models import CovertTeam, ScopeMembership, StandingScope
from daras.access.policy import FRONT_DOOR_TEAMS, MANAGERS, OUT_OF_HOURS
from daras.agencies import Directory

#: The team that is one authority's alone; police, health and the team out of hours serve both.
OWN_TEAMS = {
    "908": ("cornwall-childrens-services", "maru"),
    "420": ("isles-of-scilly-childrens-services", "children"),
}

#: Scope, agency, team, role; an empty team or role means all. Whoever sees no child stands in none (the gate's rule).
Place = tuple[str, str, str, str]


def front_door_teams(authority: str) -> list[tuple[str, str]]:
    """The teams of an authority's front door."""
    others = {team for other, team in OWN_TEAMS.items() if other != authority}
    return sorted(FRONT_DOOR_TEAMS - others)


def day_teams(authority: str) -> list[tuple[str, str]]:
    """The teams of an authority's front door by day: who reads the whole record of every discussion."""
    return [team for team in front_door_teams(authority) if team != OUT_OF_HOURS]


def places(directory: Directory) -> set[Place]:
    """Who stands where, by the directory of agencies."""
    wanted = {
        (audiences.front_door_scope(authority), agency, team, "")
        for authority in OWN_TEAMS
        for agency, team in front_door_teams(authority)
    }
    wanted |= {
        (audiences.discussion_scope(authority), agency, team, "")
        for authority in OWN_TEAMS
        for agency, team in day_teams(authority)
    }
    wanted |= {(audiences.agency_scope(agency), agency, "", "") for agency in directory.agencies}
    wanted |= {
        (audiences.FRONT_DOOR_MANAGERS, agency, team, role)
        for agency, team in (*OWN_TEAMS.values(), OUT_OF_HOURS)
        for role in MANAGERS
    }
    wanted |= {(audiences.covert_scope(agency), agency, "", "custodian") for agency, _ in covert_teams(directory)}
    return wanted | {(audiences.CUSTODIANS, agency, "", "custodian") for agency in directory.agencies}


def covert_teams(directory: Directory) -> list[tuple[str, str]]:
    """The teams whose looks are known to their own agency's custodians only."""
    return sorted(
        (agency.id, team.id) for agency in directory.agencies.values() for team in agency.teams if team.covert
    )


def install(directory: Directory) -> None:
    """Bring standing scopes, and who stands in them, in step with the directory: whoever stands there no longer is
    taken out. Safe to run after every migration. Runs under the machine role."""
    wanted = places(directory)
    scopes = _scopes({audiences.RIGHTS, *(scope for scope, *_ in wanted)})
    standing = {
        (row.scope.slug, row.agency, row.team, row.role): row.pk
        for row in ScopeMembership.objects.select_related("scope")
    }
    obsolete = [pk for place, pk in standing.items() if place not in wanted]
    if obsolete:
        ScopeMembership.objects.filter(pk__in=obsolete).delete()
    ScopeMembership.objects.bulk_create(
        [
            ScopeMembership(scope_id=scopes[scope], agency=agency, team=team, role=role)
            for scope, agency, team, role in sorted(wanted - standing.keys())
        ],
        ignore_conflicts=True,
    )
    _install_covert(covert_teams(directory), scopes)


def _install_covert(teams: list[tuple[str, str]], scopes: dict[str, int]) -> None:
    known = {(row.agency, row.team): row.pk for row in CovertTeam.objects.all()}
    obsolete = [pk for team, pk in known.items() if team not in teams]
    if obsolete:
        CovertTeam.objects.filter(pk__in=obsolete).delete()
    CovertTeam.objects.bulk_create(
        CovertTeam(agency=agency, team=team, scope_id=scopes[audiences.covert_scope(agency)])
        for agency, team in teams
        if (agency, team) not in known
    )


def _scopes(slugs: set[str]) -> dict[str, int]:
    """Scopes are made and never removed: what was recorded for them stays theirs."""
    audiences.make_scopes(slugs)
    return dict(StandingScope.objects.values_list("slug", "id"))
