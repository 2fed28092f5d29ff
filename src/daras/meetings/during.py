"""During: what is typed once and goes out as it is agreed (B2 to B7, C4)."""

from __future__ import annotations

from datetime import date, datetime

from daras.access.models import Worker
from daras.ledger.refusal import Refused
from daras.meetings.audiences import admit, holders, layer, news_audiences, restricted_layer
from daras.meetings.models import (
    ActionAgreed,
    ActionMoved,
    ChallengeAnswered,
    Contributed,
    EnquiryDecided,
    MedicalDecided,
    ParentsInformed,
    PersonConsidered,
    PositionTaken,
    PresenceNoted,
    WishesWeighed,
)
from daras.meetings.sitting import NoSuchMeeting, Sitting, sitting
from daras.outbox.commands import Tell

#: Who answers a challenge while all are still on the call (B5).
ON_CALL_INSPECTOR = ("devon-and-cornwall-police", "on-call-inspector")


def note_presence(
    worker: Worker, meeting_id: int, *, agency: str, team: str, name: str, role: str, mode: str, joined_at: datetime
) -> None:
    """Somebody is on the call, from when; joining late is one more fact (B3)."""
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = PresenceNoted(
            meeting=at_work.meeting, agency=agency, team=team, name=name, role=role, mode=mode, joined_at=joined_at
        )
        at_work.add(detail, audience=at_work.circle)


def contribute(
    worker: Worker, meeting_id: int, *, text: str, is_opinion: bool, restricted_to: tuple[tuple[str, str], ...] = ()
) -> None:
    """What the worker's agency holds or thinks, for the circle; or restricted to named teams and nobody else (B4,
    G4)."""
    _need(text, "/text", "There is nothing here to record.", "Write what your agency holds.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        detail = Contributed(meeting=at_work.meeting, agency=worker.agency, text=text.strip(), is_opinion=is_opinion)
        audience = at_work.circle
        if restricted_to:
            own = (worker.agency, worker.team)
            audience = restricted_layer((own, *restricted_to), reason="restricted contribution", by=worker.slug)
        at_work.add(detail, audience=audience)


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
) -> None:
    """Decide on a connected person: in scope with an owner and a safety outcome, or not, and why (B2, J2)."""
    if in_scope:
        _need(owner_agency, "/owner_agency", "Somebody in scope needs an owner.", "Choose the agency that owns it.")
        _need(safety_outcome, "/safety_outcome", "Somebody in scope needs a safety outcome.", "Say how they are safe.")
    else:
        _need(why_not, "/why_not", "Leaving somebody out needs a reason.", "Say why.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = PersonConsidered(
            meeting=at_work.meeting,
            in_scope=in_scope,
            owner_agency=owner_agency,
            owner_team=owner_team,
            safety_outcome=safety_outcome.strip(),
            why_not=why_not.strip(),
        )
        at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)


def decide_enquiry(worker: Worker, meeting_id: int, *, enquiry: str, rationale: str) -> EnquiryDecided:
    """Single agency or joint, and why. Each agency's position is asked for while all are on the call (B5)."""
    _need(rationale, "/rationale", "The decision needs a rationale.", "Say why this kind of enquiry.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = EnquiryDecided(meeting=at_work.meeting, enquiry=enquiry, rationale=rationale.strip())
        at_work.add(detail, audience=at_work.decisions)
    return detail


def take_position(worker: Worker, meeting_id: int, decision_id: int, *, position: str, reason: str) -> PositionTaken:
    """Where the worker's agency stands. A challenge goes to the on-call inspector at once, and both views stand
    (B5)."""
    if position == "challenges":
        _need(reason, "/reason", "A challenge needs a reason.", "Say what you would decide, and why.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        decision = EnquiryDecided.objects.filter(pk=decision_id, meeting=at_work.meeting).first()
        if decision is None:
            raise NoSuchMeeting("There is no such decision here for you.")
        detail = PositionTaken(
            meeting=at_work.meeting, decision=decision, agency=worker.agency, position=position, reason=reason.strip()
        )
        at_work.add(detail, audience=at_work.circle)
        if position == "challenges":
            agency, team = ON_CALL_INSPECTOR
            _admit_inspector(at_work)
            at_work.tell(Tell(agency, team, "challenge", interrupts=True))
    return detail


def _admit_inspector(at_work: Sitting) -> None:
    for audience in (at_work.circle, at_work.decisions, *news_audiences(at_work.matter)):
        admit(audience, [ON_CALL_INSPECTOR], reason="answers a challenge", by=at_work.worker.slug)


def answer_challenge(worker: Worker, meeting_id: int, challenge_id: int, *, outcome: str, reason: str) -> None:
    """The on-call inspector answers: changed or upheld, with the reason (B5)."""
    _need(reason, "/reason", "The answer needs a reason.", "Say why.")
    with sitting(worker, meeting_id, "answer-challenge") as at_work:
        challenge = PositionTaken.objects.filter(pk=challenge_id, meeting=at_work.meeting).first()
        if challenge is None:
            raise NoSuchMeeting("There is no such challenge here for you.")
        detail = ChallengeAnswered(meeting=at_work.meeting, challenge=challenge, outcome=outcome, reason=reason.strip())
        at_work.add(detail, audience=at_work.circle)
        at_work.tell(Tell(challenge.agency, None, "challenge-answered", interrupts=True))


def decide_medical(
    worker: Worker, meeting_id: int, person_record_id: int, *, medical: str, reason: str, consent_by: str = ""
) -> None:
    """Forensic, non-forensic or none, decided by a health professional, with whose consent (B6)."""
    _need(reason, "/reason", "The medical decision needs a reason.", "Say why, also for none.")
    if medical != "none":
        _need(consent_by, "/consent_by", "An examination needs consent.", "Name who holds it: a parent, or the child.")
    with sitting(worker, meeting_id, "decide-medical") as at_work:
        detail = MedicalDecided(
            meeting=at_work.meeting,
            medical=medical,
            reason=reason.strip(),
            consent_by=consent_by.strip(),
            decided_by_role=worker.role,
        )
        at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)


def weigh_wishes(
    worker: Worker,
    meeting_id: int,
    person_record_id: int,
    *,
    wish: str,
    best_interests: str,
    consulted: str,
    review_on: date,
) -> None:
    """What the child wishes, what is best, who was asked, and when it is looked at again (C4)."""
    for at, text in (("/wish", wish), ("/best_interests", best_interests), ("/consulted", consulted)):
        _need(text, at, "This part of the decision is empty.", "Write it, so that the wish is weighed.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = WishesWeighed(
            meeting=at_work.meeting,
            wish=wish.strip(),
            best_interests=best_interests.strip(),
            consulted=consulted.strip(),
            review_on=review_on,
        )
        at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)


def inform_parents(
    worker: Worker,
    meeting_id: int,
    *,
    what: str = "",
    by_whom: str = "",
    when_at: datetime | None = None,
    why_not_yet: str = "",
) -> None:
    """What parents are told, by whom and when; or why not yet (A4)."""
    if not what.strip():
        _need(why_not_yet, "/why_not_yet", "Either say what parents are told, or why not yet.", "Write one of them.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = ParentsInformed(
            meeting=at_work.meeting,
            what=what.strip(),
            by_whom=by_whom.strip(),
            when_at=when_at,
            why_not_yet=why_not_yet.strip(),
        )
        at_work.add(detail, audience=at_work.circle)


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
    """An action with owner and due date, told to its owner at once, before the record closes (B4, B7).

    Its owner sees the action and nothing else of the record, unless it takes part.
    """
    _need(what, "/what", "The action is empty.", "Write what is to be done.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = ActionAgreed(
            meeting=at_work.meeting,
            what=what.strip(),
            owner_agency=owner_agency,
            owner_team=owner_team,
            owner_name=owner_name.strip(),
            due_at=due_at,
            hidden_from_online_access=hidden_from_online_access,
        )
        teams = [*holders(at_work.circle), (owner_agency, owner_team)]
        own = layer(at_work.matter, "action", teams, reason="an action of the discussion", by=worker.slug)
        at_work.add(detail, audience=own)
        at_work.tell(Tell(owner_agency, owner_team or None, "action"))
    return detail


def move_action(worker: Worker, meeting_id: int, action_id: int, *, state: str, note: str = "") -> None:
    """Progress on an action, by its owner (B7)."""
    action = ActionAgreed.objects.filter(pk=action_id, meeting_id=meeting_id).first()
    if action is None:
        raise NoSuchMeeting("There is no such action here for you.")
    if state == "cannot":
        _need(note, "/note", "Saying that it cannot be done needs a reason.", "Say what stands in the way.")
    with sitting(worker, meeting_id, "answer") as at_work:
        detail = ActionMoved(meeting=at_work.meeting, action=action, state=state, note=note.strip())
        at_work.add(detail, audience=action.audience_id)


def _need(text: str, pointer: str, detail: str, remedy: str) -> None:
    if not text.strip():
        raise Refused("missing", pointer, detail, remedy)
