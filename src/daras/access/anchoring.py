"""Signed statements of the chain's head, kept off the machine: whoever rewrites the trail cannot rewrite them (G4)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection

from daras.access.anchor_keys import AnchorRefused, named, signing_key
from daras.access.chain import GENESIS
from daras.access.models import TrailAnchor, TrailLink
from daras.access.places import Place, place
from daras.access.session import custody
from daras.home import default_home
from daras.working_time import clock

FORMAT = "daras-trail-anchor/1"
#: One process at a time anchors a database's trail ("daras anchor").
ANCHORING = 0x6461_7261_7302
#: A quiet trail is anchored this often all the same, so that silence is never longer than this.
HEARTBEAT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """One anchor: at `signed_at` the chain had `position` links and ended in `digest`. `restored`: a backup was
    restored that ended there, and what later links earlier anchors name is lost."""

    number: int
    position: int
    digest: str
    previous: str
    signed_at: datetime
    public_key: str = ""
    signature: str = ""
    restored: bool = False

    def signed_bytes(self) -> bytes:
        """What is signed."""
        return _canonical(self._fields())

    def document(self) -> bytes:
        """What is kept at the place."""
        return _canonical({**self._fields(), "signature": self.signature}) + b"\n"

    def is_signed(self) -> bool:
        """Whether the signature is that of the key it names."""
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key))
            key.verify(base64.b64decode(self.signature), self.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return True

    def digest_of_statement(self) -> str:
        """What the next anchor names as the one before it."""
        return hashlib.sha256(self.signed_bytes()).hexdigest()

    def _fields(self) -> dict[str, str | int | bool]:
        return {
            "format": FORMAT,
            "number": self.number,
            "position": self.position,
            "digest": self.digest,
            "previous": self.previous,
            "signed_at": self.signed_at.isoformat(),
            "public_key": self.public_key,
            **({"restored": True} if self.restored else {}),
        }


def _canonical(fields: Mapping[str, str | int | bool]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def read(document: bytes) -> Statement:
    """Read an anchor. Raises `AnchorRefused` for anything that is none."""
    try:
        fields = json.loads(document)
        if fields.pop("format") != FORMAT:
            raise AnchorRefused("An anchor of an unknown format.")
        return Statement(**{**fields, "signed_at": datetime.fromisoformat(fields["signed_at"])})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AnchorRefused("A file that is no anchor.") from error


def chosen_place() -> str:
    """`$DARAS_ANCHORS`, else a folder in the home: fit for a demonstration only."""
    return os.environ.get("DARAS_ANCHORS") or str(default_home() / "anchors")


def anchor() -> Statement | None:
    """Sign the chain's head and keep it at the place, unless it is anchored already. Returns what was kept.

    The place is written first and the row of our own after it: an anchor that left while our transaction failed is
    taken up the next time. Raises `AnchorRefused` or `PlaceRefused`.
    """
    target = place(chosen_place())
    with custody():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ANCHORING])
        key = signing_key(make=True)
        last = _taken_up(target, key)
        head = TrailLink.objects.order_by("-position").first()
        if head is None or (last is not None and _is_enough(last, head)):
            return None
        statement = _sign(head, last, key)
        target.write(statement.number, statement.document())
        _keep(statement)
        return statement


def anchor_restored() -> Statement | None:
    """After a backup was restored: take up every anchor that was made since, and sign that the chain goes on from the
    restored head. Verification then names what was lost by it, and takes it for no cut. None where nothing is lost.

    Raises `AnchorRefused` or `PlaceRefused`.
    """
    target = place(chosen_place())
    with custody():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ANCHORING])
        key = signing_key(make=True)
        last = _taken_up(target, key)
        head = TrailLink.objects.order_by("-position").first()
        if last is None or (head is not None and head.position >= last.position):
            return None
        at, digest = (head.position, head.digest) if head else (0, GENESIS)
        unsigned = Statement(last.number + 1, at, digest, _previous(last), clock.now(), restored=True)
        statement = signed(unsigned, key)
        target.write(statement.number, statement.document())
        _keep(statement)
        return statement


def _taken_up(target: Place, key: Ed25519PrivateKey) -> TrailAnchor | None:
    """The newest anchor, after those that are at the place and not yet among our own copies are taken up."""
    last = TrailAnchor.objects.order_by("-number").first()
    while (left := _left_before(last, target, key)) is not None:
        last = _keep(left)
    return last


def _is_enough(last: TrailAnchor, head: TrailLink) -> bool:
    return last.position == head.position and clock.now() - last.signed_at < HEARTBEAT


def _left_before(last: TrailAnchor | None, target: Place, key: Ed25519PrivateKey) -> Statement | None:
    """The next anchor where one is already at the place. Raises `AnchorRefused` when it is not of this trail."""
    number = last.number + 1 if last else 1
    document = target.read(number)
    if document is None:
        return None
    statement = read(document)
    if not (
        statement.is_signed()
        and statement.public_key == named(key.public_key())
        and statement.previous == _previous(last)
    ):
        raise AnchorRefused(f"{chosen_place()} holds an anchor {number} of another trail. Name an empty place.")
    return statement


def _sign(head: TrailLink, last: TrailAnchor | None, key: Ed25519PrivateKey) -> Statement:
    statement = Statement(
        number=last.number + 1 if last else 1,
        position=head.position,
        digest=head.digest,
        previous=_previous(last),
        signed_at=clock.now(),
    )
    return signed(statement, key)


def signed(statement: Statement, key: Ed25519PrivateKey) -> Statement:
    """The statement with a key's name and signature."""
    unsigned = replace(statement, public_key=named(key.public_key()), signature="")
    return replace(unsigned, signature=base64.b64encode(key.sign(unsigned.signed_bytes())).decode())


def _keep(statement: Statement) -> TrailAnchor:
    return TrailAnchor.objects.create(**_as_row(statement))


def _as_row(statement: Statement) -> dict[str, object]:
    return {field: getattr(statement, field) for field in Statement.__slots__}


def statement_of(row: TrailAnchor) -> Statement:
    """Our own copy of an anchor, as a statement."""
    return Statement(**{field: getattr(row, field) for field in Statement.__slots__})


def _previous(last: TrailAnchor | None) -> str:
    return statement_of(last).digest_of_statement() if last else GENESIS
