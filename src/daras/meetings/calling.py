"""Before: convening a meeting, inviting, answering (B1, B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from daras.access import policy
from daras.access.installation import day_teams, front_door_teams
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.releasing import CONVENED
from daras.handling.models import SharingDecided
from daras.ledger.commands import Entry, append
from daras.ledger.processing import kind_of_agency, processing_for
from daras.ledger.refusal import Refused
from daras.matters.commands import derived_state, lock, random_reference
from daras.matters.models import Matter, MatterDecided
from daras.matters.telling import require_told
from daras.meetings.audiences import Team, admit, holders, layer, news_audiences, record_layer
from daras.meetings.models import (
    ActionAgreed,
    AdviceRecorded,
    AgencyInvited,
    AgencyLeftOut,
    ConflictKept,
    Contributed,
    FeedbackAcknowledged,
    InvitationAnswered,
    MeetingCalled,
    MeetingDetail,
    PositionTaken,
    RecordFiled,
)
from daras.meetings.sitting import NoSuchMeeting, Sitting, finish, sitting
from daras.outbox.commands import Tell
from daras.working_time import clock

#: The kinds of agency that each part of the quorum may be (Working Together: social care, police, health).
QUORUM_PARTS = {
    "children's social care": "social-care",
    "police": "police",
    "hospital": "health",
    "community and mental health": "health",
    "general practice": "health",
    "health commissioner": "health",
}
#: How a team may be asked. One that contributes gives what it holds and is not told the rest.
PARTS = ("takes-part", "contributes")
A_PART = "a part of the discussion"
ANSWERS = ("coming", "apologies", "in-writing", "not-reached")
#: What belongs to one team and to whoever takes part, also to those who take part later.
SHARED_WITH_THE_CIRCLE: tuple[type[MeetingDetail], ...] = (
    AgencyInvited,
    ActionAgreed,
    PositionTaken,
    RecordFiled,
    AdviceRecorded,
    FeedbackAcknowledged,
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, why, and to which part."""

    agency: str
    team: str
    because: str
    part: str = "takes-part"
    mode: str = ""  # where it is another than the meeting's
    conflict: str = ""  # why somebody of that team is not told; stays at the front door
    instead: str = ""  # who of that agency is asked instead, by the worker's slug


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A team that the rules would invite and that is not asked now, and why."""

    agency: str
    team: str
    why: str


def convene(
    worker: Worker,
    reference: str,
    *,
    planned_at: datetime,
    mode: str,
    reason: str,
    invitations: Sequence[Invitation],
    left_out: Sequence[LeftOut] = (),
) -> MeetingCalled:
    """A manager convenes a strategy discussion: from this moment those invited are told, and not before (B1). Those
    who take part are given sight of the matter and its news; those who contribute see that they are asked, no
    more. Whoever owes something that waited for this is told what. It is the manager's decision on the news,
    too, unless that was taken a moment before for the same reason. Raises `PermissionDenied` for anybody but a
    manager of the front door, `NoSuchMeeting` where the matter is not theirs, `Refused` without a reason,
    without anybody invited, or for somebody left out without a reason."""
    policy.require(worker, "convene")
    if not Matter.objects.filter(reference=reference).exists():
        raise NoSuchMeeting("There is no such matter here for you.")
    _sound(reason, invitations, left_out)
    with machine():
        matter = Matter.objects.get(reference=reference)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        _nobody_apart(matter, invitations)
        everybody = [team_asked(each) for each in invitations]
        called = MeetingCalled(
            reference=random_reference("S"),
            planned_at=planned_at,
            mode=mode,
            decisions_audience_id=layer(matter, "decisions", everybody, reason="invited", by=worker.slug),
            record_audience_id=_record_of(worker, matter),
        )
        call = layer(matter, "call", everybody, reason="invited", by=worker.slug)
        entries = [Entry(called, call, matter_id=matter.pk)]
        before = last_decision(matter)
        owed = derived_state(matter.pk, recording.recorded_at).decision_owed
        if owed or before is None or before.reason != reason.strip():
            decided = MatterDecided(decision="strategy-discussion", reason=reason.strip())
            entries.append(Entry(decided, matter.audience_id, matter_id=matter.pk))
        at_work = Sitting(worker, matter, recording, append(recording, entries), meeting=called)
        _invite(at_work, invitations)
        _leave_out(at_work, left_out)
        _release(at_work)
        finish(at_work, "convene")
    return called


def _record_of(worker: Worker, matter: Matter) -> int:
    """What is said in it: the front door by day, and the team out of hours where it convenes."""
    own = (worker.agency, worker.team)
    leads = [] if own in day_teams(matter.authority) else [own]
    return record_layer(matter, "record", leads, reason="convenes", by=worker.slug)


def last_decision(matter: Matter) -> MatterDecided | None:
    """What was decided last on a matter: a discussion is convened for the reason given there, typed once."""
    rows = MatterDecided.objects.filter(fact__matter_id=matter.pk, decision="strategy-discussion")
    return rows.order_by("-fact_id").first()


def _sound(reason: str, invitations: Sequence[Invitation], left_out: Sequence[LeftOut]) -> None:
    if not reason.strip():
        raise Refused("missing", "/reason", "Convening needs a reason.", "Say why the discussion is held.")
    if not invitations:
        raise Refused("nobody-invited", "/invitations", "Nobody is invited.", "Choose who takes part.")
    if any(not each.why.strip() for each in left_out):
        raise Refused("missing", "/left_out", "Somebody is left out without a reason.", "Say why not now.")
    _conflicts_named(invitations)


def _conflicts_named(invitations: Sequence[Invitation]) -> None:
    """Whoever has a conflict of interest is not asked, and somebody else of that agency is, by name (B3)."""
    for each in invitations:
        if each.conflict.strip():
            named_instead(each.agency, each.instead)


def _nobody_apart(matter: Matter, invitations: Sequence[Invitation]) -> None:
    """Whoever is kept apart is asked by nobody until the designated officer decides (A17)."""
    for each in invitations:
        agency, team = team_asked(each)
        instead = named_instead(each.agency, each.instead) if each.conflict.strip() else None
        require_told(matter, agency, team, pointer="/invitations", worker=instead)


def named_instead(agency: str, slug: str) -> Worker:
    """Somebody else of an agency; raises `Refused` where nobody of it is named."""
    instead = Worker.objects.filter(slug=slug, agency=agency, is_active=True).first()
    if instead is None:
        raise Refused(
            "nobody-instead",
            "/instead",
            "There is a conflict of interest, and nobody else of that agency is named.",
            "Name who is asked instead, or do not ask this agency now.",
        )
    return instead


def invite(worker: Worker, meeting_id: int, invitations: Sequence[Invitation]) -> None:
    """Invite more teams to a meeting that has been called."""
    _conflicts_named(invitations)
    with sitting(worker, meeting_id, "convene") as at_work:
        _nobody_apart(at_work.matter, invitations)
        everybody = [team_asked(each) for each in invitations]
        for audience in (at_work.call, at_work.decisions):
            admit(audience, everybody, reason="invited", by=worker.slug)
        _invite(at_work, invitations)
        _say_why_new(at_work, invitations)
        _release(at_work)


def _say_why_new(at_work: Sitting, invitations: Sequence[Invitation]) -> None:
    """Somebody asked by hand with whom this agency does not share by default: why, and on which grounds (G4)."""
    default = processing_for(at_work.worker.agency, SharingDecided.kind, clock.today())
    for each in invitations:
        agency, team = team_asked(each)
        if default.is_new(kind_of_agency(agency)):
            decided = SharingDecided(recipient_agency=agency, recipient_team=team, shared=True, reason=each.because)
            at_work.add(decided, audience=at_work.hub)


def _invite(at_work: Sitting, invitations: Sequence[Invitation]) -> None:
    taking_part: list[Team] = [team_asked(each) for each in invitations if each.part == "takes-part"]
    admit_to_circle(at_work, taking_part, reason="takes part in the discussion")
    for each in invitations:
        if each.conflict.strip():
            keep_conflict(at_work, each)
        agency, team = team_asked(each)
        at_work.add(
            AgencyInvited(
                meeting=at_work.meeting,
                agency=agency,
                team=team,
                part=each.part,
                quorum_part=quorum_part(each.agency),
                mode="" if each.mode == at_work.meeting.mode else each.mode,
                because=each.because,
            ),
            audience=at_work.circle if each.part == "takes-part" else _own(at_work, each),
        )
        at_work.tell(Tell(agency, team or None, "invited", interrupts=True))


def team_asked(invitation: Invitation) -> Team:
    """The team that is asked: that of whoever is named instead, where there is a conflict of interest."""
    if not invitation.conflict.strip():
        return invitation.agency, invitation.team
    return invitation.agency, named_instead(invitation.agency, invitation.instead).team


def keep_conflict(at_work: Sitting, invitation: Invitation) -> None:
    """Why somebody is not asked stays at the front door; `narrow` gives sight to whoever is named instead alone."""
    detail = ConflictKept(
        agency=invitation.agency,
        team=invitation.team,
        reason=invitation.conflict.strip(),
        instead=named_instead(invitation.agency, invitation.instead),
    )
    at_work.add(detail, audience=at_work.hub)


def _leave_out(at_work: Sitting, left_out: Sequence[LeftOut]) -> None:
    for each in left_out:
        detail = AgencyLeftOut(meeting=at_work.meeting, agency=each.agency, team=each.team, why=each.why.strip())
        at_work.add(detail, audience=at_work.hub)


def _release(at_work: Sitting) -> None:
    """What waited for a discussion is owed in the open from now, in the young person's own matter too (C5)."""
    matters = Matter.objects.filter(Q(pk=at_work.matter.pk) | Q(parent=at_work.matter.pk))
    at_work.release(matters, reason=CONVENED)


def admit_to_circle(at_work: Sitting, teams: Sequence[Team], *, reason: str) -> None:
    """Give teams sight of all that those who take part see: the matter, its news, and what is shared so far."""
    meeting, shared = at_work.meeting, list[int]()
    for kind in SHARED_WITH_THE_CIRCLE:
        rows = kind._default_manager.filter(meeting=meeting)
        shared += rows.values_list("audience_id", flat=True)
    given = Contributed.objects.filter(meeting=meeting, restricted=False)
    shared += given.values_list("audience_id", flat=True)
    own = (at_work.circle, at_work.record, at_work.call, at_work.decisions, *news_audiences(at_work.matter))
    for audience in dict.fromkeys((*own, *shared)):
        admit(audience, teams, reason=reason, by=at_work.worker.slug)


def _own(at_work: Sitting, invitation: Invitation) -> int:
    """Why a team that only contributes is asked is for that team and for those who take part."""
    team, in_circle = team_asked(invitation), holders(at_work.circle)
    if team in in_circle or (team[0], "") in in_circle or team in front_door_teams(at_work.matter.authority):
        return at_work.circle
    return layer(at_work.matter, "invitation", [*in_circle, team], reason=A_PART, by=at_work.worker.slug)


def shared_with(at_work: Sitting, team: Team, *, purpose: str) -> int:
    """What is one team's and of the record: the record itself, where the team reads it."""
    readers = holders(at_work.record)
    if team in readers or (team[0], "") in readers or team in day_teams(at_work.matter.authority):
        return at_work.record
    return record_layer(at_work.matter, purpose, [*readers, team], reason=A_PART, by=at_work.worker.slug)


def quorum_part(agency: str) -> str:
    """Which part of the quorum an agency is, or "" for none."""
    return QUORUM_PARTS.get(load_directory().agency_at_any_time(agency).kind, "")


def answer(worker: Worker, meeting_id: int, invited_id: int, *, answer: str, note: str = "") -> None:
    """A team answers its invitation; the front door may note that a team could not be reached. Raises
    `NoSuchMeeting` where the invitation is not one this worker may see, `PermissionDenied` where it is somebody
    else's."""
    invited = AgencyInvited.objects.filter(pk=invited_id, meeting_id=meeting_id).first()
    if invited is None:
        raise NoSuchMeeting("There is no such invitation here for you.")
    if answer not in ANSWERS:
        raise Refused("unknown-answer", "/answer", f"{answer!r} is no answer.", "Choose one of the list.")
    own = invited.agency == worker.agency and invited.team in ("", worker.team)
    if not own and not policy.may(worker, "minute"):
        raise PermissionDenied("This invitation is another team's to answer.")
    with sitting(worker, meeting_id, "answer") as at_work:
        detail = InvitationAnswered(meeting=at_work.meeting, invited=invited, answer=answer, note=note.strip())
        at_work.add(detail, audience=invited.audience_id)
