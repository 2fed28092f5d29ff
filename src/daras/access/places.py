"""Where the trail's anchors are kept, and the register of what was disposed of: a folder, or an https address, on
another machine than the database's."""

from __future__ import annotations

import ipaddress
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10
MOST_BYTES = 10_000
#: What files are called: of the trail, and of the register (daras.keeping).
ANCHOR, ENTRY = "anchor", "entry"

#: File systems whose files lie on another machine.
ELSEWHERE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "ceph", "9p",
     "virtiofs", "afs", "davfs", "fuse.davfs", "lustre", "beegfs"}
)  # fmt: skip


class PlaceRefused(Exception):
    """The place cannot be used as it is named or as it answers."""


class Place(Protocol):
    """Keeps anchors by number. None is ever written twice."""

    def read(self, number: int) -> bytes | None:
        """The anchor of this number, or None where there is none. Raises `PlaceRefused`."""

    def write(self, number: int, document: bytes) -> None:
        """Keep an anchor. Raises `PlaceRefused` where that does not work."""

    def every(self) -> Iterator[tuple[int, bytes]]:
        """All anchors in order of their numbers."""


def name(number: int, stem: str = ANCHOR) -> str:
    """What a file is called."""
    return f"{stem}-{number:09d}.json"


class Folder:
    """A folder, mounted from another machine or carried away from this one."""

    def __init__(self, path: Path, stem: str = ANCHOR) -> None:
        self.path = path
        self.stem = stem

    def read(self, number: int) -> bytes | None:
        try:
            return (self.path / name(number, self.stem)).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PlaceRefused(f"{self.path} cannot be read: {error.strerror}.") from error

    def write(self, number: int, document: bytes) -> None:
        draft = self.path / f".{name(number, self.stem)}.{os.getpid()}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(document)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, self.path / name(number, self.stem))
        except OSError as error:
            raise PlaceRefused(f"{self.path} cannot be written: {error.strerror}.") from error
        finally:
            with suppress(OSError):  # none there, or no folder either: that has been said
                draft.unlink(missing_ok=True)

    def every(self) -> Iterator[tuple[int, bytes]]:
        named = re.compile(rf"{self.stem}-(\d{{9,}})\.json")
        found = sorted((int(match[1]), path) for path in self._files() if (match := named.fullmatch(path.name)))
        for number, path in found:
            yield number, path.read_bytes()

    def _files(self) -> list[Path]:
        return list(self.path.iterdir()) if self.path.is_dir() else []


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is not followed: what is written goes where the administrator said."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


class Address:
    """An https address that takes `PUT <address>/anchor-000000001.json` and gives the same back on `GET`.

    `$DARAS_ANCHORS_TOKEN`, when set, is shown as a bearer token. Plain http is for this machine only.
    """

    def __init__(self, address: str, stem: str = ANCHOR) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise PlaceRefused(f"{address} is not an https address.")
        self.address = address.rstrip("/")
        self.stem = stem
        self._opener = urllib.request.build_opener(_Stay)

    def read(self, number: int) -> bytes | None:
        try:
            with self._open(number, "GET", None) as answer:
                return answer.read(MOST_BYTES)
        except urllib.error.HTTPError as error:
            if error.code in {404, 410}:
                return None
            raise PlaceRefused(f"{self.address} answers {error.code} when read.") from error
        except OSError as error:
            raise PlaceRefused(f"{self.address} cannot be reached: {error}.") from error

    def write(self, number: int, document: bytes) -> None:
        try:
            self._open(number, "PUT", document).close()
        except urllib.error.HTTPError as error:
            raise PlaceRefused(f"{self.address} answers {error.code} when written.") from error
        except OSError as error:
            raise PlaceRefused(f"{self.address} cannot be reached: {error}.") from error

    def every(self) -> Iterator[tuple[int, bytes]]:
        for number in count(1):
            document = self.read(number)
            if document is None:
                return
            yield number, document

    def _open(self, number: int, method: str, body: bytes | None) -> IO[bytes]:
        request = urllib.request.Request(f"{self.address}/{name(number, self.stem)}", data=body, method=method)  # noqa: S310
        request.add_header("Content-Type", "application/json")
        # Only where there is none yet: an anchor is never replaced.
        if body is not None:
            request.add_header("If-None-Match", "*")
        token = os.environ.get("DARAS_ANCHORS_TOKEN")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        answer: IO[bytes] = self._opener.open(request, timeout=TIMEOUT_SECONDS)
        return answer


def place(named: str, stem: str = ANCHOR) -> Place:
    """The place that is named: an https address, or a folder. Raises `PlaceRefused`."""
    return Address(named, stem) if "://" in named else Folder(Path(named).expanduser(), stem)


def is_on_this_machine(named: str) -> bool:
    """Whether whoever administers this machine could rewrite the anchors there: a loopback address, or a folder that
    is not mounted from another machine. Raises `PlaceRefused`."""
    if "://" in named:
        Address(named)
        return is_loopback(urlsplit(named).hostname)
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    return file_system(Path(named).expanduser(), mounts) not in ELSEWHERE


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    if not host or host.rstrip(".") == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system a path lies on, by the kernel's table of mounts: the longest mount point above it."""
    real = path.resolve()
    above = {str(folder) for folder in (real, *real.parents)}
    best, found = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        mount = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if mount in above and len(mount) >= len(best):
            best, found = mount, fields[fields.index("-") + 1]
    return found
