"""Daras as it runs for people: a web server of its own, under the application's role, on a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from daras.cli import web
from daras.home import Addresses

CHECKOUT = Path(__file__).resolve().parents[2]
#: A deadline, not a measure: on a machine that does much else a start takes a minute.
START_SECONDS = 240
#: When the tests' partnership lives: a Tuesday morning.
NOW = "2026-11-24T09:30:00+00:00"


def surroundings(addresses: Addresses) -> dict[str, str]:
    """The environment of a process of the partnership: it has the application's login, never the owner's."""
    environment = os.environ | addresses.environment()
    environment |= {"DJANGO_SETTINGS_MODULE": "daras.settings", "PYTHONPATH": str(CHECKOUT / "src"), "DARAS_NOW": NOW}
    del environment["DATABASE_OWNER_URL"]
    return environment


@contextmanager
def serving(addresses: Addresses, log: Path) -> Iterator[str]:
    """The address of a server that answers, until the block ends; what it said is in `log`."""
    port = web.any_free("127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as said:
        process = _started(web.server_command("127.0.0.1", port, 1), surroundings(addresses), said)
        try:
            if not web.answers(address, START_SECONDS):
                raise AssertionError(f"The server does not answer: {log.read_text('utf-8')}")
            yield address
        finally:
            _stop(process)
    print(log.read_text("utf-8"), file=sys.stderr)


@contextmanager
def delivering(addresses: Addresses, address: str, letters: Path) -> Iterator[None]:
    """The worker beside a server, that writes letters into a folder, until the block ends."""
    letters.mkdir(exist_ok=True)
    environment = surroundings(addresses) | {"DARAS_PUBLIC_ADDRESS": address, "DARAS_MAILBOX": str(letters)}
    with (letters.parent / "worker.log").open("wb") as said:
        process = _started(web.worker_command(), environment, said)
        try:
            yield
        finally:
            _stop(process)


def _started(command: list[str], environment: dict[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=environment,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
