"""A signed webhook to an agency's own system: kind, reference, when, where to read it, a key to know it again by."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

from daras.outbox import signature
from daras.outbox.channels.allowing import address_of, is_allowed, is_named
from daras.outbox.channels.failure import TurnedDown, Unreachable
from daras.outbox.message import Message
from daras.outbox.models import Receiver
from daras.working_time import clock

TIMEOUT_SECONDS = 10.0
#: Answers that speak of the server, not of this notice.
NOT_NOW = frozenset({429, 502, 503, 504})


def deliver(receiver: Receiver, message: Message) -> None:
    """POST one notice; any 2xx answer takes it. Redirects are not followed.

    Raises `TurnedDown` for another answer or an address that may not be used, `Unreachable` when nobody answers in ten
    seconds.
    """
    address = _address(receiver)
    body = body_of(message)
    try:
        status = _post(address, body, _headers(receiver, message, body))
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"Nobody answered ({type(error).__name__}).") from error
    if status in NOT_NOW:
        raise Unreachable(f"The receiver is not taking anything now ({status}).")
    if not 200 <= status < 300:
        raise TurnedDown(f"The receiver answered {status}.")


def body_of(message: Message) -> bytes:
    """The whole of what is sent."""
    fields = {
        "key": str(message.key),
        "kind": message.kind,
        "reference": message.reference,
        "made_at": message.made_at.isoformat(),
        "link": message.link,
    }
    return json.dumps(fields, sort_keys=True).encode()


def _headers(receiver: Receiver, message: Message, body: bytes) -> dict[str, str]:
    if not receiver.secret:
        raise TurnedDown("The receiver has no secret to sign with.")
    return {
        "Content-Type": "application/json",
        "User-Agent": "Daras",
        "Idempotency-Key": str(message.key),
        signature.HEADER: signature.sign(receiver.secret, body, at=int(clock.now().timestamp())),
        "Connection": "close",
    }


def _address(receiver: Receiver) -> SplitResult:
    """The receiver's address: https, or http to this machine only; without a user in it."""
    address = urlsplit(receiver.address)
    with suppress(ValueError):  # a port that is none
        allowed = address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.hostname))
        if allowed and address.hostname and address.username is None and address.port != 0:
            if not is_allowed(receiver.address):
                raise TurnedDown("The receiver's host is not among those that may be called.")
            return address
    raise TurnedDown("The receiver's address must begin with https:// and hold no user name.")


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _post(address: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    assert address.hostname is not None
    connection: http.client.HTTPConnection
    named = is_named(address.geturl()) or (address.scheme == "http" and _is_loopback(address.hostname))
    where = address_of(address.hostname, address.port or (443 if address.scheme == "https" else 80), named=named)
    if address.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            address.hostname, address.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT_SECONDS)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    # Connected to where the name led when it was checked; the certificate is still asked for the name.
    connection._create_connection = lambda place, *rest: socket.create_connection((where, place[1]), *rest)  # type: ignore[attr-defined]
    try:
        connection.connect()
        with _ended_after(connection.sock, TIMEOUT_SECONDS):
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def _ended_after(connected: socket.socket, seconds: float) -> Iterator[None]:
    """A socket's own time-out begins anew with every byte; this one does not."""

    def end() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
