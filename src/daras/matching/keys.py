"""Keys under which a person can be found again: two descriptions of one person should share at least one.

Every key is exact: found by one look in an index, never by scanning (stack.md of the trials: a union of exact keys
is two hundred times faster than trigram search). A key is readable ("birth+given:2015-03-22/a"); `number` turns it
into the 64 bits that the index holds. Families of keys, each written so that one mistake leaves another family whole:

- identifiers;
- date of birth, day and month in either order, with the first letter of any name (any slip in the names);
- the sounds of a given and a family name, in either order, with the year or with the day and month of birth (any
slip in the date);
- the sounds of both names alone (no date of birth), and each name with one letter left out (a slip, and no date);
- postcode with a given name or the day of birth (a new family name);
- address or family name with the expected month of birth (unborn, then born).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b as _blake2b

from daras.matching import names
from daras.matching.dates import BirthDate
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

#: Written into the index beside the keys. After a change of the rules here it goes up, and
#: `commands.reindex_outdated` brings the index up to date; keys of former rules that stay behind only bring a few
#: more people to compare.
VERSION = 3

#: At most so many people are taken under one key: the name of many (John Smith without a date of birth), a hostel's
#: postcode or a placeholder never makes one question explode. The narrower keys of the same person still find them.
MOST_UNDER_ONE_KEY = 60

#: How much it says, about in bits, that two descriptions share a key of a kind. Those of one name a letter short say
#: hardly more than the name itself: a namesake shares some fifteen of them, a sister who has married three others.
WORTH = {
    "nhs-number": 64,
    "identifier": 64,
    "birth+postcode": 28,
    "arrival+address": 22,
    "names+birth": 20,
    "postcode+given": 18,
    "birth+initial": 16,
    "arrival+family": 16,
    "names": 12,
    "family-slip": 1,
    "given-slip": 1,
}

#: So many pairs of a given and a family name at the most make keys: the first, as they are written.
MOST_NAME_PAIRS = 12


def keys(features: PersonFeatures) -> frozenset[str]:
    """The keys of a description, each with its kind in front. The same for indexing and for asking."""
    kinds = (_identifier_keys, _birth_keys, _name_keys, _slip_keys, _home_keys, _expected_birth_keys)
    return frozenset(key for kind in kinds for key in kind(features))


def number(key: str) -> int:
    """The signed 64-bit number of a key (BLAKE2b), as PostgreSQL's bigint holds it."""
    return int.from_bytes(digest(key), "big", signed=True)


def digest(key: str) -> bytes:
    """The eight bytes of a key's number, the highest first: as PostgreSQL takes a bigint in a binary COPY."""
    return _blake2b(key.encode(), digest_size=8).digest()


def numbers(features: PersonFeatures) -> list[int]:
    return sorted(map(number, keys(features)))


def worth(key: str) -> int:
    """How much it says that somebody else stands under this key."""
    return WORTH[key.partition(":")[0]]


def finding_keys(features: PersonFeatures) -> frozenset[str]:
    """Broader keys by which people who search find somebody from one thing they know: a name, a date, a number, a
    postcode. In the index beside the others; matching never asks for them."""
    found = {f"find-name:{names.sound(plain)}" for plain in _every_name(features)}
    found |= {f"find-postcode:{postcode}" for postcode in features.postcodes}
    found |= {f"find-number:{number_of(pair)}" for pair in features.identifiers}
    if features.nhs_number:
        found.add(f"find-number:{features.nhs_number}")
    if features.date_of_birth is not None and features.date_of_birth.full is not None:
        found.add(f"find-birth:{features.date_of_birth.year}.{_day_and_month(features.date_of_birth)}")
    return frozenset(found)


def number_of(identifier: str) -> str:
    """The number alone of "upn:A123...", in capitals."""
    return identifier.partition(":")[2].upper()


def finding_numbers(features: PersonFeatures) -> list[int]:
    return sorted(map(number, finding_keys(features)))


def indexed_numbers(features: PersonFeatures) -> list[int]:
    """Every number under which a record stands in the index."""
    return sorted(map(number, indexed_keys(features)))


def indexed_keys(features: PersonFeatures) -> frozenset[str]:
    """Every key under which a record stands in the index."""
    return keys(features) | finding_keys(features)


def indexed_digests(features: PersonFeatures) -> set[bytes]:
    """The digest of every one of `indexed_keys`. Those of slips, more than half of them, are worked out once for a
    given and a family name that several bear, or several agencies hold of one person."""
    kinds = (_identifier_keys, _birth_keys, _name_keys, _home_keys, _expected_birth_keys, finding_keys)
    found = {digest(key) for kind in kinds for key in kind(features)}
    for given, family in _names_with_slips(features):
        found.update(_slip_digests(given.plain, family.plain))
    return found


def _every_name(features: PersonFeatures) -> Iterator[str]:
    for name in (*features.given_names, *features.middle_names):
        yield from names.classes(name.plain)
        yield name.plain
    for name in features.family_names:
        yield name.plain
        yield from name.parts


def _identifier_keys(features: PersonFeatures) -> Iterator[str]:
    if features.nhs_number:
        yield f"nhs-number:{features.nhs_number}"
    for identifier in features.identifiers:
        yield f"identifier:{identifier}"


def _birth_keys(features: PersonFeatures) -> Iterator[str]:
    if features.date_of_birth is None or features.date_of_birth.full is None:
        return
    day = day_of_birth(features.date_of_birth)
    for initial in {plain[0] for plain in initial_bearers(features)}:
        yield f"birth+initial:{day}/{initial}"
    for postcode in features.postcodes:
        yield f"birth+postcode:{day}/{postcode}"


def day_of_birth(born: BirthDate) -> str:
    """A whole date of birth, day and month in either order."""
    return f"{born.year}.{_day_and_month(born)}"


def initial_bearers(features: PersonFeatures) -> Iterator[str]:
    """The names of which the first letters are looked at beside a date of birth."""
    for name in features.given_names:
        yield from names.classes(name.plain)
    for name in features.middle_names:
        yield name.plain
    for name in features.family_names:
        yield from name.parts


def _name_keys(features: PersonFeatures) -> Iterator[str]:
    birth = tuple(birth_words(features.date_of_birth))
    for given, family in _name_pairs(features):
        pair = _sounds(given, family)
        yield f"names:{pair}"
        for word in birth:
            yield f"names+birth:{pair}/{word}"


@lru_cache(maxsize=100_000)
def _sounds(given: str, family: str) -> str:
    """How two names sound, in either order."""
    return "/".join(sorted((names.sound(given), names.sound(family))))


def _slip_keys(features: PersonFeatures) -> Iterator[str]:
    for given, family in _names_with_slips(features):
        yield from _slips(given.plain, family.plain)


def _names_with_slips(features: PersonFeatures) -> list[tuple[Name, Name]]:
    """Only the names as written: keys of slips are many, and help only where there is no date of birth."""
    return [(given, family) for given in given_with_slips(features) for family in family_with_slips(features)]


def _slips(given: str, family: str) -> list[str]:
    """How one name sounds beside the other with each letter left out."""
    given_sound, family_sound = names.sound(given), names.sound(family)
    return [
        *(f"family-slip:{given_sound}/{shorter}" for shorter in one_left_out(family)),
        *(f"given-slip:{shorter}/{family_sound}" for shorter in one_left_out(given)),
    ]


#: Names of so many people are kept, some two thousand bytes each.
@lru_cache(maxsize=8_192)
def _slip_digests(given: str, family: str) -> list[bytes]:
    return list(map(digest, _slips(given, family)))


def given_with_slips(features: PersonFeatures) -> tuple[Name, ...]:
    """The given names of which a slip is looked for."""
    return features.given_names[:2]


def family_with_slips(features: PersonFeatures) -> tuple[Name, ...]:
    """The family names of which a slip is looked for."""
    return features.family_names[:3]


def _name_pairs(features: PersonFeatures) -> list[tuple[str, str]]:
    """Given and middle names with every family name; short forms stand for their full forms."""
    pairs = [(one, other) for other in _family_forms(features) for one in given_forms(features)]
    return pairs[:MOST_NAME_PAIRS]


def given_sounds(features: PersonFeatures) -> list[str]:
    """How the given and middle names of the pairs sound, in their order."""
    return [names.sound(plain) for plain in given_forms(features)]


def family_sounds(features: PersonFeatures) -> list[str]:
    """How the family names of the pairs sound, in their order."""
    return [names.sound(plain) for plain in _family_forms(features)]


def given_forms(features: PersonFeatures) -> Iterable[str]:
    """The given names with the full names they may stand for, and the middle names, each once."""
    given = [full for name in features.given_names for full in _full_forms(name)]
    given += [name.plain for name in features.middle_names if len(name.plain) > 1]
    return dict.fromkeys(given)


def _family_forms(features: PersonFeatures) -> Iterable[str]:
    return dict.fromkeys(part for name in features.family_names for part in (name.plain, *name.parts))


def _full_forms(name: Name) -> tuple[str, ...]:
    """The name as written first, then the full names it may stand for."""
    return _full_forms_of(name.plain)


@lru_cache(maxsize=100_000)
def _full_forms_of(plain: str) -> tuple[str, ...]:
    return (plain, *sorted(names.classes(plain) - {plain}))


def birth_words(birth: BirthDate | None) -> Iterator[str]:
    """The year, and the day and month in either order: one wrong part leaves the other."""
    if birth is None:
        return
    yield f"{birth.year}"
    if birth.full and not birth.usual_stand_in:
        yield _day_and_month(birth)


def _day_and_month(birth: BirthDate) -> str:
    """The same for 3 April and 4 March, which hands swap."""
    month, day = birth.month or 0, birth.day or 0
    return f"{month}-{day}" if month < day else f"{day}-{month}"


@lru_cache(maxsize=100_000)
def one_left_out(plain: str) -> frozenset[str]:
    """The name, and the name with each letter left out in turn: two names one slip apart share one of them."""
    if len(plain) < 3:
        return frozenset((plain,))
    return frozenset((plain, *(plain[:at] + plain[at + 1 :] for at in range(len(plain)))))


def _home_keys(features: PersonFeatures) -> Iterator[str]:
    for postcode in features.postcodes:
        for sound in sounds_at_home(features):
            yield f"postcode+given:{postcode}/{sound}"


def sounds_at_home(features: PersonFeatures) -> set[str]:
    """How the given and middle names sound, short forms as their full forms: looked for beside a postcode."""
    every = (*features.given_names, *features.middle_names)
    return {names.sound(full) for name in every for full in names.classes(name.plain)}


def _expected_birth_keys(features: PersonFeatures) -> Iterator[str]:
    """Months around the expected birth for the unborn, the month of birth for a child: they meet when it is born."""
    for month in months_of_arrival(features):
        for name in features.family_names:
            yield f"arrival+family:{month}/{name.sound}"
        for key in features.address_keys:
            yield f"arrival+address:{month}/{key}"


def months_of_arrival(features: PersonFeatures) -> Iterable[str]:
    """The months in which a child may be, or was, born."""
    if features.expected_birth:
        around = (features.expected_birth + timedelta(days=days) for days in (-90, -60, -30, 0, 30))
        return sorted({_month(day) for day in around})
    if features.date_of_birth and features.date_of_birth.month:
        return (_month(features.date_of_birth.earliest),)
    return ()


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02}"
