"""What was said to a sender, in words; and the form that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from daras.access.models import Worker
from daras.frontdoor.feedback import RISK_LOWER
from daras.matters.decisions import DECISIONS
from daras.pages import wording
from daras.pages.discussion.challenged import challenge_lines
from daras.pages.discussion.shown import ChallengeShown
from daras.pages.feedback.queries import Said
from daras.pages.referral.asking import Asked
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that was said, with what its reader answered."""

    at: str
    decided: str
    risk: str
    remains: str
    read: bool
    answer: str
    challenges: tuple[ChallengeShown, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One piece of news, and all that was said of it."""

    receipt: str
    sender: str
    words: tuple[Word, ...]
    disagrees: bool


def words(said: Said, worker: Worker) -> tuple[Word, ...]:
    """All that was said of one piece of news, the newest first."""
    acknowledged = {each.feedback_id for each in said.answers}
    made = []
    for each in reversed(said.feedback):
        challenges = said.challenges.get(each.pk, ())
        made.append(
            Word(
                at=time_wording.long_datetime(each.fact.recorded_at),
                decided=each.decided,
                risk=RISK_LOWER[each.risk_lower],
                remains=each.remains,
                read=each.pk in said.delivered,
                answer="Acknowledged" if each.pk in acknowledged else "",
                challenges=challenge_lines(challenges, worker),
            )
        )
    return tuple(made)


def lines(owed: list[Said], worker: Worker) -> tuple[SaidLine, ...]:
    """Each piece of news of the matter."""
    return tuple(SaidLine(each.received.receipt, _sender(each), words(each, worker), each.disagrees) for each in owed)


def _sender(said: Said) -> str:
    return wording.owner(said.received.fact.agency, said.received.sender_team)


def still_owed(owed: list[Said]) -> bool:
    """Whether some sender has heard nothing, or waits for an answer."""
    return any(not each.feedback or each.disagrees for each in owed)


def questions(owed: list[Said]) -> tuple[Asked, ...]:
    """The form: to whom, what was decided, whether the risk is lower, what remains."""
    waiting = [each for each in owed if not each.feedback or each.disagrees] or owed
    to = tuple((each.received.receipt, f"{_sender(each)}, {each.received.receipt}") for each in waiting)
    return (
        Asked(("receipt",), "To whom?", "radios", choices=to),
        Asked(
            ("decided",),
            "What was decided, and why",
            "long",
            "In words for the referrer: nothing about anybody they did not name.",
            rows=5,
        ),
        Asked(("risk_lower",), "Is the risk to the child lower now?", "radios", choices=tuple(RISK_LOWER.items())),
        Asked(("remains",), "What remains, and what you ask of them", "long", rows=3),
    )


def begun(owed: list[Said]) -> Mapping[str, Any]:
    """The form as it begins: the first who waits, with the decision as it was recorded."""
    waiting = [each for each in owed if not each.feedback or each.disagrees]
    if not waiting:
        return {}
    decision, _, _ = waiting[0].decision.partition("\n")
    known = {str(key): text for key, text in DECISIONS.items()}
    return {"receipt": waiting[0].received.receipt, "decided": f"{known[decision]}. " if decision in known else ""}


def typed(sent: QueryDict, owed: list[Said]) -> dict[str, str]:
    """What was typed; where only one sender can be meant, the receipt too."""
    receipt = sent.get("receipt", "") or (owed[0].received.receipt if len(owed) == 1 else "")
    return {"receipt": receipt, **{name: sent.get(name, "") for name in ("decided", "risk_lower", "remains")}}
