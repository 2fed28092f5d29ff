"""What the ledger says of records, as features: the same as the front door makes of a document's person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from daras.ledger.models import Detail
from daras.matching.features import Home, PersonFeatures, describe, home
from daras.people.models import AddressStay, BirthKnown, IdentifierKnown, NameKnown, PersonRecord
from daras.people.queries import standing_details

Kind = TypeVar("Kind", bound=Detail)


def features_of_records(record_ids: Iterable[int]) -> dict[int, tuple[PersonFeatures, int]]:
    """For each record its features and the strictest audience there is among the facts they were made from.

    One query for the records and one for each kind of fact. Proposed addresses are no homes yet.
    """
    ids = sorted(set(record_ids))
    audiences = dict(PersonRecord.objects.filter(pk__in=ids).values_list("pk", "audience_id"))
    names = _by_record(standing_details(NameKnown, ids))
    births = _by_record(standing_details(BirthKnown, ids))
    identifiers = _by_record(standing_details(IdentifierKnown, ids))
    stays = _by_record(standing_details(AddressStay, ids))
    return {
        record_id: (
            _features(names[record_id], births[record_id], identifiers[record_id], stays[record_id]),
            names[record_id][0].audience_id if names[record_id] else audience_id,
        )
        for record_id, audience_id in audiences.items()
    }


def _by_record(details: Iterable[Kind]) -> defaultdict[int, list[Kind]]:
    found: defaultdict[int, list[Kind]] = defaultdict(list)
    for detail in details:
        if detail.fact.person_record_id is not None:
            found[detail.fact.person_record_id].append(detail)
    return found


def _features(
    names: list[NameKnown], births: list[BirthKnown], identifiers: list[IdentifierKnown], stays: list[AddressStay]
) -> PersonFeatures:
    ordered = sorted(names, key=lambda name: name.use != "current")
    first = ordered[0] if ordered else NameKnown()
    birth = next((each for each in births if each.date_of_birth or each.expected_on), None)
    return describe(
        given_name=first.given_name,
        middle_names=[name.middle_names for name in ordered],
        family_name=first.family_name,
        other_given_names=[name.given_name for name in ordered[1:]],
        other_family_names=[name.family_name for name in ordered[1:]],
        date_of_birth=birth.date_of_birth if birth else None,
        expected_birth=birth.expected_on if birth else None,
        sex=next((each.sex for each in births if each.sex), None),
        other_identifiers=[(each.system, each.value) for each in identifiers],
        homes=[_home(stay) for stay in stays if stay.use != "proposed"],
        unborn=bool(births) and births[0].role == "unborn",
        role=births[0].role if births else None,
        told_on=births[0].fact.recorded_at.date() if births else None,
    )


def _home(stay: AddressStay) -> Home:
    return home(lines=stay.lines, town=stay.town, postcode=stay.postcode, shared=stay.many_households)
