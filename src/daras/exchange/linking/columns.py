"""Which column of a partner's file holds what, by the headings that extracts come with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The fields that matching reads, each with other headings for it. All are optional but the id.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("identifier", "person id", "record id", "ref", "reference", "local id", "case number", "unique id"),
    "given_name": ("given names", "forename", "forenames", "first name", "firstname", "first names", "christian name"),
    "middle_names": ("middle name", "second name", "other forenames", "second forename", "middle initial"),
    "family_name": ("surname", "last name", "lastname", "familyname", "family"),
    "previous_family_names": (
        "previous family name", "previous surname", "former surname", "maiden name", "birth name", "other surnames",
    ),
    "other_given_names": ("known as", "alias", "aliases", "preferred name", "preferred forename", "also known as"),
    "date_of_birth": ("dob", "birth date", "birthdate", "d o b", "date of birth dd mm yyyy", "born"),
    "expected_date_of_birth": ("expected date of birth", "expected birth", "edd", "due date", "expected_birth_on"),
    "role": ("child or adult", "age group"),
    "sex": ("gender", "sex at birth"),
    "address": ("address 1", "address line 1", "addressline1", "street", "house and street", "home address"),
    "town": ("city", "post town", "address town"),
    "postcode": ("post code", "home postcode", "postal code", "pcode"),
    "previous_postcodes": ("previous postcode", "former postcode"),
    "nhs_number": ("nhs no", "nhs num", "nhsno", "nhsnumber", "nhs"),
    "upn": ("unique pupil number", "pupil number"),
    "pnc_id": ("pnc", "pnc number", "police number"),
}  # fmt: skip

_MEANS = {
    re.sub(r"[^a-z0-9]+", " ", heading.replace("_", " ").lower()).strip(): field
    for field, others in HEADINGS.items()
    for heading in (field, *others)
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each field in a row; headings that mean nothing here, and those that came twice."""

    places: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


def columns(headings: Sequence[str]) -> Columns:
    """From the first row of a file: the first column of each meaning counts."""
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, heading in enumerate(headings):
        field = _MEANS.get(re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip())
        if field is None:
            unknown.append(heading.strip())
        elif field in places:
            twice.append(heading.strip())
        else:
            places[field] = place
    return Columns(places, len(headings), tuple(unknown), tuple(twice))
