"""Before: convening a meeting, inviting, answering (B1, B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.ledger.commands import Entry, append
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.meetings.audiences import Team, admit, layer, news_audiences
from daras.meetings.models import AgencyInvited, InvitationAnswered, MeetingCalled
from daras.meetings.sitting import NoSuchMeeting, Sitting, finish, sitting
from daras.outbox.commands import Tell

#: The kinds of agency that each part of the quorum may be (Working Together: social care, police, health).
QUORUM_PARTS = {
    "children's social care": "social-care",
    "police": "police",
    "hospital": "health",
    "community and mental health": "health",
    "general practice": "health",
    "health commissioner": "health",
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, why, and to which part."""

    agency: str
    team: str
    because: str
    part: str = "takes-part"


def convene(
    worker: Worker,
    reference: str,
    *,
    planned_at: datetime,
    mode: str,
    reason: str,
    invitations: Sequence[Invitation],
) -> MeetingCalled:
    """A manager convenes a strategy discussion: from this moment those invited are told, and not before (B1).

    Those who take part are given sight of the matter and its news; those who contribute see that they are asked, no
    more. Raises `PermissionDenied` for anybody but a manager of the front door, `NoSuchMeeting` where the matter is
    not theirs.
    """
    policy.require(worker, "convene")
    if not Matter.objects.filter(reference=reference).exists():
        raise NoSuchMeeting("There is no such matter here for you.")
    with machine():
        matter = Matter.objects.get(reference=reference)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        everybody = [(each.agency, each.team) for each in invitations]
        heard = layer(matter, "decisions", everybody, reason="invited", by=worker.slug)
        called = MeetingCalled(planned_at=planned_at, mode=mode, reason=reason)
        facts = append(recording, [Entry(called, heard, matter_id=matter.pk)])
        at_work = Sitting(worker, called, matter, recording, facts)
        _invite(at_work, invitations)
        finish(at_work, "convene")
    return called


def invite(worker: Worker, meeting_id: int, invitations: Sequence[Invitation]) -> None:
    """Invite more teams to a meeting that has been called."""
    with sitting(worker, meeting_id, "convene") as at_work:
        everybody = [(each.agency, each.team) for each in invitations]
        admit(at_work.decisions, everybody, reason="invited", by=worker.slug)
        _invite(at_work, invitations)


def _invite(at_work: Sitting, invitations: Sequence[Invitation]) -> None:
    taking_part: list[Team] = [(each.agency, each.team) for each in invitations if each.part == "takes-part"]
    by = at_work.worker.slug
    for audience in (at_work.circle, *news_audiences(at_work.matter)):
        admit(audience, taking_part, reason="takes part in the discussion", by=by)
    for each in invitations:
        reasons = at_work.circle if each.part == "takes-part" else _own(at_work, each)
        at_work.add(
            AgencyInvited(
                meeting=at_work.meeting,
                agency=each.agency,
                team=each.team,
                part=each.part,
                quorum_part=_quorum_part(each.agency),
                because=each.because,
            ),
            audience=reasons,
        )
        at_work.tell(Tell(each.agency, each.team, "invited", interrupts=True))


def _own(at_work: Sitting, invitation: Invitation) -> int:
    """Why a team that only contributes is asked is for that team and the front door."""
    team = (invitation.agency, invitation.team)
    return layer(at_work.matter, "invitation", [team], reason="asked to contribute", by=at_work.worker.slug)


def _quorum_part(agency: str) -> str:
    return QUORUM_PARTS.get(load_directory().agency_at_any_time(agency).kind, "")


def answer(worker: Worker, meeting_id: int, invited_id: int, *, answer: str, note: str = "") -> None:
    """A team answers its invitation; the front door may note that a team could not be reached.

    Raises `NoSuchMeeting` where the invitation is not one this worker may see.
    """
    invited = AgencyInvited.objects.filter(pk=invited_id, meeting_id=meeting_id).first()
    if invited is None:
        raise NoSuchMeeting("There is no such invitation here for you.")
    action: policy.Action = "answer" if invited.agency == worker.agency else "minute"
    with sitting(worker, meeting_id, action) as at_work:
        detail = InvitationAnswered(meeting=at_work.meeting, invited=invited, answer=answer, note=note)
        at_work.add(detail, audience=invited.audience_id)
