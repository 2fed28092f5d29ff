"""Files of a matter, and those that were sent with a referral, through the reader's own eyes (G4)."""

from __future__ import annotations

from dataclasses import dataclass

from daras.attachments.models import Attached
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are: of which matter, for whom one that is added is, and those that the reader finds there."""

    reference: str
    matter_id: int
    audience_id: int
    files: list[Attached]


def place_of(reference: str) -> Place | None:
    """By a matter's reference all its files; by a receipt those that were sent with it. None where the reader sees
    neither."""
    return of_matter(reference) or of_receipt(reference)


def of_matter(reference: str) -> Place | None:
    """The files of a matter that the reader may see."""
    matter = Matter.objects.filter(reference=reference).first()
    return Place(reference, matter.pk, matter.audience_id, _files_of(matter.pk)) if matter is not None else None


def of_receipt(receipt: str) -> Place | None:
    """What the reader's own agency sent with a referral, and no file of the front door's on the same matter."""
    sent = ReferralReceived.objects.filter(receipt=receipt).select_related("fact").first()
    if sent is None or sent.fact.matter_id is None:
        return None
    files = [each for each in _files_of(sent.fact.matter_id) if each.audience_id == sent.audience_id]
    return Place(receipt, sent.fact.matter_id, sent.audience_id, files)


def _files_of(matter_id: int) -> list[Attached]:
    """What the reader may see of a matter's files, the newest first."""
    rows = Attached.objects.filter(fact__matter_id=matter_id).select_related("fact")
    return list(rows.prefetch_related("scans").order_by("-pk"))
