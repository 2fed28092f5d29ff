"""The keys of a stretch of people as numbers, all at once: the families of keys are those of `daras.matching.keys`.

Each distinct word of a key (a sound, a name with a letter left out, a day) is digested once, and the number of a key is
mixed from the numbers of its words. So the numbers are others than `keys.number` gives, and what they find is the
same: two people share such a number where they share the key that it stands for (but for one chance in many millions
of millions).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from daras.exchange.linking.lists import Integers, Lists, Numbers, mixed
from daras.exchange.linking.stretch import People
from daras.exchange.linking.words import WORDS
from daras.matching import keys

_FAMILIES = (
    "nhs-number", "identifier", "birth+initial", "birth+postcode", "names", "names+birth", "family-slip", "given-slip",
    "postcode+given", "arrival+family", "arrival+address",
)  # fmt: skip
_KIND: Final = {family: np.uint64(int.from_bytes(keys.digest(family), "big")) for family in _FAMILIES}


def counting(many: Integers) -> Integers:
    """0, 1, 2 ... anew for each of the given lengths."""
    ends = np.cumsum(many)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - many, many)


def distinct(numbers: Integers) -> Integers:
    """Each number once, in order."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def numbered(people: People) -> tuple[Integers, Integers]:
    """The numbers of the keys of each, signed as keys are, and whose they are; one may stand twice for a person."""
    held: dict[str, Lists] = {}
    for kind, names in enumerate(WORDS):
        columns = people.parts[kind].words()
        held |= {name: column.taken(people.of[:, kind]) for name, column in zip(names, columns, strict=True)}
    found = [
        _mixed("nhs-number", held["nhs"]),
        _mixed("identifier", held["identifiers"]),
        _mixed("birth+initial", held["day"], held["given initials"]),
        _mixed("birth+initial", held["day"], held["family initials"]),
        _mixed("birth+postcode", held["day"], held["postcodes"]),
        *_of_names(held),
        _mixed("family-slip", held["given sounds"], held["family slips"]),
        _mixed("given-slip", held["given slips"], held["family sounds"]),
        _mixed("postcode+given", held["postcodes"], held["home sounds"]),
        _mixed("arrival+family", held["arrivals"], held["all family sounds"]),
        _mixed("arrival+address", held["arrivals"], held["addresses"]),
    ]
    whose = np.concatenate([owner for owner, _ in found])
    numbers = np.concatenate([number for _, number in found])
    return numbers.view(np.int64), whose


def _mixed(family: str, *lists: Lists) -> tuple[Integers, Numbers]:
    """Every choice of one from each list of a person, mixed into one number; with whose it is."""
    first, *others = lists
    whose = np.repeat(np.arange(len(first.many)), first.many)
    number = mixed(_KIND[family], first.flat[np.repeat(first.starts, first.many) + counting(first.many)])
    for each in others:
        whose, number = _joined(whose, number, each)
    return whose, number


def _joined(whose: Integers, number: Numbers, more: Lists) -> tuple[Integers, Numbers]:
    many = more.many[whose]
    places = np.repeat(more.starts[whose], many) + counting(many)
    return np.repeat(whose, many), mixed(np.repeat(number, many), more.flat[places])


def _of_names(held: dict[str, Lists]) -> list[tuple[Integers, Numbers]]:
    """The sounds of a given and a family name in either order, alone and with the birth: of the first twelve pairs."""
    given, family = held["given forms"], held["family forms"]
    many = np.minimum(given.many * family.many, keys.MOST_NAME_PAIRS)
    whose, place = np.repeat(np.arange(len(many)), many), counting(many)
    one = given.flat[given.starts[whose] + place % given.many[whose]]
    other = family.flat[family.starts[whose] + place // given.many[whose]]
    first, second = np.minimum(one, other), np.maximum(one, other)
    alone = mixed(mixed(_KIND["names"], first), second)
    with_birth = mixed(mixed(_KIND["names+birth"], first), second)
    return [(whose, alone), _joined(whose, with_birth, held["birth"])]
