"""How often things are so in the county, read from `demo/county/rates.toml`, which says where each rate comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from daras.settings import PROJECT

FOLDER = PROJECT / "demo" / "county"

Rates = Mapping[str, float]


#: Tables of days, all others are of rates.
_OF_DAYS = frozenset({"days", "days_of_work"})
_MOST_DAYS = 3_650


class RatesRefused(ValueError):
    """A rate that is no share, or a number of days that cannot be."""


@cache
def rates(path: Path = FOLDER / "rates.toml") -> Mapping[str, Rates]:
    """Every table of the file; raises `RatesRefused` for a rate outside nought to one, and for days below nought."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    for table, values in tables.items():
        for name, value in values.items():
            if table in _OF_DAYS:
                if not 0 <= value <= _MOST_DAYS:
                    raise RatesRefused(f"[{table}] {name} = {value}: days lie between 0 and {_MOST_DAYS}.")
            elif not 0 <= value <= 1:
                raise RatesRefused(f"[{table}] {name} = {value}: a rate lies between 0 and 1.")
    return {table: {name: float(value) for name, value in values.items()} for table, values in tables.items()}
