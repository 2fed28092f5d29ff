"""What state a matter is in: a pure function of its facts. Nobody sets it (design idea 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["decision-owed", "decided", "closed"]

#: The kinds of fact that are news: each owes a decision by the duty manager (B1, A6).
NEWS_KINDS = frozenset({"referral-received", "matter-opened"})
#: An agency asks for a discussion: no news, and a decision is owed on it, which declining is, too (B1).
ASKED, DECLINED = "discussion-asked-for", "discussion-declined"


@dataclass(frozen=True, slots=True)
class FactSummary:
    """As much of a fact as the status needs."""

    kind: str
    recorded_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class State:
    """The state of a matter at a moment."""

    status: Status
    news_count: int
    last_news_at: datetime
    decision_owed: bool


def derive(facts: Iterable[FactSummary], now: datetime) -> State:
    """The state of a matter from its facts as known at `now`, in whatever order they are given.

    A decision is owed while any news is later than the last decision, also on a case that is open, decided or closed,
    and while an agency that asked for a discussion has no answer (B1). Raises `ValueError` when there is no news: a
    matter begins with some.
    """
    known = sorted((fact for fact in facts if fact.recorded_at <= now), key=lambda fact: (fact.recorded_at, fact.id))
    news = [fact for fact in known if fact.kind in NEWS_KINDS]
    if not news:
        raise ValueError("A matter begins with news, and this one has none.")
    order = {fact.id: place for place, fact in enumerate(known)}
    answers = [fact for fact in known if fact.kind in {"matter-decided", "matter-closed"}]
    owed = not answers or order[news[-1].id] > order[answers[-1].id] or _asked_and_not_answered(known)
    closed = bool(answers) and answers[-1].kind == "matter-closed"
    status: Status = "decision-owed" if owed else "closed" if closed else "decided"
    return State(status, len(news), news[-1].recorded_at, owed)


def _asked_and_not_answered(known: list[FactSummary]) -> bool:
    asked = [place for place, fact in enumerate(known) if fact.kind == ASKED]
    answers = {"matter-decided", "matter-closed", "discussion-convened", DECLINED}
    return bool(asked) and not any(fact.kind in answers for fact in known[asked[-1] + 1 :])
