"""During: what is typed once and goes out as it is agreed (B2 to B7, C4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.challenges.commands import record_challenge
from daras.handling.commands import Grade, checked, record_grade
from daras.ledger.refusal import Refused
from daras.matters.telling import require_told
from daras.meetings.audiences import Team, action_layer, admit, restricted_layer
from daras.meetings.calling import admit_to_circle, quorum_part, shared_with
from daras.meetings.models import (
    ActionAgreed,
    ActionMoved,
    AgencyInvited,
    Contributed,
    EnquiryDecided,
    PersonConsidered,
    PositionTaken,
    PresenceNoted,
    RecordClosed,
)
from daras.meetings.sitting import NoSuchMeeting, sitting
from daras.outbox.commands import Tell
from daras.people.models import PersonRecord, WorksWithChildrenKnown
from daras.working_time import clock

#: So much is said of how somebody reaches children.
MOST_SAID = 300
#: What an enquiry may be. Section 47 is the local authority's, the criminal investigation the police's.
ENQUIRIES = ("joint", "social-care", "police", "none")
POSITIONS = ("agrees", "challenges")
STATES = ("acknowledged", "under-way", "done", "cannot")


def note_presence(
    worker: Worker, meeting_id: int, *, agency: str, team: str, name: str, role: str, mode: str, joined_at: datetime
) -> None:
    """Somebody is on the call, from when; joining an interim discussion late is one more fact (B3).

    Whoever is on the call hears everything: their team is given sight of what those who take part see.
    """
    need(name, "/name", "Nobody is named.", "Write who is on the call.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = PresenceNoted(
            meeting=at_work.meeting,
            agency=agency,
            team=team,
            name=name.strip(),
            role=role.strip(),
            mode=mode,
            joined_at=joined_at,
        )
        admit_to_circle(at_work, [(agency, team)], reason="is on the call")
        (fact,) = at_work.add(detail, audience=at_work.circle)
        for closed in RecordClosed.objects.filter(meeting=at_work.meeting, quorate=False):
            for invited in AgencyInvited.objects.filter(meeting=at_work.meeting, quorum_part=quorum_part(agency)):
                at_work.settle("join-discussion", closed.pk, fact, agency=invited.agency)


def contribute(
    worker: Worker, meeting_id: int, *, text: str, is_opinion: bool, restricted_to: tuple[tuple[str, str], ...] = ()
) -> None:
    """What the worker's agency holds or thinks, for the circle; or restricted to named teams and nobody else (B4,
    G4)."""
    need(text, "/text", "There is nothing here to record.", "Write what your agency holds.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        detail = Contributed(meeting=at_work.meeting, agency=worker.agency, text=text.strip(), is_opinion=is_opinion)
        own = (worker.agency, worker.team)
        if restricted_to:
            audience = restricted_layer((own, *restricted_to), reason="restricted contribution", by=worker.slug)
            detail.restricted = True
        else:
            audience = shared_with(at_work, own, purpose="contribution")
        at_work.add(detail, audience=audience)


def contribute_graded(
    worker: Worker,
    meeting_id: int,
    *,
    text: str,
    grade: Grade,
    agreed_line: str = "",
    is_opinion: bool = False,
    restricted_to: tuple[tuple[str, str], ...] = (),
) -> None:
    """Police information with its grade, for the worker's own team and those they name; and the line that the police
    agree is minuted, for everybody who takes part. Without a line nothing of it is minuted (G4, B4).

    Raises `Refused` for words that are missing and for a grade that is not whole.
    """
    need(text, "/text", "There is nothing here to record.", "Write what your agency holds.")
    whole = checked(worker, grade)
    with sitting(worker, meeting_id, "contribute") as at_work:
        own = (worker.agency, worker.team)
        audience = restricted_layer((own, *restricted_to), reason="graded information", by=worker.slug)
        held = Contributed(
            meeting=at_work.meeting, agency=worker.agency, text=text.strip(), is_opinion=is_opinion, restricted=True
        )
        (fact,) = at_work.add(held, audience=audience)
        at_work.facts.append(record_grade(at_work.recording, fact, whole, agreed_line=agreed_line))
        if agreed_line.strip():
            line = Contributed(
                meeting=at_work.meeting, agency=worker.agency, text=agreed_line.strip(), is_opinion=is_opinion
            )
            at_work.add(line, audience=shared_with(at_work, own, purpose="contribution"))


def consider(
    worker: Worker,
    meeting_id: int,
    person_record_id: int,
    *,
    in_scope: bool,
    owner_agency: str = "",
    owner_team: str = "",
    safety_outcome: str = "",
    why_not: str = "",
    reaches: str = "",
) -> None:
    """Decide on a connected person: in scope with an owner and a safety outcome, or not, and why (B2, J2). What is said
    of how they reach children beyond the family (by work, volunteering, online) is known of them from now.

    Raises `Refused` for what is missing, `NoSuchMeeting` where the record is not one this worker may see.
    """
    may_see([person_record_id])
    if in_scope:
        need(owner_agency, "/owner_agency", "Somebody in scope needs an owner.", "Choose the agency that owns it.")
        need(safety_outcome, "/safety_outcome", "Somebody in scope needs a safety outcome.", "Say how they are safe.")
    else:
        need(why_not, "/why_not", "Leaving somebody out needs a reason.", "Say why.")
    with sitting(worker, meeting_id, "minute") as at_work:
        if in_scope:
            require_told(at_work.matter, owner_agency, owner_team, pointer="/owner_agency")
        detail = PersonConsidered(
            meeting=at_work.meeting,
            in_scope=in_scope,
            owner_agency=owner_agency,
            owner_team=owner_team,
            safety_outcome=safety_outcome.strip(),
            why_not=why_not.strip(),
        )
        at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)
        if reaches.strip():
            known = WorksWithChildrenKnown(description=reaches.strip()[:MOST_SAID])
            at_work.add(known, audience=at_work.circle, person_record_id=person_record_id)


def consider_rest(worker: Worker, meeting_id: int, person_record_ids: Sequence[int], *, why_not: str) -> None:
    """Everybody else who is connected was looked at together and is not in scope, for one reason (B2)."""
    need(why_not, "/why_not", "Leaving them out needs a reason.", "Say why none of them is in scope.")
    may_see(person_record_ids)
    with sitting(worker, meeting_id, "minute") as at_work:
        for record_id in person_record_ids:
            detail = PersonConsidered(meeting=at_work.meeting, in_scope=False, why_not=why_not.strip(), as_block=True)
            at_work.add(detail, audience=at_work.circle, person_record_id=record_id)


def may_see(record_ids: Sequence[int]) -> None:
    """Through the worker's own eyes, before the command sees everything."""
    if PersonRecord.objects.filter(pk__in=set(record_ids)).count() != len(set(record_ids)):
        raise NoSuchMeeting("There is no such person here for you.")


def decide_enquiry(worker: Worker, meeting_id: int, *, enquiry: str, rationale: str) -> EnquiryDecided:
    """Single agency or joint, and why. Each agency's position is asked for while all are on the call (B5)."""
    one_of(enquiry, ENQUIRIES, "/enquiry")
    need(rationale, "/rationale", "The decision needs a rationale.", "Say why this kind of enquiry.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = EnquiryDecided(meeting=at_work.meeting, enquiry=enquiry, rationale=rationale.strip())
        at_work.add(detail, audience=at_work.circle)
    return detail


def take_position(worker: Worker, meeting_id: int, decision_id: int, *, position: str, reason: str) -> PositionTaken:
    """Where the worker's agency stands. A challenge goes to the on-call inspector at once, and both views stand
    (B5)."""
    one_of(position, POSITIONS, "/position")
    if position == "challenges":
        need(reason, "/reason", "A challenge needs a reason.", "Say what you would decide, and why.")
    decision = EnquiryDecided.objects.select_related("fact").filter(pk=decision_id, meeting_id=meeting_id).first()
    if decision is None:
        raise NoSuchMeeting("There is no such decision here for you.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        detail = PositionTaken(
            meeting=at_work.meeting, decision=decision, agency=worker.agency, position=position, reason=reason.strip()
        )
        own = shared_with(at_work, (worker.agency, worker.team), purpose="position")
        at_work.add(detail, audience=own)
        if position == "challenges":
            agency, team = on_call_inspector(at_work.matter.authority)
            admit_to_circle(at_work, [(agency, team)], reason="answers a challenge")
            record_challenge(
                at_work.recording, at_work.matter, decision.fact, agency=worker.agency, reason=reason, audience=own
            )
    return detail


def on_call_inspector(authority: str) -> Team:
    """Who answers a challenge while all are still on the call (B5)."""
    owner = load_directory().contact("on-call-inspector", authority=authority, on=clock.today())
    return owner.agency, owner.team or ""


def agree_action(
    worker: Worker,
    meeting_id: int,
    *,
    what: str,
    owner_agency: str,
    owner_team: str,
    due_at: datetime,
    owner_name: str = "",
    hidden_from_online_access: bool = False,
) -> ActionAgreed:
    """An action with owner and due date, told to its owner at once, before the record closes (B4, B7). Its owner
    sees the action and nothing else of the record, unless it takes part. It is a duty from this moment, with its
    clock and its chases."""
    need(what, "/what", "The action is empty.", "Write what is to be done.")
    need(owner_agency, "/owner", "The action has no owner.", "Choose who does it.")
    with sitting(worker, meeting_id, "minute") as at_work:
        require_told(at_work.matter, owner_agency, owner_team, pointer="/owner")
        detail = ActionAgreed(
            meeting=at_work.meeting,
            what=what.strip(),
            owner_agency=owner_agency,
            owner_team=owner_team,
            owner_name=owner_name.strip(),
            due_at=due_at,
            hidden_from_online_access=hidden_from_online_access,
        )
        owner = (owner_agency, owner_team)
        admit(at_work.call, [owner], reason="owns an action", by=worker.slug)
        (fact,) = at_work.add(detail, audience=shared_with(at_work, owner, purpose="action"))
        at_work.tell(Tell(owner_agency, owner_team or None, "action"))
        owed = action_layer(at_work.matter, owner, by=worker.slug)
        at_work.owe("discussion-action", fact, owner, due_at=due_at, because=what.strip(), audience=owed)
    return detail


def move_action(worker: Worker, meeting_id: int, action_id: int, *, state: str, note: str = "") -> None:
    """Progress on an action, by its owner (B7)."""
    one_of(state, STATES, "/state")
    action = ActionAgreed.objects.filter(pk=action_id, meeting_id=meeting_id).first()
    if action is None:
        raise NoSuchMeeting("There is no such action here for you.")
    own = action.owner_agency == worker.agency and action.owner_team in ("", worker.team)
    if not own and not policy.may(worker, "minute"):
        raise PermissionDenied("This action is another team's.")
    if state == "cannot":
        need(note, "/note", "Saying that it cannot be done needs a reason.", "Say what stands in the way.")
    with sitting(worker, meeting_id, "answer") as at_work:
        detail = ActionMoved(meeting=at_work.meeting, action=action, state=state, note=note.strip())
        (fact,) = at_work.add(detail, audience=action.audience_id)
        if state == "done":
            at_work.settle("discussion-action", action.pk, fact)


def one_of(chosen: str, allowed: Sequence[str], pointer: str) -> None:
    """Raise `Refused` for what is not on the list."""
    if chosen not in allowed:
        raise Refused("unknown-choice", pointer, "Nothing of the list was chosen.", "Choose one.")


def need(text: str, pointer: str, detail: str, remedy: str) -> None:
    """Raise `Refused` where nothing was written."""
    if not text.strip():
        raise Refused("missing", pointer, detail, remedy)
