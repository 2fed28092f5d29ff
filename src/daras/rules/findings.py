"""What the rules say of a situation: suggestions with reasons, for people to decide on (design idea 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daras.practice.pack import Told
from daras.rules.situation import PersonKey

Authority = Literal["statute", "guidance", "local"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of the threshold document that this situation meets, with the words that met it (A7)."""

    id: str
    about: tuple[PersonKey, ...]
    level: int
    why: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """The level the indicators point to. A person decides; a decision against it needs a reason (A7, B1)."""

    level: int
    level_name: str
    strategy_discussion: bool
    why: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An agency (and team) that should take part in a strategy discussion, and why (B3)."""

    agency: str
    team: str | None
    because: str


@dataclass(frozen=True, slots=True)
class DutyOwed:
    """A duty that this situation opens: who owes what by when, and which rule says so."""

    kind: str
    owner_agency: str
    owner_team: str | None
    owner_role: str | None
    about: tuple[PersonKey, ...]
    anchor_at: datetime
    due_at: datetime
    because: str
    source: str
    authority: Authority
    told: Told = "at once"
    late_start: bool = False  # a clock that runs backward from a date had passed already
    own_matter: bool = False  # belongs to the parallel matter of this person (C5)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the rules say of one situation."""

    indicators: tuple[Indicator, ...]
    threshold: Threshold
    invitations: tuple[Invitation, ...]
    duties: tuple[DutyOwed, ...]
    own_matters: tuple[PersonKey, ...] = ()  # people who need a matter of their own: a young suspect (C5)
