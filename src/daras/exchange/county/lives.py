"""The truth about the county's people: who they are, where they live when, and how they are related."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from daras.exchange.county.places import Place, Town
from daras.frontdoor.document import RiskNamed


@dataclass(slots=True)
class Stay:
    """Somebody lives at a place from one day to another (none: to this day)."""

    place: Place
    since: date
    until: date | None = None


@dataclass(slots=True)
class Life:
    """One person. `families` are family names with the day from which they are borne, the first from birth."""

    number: int
    sex: str
    given: str
    middle: str
    families: list[tuple[date, str]]
    born: date
    nhs_number: str
    expected: date | None = None  # of those born lately, or still to be born: the day that was expected
    alias: str = ""
    risk: RiskNamed | None = None
    stays: list[Stay] = field(default_factory=list)
    tenant: bool = False
    works_with_children: str = ""

    @property
    def key(self) -> str:
        return f"c{self.number}"

    def family(self, on: date) -> str:
        """The family name borne on a day."""
        return next((name for since, name in reversed(self.families) if since <= on), self.families[0][1])

    def place(self, on: date) -> Place | None:
        """Where they live on a day; for whoever came later, their first place."""
        for stay in reversed(self.stays):
            if stay.since <= on and (stay.until is None or on < stay.until):
                return stay.place
        return self.stays[0].place if self.stays else None

    def age(self, on: date) -> int:
        """Whole years; below nought before birth."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Tie:
    """`start` is `relation` of `end`."""

    start: Life
    end: Life
    relation: str
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Kin:
    """People related to each other, in one or more homes: nobody in it is related to anybody outside."""

    town: Town
    lives: list[Life] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
