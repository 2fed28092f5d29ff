"""PostgreSQL's own `pg_dump` and `pg_restore`, with the address in the environment, where no list of processes shows
its password."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from daras.home.binaries import in_wheel, on_this_machine
from daras.home.refusal import HomeRefused


def program(name: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Where one of them is: of the newest PostgreSQL here, else on the path, for a server may be elsewhere. Raises
    HomeRefused."""
    for each in (*on_this_machine(environment), *in_wheel()):
        if os.access(each.program(name), os.X_OK):
            return each.program(name)
    found = shutil.which(name, path=environment.get("PATH", os.defpath))
    if found is None:
        raise HomeRefused(
            f"No {name} was found. Install PostgreSQL's client programs, of the server's version or newer."
        )
    return Path(found)


def dump(url: str, snapshot: str) -> subprocess.Popen[bytes]:
    """Begin a dump, as another transaction's snapshot sees the database; what it says comes on standard output."""
    return subprocess.Popen(
        [program("pg_dump"), "--format=custom", "--compress=6", f"--snapshot={snapshot}"],
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def restore(url: str) -> subprocess.Popen[bytes]:
    """Begin a restore into a database, in one transaction; it reads standard input."""
    name = unquote(urlsplit(url).path.lstrip("/"))
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={name}"]
    return subprocess.Popen(
        [program("pg_restore"), *arguments],
        env=_environment(url),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _environment(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    said = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    return {**os.environ, **{name: value for name, value in said.items() if value}}
