"""Reading families' versions through the eyes of a worker."""

from __future__ import annotations

from daras.disclosures.models import FamilyVersionPrepared


def versions_of(meeting_reference: str) -> list[FamilyVersionPrepared]:
    """Every version written of a discussion, the newest first."""
    rows = FamilyVersionPrepared.objects.select_related(
        "fact", "review", "review__fact", "disclosure", "disclosure__fact"
    )
    return list(rows.filter(meeting__reference=meeting_reference).order_by("-fact_id"))
