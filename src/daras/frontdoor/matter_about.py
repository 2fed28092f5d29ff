"""The matter on which something about person records stands that no news brought: who is who, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterable

from daras.access import audiences
from daras.ledger.commands import Entry, Recording, append
from daras.matters.commands import lock, open_matter
from daras.matters.models import Matter, MatterOpened
from daras.people.models import PersonInMatter
from daras.working_time import clock


def matter_about(
    record_ids: Iterable[int], *, agency: str, author: str, authority: str, why: str
) -> tuple[Matter, Recording]:
    """The newest matter that any of the records is in, locked; where there is none, one of its own, opened for the
    front door because of `why` (words that name nobody). Runs as the machine."""
    part = (
        PersonInMatter.objects.filter(fact__person_record_id__in=list(record_ids), fact__matter_id__isnull=False)
        .order_by("-fact_id")
        .values_list("fact__matter_id", flat=True)
        .first()
    )
    if part is not None:
        recording = lock([part], agency=agency, author=author)
        return Matter.objects.get(pk=part), recording
    hub = audiences.standing(audiences.front_door_scope(authority))
    matter = open_matter(kind="correction", authority=authority, agency=agency, audience_id=hub, opened_at=clock.now())
    recording = lock([matter.pk], agency=agency, author=author)
    append(recording, [Entry(MatterOpened(reason=why), hub, matter_id=matter.pk)])
    return matter, recording
