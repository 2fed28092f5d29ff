"""What happens when a notice has been delivered: higher layers put themselves on this list, once, when they start.

Each is called in the transaction that records the delivery, under the machine role, with the matter's row locked. What
it records calls no further hooks (one level deep).
"""

from __future__ import annotations

from typing import Protocol

from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter


class OnDelivered(Protocol):
    """Told that the fact `delivered` was recorded on the matter."""

    def __call__(self, recording: Recording, matter: Matter, delivered: Fact) -> object: ...


on_delivered: list[OnDelivered] = []


def subscribe(hook: OnDelivered) -> None:
    """Put a hook on the list, unless it is there already."""
    if hook not in on_delivered:
        on_delivered.append(hook)
