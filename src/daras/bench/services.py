"""Web server and worker on the bench's database, as a partnership would run them, for as long as a block runs."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

HOST = "127.0.0.1"
WEB_WORKERS = 2
READY_SECONDS = 300.0
PR_SET_PDEATHSIG = 1
SIGN_IN = "/sign-in/"
APPLICATION = "daras.pages.wsgi:application"
WEB = ("--interface", "wsgi", "--blocking-threads", "1", "--no-ws", "--http", "1", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Running:
    """What runs, and where it answers."""

    port: int
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]


@contextmanager
def running(*, application: str = APPLICATION) -> Iterator[Running]:
    """Both, started and stopped again."""
    port = free_port()
    environment = {
        **os.environ,
        "DARAS_PUBLIC_ADDRESS": f"http://{HOST}:{port}",
        # Pages find the static files where they lie.
        "PYTHONWARNINGS": "ignore:No directory at:UserWarning",
    }
    web = [sys.executable, "-m", "granian", *WEB, "--host", HOST, "--port", str(port), "--workers", str(WEB_WORKERS)]
    processes = [
        subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (only calls prctl)
        )
        for command in ([*web, application], [sys.executable, "-m", "daras.worker"])
    ]
    try:
        wait_for_page(port, READY_SECONDS)
        yield Running(port, *processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    """Ask the kernel to end the child should the measurement itself be killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """A port that the kernel says is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for_page(port: int, within_seconds: float) -> None:
    """Return as soon as the sign-in page is given; raises `TimeoutError`."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        with suppress(OSError), opener.open(f"http://{HOST}:{port}{SIGN_IN}", timeout=10) as answer:
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise TimeoutError(f"No sign-in page within {within_seconds:.0f} seconds.")


def family(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, children.read_text(encoding="ascii").split())
    return found


def processor_seconds(process: int) -> float:
    """The processor time so far of all threads of a process; none of one that is gone."""
    total = 0
    for threads in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with suppress(OSError, ValueError):
            total += int(threads.read_text(encoding="ascii").split()[0])
    return total / 1e9


def resident_mib(process: int) -> float:
    """Resident memory of one process (RSS)."""
    return _memory(process, "Rss:")


def proportional_mib(process: int) -> float:
    """Memory of one process with what it shares divided among those that share it (PSS)."""
    return _memory(process, "Pss:")


def _memory(process: int, name: str) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name)) / 1024
