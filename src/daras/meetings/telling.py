"""What a discussion decided is told to everybody who was consulted, who acknowledge it or disagree; and what a
designated professional advised stands in the record (A8, B3)."""

from __future__ import annotations

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.challenges.commands import challenge, decision_of, record_challenge
from daras.challenges.models import DecisionChallenged
from daras.duties.models import DutyState
from daras.duties.queries import opened_by_fact
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.meetings.audiences import Team
from daras.meetings.calling import shared_with
from daras.meetings.during import need, one_of, take_position
from daras.meetings.models import (
    AdviceRecorded,
    AgencyInvited,
    EnquiryDecided,
    FeedbackAcknowledged,
    FeedbackGiven,
    MeetingDetail,
    PresenceNoted,
    RecordClosed,
)
from daras.meetings.sitting import NoSuchMeeting, Sitting, sitting
from daras.outbox.commands import Tell
from daras.working_time import clock

RISK_LOWER = ("yes", "no", "not-yet")
FOLLOWED = ("yes", "no", "not-yet")
PUBLIC = "public"
#: Decisions that teams read which may not read one another: a challenge is for its agency and for those who take part.
READ_BY_ALL_ASKED = frozenset({"discussion-feedback", "record-closed"})


def consulted(at_work: Sitting) -> list[Team]:
    """One team of each agency outside the front door that was asked or was on the call: whom a decision is owed to."""
    asked = AgencyInvited.objects.filter(meeting=at_work.meeting).order_by("fact_id").values_list("agency", "team")
    there = PresenceNoted.objects.filter(meeting=at_work.meeting).order_by("fact_id").values_list("agency", "team")
    teams: dict[str, Team] = {}
    for agency, team in [*asked, *there]:
        if (agency, team) not in policy.FRONT_DOOR_TEAMS:
            teams.setdefault(agency, (agency, team))
    return list(teams.values())


def feedback_is_owed(at_work: Sitting, closed: Fact) -> None:
    """Closing a record owes word of it: to those consulted together, and to each referrer who was not, on their own
    receipt (A8). A member of the public gets a receipt only."""
    door = load_directory().contact("front-door", authority=at_work.matter.authority, on=clock.today())
    owner = (door.agency, door.team or "")
    told = consulted(at_work)
    waits = DutyState.objects.filter(
        matter=at_work.matter, duty__duty_kind="feedback-to-consulted", met_at__isnull=True
    )
    if told and not waits.exists():
        at_work.owe("feedback-to-consulted", closed, owner)
    agencies = {agency for agency, _ in told}
    news = Fact.objects.filter(matter_id=at_work.matter.pk, kind="referral-received").exclude(agency=PUBLIC)
    for received in news.order_by("pk"):
        owed_already = opened_by_fact(received.pk, ["feedback-to-referrer"]).filter(state__met_at__isnull=True)
        if received.agency not in agencies and received.agency != door.agency and not owed_already.exists():
            at_work.owe(
                "feedback-to-referrer",
                received,
                owner,
                because="A strategy discussion on this referral was closed: tell whoever sent it what was decided.",
                reference=at_work.matter.reference,
                audience=at_work.hub,
            )


def give_feedback(worker: Worker, meeting_id: int, *, decided: str, risk_lower: str, remains: str) -> FeedbackGiven:
    """Say to everybody consulted what was decided, whether the risk is lower now, and what remains (A8).

    Each owes that they have read it, or that they disagree. Raises `Refused` where nothing is said or the record is
    still open.
    """
    need(decided, "/decided", "Say what was decided.", "Write it in words that everybody asked may read.")
    one_of(risk_lower, RISK_LOWER, "/risk_lower")
    with sitting(worker, meeting_id, "give-feedback") as at_work:
        closings = list(RecordClosed.objects.filter(meeting=at_work.meeting))
        if not closings:
            raise Refused("not-closed", "/decided", "The record is still open.", "Close it, interim if need be.")
        detail = FeedbackGiven(
            meeting=at_work.meeting, decided=decided.strip(), risk_lower=risk_lower, remains=remains.strip()
        )
        (fact,) = at_work.add(detail, audience=at_work.decisions)
        for closed in closings:
            at_work.settle("feedback-to-consulted", closed.pk, fact)
        for before in FeedbackGiven.objects.filter(meeting=at_work.meeting).exclude(pk=fact.pk):
            at_work.settle("answer-discussion-feedback", before.pk, fact)
        for agency, team in consulted(at_work):
            at_work.owe("answer-discussion-feedback", fact, (agency, team))
            at_work.tell(Tell(agency, team or None, "discussion-feedback"))
    return detail


def acknowledge(worker: Worker, meeting_id: int, feedback_id: int) -> None:
    """An agency says that it has read what was decided (A8)."""
    feedback = FeedbackGiven.objects.filter(pk=feedback_id, meeting_id=meeting_id).first()
    if feedback is None:
        raise NoSuchMeeting("There is no such word of a decision here for you.")
    with sitting(worker, meeting_id, "answer") as at_work:
        detail = FeedbackAcknowledged(meeting=at_work.meeting, feedback=feedback, agency=worker.agency)
        (fact,) = at_work.add(detail, audience=shared_with(at_work, (worker.agency, worker.team), purpose="read"))
        at_work.settle("answer-discussion-feedback", feedback.pk, fact, agency=worker.agency)


def disagree(worker: Worker, decision_id: int, *, reason: str) -> DecisionChallenged:
    """Challenge any decision that the worker may read (B5, A8, I6).

    On the choice of enquiry it is the agency's position, taken while all are on the call; on what became of the
    discussion it is the agency's answer.
    """
    enquiry = EnquiryDecided.objects.filter(pk=decision_id).first()
    if enquiry is not None:
        take_position(worker, enquiry.meeting_id, decision_id, position="challenges", reason=reason)
        return DecisionChallenged.objects.filter(decision=decision_id, agency=worker.agency).order_by("-fact_id")[0]
    decision = decision_of(decision_id)
    if decision.kind not in READ_BY_ALL_ASKED:
        return challenge(worker, decision_id, reason=reason)
    meeting_id = meeting_of(decision)
    with sitting(worker, meeting_id, "answer") as at_work:
        own = shared_with(at_work, (worker.agency, worker.team), purpose="challenge")
        made = record_challenge(
            at_work.recording, at_work.matter, decision, agency=worker.agency, reason=reason, audience=own
        )
        at_work.settle("answer-discussion-feedback", decision_id, made.fact, agency=worker.agency)
    return made


def meeting_of(decision: Fact) -> int:
    """The meeting in which a decision of this kind was recorded."""
    kind: type[MeetingDetail] = FeedbackGiven if decision.kind == FeedbackGiven.kind else RecordClosed
    return kind._default_manager.filter(pk=decision.pk).values_list("meeting_id", flat=True)[0]


def record_advice(
    worker: Worker,
    meeting_id: int,
    *,
    agency: str,
    name: str,
    role: str,
    advice: str,
    followed: str,
    why_not: str = "",
) -> AdviceRecorded:
    """What a designated doctor, nurse, officer or another lead advised, and whether it was followed (B3)."""
    need(name, "/name", "Nobody is named.", "Write who advised.")
    need(role, "/role", "Say in which post they advise.", "Write the post: designated doctor, designated officer.")
    need(advice, "/advice", "The advice is empty.", "Write what they advised, in their words.")
    one_of(followed, FOLLOWED, "/followed")
    if followed == "no":
        need(why_not, "/why_not", "Not following it needs a reason.", "Say why.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        own = agency or worker.agency
        if not policy.may(worker, "minute") and own != worker.agency:
            raise Refused("another-agency", "/owner", "This is another agency's advice.", "Record your own.")
        detail = AdviceRecorded(
            meeting=at_work.meeting,
            agency=own,
            name=name.strip(),
            role=role.strip(),
            advice=advice.strip(),
            followed=followed,
            why_not=why_not.strip(),
        )
        at_work.add(detail, audience=shared_with(at_work, (worker.agency, worker.team), purpose="advice"))
    return detail
