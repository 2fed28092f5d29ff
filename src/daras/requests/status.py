"""How a request stands: a pure function of what became of it. Nobody sets it (design idea 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["asked", "acknowledged", "asked-back", "under-way", "ended", "declined", "withdrawn"]
OVER: frozenset[str] = frozenset({"ended", "declined", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Happened:
    """As much of one fact about a request as its state needs."""

    kind: str
    recorded_at: datetime
    id: int
    stage: str = ""
    then: str = ""
    worker: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A request at a moment: who is waited for, at which stage, since when."""

    status: Status
    stage: str  # what is to be said next; empty when it is over
    stage_since: datetime
    ended_at: datetime | None
    worker: str
    risk: str

    @property
    def over(self) -> bool:
        return self.status in OVER


def derive(first_stage: str, made_at: datetime, happened: Iterable[Happened]) -> State:
    """The state of a request from everything that became of it, in whatever order it is given.

    What was answered at a stage that is past changes nothing; what is over stays over.
    """
    status: Status = "asked"
    stage, since, worker, risk = first_stage, made_at, "", ""
    for each in sorted(happened, key=lambda one: (one.recorded_at, one.id)):
        if each.kind == "request-allocated":
            worker, risk = each.worker, each.risk
        elif each.kind == "request-answered" and each.stage == stage:
            stage, since = each.then, each.recorded_at
            status = "under-way" if each.then else "ended"
        else:
            status = _status(each.kind, status, stage, first_stage)
        if status in OVER:
            return State(status, "", each.recorded_at, each.recorded_at, worker, risk)
    return State(status, stage, since, None, worker, risk)


def _status(kind: str, status: Status, stage: str, first_stage: str) -> Status:
    """What a fact that ends no stage makes of the status."""
    running: Status = "acknowledged" if stage == first_stage else "under-way"
    match kind:
        case "request-acknowledged" if status == "asked":
            return "acknowledged"
        case "request-asked-back":
            return "asked-back"
        case "request-said-more" if status == "asked-back":
            return running
        case "request-declined":
            return "declined"
        case "request-withdrawn":
            return "withdrawn"
        case _:
            return status
