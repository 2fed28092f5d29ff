"""What is known of a person that may tell who they are: one frozen value, the same for a document, a record and a
file row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from daras.matching import identifiers, names
from daras.matching.dates import BirthDate, birth_bounds
from daras.matching.names import Name

_BETWEEN_WORDS = re.compile(r"[\s.,]+")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


#: Keys of addresses are cut to this many letters, here and where stays are kept.
LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Home:
    """An address where the person lives or lived. `shared` is a block of flats, a hostel, a refuge: many
    households."""

    key: str | None = None
    postcode: str | None = None
    shared: bool = False

    @property
    def first_line(self) -> str | None:
        """The first line in one spelling, where it names more than a flat or a room: two words of letters at least."""
        return _first_line((self.key or "").partition("|")[0])


@lru_cache(maxsize=50_000)
def _first_line(line: str) -> str | None:
    return line if sum(word.isalpha() and len(word) > 1 for word in line.split()) > 1 else None


@dataclass(frozen=True, slots=True)
class PersonFeatures:
    """Everything that matching may look at; `describe` builds it from words as written.

    Family names are the present one first, then previous ones and aliases. Names that are no names ("baby",
    "unknown") are left out and leave `placeholder_name` set.
    """

    given_names: tuple[Name, ...] = ()
    middle_names: tuple[Name, ...] = ()
    family_names: tuple[Name, ...] = ()
    date_of_birth: BirthDate | None = None
    expected_birth: date | None = None
    sex: str | None = None  # "F" or "M"; anything else is not known
    nhs_number: str | None = None
    identifiers: frozenset[str] = frozenset()  # "upn:A123...", without the NHS number
    homes: tuple[Home, ...] = ()
    unborn: bool = False
    placeholder_name: bool = False
    born_from: date | None = None  # of somebody told of as a child
    born_to: date | None = None  # of somebody told of as an adult

    @property
    def given(self) -> Name | None:
        return self.given_names[0] if self.given_names else None

    @property
    def family(self) -> Name | None:
        return self.family_names[0] if self.family_names else None

    @property
    def postcodes(self) -> frozenset[str]:
        return frozenset(home.postcode for home in self.homes if home.postcode)

    @property
    def address_keys(self) -> frozenset[str]:
        return frozenset(home.key for home in self.homes if home.key)

    @property
    def shown_name(self) -> str:
        """The name as a person reads it in a reason."""
        shown = " ".join(name.written for name in (*self.given_names, *self.family_names[:1]))
        return shown or ("Unborn child" if self.unborn else "A person without a name")

    def without_nhs_number(self) -> PersonFeatures:
        return replace(self, nhs_number=None)


def describe(
    *,
    given_name: str | None = None,
    middle_names: str | Iterable[str] = (),
    family_name: str | None = None,
    other_given_names: Iterable[str] = (),
    other_family_names: Iterable[str] = (),
    date_of_birth: str | date | BirthDate | None = None,
    expected_birth: date | None = None,
    sex: str | None = None,
    other_identifiers: Iterable[tuple[str, str]] = (),
    homes: Iterable[Home] = (),
    unborn: bool = False,
    role: str | None = None,
    told_on: date | None = None,
) -> PersonFeatures:
    """Features from words as written. Identifiers are (system, value) pairs, "nhs-number" among them; `role` is what
    they were told of as on a day, a child or an adult.

    An NHS number that cannot be one is left out; raises `DateRefused` for a date of birth that is no date.
    """
    middle = (middle_names,) if isinstance(middle_names, str) else tuple(middle_names)
    families = (family_name or "", *other_family_names)
    given, second, family, placeholder = _named(given_name or "", middle, families, tuple(other_given_names))
    born = date_of_birth if isinstance(date_of_birth, BirthDate) else BirthDate.parse(date_of_birth)
    nhs_number, held = numbers_told(other_identifiers)
    after, before = birth_bounds(role, told_on)
    return PersonFeatures(
        given_names=given,
        middle_names=second,
        family_names=family,
        date_of_birth=born,
        expected_birth=expected_birth,
        sex=sex if sex in {"F", "M"} else None,
        nhs_number=nhs_number,
        identifiers=held,
        homes=tuple(dict.fromkeys(homes)),
        unborn=unborn or (expected_birth is not None and born is None),
        placeholder_name=placeholder,
        born_from=after,
        born_to=before,
    )


def given_names_told(
    given_name: str | None, middle_names: str | Iterable[str], other_given_names: Iterable[str] = ()
) -> tuple[tuple[Name, ...], tuple[Name, ...], bool]:
    """Given and middle names as written, and whether a given name was none ("baby")."""
    middle = (middle_names,) if isinstance(middle_names, str) else tuple(middle_names)
    if not other_given_names and len(middle) == 1 and (plain := _one_and_another(given_name or "", middle[0])):
        return plain
    first, *further = names.given_names(given_name or "") or (None,)
    others = [name for written in other_given_names for name in names.given_names(written)]
    given = names.distinct((first, *others))
    second = names.distinct((*further, *(name for written in middle for name in names.given_names(written))))
    real = tuple(name for name in given if not names.is_placeholder(name))
    return real, tuple(name for name in second if not names.is_placeholder(name)), len(real) < len(given)


def _one_and_another(given: str, middle: str) -> tuple[tuple[Name, ...], tuple[Name, ...], bool] | None:
    """What most bear, a given name and at most one middle name that are none of those that are no names."""
    one, second = names.given_names(given), names.given_names(middle)
    if len(one) != 1 or len(second) > 1 or any(map(names.is_placeholder, (*one, *second))):
        return None
    return one, second, False


def family_names_told(family_name: str | None, other_family_names: Iterable[str] = ()) -> tuple[tuple[Name, ...], bool]:
    """Family names as written, and whether one was none ("unknown")."""
    family = names.distinct(map(names.family_name, (family_name or "", *other_family_names)))
    real = tuple(name for name in family if not names.is_family_placeholder(name))
    return real, len(real) < len(family)


def numbers_told(told: Iterable[tuple[str, str]]) -> tuple[str | None, frozenset[str]]:
    """The NHS number, and every other identifier, of (system, value) pairs; what cannot be one is left out."""
    held = list(told)
    numbers = (identifiers.nhs_number(value) for system, value in held if system == identifiers.NHS_NUMBER)
    pairs = (identifiers.identifier(system, value) for system, value in held if system != identifiers.NHS_NUMBER)
    return next((number for number in numbers if number), None), frozenset(pair for pair in pairs if pair)


#: Several agencies write the same names of one person, and many bear the same.
@lru_cache(maxsize=8_192)
def _named(
    given_name: str, middle: tuple[str, ...], families: tuple[str, ...], others: tuple[str, ...]
) -> tuple[tuple[Name, ...], tuple[Name, ...], tuple[Name, ...], bool]:
    """Given, middle and family names without those that are no names, and whether there was one."""
    given, second, no_given_name = given_names_told(given_name, middle, others)
    family, no_family_name = family_names_told(families[0], families[1:])
    return given, second, family, no_given_name or no_family_name


def home(
    *, lines: Iterable[str] = (), town: str | None = None, postcode: str | None = None, shared: bool = False
) -> Home:
    """An address in one spelling: its postcode, and a key of the postcode and its first line's words and numbers."""
    first = next((line for line in lines if line.strip()), "")
    return _home(first, town or "", postcode or "", shared)


@lru_cache(maxsize=100_000)
def _home(first: str, town: str, postcode: str, shared: bool) -> Home:
    code = plain_postcode(postcode)
    spelled = _spelled(first)
    key = f"{spelled}|{code or town.strip().lower()}"[:LONGEST_KEY] if spelled else None
    return Home(key=key, postcode=code, shared=shared)


@lru_cache(maxsize=50_000)
def _spelled(line: str) -> str:
    """A line of an address in one spelling."""
    return " ".join(_STREET_WORDS.get(word, word) for word in _BETWEEN_WORDS.split(line.lower()) if word)


_STREET_WORDS = {
    "rd": "road", "st": "street", "cl": "close", "ave": "avenue", "av": "avenue", "ln": "lane", "tce": "terrace",
    "terr": "terrace", "ct": "court", "gdns": "gardens", "gdn": "gardens", "pl": "place", "dr": "drive",
    "sq": "square", "cres": "crescent",
}  # fmt: skip


@lru_cache(maxsize=50_000)
def plain_postcode(written: str | None) -> str | None:
    """A United Kingdom postcode without its space, else None."""
    code = "".join(filter(str.isalnum, (written or "").upper()))
    return code if _POSTCODE.fullmatch(code) else None
