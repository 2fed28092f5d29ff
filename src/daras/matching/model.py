"""The weights of matching: a readable, versioned file, checked as a whole when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from daras.matching.names import NamesCounted, NameShares, name_shares

SHIPPED = Path(__file__).resolve().parent / "model.toml"

Share = Literal["given share", "family share"]
#: A field and the levels it may take. "missing" is no level: it says nothing for or against.
LEVELS: Mapping[str, tuple[str, ...]] = {
    name: tuple(levels.split())
    for name, levels in {
        "given_name": "same short_form close may_share lookalike middle crossed initial different",
        "middle_names": "same initial different",
        "family_name": "same part close different",
        "date_of_birth": "same swapped slip other_day other_year different",
        "month_of_birth": "same different",
        "year_of_birth": "same one_off different",
        "expected_birth": "same near different",
        "generation": "same apart",
        "sex": "same different",
        "home": "same same_line same_postcode same_district different",
        "building": "same",
        "grown_up_together": "same",
        "nhs_number": "same different",
        "identifier": "same different",
    }.items()
}
#: Rules of `guards.py` with a threshold of their own, below which nobody is shown: two names agree and nothing else
#: does; a given name does, and no family or home; an unborn child, and no home. By its name in the file.
NAMES_ALONE, GIVEN_NAME_ALONE, NO_HOME_IN_COMMON = "names alone", "a given name alone", "unborn, no home in common"
SHOWN_FROM: Mapping[str, str] = {
    NAMES_ALONE: "names_alone",
    GIVEN_NAME_ALONE: "given_name_alone",
    NO_HOME_IN_COMMON: "unborn_no_home",
}
_COUNTED = ("from_records", "strangers_a_record", "country_as_records", "given_name_alone")
_READINGS = ("same_person", "relative", "stranger")


class ModelRefused(ValueError):
    """A model file that cannot be used, with the line of thought that is wrong in it."""


@dataclass(frozen=True, slots=True)
class Odds:
    """How often a level is seen under each reading of a pair; `stranger` is a share of names where `share` says
    so."""

    same_person: float
    relative: float
    stranger: float
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class WithNamesCounted:
    """What changes in an index of at least `from_records` records, where it was counted how common names are in it: the
    strangers for each record, and from which likelihood on a given name alone is worth a look. The shares that came
    before count as if counted of `country_as_records` records."""

    from_records: float
    strangers_a_record: float
    country_as_records: float
    given_name_alone: float


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that `compare` needs beside the two descriptions."""

    version: str
    status: str
    relatives: float
    strangers: float
    strangers_a_record: float
    match_from: float
    possible_from: float
    shown_from: Mapping[str, float]
    levels: Mapping[tuple[str, str], Odds]
    shares: NameShares
    by_field: Mapping[str, Mapping[str, Odds]]
    names_counted: WithNamesCounted | None = None

    def deciding(self, match: int, possible: int) -> Model:
        """The same weights with other thresholds, in thousandths."""
        return replace(self, match_from=match / 1_000, possible_from=possible / 1_000)

    def among(self, records: int, counted: NamesCounted | None = None) -> Model:
        """The same weights for somebody looked for among so many records: the more there are, the more strangers.
        `counted`: how common names are among them. A model that was learned from a list has that list's own."""
        way = self.names_counted
        if way is None or counted is None or counted.records < way.from_records:
            return replace(self, strangers=max(self.strangers, self.strangers_a_record * records))
        shares = _mixed(self.shares, counted, way.country_as_records)
        strangers = way.strangers_a_record * max(records, counted.records)
        shown_from = {**self.shown_from, GIVEN_NAME_ALONE: way.given_name_alone}
        return replace(self, strangers=strangers, shares=shares, shown_from=shown_from)

    def odds(self, field: str, level: str) -> Odds:
        return self.levels[field, level]


@lru_cache(maxsize=4)
def _mixed(shares: NameShares, counted: NamesCounted, as_many: float) -> NameShares:
    return shares.beside(counted, as_many)


@cache
def load(path: Path = SHIPPED) -> Model:
    """The model in a file; raises `ModelRefused` for a missing field or level, or for numbers that cannot be."""
    with path.open("rb") as file:
        table = tomllib.load(file)
    thresholds, prior = table["thresholds"], table["prior"]
    if not 0 < thresholds["possible"] <= thresholds["names_alone"] < thresholds["match"] < 1:
        raise ModelRefused(
            "The threshold for possible must lie below the one for match, the one for names alone between, all of them"
            " between 0 and 1."
        )
    if not all(0 <= thresholds.get(key, 0) <= 1 for key in SHOWN_FROM.values()):
        raise ModelRefused("Every threshold must lie between 0 and 1.")
    odds = {(name, level): _odds(table, name, level) for name, levels in LEVELS.items() for level in levels}
    way = table.get("names_counted")
    return Model(
        version=str(table["version"]),
        status=str(table["status"]),
        relatives=float(prior["relatives"]),
        strangers=float(prior["strangers"]),
        strangers_a_record=float(prior.get("strangers_a_record", 0)),
        match_from=float(thresholds["match"]),
        possible_from=float(thresholds["possible"]),
        shown_from={rule: float(thresholds.get(key, 0)) for rule, key in SHOWN_FROM.items()},
        levels=odds,
        shares=name_shares(),
        by_field={name: {level: odds[name, level] for level in levels} for name, levels in LEVELS.items()},
        names_counted=WithNamesCounted(**{name: float(way[name]) for name in _COUNTED}) if way else None,
    )


def _odds(table: dict[str, Any], field: str, level: str) -> Odds:
    try:
        row = table[field][level]
        same, relative, stranger = (row[reading] for reading in _READINGS)
    except KeyError as error:
        raise ModelRefused(f"[{field}] {level}: {error} is missing.") from error
    share: Share | None = stranger if stranger in ("given share", "family share") else None
    numbers = [same, relative] if share else [same, relative, stranger]
    if not all(isinstance(number, int | float) and 0 < number < 1 for number in numbers):
        raise ModelRefused(f"[{field}] {level}: each number must lie between 0 and 1.")
    return Odds(float(same), float(relative), stranger=0.0 if share else float(stranger), share=share)
