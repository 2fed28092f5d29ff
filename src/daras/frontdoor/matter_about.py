"""The matter on which something about person records stands that no news brought: who is who, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterable

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.ledger.commands import Entry, Recording, append
from daras.matters.commands import lock, open_matter
from daras.matters.models import Matter, MatterOpened
from daras.people.models import PersonInMatter
from daras.working_time import clock


def matter_about(
    record_ids: Iterable[int], *, agency: str, author: str, authority: str, why: str
) -> tuple[Matter, Recording]:
    """The newest matter of a front door that any of the records is in, locked; where there is none, one of its own,
    opened because of `why` (words that name nobody). A matter that an agency keeps to itself is never taken: the front
    door could not open it. Runs as the machine."""
    parts = PersonInMatter.objects.filter(
        fact__person_record_id__in=list(record_ids), fact__matter_id__isnull=False
    ).values("fact__matter_id")
    known = next((each for each in Matter.objects.filter(pk__in=parts).order_by("-pk") if _front_doors(each)), None)
    if known is not None:
        return known, lock([known.pk], agency=agency, author=author)
    hub = audiences.standing(audiences.front_door_scope(authority))
    matter = open_matter(kind="correction", authority=authority, agency=agency, audience_id=hub, opened_at=clock.now())
    recording = lock([matter.pk], agency=agency, author=author)
    append(recording, [Entry(MatterOpened(reason=why), hub, matter_id=matter.pk)])
    return matter, recording


def _front_doors(matter: Matter) -> bool:
    scope = audiences.scope_id(audiences.front_door_scope(matter.authority))
    return matter.audience_id >> SERIAL_BITS == scope
