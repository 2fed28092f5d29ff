"""Which hosts may be called by a webhook: those that are named, and none that lies inside this network (G4).

A receiver's address is written by an administrator of this service, and followed by a machine that stands among the
partnership's servers: one that is mistyped, or put there by somebody else, must not reach what only those may reach.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from urllib.parse import urlsplit

Family = socket.AddressFamily


def is_allowed(address: str) -> bool:
    """Whether a host is among `$DARAS_WEBHOOK_HOSTS` (with commas between; `*.example.org` for all below it). Where
    none are named, any host is whose addresses are public."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    named = [each.strip().lower() for each in os.environ.get("DARAS_WEBHOOK_HOSTS", "").split(",") if each.strip()]
    return bool(host) and (not named or any(_fits(host, each) for each in named))


def address_of(host: str, port: int, *, named: bool) -> str:
    """The numeric address to connect to, looked up once and connected to as it is, so that a name cannot answer
    differently the second time. Raises `OSError` where there is none, or none that may be called.

    What is `named` in the list may lie in this network: agencies' systems often do.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for _, _, _, _, where in found:
        if named or ipaddress.ip_address(str(where[0]).split("%", maxsplit=1)[0]).is_global:
            return str(where[0])
    raise OSError(f"{host} has no address that may be called")


def is_named(address: str) -> bool:
    """Whether the list is there, and the host on it."""
    return bool(os.environ.get("DARAS_WEBHOOK_HOSTS", "").strip()) and is_allowed(address)


def _fits(host: str, named: str) -> bool:
    return host.endswith(named[1:]) if named.startswith("*.") else host == named
