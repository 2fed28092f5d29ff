"""What became of a document: the same account for the command line, the API and a page (issue: the same job by
command)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from daras.ledger.refusal import Refused

OutcomeName = Literal["screened", "recorded", "duplicate", "refused"]


@dataclass(frozen=True, slots=True)
class CandidateSeen:
    person: str
    name: str
    probability: float
    decision: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """How somebody named was matched. `person` is None for somebody whom a dry run would have met for the first
    time."""

    ref: str
    decision: str
    person: str | None
    candidates: tuple[CandidateSeen, ...]


@dataclass(frozen=True, slots=True)
class ConnectedSeen:
    person: str | None
    name: str
    age_group: str
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorSeen:
    id: str
    about: tuple[str, ...]
    level: int
    why: str


@dataclass(frozen=True, slots=True)
class ThresholdSeen:
    level: int
    strategy_discussion: bool
    why: str


@dataclass(frozen=True, slots=True)
class InvitationSeen:
    agency: str
    because: str


@dataclass(frozen=True, slots=True)
class DutySeen:
    kind: str
    owner: str
    due_at: datetime
    because: str
    source: str
    authority: str


@dataclass(frozen=True, slots=True)
class QualitySeen:
    score: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatterSeen:
    """A matter that the news opened or belongs to, about whom, and who holds parental responsibility there (C5,
    G5)."""

    reference: str | None
    kind: str
    about: tuple[str, ...]
    parental_responsibility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The account of one document."""

    outcome: OutcomeName
    file: str | None = None
    reference: str | None = None
    receipt: str | None = None
    problem: Refused | None = None
    people: tuple[PersonSeen, ...] = ()
    network: tuple[ConnectedSeen, ...] = ()
    indicators: tuple[IndicatorSeen, ...] = ()
    threshold: ThresholdSeen | None = None
    invite: tuple[InvitationSeen, ...] = ()
    duties: tuple[DutySeen, ...] = ()
    quality: QualitySeen | None = None
    matters: tuple[MatterSeen, ...] = ()
    sender_duties: tuple[DutySeen, ...] = field(
        default=()
    )  # what the sending agency owes: all that its API call is told

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, in the order of the published schema `daras-outcome/1`."""
        plain = asdict(self)
        plain["problem"] = self.problem.as_problem() if self.problem else None
        for duty in plain["duties"]:
            duty["due_at"] = duty["due_at"].isoformat()
        return {name: plain[name] for name in KEYS}


#: The keys of an outcome in the order they are printed.
KEYS: Sequence[str] = (
    "file", "outcome", "reference", "receipt", "problem", "people", "network", "indicators", "threshold", "invite",
    "duties", "quality", "matters",
)  # fmt: skip
