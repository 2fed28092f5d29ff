"""The folder that `$DARAS_HOME` names: data only, and what commands need to share one server."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daras.home.refusal import HomeRefused

CHECKOUT = Path(__file__).resolve().parents[3]
OUTSIDE = Path("/var/lib/daras")
#: What a new home takes from others, and what is its owner's alone.
WRITE_OF_OTHERS, PRIVATE = 0o022, 0o700


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """`$DARAS_HOME`, else `.daras/` in the checkout."""
    named = environment.get("DARAS_HOME")
    return Path(named).expanduser().absolute() if named else CHECKOUT / ".daras"


@dataclass(frozen=True)
class Home:
    """The paths below one home."""

    path: Path

    @property
    def start_lock(self) -> Path:
        """Held by the one command that may start the server."""
        return self.path / "locks" / "start"

    @property
    def lease_lock(self) -> Path:
        """Shared by every command that uses the server; the kernel lets go of it when a command is killed."""
        return self.path / "locks" / "lease"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor for as long as it lives."""
        return self.path / "locks" / "supervisor"

    @property
    def schema_lock(self) -> Path:
        """Held by the one command that brings the database up to date."""
        return self.path / "locks" / "schema"

    @property
    def loading_lock(self) -> Path:
        """Held by the one demo that loads its people."""
        return self.path / "locks" / "loading"

    @property
    def plan(self) -> Path:
        """What the supervisor is to run (JSON)."""
        return self.path / "server.json"

    @property
    def running(self) -> Path:
        """Exists while the server answers (JSON: process ids)."""
        return self.path / "running.json"

    @property
    def log(self) -> Path:
        """What server and supervisor say."""
        return self.path / "server.log"

    @property
    def data_place(self) -> Path:
        """Names the data folder where it lies outside the home."""
        return self.path / "data-folder"

    def data(self) -> Path:
        """The data folder: in the home, or where `data_place` says."""
        if self.data_place.exists():
            return Path(self.data_place.read_text(encoding="utf-8").strip())
        return self.path / "postgres"

    def data_outside(self) -> Path:
        """The folder for data of this home where the server's account cannot reach the home itself."""
        return OUTSIDE / hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:16]

    def is_done(self, step: str, digest: str) -> bool:
        """Whether a step was already done to this home's database with what the digest stands for."""
        marker = self.path / "done" / step
        return marker.exists() and marker.read_text(encoding="ascii") == digest

    def set_done(self, step: str, digest: str) -> None:
        """Remember that a step was done."""
        write_private(self.path / "done" / step, digest)

    def forget_done(self) -> None:
        """Forget every step, because the data is new."""
        for marker in (self.path / "done").iterdir():
            marker.unlink()

    def secret(self, name: str) -> str:
        """A random password of this home, made once, readable by its owner alone."""
        path = self.path / "secrets" / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path.read_text(encoding="ascii")


def opened(path: Path) -> Home:
    """The home at this path, made where missing. Raises HomeRefused when this user cannot use it."""
    path = path.absolute()
    try:
        _make(path)
        owner = path.stat().st_uid
        if owner != os.geteuid():
            raise HomeRefused(
                f"The home {path} belongs to another user (id {owner}). "
                "Run as that user, or name another home in DARAS_HOME."
            )
        for folder in (path / "locks", path / "secrets", path / "done"):
            folder.mkdir(exist_ok=True)
            if folder.stat().st_mode & 0o777 != PRIVATE:
                folder.chmod(PRIVATE)
    except OSError as error:
        raise HomeRefused(
            f"The home {path} cannot be used: {error.strerror}. Name another one in DARAS_HOME."
        ) from error
    return Home(path)


def _make(path: Path) -> None:
    """A new home lets the server's account through, whatever the umask; one that is there is left as it is."""
    before = os.umask(WRITE_OF_OTHERS)
    try:
        path.mkdir(parents=True, exist_ok=True)
    finally:
        os.umask(before)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; whoever looks sees the old one or the new one, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
