"""What a matter's page shows, in words that are ready to be read."""

from __future__ import annotations

from dataclasses import dataclass

from daras.design.parts import DutyLine, Identity, Link, Person
from daras.pages.requests.presenting import RequestLine
from daras.pages.safety.shown import AnalysisShown, ProtectionLine


@dataclass(frozen=True, slots=True)
class SafeLine:
    """Whether one child is safe now, as last said."""

    name: str
    seen: bool
    sentence: str
    said: str


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """What a child says, in the child's words, or why it is not known."""

    name: str
    words: str
    because: str


@dataclass(frozen=True, slots=True)
class Worry:
    """One worry in the words of whoever saw or heard it."""

    words: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One piece of news on the matter, with the worries and the voices that came with it."""

    heading: str
    at: str
    at_machine: str
    sender: str
    contact: str
    on_open_case: bool
    addressed_to: str
    worries: tuple[Worry, ...]
    voices: tuple[VoiceLine, ...]
    family: str
    hoped_for: str


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator met, with those of the words that met it which the reason does not quote itself."""

    level: int
    why: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorsAbout:
    """The indicators met about the same people, the highest level first."""

    about: str
    lines: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the indicators point to. A person decides."""

    level_words: str
    discussion: bool
    why: str


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """Whom a discussion should have, and why."""

    who: str
    because: str


@dataclass(frozen=True, slots=True)
class MatchLine:
    """That somebody named is, or may be, somebody known."""

    who: str
    verdict: str
    why: tuple[str, ...]
    needs_a_person: bool


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Who was told what, how often, and whether the last of it has arrived."""

    who: str
    what: str
    when: str
    times: int


@dataclass(frozen=True, slots=True)
class MatterPage:
    """The whole page."""

    reference: str
    actions: tuple[Link, ...]
    opened_from: Link | None
    identity: Identity
    status: str
    protections: tuple[ProtectionLine, ...]
    records_protection: bool
    more: tuple[Link, ...]
    authorities: tuple[str, ...]
    safe: tuple[SafeLine, ...]
    no_child: bool
    owed: tuple[DutyLine, ...]
    owed_by_others: tuple[DutyLine, ...]
    met: tuple[DutyLine, ...]
    news: tuple[NewsItem, ...]
    people: tuple[Person, ...]
    connected: bool  # whether anybody is known to be connected
    matches: tuple[MatchLine, ...]
    indicators: tuple[IndicatorsAbout, ...]
    suggestion: Suggestion | None
    analysis: AnalysisShown | None
    analyses: int
    analyses_here: bool
    invitations: tuple[InvitationLine, ...]
    told: tuple[ToldLine, ...]
    requests: tuple[RequestLine, ...]
    left: str
