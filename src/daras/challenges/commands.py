"""Challenging a decision, and answering: whoever may read a decision may disagree with it (B5, A8, I6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daras.access import audiences, policy, trail
from daras.access.models import SERIAL_BITS, Grant, Worker
from daras.access.session import machine
from daras.agencies import UnknownAgency, load_directory
from daras.challenges.models import ChallengeAnswered, DecisionChallenged
from daras.duties.commands import Owed, open_duties
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, project, random_reference
from daras.matters.models import Matter, MatterState
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.working_time import clock

#: Who answers for each kind of decision: a role of the directory, or whoever leads on safeguarding where it was taken.
ANSWERS_FOR = {
    "matter-decided": "front-door",
    "discussion-declined": "front-door",
    "enquiry-decided": "on-call-inspector",
    "medical-decided": "deciding-agency",
    "connected-person-decided": "front-door",
    "wishes-weighed": "front-door",
    "parents-informed": "front-door",
    "account-planned": "front-door",
    "discussion-feedback": "front-door",
    "feedback-sent": "front-door",
    "record-closed": "front-door",
    "request-declined": "deciding-agency",
}
#: While all are still on the call, and otherwise: both are kinds of duty in the pack.
ON_THE_CALL, AFTER_IT = "answer-challenge", "answer-challenge-to-decision"


class NoSuchDecision(LookupError):
    """There is no such decision, or challenge, for this worker."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers a challenge, and how soon."""

    agency: str
    team: str
    post: str
    duty: str


def answerer(decision: Fact, authority: str) -> Answerer:
    """Who answers for a decision: never whoever took it. Raises `NoSuchDecision` for what is no decision."""
    role = ANSWERS_FOR.get(decision.kind)
    if role is None:
        raise NoSuchDecision("This is no decision that can be challenged.")
    if role == "deciding-agency":
        team = Worker.objects.filter(slug=decision.author).values_list("team", flat=True).first() or ""
        return Answerer(decision.agency, team, _lead(decision.agency), AFTER_IT)
    owner = load_directory().contact(role, authority=authority, on=clock.today())
    post = "the on-call detective inspector" if role == "on-call-inspector" else "a manager who did not decide it"
    return Answerer(owner.agency, owner.team or "", post, ON_THE_CALL if role == "on-call-inspector" else AFTER_IT)


def _lead(agency: str) -> str:
    try:
        lead = load_directory().agency_at_any_time(agency).safeguarding_lead
    except UnknownAgency:
        lead = None
    return lead.title if lead else "somebody else of the team that decided"


def decision_of(decision_id: int) -> Fact:
    """A decision that its reader may see and challenge; raises `NoSuchDecision`."""
    fact = Fact.objects.filter(pk=decision_id, kind__in=list(ANSWERS_FOR), matter_id__isnull=False).first()
    if fact is None:
        raise NoSuchDecision("There is no such decision here for you.")
    return fact


def challenge(worker: Worker, decision_id: int, *, reason: str) -> DecisionChallenged:
    """Disagree with a decision that the worker may read, and why.

    The challenge stands beside the decision for everybody who reads it; whoever answers for the decision is told at
    once and owes an answer, and so the first level of escalation is open (I6). Raises `Refused` without a reason,
    `NoSuchDecision` for what the worker may not read.
    """
    policy.require(worker, "contribute")
    decision = decision_of(decision_id)
    with machine():
        matter = Matter.objects.get(pk=decision.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        made = record_challenge(recording, matter, decision, agency=worker.agency, reason=reason)
        keep_true(matter, recording.recorded_at)
        note(worker, made, "challenged")
    return made


def record_challenge(
    recording: Recording, matter: Matter, decision: Fact, *, agency: str, reason: str, audience: int = 0
) -> DecisionChallenged:
    """The same in a transaction that is open already, under the machine role; for another audience than the decision's
    where not all of its readers may read what its challenger writes. The same words of the same agency again, while
    they wait for their answer, are the same challenge: nobody is told twice."""
    if not reason.strip():
        raise Refused("missing", "/reason", "A challenge needs a reason.", "Say what you would decide, and why.")
    waiting = _waiting(decision, agency, reason.strip())
    if waiting is not None:
        return waiting
    who = answerer(decision, matter.authority)
    made = DecisionChallenged(
        reference=random_reference("K"),
        decision=decision,
        agency=agency,
        reason=reason.strip(),
        answered_by_agency=who.agency,
        answered_by_team=who.team,
        answered_by_post=who.post,
    )
    (fact,) = append(recording, [Entry(made, audience or decision.audience_id, matter_id=matter.pk)])
    let_in(made.audience_id, who)
    owe(recording, matter, fact, made, who)
    tellings = [Tell(who.agency, who.team or None, "challenge", interrupts=True, reference=made.reference)]
    if ANSWERS_FOR[decision.kind] == "deciding-agency":
        # The agency's safeguarding lead reads the agency's own page; the notice names nobody.
        tellings.append(Tell(who.agency, None, "challenge", interrupts=True, reference=made.reference))
    tell(matter, fact.pk, tellings)
    return made


def _waiting(decision: Fact, agency: str, reason: str) -> DecisionChallenged | None:
    answered = ChallengeAnswered.objects.filter(challenge__decision=decision).values("challenge_id")
    same = DecisionChallenged.objects.filter(decision=decision, agency=agency, reason=reason)
    return same.exclude(pk__in=answered).order_by("pk").first()


def let_in(audience: int, who: Answerer) -> None:
    """Whoever answers reads the decision; a standing audience is never widened."""
    if audience & ((1 << SERIAL_BITS) - 1) == 0:
        return
    known = Grant.objects.filter(audience_id=audience, agency=who.agency, end__isnull=True)
    stands_there = policy.FRONT_DOOR_TEAMS - {policy.OUT_OF_HOURS}
    if not known.filter(team__in=["", who.team]).exists() and (who.agency, who.team) not in stands_there:
        audiences.grant(
            audience, agency=who.agency, team=who.team, reason="answers a challenge", granted_by="service:challenges"
        )


def owe(recording: Recording, matter: Matter, fact: Fact, made: DecisionChallenged, who: Answerer) -> None:
    pack = pack_for(clock.local_date(recording.recorded_at))
    kind = pack.duty(who.duty)
    due: datetime = kind.clock.due(recording.recorded_at, pack.calendar)
    owed = Owed(
        kind=who.duty,
        owner_agency=who.agency,
        owner_team=who.team or None,
        owner_role=None,
        about_record_ids=(),
        anchor_at=recording.recorded_at,
        due_at=due,
        because=kind.because,
        source=kind.cited,
        authority=kind.authority,
        told=kind.told,
        late_start=False,
        reference=made.reference,
    )
    audience = audiences.open_audience(audiences.front_door_scope(matter.authority), "own")
    audiences.grant(
        audience, agency=who.agency, team=who.team, reason="answers a challenge", granted_by="service:challenges"
    )
    open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[audience])


def keep_true(matter: Matter, now: datetime) -> None:
    """A request or a form without a referral hangs on a matter that no list shows: it has no state to keep true."""
    if MatterState.objects.filter(matter=matter).exists():
        project(matter, now)


def note(worker: Worker, challenged: DecisionChallenged, what: str) -> None:
    trail.change(worker, "challenge", challenged.reference, what, matter_id=challenged.fact.matter_id)
