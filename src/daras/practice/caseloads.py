"""How many open cases one practitioner of a kind of team is wanted to carry at most: local, never law (I10). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.pack import Source


@dataclass(frozen=True, slots=True)
class CaseloadCeiling:
    """At most so many open cases for each practitioner, in teams of agencies of these kinds.

    Where `teams` are named, in those teams only; otherwise in every team of such an agency that no other ceiling names.
    """

    id: str
    name: str
    agency_kinds: frozenset[str]
    most: int
    source: Source
    teams: frozenset[str] = frozenset()

    def is_for(self, agency_kind: str, team: str) -> bool:
        """Whether it speaks of a team of an agency of this kind."""
        return agency_kind in self.agency_kinds and (not self.teams or team in self.teams)

    def meets(self, other: CaseloadCeiling) -> bool:
        """Whether two speak of one kind of team with neither the more exact."""
        if not self.agency_kinds & other.agency_kinds or bool(self.teams) != bool(other.teams):
            return False
        return not self.teams or bool(self.teams & other.teams)


def caseload(entry: Entry, sources: Sources) -> CaseloadCeiling:
    """A ceiling of a pack; raises `EntryMistake`. No statute says how many cases somebody may carry."""
    words = Words(entry.words)
    made = CaseloadCeiling(
        id=words.text("id"),
        name=words.text("name"),
        agency_kinds=frozenset(words.texts("agency_kinds")),
        most=words.number("most"),
        source=words.source(sources),
        teams=frozenset(words.texts("teams", needed=False)),
    )
    words.done()
    if made.most < 1:
        raise EntryMistake("most", "a ceiling is at least 1")
    if made.source.authority == "statute":
        raise EntryMistake("source", "no statute says how many cases somebody carries: the source is guidance or local")
    return made


def ceiling_for(ceilings: Iterable[CaseloadCeiling], agency_kind: str, team: str) -> CaseloadCeiling | None:
    """The ceiling of a team: the one that names it before the one of its kind of agency; none where nothing was
    agreed."""
    found = [each for each in ceilings if each.is_for(agency_kind, team)]
    return max(found, key=lambda each: bool(each.teams), default=None)
