"""Answering a challenge, on whichever level of the ladder it stands, and taking it up a level (B5, A8, I6).

The first level is the challenge itself; those above it stand in the practice pack. Every view and every answer stands.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import Owner, UnknownContact, load_directory
from daras.challenges.commands import (
    AFTER_IT,
    ANSWERS_FOR,
    ON_THE_CALL,
    Answerer,
    NoSuchDecision,
    keep_true,
    let_in,
    note,
    owe,
)
from daras.challenges.models import ChallengeAnswered, ChallengeRaised, DecisionChallenged
from daras.challenges.queries import Challenge
from daras.challenges.queries import challenge as challenge_by_reference
from daras.duties.commands import meet
from daras.duties.models import DutyOpened
from daras.duties.queries import opened_by_fact
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.practice.pack import Rung
from daras.working_time import clock

OUTCOMES = ("changed", "upheld")


def next_rung(found: Challenge) -> Rung | None:
    """The level above the one on which a challenge stands; none at the top, or while it is being answered in time."""
    above = (rung for rung in pack_for(clock.today()).ladder if rung.level > found.level)
    return next(above, None)


def may_answer(worker: Worker, challenged: DecisionChallenged, decision: Fact) -> bool:
    """Whether the worker may answer on the first level: of the team that answers, in the post that does, and not
    whoever decided."""
    own = worker.agency == challenged.answered_by_agency and challenged.answered_by_team in ("", worker.team)
    if not own or worker.slug == decision.author:
        return False
    role = ANSWERS_FOR.get(decision.kind)
    if role == "on-call-inspector":
        return policy.may(worker, "answer-challenge")
    return policy.may(worker, "answer") if role == "deciding-agency" else policy.may(worker, "decide")


def answers(worker: Worker, found: Challenge) -> bool:
    """Whether the worker may answer on the level on which the challenge stands: never whoever decided, nor whoever
    answered before."""
    if not found.raised:
        return may_answer(worker, found.challenged, found.challenged.decision)
    step = found.raised[-1]
    before = {found.challenged.decision.author, *(answer.fact.author for answer in found.answers)}
    own = worker.agency == step.answered_by_agency and step.answered_by_team in ("", worker.team)
    return own and worker.slug not in before and policy.may(worker, "answer")


def answer(
    worker: Worker, reference: str, *, outcome: str, reason: str, theme: str = "", learning: str = ""
) -> ChallengeAnswered:
    """Answer a challenge: the decision changes, or stands, and why; what it was about, and what is learned from it.
    The challenger is told (B5, I6).

    Raises `NoSuchDecision` for a challenge that the worker may not read, `PermissionDenied` for anybody but whoever
    answers on this level, `Refused` without an outcome or a reason, or where somebody has answered otherwise meanwhile:
    a level has one answer, and the same words sent again are that answer.
    """
    found = _found(reference)
    challenged = found.challenged
    if not answers(worker, found):
        post = found.raised[-1].answered_by_post if found.raised else challenged.answered_by_post
        raise PermissionDenied(f"This is for {post} to answer.")
    if outcome not in OUTCOMES:
        raise Refused("unknown-choice", "/outcome", "Nothing of the list was chosen.", "Choose one.")
    if theme and theme not in pack_for(clock.today()).themes:
        raise Refused("unknown-choice", "/theme", "This theme is none.", "Choose one, or none.")
    if not reason.strip():
        raise Refused("missing", "/reason", "The answer needs a reason.", "Say why.")
    made = ChallengeAnswered(
        challenge=challenged,
        outcome=outcome,
        reason=reason.strip(),
        level=found.level,
        theme=theme,
        learning=learning.strip(),
    )
    with machine():
        matter = Matter.objects.get(pk=challenged.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        given = ChallengeAnswered.objects.select_related("fact").filter(challenge=challenged, level=found.level)
        before = given.first()
        if before is not None:
            return _same_answer(before, made, worker)
        (fact,) = append(recording, [Entry(made, challenged.audience_id, matter_id=matter.pk)])
        meet(recording, _owed(found), fact, recording.recorded_at)
        challenger = Worker.objects.filter(slug=challenged.fact.author).values_list("team", flat=True).first()
        telling = Tell(challenged.agency, challenger or None, "challenge-answered", True, reference)
        tell(matter, fact.pk, [telling])
        keep_true(matter, recording.recorded_at)
        note(worker, challenged, f"answered on level {found.level}")
    return made


def _same_answer(before: ChallengeAnswered, again: ChallengeAnswered, worker: Worker) -> ChallengeAnswered:
    """The first answer, where the same person sends it again; raises `Refused` for another one."""
    if (before.outcome, before.reason, before.fact.author) == (again.outcome, again.reason, worker.slug):
        return before
    raise Refused(
        "answered-before",
        "/outcome",
        "This challenge was answered meanwhile.",
        "Read the answer; whoever still disagrees takes it to the next level.",
    )


def _found(reference: str) -> Challenge:
    found = challenge_by_reference(reference)
    if found is None:
        raise NoSuchDecision("There is no such challenge here for you.")
    return found


def _owed(found: Challenge) -> list[DutyOpened]:
    """What is owed on every level so far: an answer further up settles those below."""
    owed = list(opened_by_fact(found.challenged.pk, [ON_THE_CALL, AFTER_IT]))
    for step in found.raised:
        owed += opened_by_fact(step.pk, [f"escalation-{step.rung}"])
    return owed


def may_raise(worker: Worker, found: Challenge) -> bool:
    """Whether the worker may take it up: of the challenger's or the decision's agency, while there is a level above,
    and nobody has changed the decision."""
    side = worker.agency in (found.challenged.agency, found.challenged.decision.agency)
    settled = bool(found.answers) and found.answers[-1].outcome == "changed"
    return side and not settled and next_rung(found) is not None and policy.may(worker, "contribute")


def raise_it(worker: Worker, reference: str, *, reason: str) -> ChallengeRaised:
    """Take a challenge to the next level: nobody answered, or the answer does not settle it, and why.

    Either side may. Whoever answers there is told at once and owes an answer by that level's clock; the lead of each
    agency is told too. Raises `NoSuchDecision`, `PermissionDenied`, or `Refused` without a reason or at the top.
    """
    found = _found(reference)
    rung = next_rung(found)
    if rung is None:
        raise Refused("top-of-ladder", "/reason", "It stands on the highest level already.", "See who answers there.")
    if not may_raise(worker, found):
        raise PermissionDenied("The two sides of a disagreement take it up.")
    if not reason.strip():
        raise Refused("missing", "/reason", "Say why it goes up.", "Both sides read it, and whoever answers.")
    challenged = found.challenged
    with machine():
        matter = Matter.objects.get(pk=challenged.fact.matter_id or 0)
        who = _answers_at(rung, challenged, matter)
        made = ChallengeRaised(
            challenge=challenged,
            level=rung.level,
            rung=rung.id,
            rung_name=rung.name,
            agency=worker.agency,
            reason=reason.strip(),
            answered_by_agency=who.agency,
            answered_by_team=who.team,
            answered_by_post=rung.post,
        )
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        (fact,) = append(recording, [Entry(made, challenged.audience_id, matter_id=matter.pk)])
        let_in(challenged.audience_id, who)
        owe(recording, matter, fact, challenged, who)
        other = {challenged.agency, challenged.decision.agency} - {who.agency}
        tell(
            matter,
            fact.pk,
            [
                Tell(who.agency, who.team or None, "challenge", interrupts=True, reference=reference),
                *(Tell(agency, None, "challenge-raised", reference=reference) for agency in sorted(other)),
            ],
        )
        keep_true(matter, recording.recorded_at)
        note(worker, challenged, f"taken to level {rung.level}")
    return made


def _answers_at(rung: Rung, challenged: DecisionChallenged, matter: Matter) -> Answerer:
    directory = load_directory()
    try:
        owner = directory.contact(rung.to, authority=matter.authority, on=clock.today())
    except UnknownContact:
        owner = Owner(challenged.answered_by_agency, challenged.answered_by_team)
    return Answerer(owner.agency, owner.team or "", rung.post, rung.duty)
