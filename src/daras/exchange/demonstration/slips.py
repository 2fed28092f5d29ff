"""What copies of one person have otherwise: a short form, a slip of the pen, an old address, a number left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, TypeVar

from daras.exchange.demonstration.people import Held, Resident
from daras.frontdoor.document import Address

Choice = TypeVar("Choice")

_SHORT_STREETS = {"Close": "Cl", "Road": "Rd", "Terrace": "Tce", "Gardens": "Gdns", "Lane": "Ln", "Street": "St"}


def chosen(rng: Random, among: Sequence[Choice]) -> Choice:
    """One of several: by `random()` alone, which gives the same in every version of Python."""
    return among[int(rng.random() * len(among))]


def slipped(rng: Random, resident: Resident, held: Held) -> Held:
    """The holding with whatever this copy has otherwise; most copies have nothing."""
    written: dict[str, Any] = {}
    for chance, slip in _SLIPS:
        if rng.random() < chance:
            written |= slip(rng, resident)
    at_former_home = bool(resident.former_homes) and rng.random() < 0.35
    return replace(held, written=written, at_former_home=at_former_home)


def _short_form(_: Random, resident: Resident) -> dict[str, Any]:
    return {"given_name": resident.known_as} if resident.known_as else {}


def _slip_of_the_pen(rng: Random, resident: Resident) -> dict[str, Any]:
    """One letter left out, doubled, or exchanged with its neighbour."""
    name = resident.family_name
    if len(name) < 5:
        return {}
    at = 1 + int(rng.random() * (len(name) - 3))
    ways = (
        name[:at] + name[at + 1 :],
        name[: at + 1] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    )
    return {"family_name": chosen(rng, ways)}


def _no_number(_: Random, __: Resident) -> dict[str, Any]:
    return {"nhs_number": ""}


def _day_and_month_exchanged(_: Random, resident: Resident) -> dict[str, Any]:
    born = resident.born
    if born is None or born.day > 12:
        return {}
    return {"born": date(born.year, born.day, born.month)}


def _no_postcode(_: Random, resident: Resident) -> dict[str, Any]:
    return {"home": replace(resident.home, postcode="")} if resident.home else {}


def _short_street(_: Random, resident: Resident) -> dict[str, Any]:
    return {"home": _shortened(resident.home)} if resident.home else {}


def _shortened(home: Address) -> Address:
    first, *others = home.lines
    words = [_SHORT_STREETS.get(word, word) for word in first.split()]
    return replace(home, lines=(" ".join(words), *others))


_SLIPS: tuple[tuple[float, Callable[[Random, Resident], dict[str, Any]]], ...] = (
    (0.20, _short_form),
    (0.04, _slip_of_the_pen),
    (0.12, _no_number),
    (0.015, _day_and_month_exchanged),
    (0.04, _no_postcode),
    (0.15, _short_street),
)
