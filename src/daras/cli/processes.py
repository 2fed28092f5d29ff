"""Web and worker as children of one command: started, started again when they die, stopped together, never orphaned."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10.0
RESTARTS = 5
RESTARTS_WITHIN_SECONDS = 60.0


@dataclass
class Service:
    """One child: its command, and when it was started again."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    restarts: list[float] = field(default_factory=list)


class Services:
    """The children of one command."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.services: list[Service] = []
        self.ended = False

    def start(self, name: str, command: list[str]) -> None:
        """Start a child in a process group of its own: a key pressed in the terminal reaches only its parent."""
        self.services.append(Service(name, command, self._spawn(command)))

    def watch(self) -> int:
        """Wait for the end; a child that died is started again. 1 when one of them dies again and again."""
        while not self.ended:
            time.sleep(0.1)
            for service in self.services:
                if not self.ended and service.process.poll() is not None and not self._start_again(service):
                    return 1
        return 0

    def stop(self) -> None:
        """Ask each child to end, and after ten seconds end it."""
        deadline = time.monotonic() + STOP_SECONDS
        for service in self.services:
            _signal_group(service.process, signal.SIGTERM)
        for service in self.services:
            with suppress(subprocess.TimeoutExpired):
                service.process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(service.process, signal.SIGKILL)
            service.process.wait()

    def _start_again(self, service: Service) -> bool:
        now = time.monotonic()
        status = service.process.returncode
        _signal_group(service.process, signal.SIGKILL)
        service.restarts = [at for at in service.restarts if now - at < RESTARTS_WITHIN_SECONDS] + [now]
        if len(service.restarts) > RESTARTS:
            print(f"daras: {service.name} ends again and again (status {status}).", file=sys.stderr, flush=True)
            return False
        print(f"daras: {service.name} ended (status {status}); starting it again.", file=sys.stderr, flush=True)
        service.process = self._spawn(service.command)
        return True

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            # Pages find the static files where they lie; a collected folder is only for a proxy in front.
            env=self.environment | {"PYTHONWARNINGS": "ignore:No directory at:UserWarning"},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (only calls prctl)
        )


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Services]:
    """Services that are stopped when the block ends: by Ctrl-C, SIGTERM, or an error."""
    services = Services(environment)

    def end(_number: int, _frame: FrameType | None) -> None:
        services.ended = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield services
    finally:
        services.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_parent() -> None:
    """Ask the kernel to end the child should the command itself be killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
