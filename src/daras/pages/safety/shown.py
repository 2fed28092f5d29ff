"""What the pages of safety tonight and of the analysis show, in words that are ready to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProtectionLine:
    """What holds somebody safe, and how long still."""

    id: int
    what: str
    about: str
    words: str
    holder: str
    since: str
    ends: str
    left: str
    lapsed: bool
    settled: str  # what followed, and who said so; empty while nobody has
    unexplained: bool
    needs_end: bool


@dataclass(frozen=True, slots=True)
class AnalysisShown:
    """A social worker's analysis."""

    by: str
    at: str
    worries: str
    what_works: str
    must_happen: str
    scaling: int
    recommendation: str
    because: str
