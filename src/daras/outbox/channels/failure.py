"""Why a delivery failed. The text is kept with the notice: it names no person and no secret."""

from __future__ import annotations


class DeliveryFailed(Exception):
    """The receiver did not take the notice; it is tried again later."""


class Unreachable(DeliveryFailed):
    """Nobody answered: the next notice to this receiver would most likely fail too."""


class TurnedDown(DeliveryFailed):
    """The receiver answered, and did not take this notice."""
