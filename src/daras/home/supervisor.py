"""The process that runs a home's server: `python -m daras.home.supervisor HOME`.

It runs `postgres` as its direct child and waits for it, starts it again when it was killed, and stops it some time
after the last command let go of its lease. It inherits no descriptor and no terminal, so whoever captured the output
of the command that started it gets its end.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from daras.home import locks
from daras.home.folder import Home, write_private

FAST_SHUTDOWN = signal.SIGINT
IMMEDIATE_SHUTDOWN = signal.SIGQUIT
GIVE_UP_SECONDS = 30.0
SHUTDOWN_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


class Supervisor:
    """One server and the leases on it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        plan = json.loads(home.plan.read_text(encoding="utf-8"))
        self.command: list[str] = plan["command"]
        self.data = Path(plan["data"])
        self.user_id: int | None = plan["user_id"]
        self.group_id: int | None = plan["group_id"]
        self.idle_seconds: float = plan["idle_seconds"]
        self.lease = os.open(home.lease_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.server: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.asked_to_stop = False
        self.last_ready = time.monotonic()
        self.last_lease = time.monotonic()
        self.wakeup = self._listen_for_signals()

    def run(self) -> int:
        """Keep the server running until nobody needs it; 1 when it does not start."""
        while True:
            if self.server is None or self.server.poll() is not None:
                if not self._start_again():
                    return 1
            elif not self.ready:
                self._look_whether_ready()
            if self._nobody_needs_it():
                self._stop()
                return 0
            self._wait(1.0 if self.ready else 0.01)

    def _start_again(self) -> bool:
        """Start the server; false when it has not come up for half a minute."""
        if self.server is not None:
            self.home.running.unlink(missing_ok=True)
            _say(f"the server ended with status {self.server.returncode}")
            self.ready = False
            if time.monotonic() - self.last_ready > GIVE_UP_SECONDS:
                _say("it does not start: giving up")
                return False
            # A killed server's children need a moment before its shared memory is free.
            self._wait(0.1)
        switch: dict[str, object] = (
            {} if self.user_id is None else {"user": self.user_id, "group": self.group_id, "extra_groups": []}
        )
        self.server = subprocess.Popen(  # type: ignore[call-overload]
            self.command,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            preexec_fn=_stop_with_parent,  # noqa: PLW1509 (this process has one thread)
            **switch,
        )
        return True

    def _look_whether_ready(self) -> None:
        """The server writes "ready" on the eighth line of its lock file once it answers."""
        assert self.server is not None
        with suppress(FileNotFoundError):
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            if len(lines) >= 8 and lines[0] == str(self.server.pid) and lines[7].strip() == "ready":
                self.ready = True
                processes = {"supervisor": os.getpid(), "server": self.server.pid}
                write_private(self.home.running, json.dumps(processes))

    def _nobody_needs_it(self) -> bool:
        now = time.monotonic()
        if self.ready:
            self.last_ready = now
        if self.asked_to_stop or self._home_is_gone():
            return True
        if not locks.attempt(self.lease, fcntl.LOCK_EX):
            self.last_lease = now
        elif now - self.last_lease >= self.idle_seconds:
            return True  # the lease stays taken: whoever comes now waits until the server has stopped
        else:
            fcntl.flock(self.lease, fcntl.LOCK_UN)
        return False

    def _home_is_gone(self) -> bool:
        try:
            return self.home.lease_lock.stat().st_ino != os.fstat(self.lease).st_ino
        except FileNotFoundError:
            return True

    def _stop(self) -> None:
        self.home.running.unlink(missing_ok=True)
        if self.server is None:
            return
        for way in (FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN):
            with suppress(ProcessLookupError):
                self.server.send_signal(way)
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(SHUTDOWN_SECONDS)
                return

    def _listen_for_signals(self) -> int:
        """Signals only write to a pipe, so that the loop sleeps until something happens."""
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return reading

    def _ask_to_stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _wait(self, seconds: float) -> None:
        if select.select([self.wakeup], [], [], seconds)[0]:
            os.read(self.wakeup, 1024)


def _stop_with_parent() -> None:
    """Ask the kernel to stop the server should the supervisor itself be killed: no server is left behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, FAST_SHUTDOWN)


def _say(message: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC supervisor: {message}", file=sys.stderr, flush=True)


def main() -> int:
    """Take the supervisor's lock, leave the caller behind, and supervise."""
    home = Home(Path(sys.argv[1]))
    held = os.open(home.supervisor_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    # The lock is held before the caller goes on; the child keeps it.
    if os.fork():
        os._exit(0)
    os.setsid()
    return Supervisor(home).run()


if __name__ == "__main__":
    sys.exit(main())
