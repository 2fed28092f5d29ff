"""From a row of a file to what matching looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from daras.exchange.linking.days import DayRefused, birth_date, day
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures, describe, home, plain_postcode

_SEVERAL = re.compile(r"\s*[;|/,]\s*")
_SEXES = {"f": "F", "female": "F", "girl": "F", "woman": "F", "2": "F", "m": "M", "male": "M", "boy": "M", "man": "M",
          "1": "M"}  # fmt: skip


class FieldRefused(ValueError):
    """A field of a row that cannot be used."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


def described(row: Mapping[str, str], today: date) -> PersonFeatures:
    """The features of a row. Raises `FieldRefused` for a date that is none."""
    born = _day("date_of_birth", row, today)
    expected = _expected(row, today)
    numbers = (("nhs-number", "nhs_number"), ("upn", "upn"), ("pnc-id", "pnc_id"))
    return describe(
        given_name=row.get("given_name"),
        middle_names=row.get("middle_names", ""),
        family_name=row.get("family_name"),
        other_given_names=_several(row.get("other_given_names", "")),
        other_family_names=_several(row.get("previous_family_names", "")),
        date_of_birth=born,
        expected_birth=expected,
        sex=_SEXES.get(row.get("sex", "").lower()),
        other_identifiers=[(system, row[field]) for system, field in numbers if row.get(field)],
        homes=_homes(row),
        role=row.get("role", "").lower(),
        told_on=today,
    )


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
    return [each for each in _SEVERAL.split(written) if each]


def _homes(row: Mapping[str, str]) -> list[Home]:
    """The present home, the postcode also where it stands within the address, and former ones by postcode."""
    address, postcode = row.get("address", ""), row.get("postcode", "")
    first, _, rest = address.partition(",")
    if not postcode and rest:
        postcode = next((code for part in rest.split(",") if (code := plain_postcode(part))), "")
    homes = [home(lines=[first], town=row.get("town"), postcode=postcode)] if address or postcode else []
    return homes + [home(postcode=each) for each in _several(row.get("previous_postcodes", ""))]
