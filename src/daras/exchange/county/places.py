"""Where the county's people live: towns, streets, and buildings of many households (`demo/county/places.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from daras.exchange.county.naming import Weighted
from daras.exchange.county.rates import FOLDER, rates

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
#: A street of a larger county is met under more postcodes; a building of many households holds about so many people.
_PEOPLE_IN_A_STREET = 160


@dataclass(frozen=True, slots=True)
class Town:
    """A town, and the agencies that serve it ("" where the pilot has none there)."""

    name: str
    outward: str
    share: float
    surgery: str
    primary: str
    secondary: str


@dataclass(frozen=True, slots=True)
class Place:
    """An address. `shared`: many households live there (flats, a hostel, a refuge)."""

    line: str
    town: str
    postcode: str
    shared: bool = False
    kind: str = "house"


@dataclass(frozen=True, slots=True)
class Places:
    """All towns with their streets and buildings, for a county of so many people."""

    people: int
    towns: tuple[Town, ...]
    shares: Weighted
    first: tuple[str, ...]
    second: tuple[str, ...]
    homes_in: dict[str, int]

    def town(self, rng: Random) -> Town:
        return self.towns[int(self.shares.draw(rng))]

    def home(self, rng: Random, town: Town) -> Place:
        """A house, or a home in a block of flats whose copies leave its number out."""
        if rng.random() < rates()["people"]["flats"]:
            return self.building(rng, town, "flats")
        street = int(rng.random() * self._streets(town))
        name = f"{self.first[street % len(self.first)]} {self.second[street // 7 % len(self.second)]}"
        return Place(f"{1 + int(rng.random() * 70)} {name}", town.name, self._postcode(town, street))

    def building(self, rng: Random, town: Town, kind: str) -> Place:
        """A building of many households: flats by the street, hostels and refuges a few in a town."""
        homes = self.homes_in[kind]
        people = self.people * town.share / 100
        share = {"flats": rates()["people"]["flats"], "hostel": 0.004, "refuge": 0.001}[kind]
        number = int(rng.random() * max(1, round(people * share / (homes * 2))))
        words = {"flats": "House", "hostel": "Hostel", "refuge": "Refuge"}[kind]
        street = number if kind == "flats" else 3_599 - 7 * number - 3 * len(kind)
        line = f"{self.first[(number * 5 + len(kind)) % len(self.first)]} {words}"
        return Place(line, town.name, self._postcode(town, street), shared=True, kind=kind)

    def _streets(self, town: Town) -> int:
        return max(12, min(3_900, int(self.people * town.share / 100 / _PEOPLE_IN_A_STREET)))

    def _postcode(self, town: Town, street: int) -> str:
        """An invented one: 20 letters by 20 letters by 9 digits, then the same again."""
        digit, rest = divmod(street % 3_600, 400)
        return f"{town.outward} {9 - digit}{_LETTERS[rest // 20]}{_LETTERS[rest % 20]}"


@cache
def places(people: int, path: Path = FOLDER / "places.toml") -> Places:
    """The places of the file, for a county of so many people."""
    with path.open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)
    towns = tuple(Town(**each) for each in table["town"])
    total = sum(town.share for town in towns)
    return Places(
        people=people,
        towns=tuple(Town(t.name, t.outward, 100 * t.share / total, t.surgery, t.primary, t.secondary) for t in towns),
        shares=Weighted.of({str(place): town.share for place, town in enumerate(towns)}),
        first=tuple(table["streets"]["first"].split()),
        second=tuple(table["streets"]["second"].split()),
        homes_in={each["kind"]: each["homes"] for each in table["building"]},
    )
