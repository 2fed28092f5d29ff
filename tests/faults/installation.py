"""A whole Daras of its own: its server, web and worker, each of which can be killed at any moment and comes back."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daras.cli import migration, web
from daras.home import Addresses, database
from daras.home.folder import Home

CHECKOUT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
#: What is killed: the worker, the web server with all its processes, one of them, the database server, one of its.
VICTIMS = ("worker", "web", "web process", "database", "database process")


@dataclass
class Installation:
    """Its processes, and how to kill them."""

    home: Path
    addresses: Addresses
    port: int
    environment: dict[str, str]
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self, service: str) -> None:
        """Start web or worker in a process group of its own."""
        command = web.worker_command() if service == "worker" else web.server_command(HOST, self.port, 2)
        with self.log.open("ab") as log:
            self.processes[service] = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def keep_up(self) -> None:
        """Start again whatever has ended: what the command that started them does."""
        for service, process in self.processes.items():
            if process.poll() is not None:
                self.start(service)

    def kill(self, victim: str, rng: random.Random) -> None:
        """Kill -9."""
        _KILLS[victim](self, rng)

    def stop(self) -> None:
        """End everything, at once."""
        for service in self.processes:
            self._kill_group(service)

    def ask(self, *arguments: str) -> Any:
        """Run `tests.faults.record` on the database and read what it prints."""
        command = [sys.executable, "-m", "tests.faults.record", *arguments]
        answer = subprocess.run(command, env=self.environment, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True)
        return json.loads(answer.stdout)

    def _kill_group(self, service: str) -> None:
        process = self.processes[service]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _kill_web_process(self, rng: random.Random) -> None:
        _kill_one(children_of(self.processes["web"].pid), rng)

    def _kill_database(self, rng: random.Random) -> None:
        with suppress(FileNotFoundError):  # it is just coming back
            _kill_one([self._database_server()], rng)

    def _kill_database_process(self, rng: random.Random) -> None:
        with suppress(FileNotFoundError):
            _kill_one(children_of(self._database_server()), rng)

    def _database_server(self) -> int:
        return int(json.loads(Home(self.home).running.read_text())["server"])


_KILLS: dict[str, Callable[[Installation, random.Random], None]] = {
    "worker": lambda daras, _: daras._kill_group("worker"),
    "web": lambda daras, _: daras._kill_group("web"),
    "web process": Installation._kill_web_process,
    "database": Installation._kill_database,
    "database process": Installation._kill_database_process,
}


def _kill_one(processes: Sequence[int], rng: random.Random) -> None:
    if processes:
        with suppress(ProcessLookupError):
            os.kill(rng.choice(processes), signal.SIGKILL)


def children_of(parent: int) -> list[int]:
    """The processes that a process started itself."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """An installation with a database that waits for the disk as in earnest; nothing of it is left afterwards."""
    home = folder / "home"
    with database(home, idle_seconds=1.0) as addresses:
        migration.migrate(addresses)
        port = web.any_free(HOST)
        environment = {name: value for name, value in os.environ.items() if name != "DARAS_NOW"}
        environment |= addresses.environment() | {
            "DARAS_HOME": str(home),
            "DARAS_MAILBOX": str(folder / "mailbox"),
            "DARAS_PUBLIC_ADDRESS": f"http://{HOST}:{port}",
            "DJANGO_SETTINGS_MODULE": "daras.settings",
            "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}",
        }
        daras = Installation(home, addresses, port, environment, folder / "services.log")
        try:
            yield daras
        finally:
            daras.stop()
