"""How long `./daras demo` takes from the key to the sign-in page, in a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from daras.bench import services
from daras.bench.figures import Figure
from daras.home import locks
from daras.home.folder import CHECKOUT, Home

BENCH = "start-up"
FIRST_SECONDS = 300.0
AGAIN_SECONDS = 60.0
STOPPED_SECONDS = 90.0


def measure() -> list[Figure]:
    """A first start in an empty home, a second with the database server stopped, a third with it still running.

    The environment is installed before, so that nothing is downloaded while it is measured.
    """
    subprocess.run([str(CHECKOUT / "daras"), "--help"], env=_surroundings(), stdout=subprocess.DEVNULL, check=True)
    with tempfile.TemporaryDirectory(prefix="daras-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        first = _start(home, FIRST_SECONDS)
        _wait_until_stopped(home)
        second = _start(home, AGAIN_SECONDS)
        third = _start(home, AGAIN_SECONDS)
        _wait_until_stopped(home)
    return [
        Figure(BENCH, "first start of the demonstration, its people loaded", first, "s"),
        Figure(BENCH, "second start, from nothing running to the sign-in page", second, "s", 5.0),
        Figure(BENCH, "start with the database server still running", third, "s"),
    ]


def _start(home: Path, within_seconds: float) -> float:
    """Seconds to the sign-in page; the demonstration is stopped again as Ctrl-C would."""
    port = services.free_port()
    command = [str(CHECKOUT / "daras"), "demo", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=_surroundings() | {"DARAS_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    try:
        services.wait_for_page(port, within_seconds)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _surroundings() -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    kept = ("DARAS_POSTGRES", "DARAS_PYTHON")
    return {
        name: value
        for name, value in os.environ.items()
        if name in kept or not name.startswith(("DARAS_", "DATABASE_", "DJANGO_", "PYTHON"))
    }


def _wait_until_stopped(home: Path) -> None:
    """Until the supervisor has let its server end, so that the next start begins from nothing."""
    deadline = time.monotonic() + STOPPED_SECONDS
    while locks.is_held_alone(Home(home).supervisor_lock):
        if time.monotonic() > deadline:
            raise TimeoutError("The database server of the home does not stop.")
        time.sleep(0.2)
