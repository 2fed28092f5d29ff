"""Whom the server runs as: PostgreSQL refuses root, so root hands over to an unprivileged account."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from daras.home.refusal import HomeRefused

PREFERRED = "postgres"
CREATED = "daras"


class ProcessIdentity(TypedDict, total=False):
    """What `subprocess` needs to run a program as another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user of this machine; `switch` is true where a program must change to it first."""

    user_id: int
    group_id: int
    switch: bool

    def identity(self) -> ProcessIdentity:
        """Arguments for `subprocess`, empty where the command already runs as this account."""
        if not self.switch:
            return {}
        return {"user": self.user_id, "group": self.group_id, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this account can use what lies in the folder: every folder above it must let it pass."""
        if not self.switch:
            return os.access(path, os.X_OK)
        answer = subprocess.run(["/usr/bin/test", "-x", path], cwd="/", check=False, **self.identity())
        return answer.returncode == 0

    def owns(self, path: Path) -> None:
        """Give the path to this account."""
        if self.switch:
            os.chown(path, self.user_id, self.group_id)


def for_data(data: Path) -> Account:
    """The account for a data folder: its owner, else this user, else (as root) `postgres` or a created `daras`.

    Raises HomeRefused when the folder belongs to somebody whom this user cannot become.
    """
    us = os.geteuid()
    if data.exists():
        status = data.stat()
        if status.st_uid == 0 or us not in (0, status.st_uid):
            raise HomeRefused(f"{data} belongs to {_name(status.st_uid)}, not to {_name(us)}, who runs this command.")
        return Account(status.st_uid, status.st_gid, switch=status.st_uid != us)
    if us != 0:
        return Account(us, os.getegid(), switch=False)
    entry = _entry(PREFERRED) or _entry(CREATED) or _create()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([program, *options, "--shell", "/usr/sbin/nologin", CREATED], check=False)
    entry = _entry(CREATED)
    if entry is None:
        raise HomeRefused(
            "PostgreSQL does not run as root, and no unprivileged account could be made for it. "
            f"Make a system user named {CREATED}, or run this command as an ordinary user."
        )
    return entry


def _name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"
