"""Fifty people look at once while web servers are killed: whatever anybody was shown is in the trail (G4)."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from daras.access.anchoring import anchor
from daras.access.models import TrailEntry
from daras.access.sealing import seal
from daras.access.session import acting_as, machine
from daras.access.verifying import verify
from daras.bench.pages_setting import session_of
from daras.cli import web
from daras.exchange.installation import install_all
from daras.home import Addresses
from daras.matters.commands import ALPHABET
from daras.pages.tests.partnership import worker
from tests.browser.server import START_SECONDS, _started, surroundings

LOOKING = 50


def _reference(number: int) -> str:
    """A reference of its own for each look, so that each can be found in the trail."""
    digits = ""
    for _ in range(8):
        number, last = divmod(number, len(ALPHABET))
        digits = ALPHABET[last] + digits
    return f"D-{digits[:4]}-{digits[4:]}"


def _look(port: int, session: str, reference: str) -> int:
    """The status of an answer that came whole, or nought."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", f"/find/?q={reference}", headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.long)])
def test_every_answer_that_was_delivered_is_in_the_trail(
    cloned_database: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    """G4: given fifty people who look at once, when the web server is killed with -9 again and again, then every look
    that was answered is in the trail exactly once, and the chain is whole."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARAS_ANCHORS", str(tmp_path / "elsewhere"))
    install_all()
    with machine():
        manager = worker("Jenifer Pascoe", "cornwall-childrens-services", "maru", "duty-manager")
    with acting_as(manager):
        session = session_of(manager)
    port = web.any_free("127.0.0.1")
    command = web.server_command("127.0.0.1", port, 2)
    answered: list[str] = []
    numbers = iter(range(1, 10**6))
    lock, stopped = threading.Lock(), threading.Event()

    def look_on() -> None:
        while not stopped.is_set():
            with lock:
                reference = _reference(next(numbers))
            if _look(port, session, reference) == 200:
                with lock:
                    answered.append(reference)
            else:
                stopped.wait(0.1)  # nobody answers while the server starts again

    with (tmp_path / "server.log").open("wb") as said:
        process = _started(command, surroundings(cloned_database), said)
        assert web.answers(f"http://127.0.0.1:{port}", START_SECONDS)
        threads = [threading.Thread(target=look_on, daemon=True) for _ in range(LOOKING)]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            so_far = len(answered)
            _until(lambda so_far=so_far: len(answered) >= so_far + LOOKING)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process = _started(command, surroundings(cloned_database), said)
        so_far = len(answered)
        _until(lambda: len(answered) >= so_far + LOOKING)
        stopped.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with machine():
        entries = TrailEntry.objects.filter(subject_kind="reference").values_list("subject_id", flat=True)
        kept = list(entries)
        while seal(sweep=True):
            pass
    assert set(answered) <= set(kept)
    assert len(kept) == len(set(kept))
    assert len(answered) >= LOOKING * (kills + 1)
    anchor()
    assert verify().holds


def _until(ready: object) -> None:
    """Wait until something is so, for a minute at the most."""
    assert callable(ready)
    ends = time.monotonic() + 90
    while not ready():
        assert time.monotonic() < ends, "nobody was answered"
        time.sleep(0.02)
