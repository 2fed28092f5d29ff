""" "I disagree" beside every decision, and both views where somebody does (B5, A8, I6)."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from daras.access import policy
from daras.access.models import Worker
from daras.challenges.answering import answers
from daras.challenges.queries import Challenge
from daras.ledger.models import Detail
from daras.pages import wording
from daras.pages.discussion.shown import ChallengeShown
from daras.working_time import wording as time_wording

OUTCOMES = {"changed": "The decision changes", "upheld": "The decision stands"}


def disagree(decision: Detail, worker: Worker) -> str:
    """The address at which a reader disagrees with a decision; none for whoever took it."""
    if decision.fact.author == worker.slug or not policy.may(worker, "contribute"):
        return ""
    return reverse("disagree", args=[decision.fact.pk])


def challenge_lines(challenges: Iterable[Challenge], worker: Worker) -> tuple[ChallengeShown, ...]:
    """Each challenge with its answers, and the way to answer for whoever may."""
    return tuple(_line(each, worker) for each in challenges)


def _line(challenge: Challenge, worker: Worker) -> ChallengeShown:
    challenged = challenge.challenged
    address = reverse("challenge", args=[challenged.reference])
    return ChallengeShown(
        who=wording.agency(challenged.agency),
        at=time_wording.long_datetime(challenged.fact.recorded_at),
        reason=challenged.reason,
        answers=tuple(f"{OUTCOMES.get(each.outcome, each.outcome)}: {each.reason}" for each in challenge.answers),
        raised=tuple(
            f"Level {each.level}, {each.rung_name}: {wording.agency(each.agency)} says: {each.reason}"
            for each in challenge.raised
        ),
        waits=challenge.is_open,
        answered_by=challenge.raised[-1].answered_by_post if challenge.raised else challenged.answered_by_post,
        answer_at=address if answers_here(challenge, worker) else "",
    )


def answers_here(challenge: Challenge, worker: Worker) -> bool:
    """Whether the reader is one who answers."""
    return challenge.is_open and answers(worker, challenge)
