"""Set-up: `./daras demo` goes from nothing to the sign-in page, stops cleanly, and never mixes with real people."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from urllib.request import urlopen

import psycopg
import pytest

from daras import settings
from daras.home import Addresses

SOURCE = Path(settings.__file__).parents[1]


@dataclass
class Demo:
    """A demo that has said where it is."""

    process: subprocess.Popen[str]
    home: Path
    address: str
    said: str

    def children(self) -> dict[int, str]:
        """Every process that was started for this home, but for the server and its supervisor."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if f"DARAS_HOME={self.home}".encode() in environment and int(folder.name) != self.process.pid:
                found[int(folder.name)] = command
        return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="daras-test-"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def demos(home: Path) -> Iterator[Callable[[], Demo]]:
    """Starts demos on the home; none is left when the tests have ended."""
    started: list[Demo] = []

    def start() -> Demo:
        started.append(_start(home))
        return started[-1]

    yield start
    for demo in started:
        demo.process.kill()
        demo.process.wait()
        assert demo.process.stdout is not None
        demo.process.stdout.close()
    if (home / "running.json").exists():
        supervisor = json.loads((home / "running.json").read_text())["supervisor"]
        os.kill(supervisor, signal.SIGTERM)
        _eventually(lambda: not Path(f"/proc/{supervisor}").exists(), "server and supervisor end")


def _command(**variables: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DARAS_", "DATABASE_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "daras.cli", "demo"],
        env=clean | {"PYTHONPATH": str(SOURCE)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if "DATABASE_URL" in variables else None,
        text=True,
    )


def _start(home: Path) -> Demo:
    process = _command(DARAS_HOME=str(home))
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, f"the demo ended with status {process.wait()} after saying: {said}"
        said += line
    address = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert address, said
    return Demo(process, home, address[0], said)


def _eventually(holds: Callable[[], bool], words: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, words
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/sign-in/", timeout=10) as page:
            return int(page.status) == 200
    except OSError:
        return False


def test_the_demo_starts_stops_and_starts_again(demos: Callable[[], Demo]) -> None:
    """Set-up: given an empty home, when the demo starts, then people can sign in; SIGTERM and Ctrl-C end all of it.

    The second start loads nothing twice. (How long each takes is the bench's to say.)
    """
    first = demos()
    assert _answers(first.address)
    assert re.search(r"\S+@\S+ .*duty manager", first.said), first.said
    assert _listens_on(int(first.address.rpartition(":")[2])) == {"127.0.0.1"}
    assert _is_marked(first.home)
    assert first.stop(signal.SIGTERM) == 0
    assert not first.children()
    people = _people(first.home)
    assert people > 0

    second = demos()
    assert _answers(second.address)
    assert _people(first.home) == people
    assert second.stop(signal.SIGINT) == 0
    assert not second.children()


def test_what_is_killed_is_started_again_and_dies_with_the_demo(demos: Callable[[], Demo]) -> None:
    """Set-up: given a running demo, when web and worker are killed with -9, then both are back; none outlives it."""
    demo = demos()
    killed = demo.children()
    assert any("granian" in command for command in killed.values())
    assert any("daras.worker" in command for command in killed.values())
    for number in killed:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
    _eventually(lambda: any("daras.worker" in command for command in demo.children().values()), "the worker is back")
    _eventually(lambda: _answers(demo.address), "the web server is back")
    demo.process.kill()
    demo.process.wait()
    _eventually(lambda: not demo.children(), "web and worker end with the killed demo")


def test_a_database_that_holds_anything_else_is_refused(cloned_database: Addresses) -> None:
    """Set-up: given a partnership's database, then one of another program, when the demo starts, it refuses each."""
    with psycopg.connect(cloned_database.owner_url, autocommit=True) as connection:
        connection.execute("INSERT INTO access_installation (id, synthetic, made_at) VALUES (1, false, now())")
        assert "it is a partnership's" in _refusal(cloned_database)
        connection.execute("DELETE FROM access_installation")
        connection.execute(
            "INSERT INTO access_worker (slug, email, name, agency, team, role, password, is_active, is_demonstration)"
            " VALUES ('w', 'w@daras.example', 'W', 'a', '', 'r', '!', true, false)"
        )
        assert "rows in access_worker, and no mark" in _refusal(cloned_database)
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA accounts; CREATE TABLE accounts.ledger (id int)")
        connection.execute("DROP SCHEMA access CASCADE")
        assert "tables of something else, such as ledger" in _refusal(cloned_database)


def test_the_demo_needs_both_addresses_of_a_database(cloned_database: Addresses) -> None:
    """Set-up: given only one of the two addresses, when the demo starts, then it names the one that is missing."""
    assert "DATABASE_OWNER_URL is not" in _refusal(cloned_database, without="DATABASE_OWNER_URL")
    assert "DATABASE_URL is not" in _refusal(cloned_database, without="DATABASE_URL")


def _refusal(addresses: Addresses, without: str = "") -> str:
    variables = {name: value for name, value in addresses.environment().items() if name != without}
    process = _command(**{"DATABASE_URL": "", **variables})
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert output == ""
    return str(errors)


def _people(home: Path) -> int:
    return int(_asked(home, "SELECT count(*) FROM people_personrecord"))


def _is_marked(home: Path) -> bool:
    return bool(_asked(home, "SELECT synthetic FROM access_installation"))


def _asked(home: Path, query: LiteralString) -> Any:
    plan = json.loads((home / "server.json").read_text())
    password = (home / "secrets" / "owner").read_text()
    url = f"postgresql://daras_owner:{password}@127.0.0.1:{plan['port']}/daras"
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def _listens_on(port: int) -> set[str]:
    """The addresses of this machine on which anything listens on the port."""
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            address, _, number = line.split()[1].partition(":")
            if line.split()[3] == "0A" and int(number, 16) == port:
                words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
                found.add(socket.inet_ntop(family, b"".join(words)))
    return found
