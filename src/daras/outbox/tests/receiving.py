"""Receivers for tests: a webhook that checks signatures and counts nothing twice; a mail server that keeps letters."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from daras.outbox import signature

SECRET = "a-secret-for-tests-only"


@dataclass(frozen=True)
class Arrival:
    """One POST as it came, in the order of arrival."""

    body: dict[str, Any]
    headers: dict[str, str]
    signed: bool

    @property
    def key(self) -> str:
        return str(self.body["key"])

    @property
    def reference(self) -> str:
        return str(self.body["reference"])


@dataclass
class Webhook:
    """An agency's own system: answers 204, or whatever `answer` says of an arrival."""

    address: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    answer: Callable[[Arrival], int] = lambda arrival: 204
    taken: list[Arrival] = field(default_factory=list)  # each key once
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, arrival: Arrival) -> int:
        """Remember it, once for each key, if it is answered with a 2xx."""
        with self.lock:
            self.arrivals.append(arrival)
        status = self.answer(arrival)
        with self.lock:
            if status < 300 and arrival.key not in {earlier.key for earlier in self.taken}:
                self.taken.append(arrival)
        return status


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A webhook receiver that listens on this machine while the block runs."""
    received = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            signed = signature.verify(SECRET, raw, self.headers[signature.HEADER], now=int(time.time()))
            arrival = Arrival(json.loads(raw), dict(self.headers.items()), signed)
            status = received.take(arrival)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{received.address}elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the parent)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.address = f"http://127.0.0.1:{server.server_address[1]}/notices"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class MailServer:
    """A mail server that keeps what it takes; `refuse` makes it turn letters down."""

    host: str = "127.0.0.1"
    port: int = 0
    letters: list[Message] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refuse:
            return "554 no"
        self.letters.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 taken"


@contextmanager
def mail_server(port: int) -> Iterator[MailServer]:
    """A real SMTP server on this machine while the block runs."""
    server = MailServer(port=port)
    controller = Controller(server, hostname=server.host, port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
