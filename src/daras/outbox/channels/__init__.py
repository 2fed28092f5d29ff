"""The ways a notice reaches a receiver. Each is one function, `deliver(receiver, message)`, that returns or raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from daras.outbox.channels import email, page, webhook
from daras.outbox.channels.failure import DeliveryFailed, TurnedDown, Unreachable
from daras.outbox.message import Message
from daras.outbox.models import Receiver

__all__ = ["DeliveryFailed", "TurnedDown", "Unreachable", "deliver"]

_CHANNELS: Mapping[str, Callable[[Receiver, Message], None]] = {
    Receiver.Channel.PAGE: page.deliver,
    Receiver.Channel.EMAIL: email.deliver,
    Receiver.Channel.WEBHOOK: webhook.deliver,
}


def deliver(receiver: Receiver, message: Message) -> None:
    """Deliver by the receiver's channel. Raises `Unreachable` or `TurnedDown`."""
    _CHANNELS[receiver.channel](receiver, message)
