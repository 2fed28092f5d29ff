"""A real listener that speaks ClamAV's INSTREAM: reads what is sent, piece by piece, and finds the EICAR test file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: The industry's harmless test file, in two parts, so that no scanner finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Daemon:
    """What came, and what it answers."""

    address: str
    scanned: list[bytes] = field(default_factory=list)
    says: str = ""


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Daemon]:
    """A daemon at a socket of the file system, or at a port of this machine."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    daemon = Daemon(f"unix:{path}" if path else f"tcp:127.0.0.1:{listening.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            with connected:
                connected.sendall(_answer(daemon, connected))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield daemon
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _answer(daemon: Daemon, connected: socket.socket) -> bytes:
    file = connected.makefile("rb")
    assert file.read(10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack(">I", file.read(4))[0]:
        content += file.read(length)
    daemon.scanned.append(content)
    found = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
    return (daemon.says or found).encode() + b"\0"
