"""The words that the keys of a person are made of, part by part: eight bytes for each, from which keys are mixed.

Which words there are is the rule of `daras.matching.keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from daras.matching import keys
from daras.matching.features import PersonFeatures

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
    slips = keys.given_with_slips(part)
    return (
        _words({plain[0] for plain in keys.initial_bearers(part)}),
        _words(keys.given_sounds(part)),
        _words([name.sound for name in slips]),
        b"".join([_shorter(name.plain) for name in slips]),
        _words(keys.sounds_at_home(part)),
    )


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
    day = word(keys.day_of_birth(born)) if born is not None and born.day else b""
    return day, _words(keys.birth_words(born)), _words(keys.months_of_arrival(part))


def _numbers(part: PersonFeatures) -> tuple[bytes, ...]:
    return keys.digest(part.nhs_number) if part.nhs_number else b"", _words(part.identifiers)


def _homes(part: PersonFeatures) -> tuple[bytes, ...]:
    return _words(part.postcodes), _words(part.address_keys)


_OF: tuple[Callable[[PersonFeatures], tuple[bytes, ...]], ...] = (_given, _family, _birth, _numbers, _homes)
