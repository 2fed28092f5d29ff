"""The page: a notice is in its receiver's list from the moment it is committed, so delivering it is only saying so."""

from __future__ import annotations

from daras.outbox.message import Message
from daras.outbox.models import Receiver


def deliver(receiver: Receiver, message: Message) -> None:
    """Nothing is left to do: the row is the notice."""
