"""The generated households of the demonstration: the same ones every time, from a seed and `demo/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from daras.exchange.demonstration.holdings import DRAWN_ON, Town, with_holdings
from daras.exchange.demonstration.numbers import nhs_numbers
from daras.exchange.demonstration.people import Household, Resident
from daras.exchange.demonstration.slips import chosen
from daras.exchange.demonstration.workers import DEMO
from daras.exchange.extracts import ResponsibilityHeld
from daras.frontdoor.document import Address, RelationshipNamed

SEED = "daras demonstration 1"

#: What kinds of home there are, each as often as it stands here.
SHAPES = (
    *("couple with children",) * 9,
    *("mother with children",) * 4,
    *("step-family",) * 2,
    "father with children",
    "three generations",
    "couple",
    *("alone",) * 2,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names to combine; `known_as` are short forms of some."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    known_as: Mapping[str, str]


@cache
def households() -> tuple[Household, ...]:
    """Every generated household of the demonstration, town by town."""
    return tuple(generated(Random(SEED), nhs_numbers(), names(), towns()))  # noqa: S311 (nothing here is a secret)


def generated(rng: Random, numbers: Iterator[str], names: Names, towns: Iterable[Town]) -> Iterator[Household]:
    """Households in towns, as many as each says: the same for the same random numbers."""
    for town in towns:
        for index in range(town.households):
            maker = _Maker(rng, numbers, names, town, f"{town.outward.lower()}-{index + 1:02}")
            yield maker.household(chosen(rng, SHAPES))


@cache
def names() -> Names:
    """The names of the demonstration."""
    with (DEMO / "names.toml").open("rb") as file:
        table = tomllib.load(file)
    lists = {name: tuple(value) for name, value in table.items() if name != "known_as"}
    return Names(**lists, known_as=table["known_as"])


@cache
def towns() -> tuple[Town, ...]:
    """The towns of the demonstration."""
    with (DEMO / "places.toml").open("rb") as file:
        tables = tomllib.load(file)["town"]
    return tuple(Town(**{**table, "streets": tuple(table["streets"])}) for table in tables)


@dataclass(frozen=True, slots=True)
class _Homes:
    """Where a household lives, and where it lived before."""

    present: Address
    former: tuple[Address, ...]


@dataclass(slots=True)
class _Maker:
    """Makes one household."""

    rng: Random
    numbers: Iterator[str]
    names: Names
    town: Town
    key: str

    def household(self, shape: str) -> Household:
        """A household of a shape, with its ties and whoever holds its people."""
        family = chosen(self.rng, self.names.families)
        homes = self._homes()
        adults = self._adults(shape, family, homes)
        mother = next((each for each in adults if each.sex == "F"), None)
        father = next((each for each in adults if each.sex == "M"), None)
        parents = [each for each in (mother, father) if each]
        children = self._children(shape, family, parents[0], homes)
        residents = with_holdings(self.rng, [*adults, *children], self.town)
        return Household(residents, *self._ties(shape, adults, children, mother, father))

    def _homes(self) -> _Homes:
        since = date(
            2026 - int(self.rng.random() * 14), 1 + int(self.rng.random() * 9), 1 + int(self.rng.random() * 27)
        )
        home = self._address(since=since, until=None)
        if self.rng.random() < 0.8:
            return _Homes(home, ())
        return _Homes(home, (self._address(since=date(since.year - 4, 3, 1), until=since),))

    def _address(self, *, since: date, until: date | None) -> Address:
        street = int(self.rng.random() * len(self.town.streets))
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        inward = f"{9 - street // 400}{letters[street // 20 % 20]}{letters[street % 20]}"
        number = 1 + int(self.rng.random() * 90)
        return Address(
            lines=(f"{number} {self.town.streets[street]}",),
            town=self.town.name,
            postcode=f"{self.town.outward} {inward}",
            since=since,
            until=until,
        )

    def _adults(self, shape: str, family: str, homes: _Homes) -> list[Resident]:
        sexes = {"mother with children": "F", "father with children": "M", "three generations": "F"}.get(shape, "FM")
        if shape == "alone":
            sexes = chosen(self.rng, ("F", "M"))
        born = date(1979 + int(self.rng.random() * 21), 1, 1)
        adults = [
            self._resident(f"adult-{index + 1}", sex, family, self._within(born, 1000), homes)
            for index, sex in enumerate(sexes)
        ]
        if shape == "three generations":
            elder = self._within(date(born.year - 27, 1, 1), 1000)
            adults.append(self._resident("elder", "F", family, elder, homes))
        return adults

    def _within(self, first: date, days: int) -> date:
        return first + timedelta(days=int(self.rng.random() * days))

    def _children(self, shape: str, family: str, parent: Resident, homes: _Homes) -> list[Resident]:
        """One to four, two to four years apart; whoever has come of age by now lives elsewhere."""
        if shape in {"couple", "alone"} or parent.born is None:
            return []
        born = self._within(date(parent.born.year + 20 + int(self.rng.random() * 11), 1, 1), 360)
        made: list[Resident] = []
        for index in range(chosen(self.rng, (1, 2, 2, 3, 3, 4))):
            if DRAWN_ON - timedelta(days=17 * 365) < born < DRAWN_ON - timedelta(days=30):
                sex = chosen(self.rng, ("F", "M"))
                other = f"{family}-{chosen(self.rng, self.names.families)}" if self.rng.random() < 0.08 else family
                made.append(self._resident(f"child-{index + 1}", sex, other, born, homes))
            born = self._within(born + timedelta(days=700), 800)
        return made

    def _resident(self, part: str, sex: str, family: str, born: date, homes: _Homes) -> Resident:
        role = "child" if part.startswith("child") else "adult"
        women, men = (self.names.girls, self.names.boys) if role == "child" else (self.names.women, self.names.men)
        given = chosen(self.rng, women if sex == "F" else men)
        return Resident(
            key=f"{self.key}/{part}",
            role=role,
            given_name=given,
            family_name=family,
            known_as=self.names.known_as.get(given, ""),
            born=born,
            sex=sex,
            nhs_number=next(self.numbers),
            home=homes.present,
            former_homes=homes.former,
        )

    def _ties(
        self,
        shape: str,
        adults: list[Resident],
        children: list[Resident],
        mother: Resident | None,
        father: Resident | None,
    ) -> tuple[tuple[RelationshipNamed, ...], tuple[ResponsibilityHeld, ...]]:
        ties, responsible = [], []
        for index, child in enumerate(children):
            if mother:
                ties.append(RelationshipNamed(mother.key, child.key, "mother"))
            if father:
                step = shape == "step-family" and index == 0
                ties.append(RelationshipNamed(father.key, child.key, "step-father" if step else "father"))
                if not step and self.rng.random() < 0.8:
                    seen = chosen(self.rng, ("birth certificate", ""))
                    responsible.append(ResponsibilityHeld(father.key, child.key, "registered-father", seen))
            if shape == "three generations":
                ties.append(RelationshipNamed(adults[-1].key, child.key, "grandmother"))
        if mother and father:
            ties.append(RelationshipNamed(mother.key, father.key, "partner"))
        if shape == "three generations" and mother:
            ties.append(RelationshipNamed(adults[-1].key, mother.key, "mother"))
        return tuple(ties), tuple(responsible)
