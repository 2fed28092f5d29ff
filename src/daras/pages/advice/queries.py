"""Advice that was asked for: the front door's, and that of the team that asked."""

from __future__ import annotations

from django.db.models import Prefetch

from daras.frontdoor.models import AdviceDayAgreed, AdviceDayMoved, AdviceGiven, Draft

MOST = 50
_WITH = ("fact", "day", "day__answer", "day__answer__fact")
_MOVED = Prefetch("day__moves", AdviceDayMoved.objects.select_related("fact"))  # gate: of the calls that are read


def advice_seen() -> list[AdviceGiven]:
    """What the reader may see, the newest first, each with what was agreed and what came of it."""
    seen = AdviceGiven.objects.select_related(*_WITH).order_by("-fact_id")[:MOST]  # gate: the reader's own list
    return list(seen.prefetch_related(_MOVED))


def advice_of(reference: str) -> AdviceGiven | None:
    """One call, or none where it is not the reader's to see."""
    return AdviceGiven.objects.select_related(*_WITH).prefetch_related(_MOVED).filter(reference=reference).first()


def day_of(advice: AdviceGiven) -> AdviceDayAgreed | None:
    """What was agreed in a call, or none."""
    return getattr(advice, "day", None)


def draft_after(reference: str) -> Draft | None:
    """The referral that the reader's agency is making, or has made, of it."""
    return Draft.objects.filter(from_advice=reference).order_by("pk").first()
