"""A notice that was delivered meets the duties that waited for it (A8, B4)."""

from __future__ import annotations

from daras.duties.meeting import meet_by
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter


def meet_duties(recording: Recording, matter: Matter, delivered: Fact) -> None:
    """Meet by this fact whatever the practice pack says it meets."""
    meet_by(recording, matter, [delivered])
