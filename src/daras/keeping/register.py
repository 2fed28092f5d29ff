"""The register of holds, disposals and what was stopped, kept outside the database and its backups (issue: Retention).

A backup that is older than a disposal brings back what went, forgets a hold that was placed since, and lets in a
worker or a token that was stopped: so each is written here as well, numbered, chained and signed with the key of the
trail's anchors. It says of which matter, by whom and when; a hold's reason lies under the keys that open the
database's secrets; nothing in it is about anybody but who works here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from daras.access.anchor_keys import AnchorRefused, named, public_key_in, signing_key
from daras.access.places import ENTRY, Place, PlaceRefused, place
from daras.home import default_home
from daras.ledger.refusal import Refused
from daras.working_time import clock

FORMAT = "daras-register/1"
FIRST = hashlib.sha256(FORMAT.encode()).hexdigest()
#: One process at a time writes the register ("daras regis").
WRITING = 0x6461_7261_7304

Kind = Literal["held", "released", "disposed", "stopped", "let-in", "token-ended"]


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of the register."""

    number: int
    kind: Kind
    at: datetime
    said: Mapping[str, str]
    previous: str
    public_key: str = ""
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What is signed."""
        return _canonical(self._fields())

    def document(self) -> bytes:
        """What is kept at the place."""
        return _canonical({**self._fields(), "signature": self.signature}) + b"\n"

    def digest(self) -> str:
        """What the next entry names as the one before it."""
        return hashlib.sha256(self.signed_bytes()).hexdigest()

    def is_signed_by(self, keys: Collection[str]) -> bool:
        """Whether it bears the signature of one of these keys."""
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key))
            public.verify(base64.b64decode(self.signature), self.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return self.public_key in keys

    def _fields(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "number": self.number,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "said": dict(self.said),
            "previous": self.previous,
            "public_key": self.public_key,
        }


def chosen_place() -> str:
    """`$DARAS_REGISTER`, else a folder in the home: fit for a demonstration only."""
    return os.environ.get("DARAS_REGISTER") or str(default_home() / "register")


def entries() -> list[Written]:
    """All of the register, in order. Raises `Refused` for an entry that is not ours, is changed, or is missing."""
    try:
        return list(_read(place(chosen_place(), ENTRY)))
    except PlaceRefused as refused:
        raise Refused("no-register", "", f"DARAS_REGISTER: {refused}", "Name a place that can be read.") from None


def take_turn() -> None:
    """Until the transaction ends nobody else holds, releases or disposes: a hold is before a disposal, or after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])


def write(kind: Kind, said: Mapping[str, str]) -> Written:
    """Add an entry, in turn with every other process. Raises `Refused` where the register cannot be written: then
    nothing is held, released or disposed of."""
    take_turn()
    target = place(chosen_place(), ENTRY)
    known = entries()
    previous = known[-1].digest() if known else FIRST
    try:
        key = signing_key(make=True)
        made = Written(len(known) + 1, kind, clock.now(), said, previous, named(key.public_key()))
        made = replace(made, signature=base64.b64encode(key.sign(made.signed_bytes())).decode())
        target.write(made.number, made.document())
    except (PlaceRefused, AnchorRefused) as refused:
        raise Refused(
            "no-register",
            "",
            f"The register of holds and disposals cannot be written: {refused}",
            "Nothing was changed. Ask an administrator.",
        ) from None
    return made


def _read(source: Place) -> Iterator[Written]:
    previous, expected = FIRST, 1
    keys: set[str] = set()
    for number, document in source.every():
        entry = _entry(number, document)
        keys = keys or _our_keys()
        if entry.number != number or number != expected or entry.previous != previous or not entry.is_signed_by(keys):
            raise _not_ours(expected)
        previous, expected = entry.digest(), expected + 1
        yield entry


def _our_keys() -> set[str]:
    """The key with which we sign, and those with which we signed (`$DARAS_REGISTER_KEYS`: public halves in PEM files,
    with commas between them)."""
    former = [each.strip() for each in os.environ.get("DARAS_REGISTER_KEYS", "").split(",") if each.strip()]
    try:
        return {named(signing_key().public_key()), *(public_key_in(Path(each)) for each in former)}
    except AnchorRefused as refused:
        raise Refused("no-register", "", str(refused), "Bring back the key with which it was signed.") from None


def _entry(number: int, document: bytes) -> Written:
    try:
        fields = json.loads(document)
        if fields.pop("format") != FORMAT or fields["kind"] not in get_args(Kind):
            raise _not_ours(number)
        return Written(**{**fields, "at": datetime.fromisoformat(fields["at"])})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _not_ours(number) from error


def _not_ours(number: int) -> Refused:
    return Refused(
        "register-changed",
        "",
        f"Entry {number} of the register is missing, changed, or not signed with our key.",
        "Bring back the register as it was: nothing is applied from one that was changed.",
    )


def _canonical(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
