"""Who sees which layer of a meeting's record (B4, G4).

`circle`: the front door and every team that takes part. `record`: what was said, for the front door by day and every
team that takes part; the team out of hours reads it where it took part, and else its own layer (G4). `decisions`: the
circle, and the teams that contribute. `call`: those, and whoever owns an action: that there is a meeting, and when.
What one team contributes, is to do or files: those of the record and that team. `restricted`: named teams only, the
front door among them only when named.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from daras.access import audiences, policy
from daras.access.models import Grant, Worker
from daras.duties.models import DutyState
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.meetings.models import ConflictKept, MeetingCalled
from daras.working_time import clock

Team = tuple[str, str]
#: Why sight was ended, where a conflict of interest is kept.
CONFLICT = "a conflict of interest"


def holders(audience_id: int) -> list[Team]:
    """The teams that an audience is granted to now."""
    rows = Grant.objects.filter(audience_id=audience_id, end__isnull=True)
    current = rows.filter(Q(until__isnull=True) | Q(until__gt=clock.now()))
    return list(dict.fromkeys(current.values_list("agency", "team")))


def admit(audience_id: int, teams: Iterable[Team], *, reason: str, by: str) -> None:
    """Give teams sight of an audience, once."""
    known = set(holders(audience_id))
    for agency, team in teams:
        if (agency, team) not in known:
            audiences.grant(audience_id, agency=agency, team=team, reason=reason, granted_by=by)


def layer(matter: Matter, purpose: str, teams: Iterable[Team], *, reason: str, by: str) -> int:
    """A new layer of a matter's record: the front door and these teams."""
    audience = audiences.open_audience(audiences.front_door_scope(matter.authority), purpose)
    admit(audience, dict.fromkeys(teams), reason=reason, by=by)
    return audience


def record_layer(matter: Matter, purpose: str, teams: Iterable[Team], *, reason: str, by: str) -> int:
    """A new layer of what was said in a discussion: the front door by day and these teams."""
    audience = audiences.open_audience(audiences.discussion_scope(matter.authority), purpose)
    admit(audience, dict.fromkeys(teams), reason=reason, by=by)
    return audience


def reads_record(worker: Worker, called: MeetingCalled) -> bool:
    """Whether a worker of the front door reads what was said in a discussion: by day always, out of hours where the
    team took part (G4)."""
    return (worker.agency, worker.team) != policy.OUT_OF_HOURS or audiences.reads(called.record_audience_id)


def own_layer(matter: Matter, team: Team, *, by: str) -> int:
    """What one team owes: the front door and that team."""
    return layer(matter, "own", [team], reason="owes something of a discussion", by=by)


def action_layer(matter: Matter, team: Team, *, by: str) -> int:
    """What one team is to do, in the words of the record. What the front door itself owes is handed over to the team
    out of hours (A11); what others owe is not theirs to read."""
    if team in policy.FRONT_DOOR_TEAMS:
        return own_layer(matter, team, by=by)
    return record_layer(matter, "own", [team], reason="owes something of a discussion", by=by)


def record_audiences(matter: Matter) -> list[int]:
    """The audiences of what was said in the discussions of a matter."""
    rows = MeetingCalled.objects.filter(fact__matter_id=matter.pk)
    return list(rows.values_list("record_audience_id", flat=True))


def restricted_layer(teams: Iterable[Team], *, reason: str, by: str) -> int:
    """A layer for named teams only; custodians hold the key to it."""
    audience = audiences.open_audience(audiences.CUSTODIANS, "restricted")
    admit(audience, dict.fromkeys(teams), reason=reason, by=by)
    return audience


def news_audiences(matter: Matter) -> list[int]:
    """The audiences of the news of a matter that may be opened to those who take part: never what is the hub's
    alone."""
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    rows = Fact.objects.filter(matter_id=matter.pk, kind="referral-received").exclude(audience_id=hub)
    return sorted(set(rows.values_list("audience_id", flat=True)))


def narrow(matter: Matter, *, by: str) -> None:
    """Where somebody of a team has a conflict of interest, only whoever was named instead keeps sight of the matter;
    without anybody named, nobody of that team does (B3, A17).

    What the agency itself sent stays its own. Run at the end of every transaction on a matter, so that nothing given
    to the team in it outlives it.
    """
    by_team: dict[Team, list[ConflictKept]] = {}
    for each in ConflictKept.objects.select_related("fact", "instead").filter(fact__matter_id=matter.pk):
        by_team.setdefault((each.agency, each.team), []).append(each)
    for (agency, team), conflicts in by_team.items():
        declared = {each.fact.author for each in conflicts if each.declared}
        named = [each.instead for each in conflicts if each.instead and each.instead.slug not in declared]
        own = Fact.objects.filter(matter_id=matter.pk, kind="referral-received", agency=agency)
        given = Grant.objects.filter(
            Q(end__isnull=True) | Q(end__reason=CONFLICT),
            audience_id__in=_audiences_of(matter) - set(own.values_list("audience_id", flat=True)),
            agency=agency,
            team__in=["", team, *(each.team for each in named)],
        )
        _hand_over(given, list(dict.fromkeys(named)), by=by)


def _hand_over(given: QuerySet[Grant], named: list[Worker], *, by: str) -> None:
    """End what was given to the team, and give the same to whoever is named, once."""
    audience_ids = set(given.values_list("audience_id", flat=True))
    for each in given.filter(end__isnull=True).exclude(worker__in=named):
        audiences.end(each, reason=CONFLICT, ended_by=by)
    held = set(given.filter(end__isnull=True, worker__in=named).values_list("audience_id", "worker_id"))
    for audience in sorted(audience_ids):
        for worker in named:
            if (audience, worker.pk) not in held:
                audiences.grant(
                    audience,
                    agency=worker.agency,
                    team=worker.team,
                    worker=worker,
                    reason="named instead of somebody else",
                    granted_by=by,
                )


def _audiences_of(matter: Matter) -> set[int]:
    facts = Fact.objects.filter(matter_id=matter.pk).values_list("audience_id", flat=True).distinct()
    owed = DutyState.objects.filter(matter=matter).values_list("audience_id", flat=True)
    called = MeetingCalled.objects.filter(fact__matter_id=matter.pk).values_list("decisions_audience_id", flat=True)
    return {matter.audience_id, *facts, *owed, *called, *record_audiences(matter)}
