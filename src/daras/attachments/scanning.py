"""Asking a scanner about a file: ClamAV's daemon, by its own INSTREAM command over its socket (G4).

`$DARAS_SCANNER` names it: `unix:/run/clamav/clamd.ctl`, `tcp:scanner.example:3310`, or `none`. A scanner that does not
answer delays nothing: the file is kept, nobody can open it, and it is scanned as soon as there is an answer.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from typing import Protocol

TIMEOUT_SECONDS = 30.0
PIECE = 64 * 1024
_LENGTH = struct.Struct(">I")
MOST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner did not answer, or not in a way that says anything of the file."""


class ScannerMisnamed(ValueError):
    """`$DARAS_SCANNER` names no scanner."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of a file."""

    clean: bool
    scanner: str
    found: str = ""


class Scanner(Protocol):
    """Anything that says of bytes whether they are known to do harm."""

    def scan(self, content: bytes) -> Verdict:
        """The verdict. Raises `ScannerAway`."""


class ClamAV:
    """ClamAV's daemon at an address."""

    def __init__(self, family: socket.AddressFamily, address: str | tuple[str, int]) -> None:
        self.family, self.address = family, address

    def scan(self, content: bytes) -> Verdict:
        try:
            with socket.socket(self.family, socket.SOCK_STREAM) as connected:
                connected.settimeout(TIMEOUT_SECONDS)
                connected.connect(self.address)
                connected.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), PIECE):
                    piece = content[start : start + PIECE]
                    connected.sendall(_LENGTH.pack(len(piece)) + piece)
                connected.sendall(_LENGTH.pack(0))
                return _verdict(_answer(connected))
        except OSError as error:
            raise ScannerAway(f"The scanner did not answer ({type(error).__name__}).") from error


def scanner() -> Scanner | None:
    """The scanner of `$DARAS_SCANNER`. Raises `ScannerMisnamed`."""
    return scanner_named(os.environ.get("DARAS_SCANNER", ""))


def scanner_named(named: str) -> Scanner | None:
    """The scanner that is named; none where `none` is, or nothing. Raises `ScannerMisnamed`."""
    if named in {"", "none"}:
        return None
    kind, _, address = named.partition(":")
    if kind == "unix" and address.startswith("/"):
        return ClamAV(socket.AF_UNIX, address)
    host, _, port = address.rpartition(":")
    if kind == "tcp" and host and port.isdigit():
        return ClamAV(socket.AF_INET, (host, int(port)))
    raise ScannerMisnamed(
        f"DARAS_SCANNER: {named!r} names no scanner. Write unix:/path/to/clamd.ctl, tcp:host:port, or none."
    )


def _answer(connected: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER:
        more = connected.recv(MOST_ANSWER)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode(errors="replace")


def _verdict(said: str) -> Verdict:
    if said == "stream: OK":
        return Verdict(True, "ClamAV")
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return Verdict(False, "ClamAV", said.removeprefix("stream: ").removesuffix(" FOUND")[:200])
    raise ScannerAway(f"The scanner said nothing of the file: {said[:80]!r}.")
