"""One server for all commands on one home: started when needed, shared, stopped by its supervisor."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from daras.home import addresses, binaries, cluster, locks, roles
from daras.home.addresses import Addresses
from daras.home.cluster import Cluster
from daras.home.folder import Home, opened, write_private
from daras.home.refusal import ServerFault

IDLE_SECONDS = 30.0
READY_SECONDS = 60.0
ORPHAN_SECONDS = 10.0
# Below the range from which the kernel takes ports for outgoing connections.
PORTS = range(20000, 32000)
LOG_BYTES = 10_000_000
WHEEL_CLUSTER = "daras-wheel"
MACHINE_CLUSTER = "daras-machine"


@dataclass(frozen=True)
class Wish:
    """How the server should run if this command is the one that starts it."""

    durable: bool
    idle_seconds: float


@contextmanager
def database(path: Path, *, durable: bool = True, idle_seconds: float = IDLE_SECONDS) -> Iterator[Addresses]:
    """The home's database, for as long as the block runs.

    Starts the server where none runs; it stops `idle_seconds` after the last block ended, or its process died.
    `durable=False` (tests) does not wait for the disk. Raises HomeRefused or ServerFault.
    """
    home = opened(path)
    wish = Wish(durable, idle_seconds)
    # The lock is taken first: the supervisor that is just stopping holds the lease, and must be gone before we look.
    with locks.alone(home.start_lock):
        lease = locks.shared(home.lease_lock)
        lease.__enter__()
        try:
            found = _running(home, wish)
        except BaseException:
            lease.__exit__(None, None, None)
            raise
    finished = threading.Event()
    threading.Thread(target=_watch, args=(home, wish, finished), name="daras-server-watch", daemon=True).start()
    try:
        yield found
    finally:
        finished.set()
        lease.__exit__(None, None, None)


def _watch(home: Home, wish: Wish, finished: threading.Event) -> None:
    """Wait until the supervisor lets go of its lock, which it does only by dying, and start another."""
    while True:
        with locks.shared(home.supervisor_lock):
            pass
        if finished.is_set() or not home.path.exists():
            return
        try:
            with locks.alone(home.start_lock):
                _running(home, wish)
        except Exception as error:  # the command finds out by itself that the database is away
            print(f"daras: the database server could not be started again: {error}", file=sys.stderr)
            return


def _running(home: Home, wish: Wish) -> Addresses:
    """The addresses of the running server, started if need be; the caller holds the start lock and a lease."""
    if not _is_served(home):
        _start(home, wish)
        _await_ready(home)
    plan = json.loads(home.plan.read_text(encoding="utf-8"))
    port = int(plan["port"])
    roles.ensure(home, port)
    return Addresses(
        application_url=addresses.local_url(addresses.APPLICATION, home.secret("application"), port),
        owner_url=addresses.local_url(addresses.OWNER, home.secret("owner"), port),
        server=str(plan["source"]),
    )


def _is_served(home: Home) -> bool:
    """Whether a supervisor has the server ready; waits while one is starting it again, or is itself just ending."""
    deadline = time.monotonic() + READY_SECONDS
    while locks.is_held_alone(home.supervisor_lock):
        if home.running.exists():
            return True
        if time.monotonic() > deadline:
            raise ServerFault(f"The database server did not answer in {READY_SECONDS:.0f} s.\n{_last_words(home)}")
        time.sleep(0.01)
    return False


def _start(home: Home, wish: Wish) -> None:
    home.running.unlink(missing_ok=True)
    found = cluster.ensure(home, binaries.candidates(os.environ))
    _await_end_of_orphan(found.data)
    port = _port(home)
    plan = {
        "command": _command(found, port, wish),
        "data": str(found.data),
        "user_id": found.account.user_id if found.account.switch else None,
        "group_id": found.account.group_id if found.account.switch else None,
        "port": port,
        "source": found.binaries.source,
        "idle_seconds": wish.idle_seconds,
    }
    write_private(home.plan, json.dumps(plan, indent=1))
    if home.log.exists() and home.log.stat().st_size > LOG_BYTES:
        home.log.replace(home.log.with_suffix(".log.1"))
    with home.log.open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "daras.home.supervisor", str(home.path)],
            cwd="/",
            env={"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )


def _await_end_of_orphan(data: Path) -> None:
    """The kernel tells the server of a killed supervisor to stop; its port and data are free a little later."""
    try:
        server = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    started = time.monotonic()
    while _serves(server, data):
        waited = time.monotonic() - started
        if waited > 2 * ORPHAN_SECONDS:
            raise ServerFault(f"The server of an earlier command (process {server}) does not end.")
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGINT if waited < ORPHAN_SECONDS else signal.SIGQUIT)
        time.sleep(0.05)


def _serves(process: int, data: Path) -> bool:
    try:
        return os.fsencode(data) in Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(found: Cluster, port: int, wish: Wish) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "cluster_name": WHEEL_CLUSTER if found.binaries.source == "wheel" else MACHINE_CLUSTER,
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        # The log must not hold what the tables protect: no statement, no parameter, no value of a violated key.
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
        "jit": "off",
    }
    if not wish.durable:
        # A test keeps all it loads in one transaction. An automatic ANALYZE in the middle of it sees empty tables and
        # makes the planner walk them row by row for minutes.
        settings |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
    command = [str(found.binaries.program("postgres")), "-D", str(found.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _port(home: Home) -> int:
    """The port of the last time while it is free, else a free one at random."""
    if home.plan.exists():
        last = int(json.loads(home.plan.read_text(encoding="utf-8"))["port"])
        if _is_free(last):
            return last
    for port in random.sample(PORTS, 200):
        if _is_free(port):
            return port
    raise ServerFault(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1.")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _await_ready(home: Home) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not home.running.exists():
        if not locks.is_held_alone(home.supervisor_lock):
            raise ServerFault(f"The database server did not start.\n{_last_words(home)}")
        if time.monotonic() > deadline:
            raise ServerFault(f"The database server did not answer in {READY_SECONDS:.0f} s.\n{_last_words(home)}")
        time.sleep(0.01)


def _last_words(home: Home) -> str:
    lines = home.log.read_text(encoding="utf-8", errors="replace").splitlines() if home.log.exists() else []
    return "\n".join([f"The last lines of {home.log}:", *lines[-8:]])
