"""How common names are in the partnership's own index: counted once a night, and read by whoever matches.

Agreeing on a name that one in a hundred bears here says less than on one that hardly anybody does (Winkler's term
frequencies), and a county has names of its own: what is rare in the country may be common in it (A5).
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection, transaction

from daras.ledger.reading import rows
from daras.matching import names
from daras.matching.models import NameBorne, NamesCount
from daras.matching.names import NamesCounted
from daras.working_time import clock

#: The number of the last count, None where names were never counted; part of a statement that looks for people.
LAST = "(SELECT max(id) FROM matching_namescount)"

_RECORDS = "SELECT count(*) FROM matching_profile"
_GIVEN = "SELECT name, count(*) FROM matching_profile, unnest(given_names) AS name GROUP BY name"
_FAMILY = "SELECT name, count(*) FROM matching_profile, unnest(family_names) AS name GROUP BY name"
_READ = """
SELECT taken.records, taken.rare_given, taken.rare_family, borne.kind, array_agg(borne.plain), array_agg(borne.records)
FROM matching_namescount taken
LEFT JOIN matching_nameborne borne ON borne.count_id = taken.id
WHERE taken.id = (SELECT max(id) FROM matching_namescount)
GROUP BY taken.id, borne.kind
"""


def count_names() -> int:
    """Count how many records of the index bear each name, in place of what was counted before; returns how many names
    are kept. Runs under the machine role; safe to run twice and two at a time."""
    with transaction.atomic():
        found = _counted()
        taken = NamesCount.objects.create(
            at=clock.now(), records=found.records, rare_given=found.rare_given, rare_family=found.rare_family
        )
        kept = [
            NameBorne(count_id=taken.pk, kind=kind, plain=plain, records=number)
            for kind, bearers in (("given", found.given), ("family", found.family))
            for plain, number in bearers.items()
        ]
        NameBorne.objects.bulk_create(kept, batch_size=5_000)
        NamesCount.objects.filter(pk__lt=taken.pk).delete()
    return len(kept)


def _counted() -> NamesCounted:
    bearers = names.Bearers()
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN)
        for written, number in cursor.fetchall():
            bearers.add(names.given_names(written), (), number)
        cursor.execute(_FAMILY)
        for written, number in cursor.fetchall():
            name = names.family_name(written)
            bearers.add((), (name,) if name else (), number)
        cursor.execute(_RECORDS)
        (bearers.records,) = cursor.fetchone()
    return bearers.counted()


@lru_cache(maxsize=2)
def names_counted(last: int) -> NamesCounted:  # noqa: ARG001 (the number of the count: another count is read anew)
    """What was counted last, in one query; a process asks again once there is another count than `last`."""
    bearers: dict[str | None, dict[str, int]] = {}
    records, rare_given, rare_family = 0, 1.0, 1.0
    for row in rows(_READ, {}):
        records, rare_given, rare_family, kind, plain, numbers = row
        bearers[kind] = dict(zip(plain, numbers, strict=True))
    return NamesCounted(records, bearers.get("given", {}), bearers.get("family", {}), rare_given, rare_family)
