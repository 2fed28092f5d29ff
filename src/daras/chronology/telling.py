"""How a fact of one kind is told in a chronology. A layer above adds the kinds of its own facts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from daras.ledger.models import Detail

Told = TypeVar("Told", bound=Detail)

#: What entries are sorted by for the reader: what was reported, what was decided, what is known of the family.
Group = Literal["worries", "decisions", "services", "home", "family", "risk"]
GROUPS: dict[Group, str] = {
    "worries": "Worries and what the child says",
    "decisions": "Decisions and discussions",
    "services": "Who works with them",
    "home": "Where they live",
    "family": "Who they are and their family",
    "risk": "Risk from somebody",
}

#: From when to when something held or happened; either may be unknown.
Period = tuple[date | datetime | None, date | datetime | None]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Told]):
    """One kind of fact: its title, its words, and when it happened where the detail says so itself.

    A kind that is told `of_matter` belongs to everybody a matter is about; any other to the person of its header and
    to those in `about`. What `happens` on a day may be recorded late; a state that holds is not.
    """

    detail: type[Told]
    group: Group
    title: Callable[[Told], str]
    words: Callable[[Told], str] = lambda _: ""
    period: Callable[[Told], Period] = lambda _: (None, None)
    about: Callable[[Told], Collection[int]] | None = None
    of_matter: bool = False
    happens: bool = False
    significant: bool = False
    marks: bool = False  # it is no entry of its own, but stands on the one that its detail calls `entry`


def when_recorded(detail: Detail) -> Period:
    """When somebody decided, asked or answered here: being recorded is what makes it, and nobody says a day beside."""
    return detail.fact.recorded_at, None
