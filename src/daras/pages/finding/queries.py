"""Whether a reference names something that is the reader's to see."""

from __future__ import annotations

from daras.access.models import Worker
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter


def matter_open_to_me(reference: str) -> bool:
    """Whether a matter of this reference opens to whoever is reading."""
    return Matter.objects.filter(reference=reference).exists()


def receipt_is_ours(worker: Worker, receipt: str) -> bool:
    """Whether the worker's agency sent what has this receipt."""
    return ReferralReceived.objects.filter(receipt=receipt, fact__agency=worker.agency).exists()
