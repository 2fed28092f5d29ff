"""A database of the test's own in which a real worker process commits, and news that somebody is told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.documents import encoded, referral
from daras.home import Addresses
from daras.outbox.models import Receiver, WebhookSecret
from daras.outbox.tests.receiving import SECRET, Webhook, webhook

#: Who sends the example that these tests use, and whose system is told that it was received.
SENDER, SENDERS_TEAM = "adult-drug-and-alcohol-service", "adults"


class WorkerProcess:
    """One `python -m daras.worker`."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "daras.worker"], env=environment, stdin=subprocess.DEVNULL, stderr=file
            )

    def await_ready(self) -> WorkerProcess:
        until(lambda: "ready" in self.said(), 240)
        return self

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self._process.wait(30)

    def said(self) -> str:
        return self.log.read_text()


StartWorker = Callable[[], WorkerProcess]


@pytest.fixture
def start_worker(cloned_database: Addresses, tmp_path: Path) -> Iterator[StartWorker]:
    """Start a worker on the test's database; each is ended after the test."""
    install_all()
    environment = os.environ | cloned_database.environment() | {"DARAS_HOME": str(tmp_path / "home")}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[3])
    workers: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        workers.append(WorkerProcess(environment, tmp_path / f"worker-{len(workers)}.log"))
        return workers[-1].await_ready()

    yield start
    for worker in workers:
        worker.end(signal.SIGKILL)


@pytest.fixture
def senders_system() -> Iterator[Webhook]:
    """The sender's own system, which is told of every receipt."""
    with webhook() as received:
        yield received


def connect(system: Webhook) -> Receiver:
    """Tell the sender's team by webhook from now on."""
    with machine():
        receiver = Receiver.objects.create(
            agency=SENDER, team=SENDERS_TEAM, channel=Receiver.Channel.WEBHOOK, address=system.address
        )
        WebhookSecret.of(receiver, SECRET).save(force_insert=True)
    return receiver


def send_news(number: int = 0) -> Outcome:
    """News from the sender, each number another document."""
    document = referral("no-known-child")
    document["sent_at"] = datetime.now(UTC).isoformat()
    document["hoped_for"] += f" ({number})"
    return receive(encoded(document))


def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait for another process to have done something; fails when it has not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not true after {seconds} s"
        time.sleep(0.005)
