"""From a row of a file to what matching looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from daras.exchange.linking.days import DayRefused, birth_date, day
from daras.matching.dates import BirthDate, birth_bounds
from daras.matching.features import (
    Home,
    PersonFeatures,
    family_names_told,
    given_names_told,
    home,
    numbers_told,
    plain_postcode,
)

_SEVERAL = re.compile(r"\s*[;|/,]\s*")
_SEXES = {"f": "F", "female": "F", "girl": "F", "woman": "F", "2": "F", "m": "M", "male": "M", "boy": "M", "man": "M",
          "1": "M"}  # fmt: skip


class FieldRefused(ValueError):
    """A field of a row that cannot be used."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


#: The cells that each part of a description is made from: given names and sex, family names, birth, numbers, homes.
CELLS = (
    ("given_name", "middle_names", "other_given_names", "sex"),
    ("family_name", "previous_family_names"),
    ("date_of_birth", "expected_date_of_birth", "role"),
    ("nhs_number", "upn", "pnc_id"),
    ("address", "town", "postcode", "previous_postcodes"),
)

GIVEN, FAMILY, BIRTH, NUMBERS, HOMES = range(len(CELLS))


def described(row: Mapping[str, str], today: date) -> PersonFeatures:
    """The features of a row. Raises `FieldRefused` for a date that is none."""
    return whole(*(part(kind, row, today) for kind in range(len(CELLS))))


def part(kind: int, row: Mapping[str, str], today: date) -> PersonFeatures:
    """What the cells of one part say: a description that knows only these fields. Raises `FieldRefused`."""
    return _PARTS[kind](row, today)


def whole(
    given: PersonFeatures, family: PersonFeatures, birth: PersonFeatures, numbers: PersonFeatures, homes: PersonFeatures
) -> PersonFeatures:
    """A person from the five parts."""
    return PersonFeatures(
        given_names=given.given_names,
        middle_names=given.middle_names,
        family_names=family.family_names,
        date_of_birth=birth.date_of_birth,
        expected_birth=birth.expected_birth,
        sex=given.sex,
        nhs_number=numbers.nhs_number,
        identifiers=numbers.identifiers,
        homes=homes.homes,
        unborn=birth.unborn,
        placeholder_name=given.placeholder_name or family.placeholder_name,
        born_from=birth.born_from,
        born_to=birth.born_to,
    )


def taken_apart(features: PersonFeatures) -> tuple[PersonFeatures, ...]:
    """The five parts of a description."""
    return (
        PersonFeatures(
            given_names=features.given_names,
            middle_names=features.middle_names,
            placeholder_name=features.placeholder_name,
            sex=features.sex,
        ),
        PersonFeatures(family_names=features.family_names),
        PersonFeatures(
            date_of_birth=features.date_of_birth,
            expected_birth=features.expected_birth,
            unborn=features.unborn,
            born_from=features.born_from,
            born_to=features.born_to,
        ),
        PersonFeatures(nhs_number=features.nhs_number, identifiers=features.identifiers),
        PersonFeatures(homes=features.homes),
    )


def _given(row: Mapping[str, str], _: date) -> PersonFeatures:
    others = _several(row.get("other_given_names", ""))
    given, middle, none = given_names_told(row.get("given_name"), row.get("middle_names", ""), others)
    sex = _SEXES.get(row.get("sex", "").lower())
    return PersonFeatures(given_names=given, middle_names=middle, placeholder_name=none, sex=sex)


def _family(row: Mapping[str, str], _: date) -> PersonFeatures:
    names, none = family_names_told(row.get("family_name"), _several(row.get("previous_family_names", "")))
    return PersonFeatures(family_names=names, placeholder_name=none)


def _birth(row: Mapping[str, str], today: date) -> PersonFeatures:
    born = _day("date_of_birth", row, today)
    expected = _expected(row, today)
    after, before = birth_bounds(row.get("role", "").lower(), today)
    unborn = expected is not None and born is None
    return PersonFeatures(date_of_birth=born, expected_birth=expected, unborn=unborn, born_from=after, born_to=before)


def _numbers(row: Mapping[str, str], _: date) -> PersonFeatures:
    numbers = (("nhs-number", "nhs_number"), ("upn", "upn"), ("pnc-id", "pnc_id"))
    nhs_number, held = numbers_told((system, row[field]) for system, field in numbers if row.get(field))
    return PersonFeatures(nhs_number=nhs_number, identifiers=held)


def _lived(row: Mapping[str, str], _: date) -> PersonFeatures:
    return PersonFeatures(homes=tuple(dict.fromkeys(_homes(row))))


_PARTS = (_given, _family, _birth, _numbers, _lived)


def _day(field: str, row: Mapping[str, str], today: date) -> BirthDate | None:
    try:
        return birth_date(row.get(field, ""), today)
    except DayRefused as refused:
        raise FieldRefused(field, f"{row[field]!r}: {refused}") from None


def _expected(row: Mapping[str, str], today: date) -> date | None:
    try:
        return day(row.get("expected_date_of_birth", ""), today)
    except DayRefused as refused:
        field = "expected_date_of_birth"
        raise FieldRefused(field, f"{row[field]!r}: {refused}") from None


def _several(written: str) -> list[str]:
    return [each for each in _SEVERAL.split(written) if each] if written else []


def _homes(row: Mapping[str, str]) -> list[Home]:
    """The present home, the postcode also where it stands within the address, and former ones by postcode."""
    address, postcode = row.get("address", ""), row.get("postcode", "")
    first, _, rest = address.partition(",")
    if not postcode and rest:
        postcode = next((code for part in rest.split(",") if (code := plain_postcode(part))), "")
    homes = [home(lines=[first], town=row.get("town"), postcode=postcode)] if address or postcode else []
    return homes + [home(postcode=each) for each in _several(row.get("previous_postcodes", ""))]
