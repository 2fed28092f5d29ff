"""Files of a matter, and where one may be attached, through the reader's own eyes."""

from __future__ import annotations

from daras.attachments.models import Attached
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter


def files_of(matter_id: int) -> list[Attached]:
    """What the reader may see of a matter's files, the newest first."""
    rows = Attached.objects.filter(fact__matter_id=matter_id).select_related("fact")
    return list(rows.prefetch_related("scans").order_by("-pk"))


def matter_of(reference: str) -> Matter | None:
    """A matter that the reader may see."""
    return Matter.objects.filter(reference=reference).first()


def submission_of(receipt: str) -> ReferralReceived | None:
    """What the reader's own agency sent, by its receipt, as far as they may see it."""
    return ReferralReceived.objects.filter(receipt=receipt).select_related("fact").first()


def others_of(attached: list[Attached], audience_id: int) -> list[Attached]:
    """Of these files those that whoever reads this audience alone may see: a sender's page shows what was sent."""
    return [each for each in attached if each.audience_id == audience_id]
