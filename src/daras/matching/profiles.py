"""Between features and the row that keeps them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from daras.ledger.reading import rows
from daras.matching import names
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures
from daras.matching.keys import VERSION
from daras.matching.models import Profile
from daras.matching.names import Name


def profile(record_id: int, audience_id: int, features: PersonFeatures) -> Profile:
    """The row of a record."""
    return Profile(
        record_id=record_id,
        audience_id=audience_id,
        given_names=[name.written for name in features.given_names],
        middle_names=[name.written for name in features.middle_names],
        family_names=[name.written for name in features.family_names],
        birth=features.date_of_birth.iso if features.date_of_birth else "",
        expected_birth=features.expected_birth,
        sex=features.sex or "",
        nhs_number=features.nhs_number or "",
        identifiers=sorted(features.identifiers),
        home_keys=[home.key or "" for home in features.homes],
        home_postcodes=[home.postcode or "" for home in features.homes],
        home_shared=[home.shared for home in features.homes],
        unborn=features.unborn,
        placeholder_name=features.placeholder_name,
        born_from=features.born_from,
        born_to=features.born_to,
        keys_version=VERSION,
    )


class Described(NamedTuple):
    """What a record says, as it is read for comparing."""

    record_id: int
    audience_id: int
    given_names: list[str]
    middle_names: list[str]
    family_names: list[str]
    birth: str
    expected_birth: date | None
    sex: str
    nhs_number: str
    identifiers: list[str]
    home_keys: list[str]
    home_postcodes: list[str]
    home_shared: list[bool]
    unborn: bool
    placeholder_name: bool
    born_from: date | None
    born_to: date | None


#: The columns of `Described`, of a table called `profile`.
DESCRIBED = ", ".join(f"profile.{name}" for name in Described._fields)


class Whose(NamedTuple):
    """Whom a record stands under, and whose record it is."""

    record_id: int
    person_id: int
    number: str
    agency: str


class Kept(NamedTuple):
    """A record in the index: what it says, and whose it is."""

    says: Described
    whose: Whose


def whose(record_ids: Collection[int]) -> dict[int, Whose]:
    """The person each record stands under, in one query; a record under nobody is not found."""
    return {row[0]: Whose(*row) for row in rows(_WHOSE, {"records": list(record_ids)})}


def kept(record_ids: Collection[int]) -> dict[int, Kept]:
    """The profiles of records with the person each stands under, in one query; a record under nobody is not found."""
    found = rows(_KEPT, {"records": list(record_ids)})
    wide = len(Described._fields)
    return {row[0]: Kept(Described(*row[:wide]), Whose(*row[wide:])) for row in found}


_OF_PERSONS = """people_recordperson member
JOIN people_personrecord record ON record.id = member.record_id"""
_WHOSE_COLUMNS = "member.record_id, member.person_id, member.number, record.agency"
_WHOSE = f"SELECT {_WHOSE_COLUMNS} FROM {_OF_PERSONS} WHERE member.record_id = ANY(%(records)s::bigint[])"  # noqa: S608
_KEPT = f"""
SELECT {DESCRIBED}, {_WHOSE_COLUMNS}
FROM {_OF_PERSONS}
JOIN matching_profile profile ON profile.record_id = member.record_id
WHERE profile.record_id = ANY(%(records)s::bigint[])
"""  # noqa: S608


def features_of(row: Profile | Described) -> PersonFeatures:
    """The features that a row keeps."""
    homes = zip(row.home_keys, row.home_postcodes, row.home_shared, strict=True)
    return PersonFeatures(
        given_names=given_names(tuple(row.given_names)),
        middle_names=given_names(tuple(row.middle_names)),
        family_names=family_names(tuple(row.family_names)),
        date_of_birth=BirthDate.parse(row.birth),
        expected_birth=row.expected_birth,
        sex=row.sex or None,
        nhs_number=row.nhs_number or None,
        identifiers=frozenset(row.identifiers),
        homes=tuple(Home(key or None, postcode or None, shared) for key, postcode, shared in homes),
        unborn=row.unborn,
        placeholder_name=row.placeholder_name,
        born_from=row.born_from,
        born_to=row.born_to,
    )


@lru_cache(maxsize=50_000)
def given_names(written: tuple[str, ...]) -> tuple[Name, ...]:
    """Given or middle names that a row keeps."""
    return tuple(name for each in written for name in names.given_names(each))


@lru_cache(maxsize=50_000)
def family_names(written: tuple[str, ...]) -> tuple[Name, ...]:
    """Family names that a row keeps."""
    return tuple(name for each in written if (name := names.family_name(each)))
