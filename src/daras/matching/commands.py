"""Keeping the index in step with the ledger. All of it runs under the machine role."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from daras.ledger.reading import rows as prepared
from daras.matching import keys
from daras.matching.features import PersonFeatures
from daras.matching.models import Profile
from daras.matching.profiles import features_of, profile
from daras.matching.reading import features_of_records

Indexed = tuple[int, PersonFeatures, int]

#: So many keys in one statement.
TOGETHER = 5_000
_KEYS = """
INSERT INTO matching_key (key, record_id, audience_id)
SELECT * FROM unnest(%(keys)s::bigint[], %(records)s::bigint[], %(audiences)s::bigint[])
ON CONFLICT (key, record_id) DO UPDATE SET audience_id = EXCLUDED.audience_id
"""

_PROFILE_FIELDS = [field.attname for field in Profile._meta.concrete_fields if not field.primary_key]


def index_records(records: Iterable[Indexed]) -> None:
    """Put records into the index, or anew: (record id, features, audience id) each. Four statements at most."""
    rows = {record_id: (features, audience_id) for record_id, features, audience_id in records}
    before = {row.record_id: set(keys.indexed_numbers(features_of(row))) for row in Profile.objects.filter(pk__in=rows)}
    after = {record_id: set(keys.indexed_numbers(features)) for record_id, (features, _) in rows.items()}
    Profile.objects.bulk_create(
        [profile(record_id, audience_id, features) for record_id, (features, audience_id) in rows.items()],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=_PROFILE_FIELDS,
    )
    _forget((number, record_id) for record_id, old in before.items() for number in old - after[record_id])
    written = [(number, record_id) for record_id in rows for number in sorted(after[record_id])]
    for at in range(0, len(written), TOGETHER):
        some = written[at : at + TOGETHER]
        numbers, record_ids = [number for number, _ in some], [record_id for _, record_id in some]
        audiences = [rows[record_id][1] for record_id in record_ids]
        prepared(_KEYS, {"keys": numbers, "records": record_ids, "audiences": audiences}, returning=False)


def _forget(obsolete: Iterable[tuple[int, int]]) -> None:
    """Remove entries by their whole primary key: an index by record would cost as much again."""
    pairs = list(obsolete)
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM matching_key USING unnest(%s::bigint[], %s::bigint[]) AS gone(key, record_id)"
                " WHERE matching_key.key = gone.key AND matching_key.record_id = gone.record_id",
                [[number for number, _ in pairs], [record_id for _, record_id in pairs]],
            )


def index_record(record_id: int) -> None:
    """Put one record into the index as the ledger has it now, after a fact about it was appended or superseded."""
    reindex([record_id])


def reindex(record_ids: Iterable[int]) -> int:
    """Make the index of these records anew from the ledger; returns how many were found there."""
    found = features_of_records(record_ids)
    index_records((record_id, features, audience_id) for record_id, (features, audience_id) in found.items())
    return len(found)


def reindex_outdated(most: int = 5_000) -> int:
    """Make anew up to `most` records that were indexed under former rules; returns how many. Nought: all is up to
    date."""
    outdated = Profile.objects.exclude(keys_version=keys.VERSION).order_by("pk").values_list("pk", flat=True)[:most]
    return reindex(list(outdated))
