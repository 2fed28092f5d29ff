"""Audiences and grants: making them, asking for them. People-blind: only ids and slugs are known here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from daras.access.models import SERIAL_BITS, Audience, Grant, GrantEnd, ScopeMembership, StandingScope, Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.working_time import clock


def front_door_scope(authority: str) -> str:
    """The scope of all who work in the front door of an authority ("908", "420")."""
    return f"front-door:{authority}"


def discussion_scope(authority: str) -> str:
    """The scope of the front door's day team, without the team out of hours: whose the record of a discussion is."""
    return f"discussion:{authority}"


def agency_scope(agency: str) -> str:
    """The scope of all workers of an agency whose role sees children."""
    return f"agency:{agency}"


def covert_scope(agency: str) -> str:
    """The scope of an agency's custodians alone: who reads what its covert teams looked at."""
    return f"covert:{agency}"


CUSTODIANS = "custodians"

#: Whose rows are known to a custodian and to whom that custodian names: nobody stands in it (ADR 0024).
PROTECTED = "protected"

#: Cases of people who ask what is held: nobody stands in it, each is granted by name to those who work on it, so that
#: one of them who asks for themselves reads nothing of their own case.
RIGHTS = "rights"

#: Who answers for a front door itself: the managers of social care there. They see what it could not take in. The
#: service's own administrators see no child, and so no document of one.
FRONT_DOOR_MANAGERS = "front-door-managers"


_known: dict[tuple[str, str], int] = {}


def scope_id(slug: str) -> int:
    """The id of a standing scope; scopes are never renamed or removed, so what has been committed is remembered."""
    place = (str(connection.settings_dict["NAME"]), slug)
    if place not in _known:
        number = StandingScope.objects.get(slug=slug).pk
        # Not before the commit: a scope made in a transaction that is taken back never was.
        transaction.on_commit(lambda: _known.update({place: number}))
        return number
    return _known[place]


#: One process at a time numbers scopes ("daras scope").
NUMBERING = 0x6461_7261_7305
_MAKE_SCOPES = """
INSERT INTO access_standingscope (id, slug)
SELECT last.id + row_number() OVER (ORDER BY wanted.slug), wanted.slug
FROM (SELECT coalesce(max(id), 0) AS id FROM access_standingscope WHERE id < %(protected)s) last,
  (SELECT DISTINCT unnest(%(slugs)s::text[]) AS slug) wanted
WHERE NOT EXISTS (SELECT FROM access_standingscope known WHERE known.slug = wanted.slug)
"""


def make_scopes(slugs: Iterable[str]) -> None:
    """Make those of these scopes that are not there yet. Runs under the machine role.

    Numbered one after another, and by no sequence: that counts what was rolled back, and there are only 32,766.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
        cursor.execute(_MAKE_SCOPES, {"protected": PROTECTED_SCOPE, "slugs": sorted(slugs)})


def forget_scopes() -> None:
    """Look every scope up anew: for tests, whose databases come and go."""
    _known.clear()


def standing(scope: str) -> int:
    """The audience that is exactly a standing scope and nobody else."""
    return scope_id(scope) << SERIAL_BITS


def open_audience(scope: str, purpose: str) -> int:
    """A new audience: the standing scope, plus those to whom it is granted later. Returns its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_audience_serial')")
        (serial,) = cursor.fetchone()
    number = scope_id(scope)
    audience = Audience(id=(number << SERIAL_BITS) | serial, scope_id=number, purpose=purpose, opened_at=clock.now())
    audience.save(force_insert=True)
    return audience.pk


def reads(audience_id: int) -> bool:
    """Whether whoever is looking stands in an audience, or was let in: the gate's own answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s = ANY(access.scopes()) OR %s = ANY(access.audiences())",
            [audience_id >> SERIAL_BITS, audience_id],
        )
        (answer,) = cursor.fetchone()
    return bool(answer)


@dataclass(frozen=True, slots=True)
class Involvement:
    """Why somebody sees an audience: the standing scope, or the reason of a grant; and whose audience it is."""

    why: str
    scope: str


def involvement(audience_ids: Collection[int]) -> dict[int, Involvement]:
    """Why whoever is looking sees each of these audiences, by id. What they do not see is not there."""
    if not audience_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT audience_id, why, scope FROM access.involvement(%s)", [sorted(set(audience_ids))])
        return {audience_id: Involvement(why, scope) for audience_id, why, scope in cursor.fetchall()}


def grant(
    audience_id: int,
    *,
    agency: str,
    team: str = "",
    role: str = "",
    worker: Worker | None = None,
    until: datetime | None = None,
    reason: str,
    granted_by: str,
) -> Grant:
    """Give an agency (or a team, role, worker of it) sight of an audience."""
    return Grant.objects.create(
        audience_id=audience_id,
        agency=agency,
        team=team,
        role=role,
        worker=worker,
        until=until,
        reason=reason,
        granted_by=granted_by,
        granted_at=clock.now(),
    )


def end(given: Grant, *, reason: str, ended_by: str) -> GrantEnd:
    """Take sight back, at once and for good: the same people may be given it again by another grant."""
    return GrantEnd.objects.create(grant=given, ended_at=clock.now(), reason=reason, ended_by=ended_by)


def strictest(audience_ids: set[int], scope: str) -> int:
    """The audience for what was made from all of these: theirs where they agree, else the standing scope alone.

    Whoever stands in `scope` must be allowed to see every one of them (the front door sees all it receives); so the
    scope alone is never wider than any of the sources (design idea 5).
    """
    if len(audience_ids) == 1:
        return next(iter(audience_ids))
    return standing(scope)


def enrol(scope: str, agency: str, team: str = "", role: str = "") -> None:
    """Put the workers of an agency (of a team, of a role) into a standing scope."""
    make_scopes([scope])
    made = StandingScope.objects.get(slug=scope)
    ScopeMembership.objects.get_or_create(scope=made, agency=agency, team=team, role=role)
