"""A backup as a file: pieces under the keys that open the database's secrets, numbered, the last one marked (issue:
Retention).

`daras-backup/1`, then of each piece four bytes of length and the piece. What is encrypted in each: the backup's own
sixteen random bytes, the piece's number in eight, one byte that says whether it is the last, and the content. So no
piece can be changed, left out, put elsewhere, taken from another backup, or cut off. The first is the manifest.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import IO

from daras.access.keys import UnreadableSecret, decrypt_bytes, encrypt_bytes

MAGIC = b"daras-backup/1\n"
#: Bytes of content in a piece.
PIECE = 1_000_000
_LENGTH, _HEAD = struct.Struct(">I"), struct.Struct(">16sQ?")
#: No piece of ours is longer, encrypted.
LONGEST = 2_000_000


class BackupUnreadable(Exception):
    """The file is no backup of ours, is damaged or cut, or lies under a key that is not named."""


def write(file: IO[bytes], contents: Iterable[bytes]) -> None:
    """Write the pieces; each is encrypted before it touches the disk."""
    file.write(MAGIC)
    identity = secrets.token_bytes(16)
    number, held = 0, None
    for content in contents:
        if held is not None:
            _put(file, identity, number, held, last=False)
            number += 1
        held = content
    _put(file, identity, number, held or b"", last=True)


def read(file: IO[bytes]) -> Iterator[bytes]:
    """The contents of the pieces, in order. Raises `BackupUnreadable`, at the piece that is wrong."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupUnreadable("This is no backup of Daras.")
    identity, expected, done = b"", 0, False
    while not done:
        own, number, done, content = _take(file, expected)
        identity = identity or own
        if own != identity or number != expected:
            raise BackupUnreadable(f"Piece {expected} of the backup is not where it was.")
        expected += 1
        yield content
    if file.read(1):
        raise BackupUnreadable("Something stands behind the end of the backup.")


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces."""
    while content := stream.read(PIECE):
        yield content


def _put(file: IO[bytes], identity: bytes, number: int, content: bytes, *, last: bool) -> None:
    sealed = encrypt_bytes(_HEAD.pack(identity, number, last) + content)
    file.write(_LENGTH.pack(len(sealed)) + sealed)


def _take(file: IO[bytes], expected: int) -> tuple[bytes, int, bool, bytes]:
    head = file.read(_LENGTH.size)
    (length,) = _LENGTH.unpack(head) if len(head) == _LENGTH.size else (0,)
    sealed = file.read(length) if 0 < length <= LONGEST else b""
    if not sealed or len(sealed) != length:
        raise BackupUnreadable(f"The backup ends, or is damaged, before piece {expected}.")
    try:
        plain = decrypt_bytes(sealed)
        identity, number, last = _HEAD.unpack(plain[: _HEAD.size])
    except (UnreadableSecret, struct.error) as error:
        raise BackupUnreadable(f"Piece {expected} of the backup cannot be opened: {error}") from error
    return identity, number, last, plain[_HEAD.size :]
