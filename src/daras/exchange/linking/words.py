"""The words that the keys of a person are made of, part by part: eight bytes for each, from which keys are mixed.

Which words there are is the rule of `daras.matching.keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from daras.exchange.linking.lists import word_of_number
from daras.matching import keys
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

#: The lists of words that each part of a description has: given names, family names, birth, numbers, homes.
WORDS = (
    ("given initials", "given forms", "given sounds", "given slips", "home sounds"),
    ("family initials", "family forms", "family sounds", "family slips", "all family sounds"),
    ("day", "birth", "arrivals"),
    ("nhs", "identifiers"),
    ("postcodes", "addresses"),
)


def words_of(kind: int, part: PersonFeatures) -> tuple[bytes, ...]:
    """The lists of words of a part, as `WORDS` names them."""
    return _OF[kind](part)


@lru_cache(maxsize=200_000)
def word(text: str) -> bytes:
    """The eight bytes that stand for a word."""
    return keys.digest(text)


def _words(texts: Iterable[str]) -> bytes:
    return b"".join([word(text) for text in texts])


@lru_cache(maxsize=50_000)
def _shorter(plain: str) -> bytes:
    """A name, and the name with each letter left out. Not kept word by word: few come again."""
    return b"".join([keys.digest(each) for each in keys.one_left_out(plain)])


def _given(part: PersonFeatures) -> tuple[bytes, ...]:
    if len(part.given_names) == 1 and len(part.middle_names) < 2:
        return _of_one_and_another(part)
    slips = keys.given_with_slips(part)
    return (
        _words({plain[0] for plain in keys.initial_bearers(part)}),
        _words(keys.given_sounds(part)),
        _words([name.sound for name in slips]),
        b"".join([_shorter(name.plain) for name in slips]),
        _words(keys.sounds_at_home(part)),
    )


def _of_one_and_another(part: PersonFeatures) -> tuple[bytes, ...]:
    """The words of a given and at most one middle name, put together from those of each name."""
    one = _alone(part.given_names)
    if not part.middle_names:
        return one.words
    initials, forms, sounds, slips, at_home = one.words
    (middle,) = part.middle_names
    if middle.plain[0] not in one.initials:
        initials += word(middle.plain[0])
    if len(middle.plain) > 1 and middle.plain not in one.forms:
        forms += word(middle.sound)
    at_home += _words(_at_home(middle) - one.at_home)
    return initials, forms, sounds, slips, at_home


@dataclass(frozen=True, slots=True)
class _Alone:
    """The words of somebody with one given name, and what they are made from."""

    words: tuple[bytes, ...]
    initials: frozenset[str]
    forms: tuple[str, ...]
    at_home: frozenset[str]


@lru_cache(maxsize=50_000)
def _alone(given: tuple[Name, ...]) -> _Alone:
    one = PersonFeatures(given_names=given)
    initials = frozenset(plain[0] for plain in keys.initial_bearers(one))
    at_home = frozenset(keys.sounds_at_home(one))
    words = (
        _words(initials),
        _words(keys.given_sounds(one)),
        word(given[0].sound),
        _shorter(given[0].plain),
        _words(at_home),
    )
    return _Alone(words, initials, tuple(keys.given_forms(one)), at_home)


@lru_cache(maxsize=50_000)
def _at_home(middle: Name) -> frozenset[str]:
    return frozenset(keys.sounds_at_home(PersonFeatures(middle_names=(middle,))))


def _family(part: PersonFeatures) -> tuple[bytes, ...]:
    slips = keys.family_with_slips(part)
    return (
        _words({plain[0] for plain in keys.initial_bearers(part)}),
        _words(keys.family_sounds(part)),
        _words([name.sound for name in slips]),
        b"".join([_shorter(name.plain) for name in slips]),
        _words([name.sound for name in part.family_names]),
    )


def _birth(part: PersonFeatures) -> tuple[bytes, ...]:
    born = part.date_of_birth
    day = _day_word(born.year, born.month, born.day) if born and born.month and born.day else b""
    words = [_birth_word(text) for text in keys.birth_words(born)]
    months = [_month_word(text) for text in keys.months_of_arrival(part)]
    return day, b"".join(words), b"".join(months)


# The words of days are made from numbers, so that those of a whole stretch are made at once: as `keys` has them.


def day_number(year: Any, month: Any, day: Any) -> Any:
    """A whole date, day and month in either order: `keys.day_of_birth`."""
    return year << 10 | birthday_number(month, day) & 0x3FF


def birthday_number(month: Any, day: Any) -> Any:
    """Day and month in either order; beside a year it is another number than that."""
    return 1 << 20 | np.minimum(month, day) << 5 | np.maximum(month, day)


def month_number(year: Any, month: Any) -> Any:
    """A month of a year: `keys.months_of_arrival`."""
    return year << 4 | month


@lru_cache(maxsize=50_000)
def _day_word(year: int, month: int, day: int) -> bytes:
    return word_of_number(int(day_number(year, month, day)))


@lru_cache(maxsize=10_000)
def _birth_word(text: str) -> bytes:
    """A year, or a day and a month."""
    one, _, other = text.partition("-")
    return word_of_number(int(birthday_number(int(one), int(other))) if other else int(one))


@lru_cache(maxsize=10_000)
def _month_word(text: str) -> bytes:
    year, _, month = text.partition("-")
    return word_of_number(month_number(int(year), int(month)))


def _numbers(part: PersonFeatures) -> tuple[bytes, ...]:
    return word_of_number(int(part.nhs_number)) if part.nhs_number else b"", _words(part.identifiers)


def _homes(part: PersonFeatures) -> tuple[bytes, ...]:
    if len(part.homes) == 1:
        (home,) = part.homes
        return word(home.postcode) if home.postcode else b"", word(home.key) if home.key else b""
    return _words(part.postcodes), _words(part.address_keys)


_OF: tuple[Callable[[PersonFeatures], tuple[bytes, ...]], ...] = (_given, _family, _birth, _numbers, _homes)
