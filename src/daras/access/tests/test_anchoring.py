"""Anchors: signed, kept elsewhere, never replaced; what is wrong with them is found too (G4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from daras.access import anchor_keys, anchoring
from daras.access.anchor_keys import AnchorRefused
from daras.access.anchoring import anchor
from daras.access.models import TrailAnchor
from daras.access.places import PlaceRefused, place
from daras.access.sealing import seal, verify
from daras.access.session import machine
from daras.access.tests.people import settle, superuser
from daras.access.tests.trailing import found, looks
from daras.home import Addresses
from daras.working_time import clock


@pytest.fixture
def anchored(cloned_database: Addresses, elsewhere: Path) -> Path:
    """The place, with two anchors over six looks."""
    settle()
    for batch in range(2):
        looks(3, first=1 + 3 * batch)
        seal()
        anchor()
    return elsewhere


def new_key(path: Path) -> Path:
    """A key that is not ours."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public = path.with_suffix(".pub")
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return public


def test_nothing_sealed_needs_no_anchor(db: None) -> None:
    """Given an empty trail, when it is to be anchored, then nothing is written; and it holds (G4)."""
    assert anchor() is None
    report = verify()
    assert report.holds
    assert (report.sealed, report.anchors, report.last_anchor_at) == (0, 0, None)


def test_the_key_is_its_owners_alone(anchored: Path, tmp_path: Path) -> None:
    """Given the first anchor, when no key is named, then one is made in the home that only its owner reads, once."""
    path = tmp_path / "home" / "anchor-key.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    looks(1, first=7)
    seal()
    anchor()
    assert path.read_bytes() == before


def test_a_quiet_trail_is_anchored_each_hour(anchored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a trail to which nothing was added, when it is to be anchored again, then only once an hour (G4)."""
    assert anchor() is None
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(minutes=61)).isoformat())
    again = anchor()
    assert again is not None
    assert (again.number, again.position) == (3, 6)
    assert verify().holds


def test_a_forged_anchor_is_found(anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given somebody who can write to the place, when they change an anchor, or sign one with a key of their own,
    then it is no anchor of ours (G4)."""
    path = anchored / "anchor-000000002.json"
    honest = path.read_bytes()
    path.write_bytes(json.dumps({**json.loads(honest), "position": 5}).encode())
    assert ("anchor-forged", 5, None) in found(verify())
    new_key(tmp_path / "other.pem")
    statement = anchoring.read(honest)
    monkeypatch.setenv("DARAS_ANCHOR_KEY", str(tmp_path / "other.pem"))
    other = anchor_keys.signing_key()
    forged = anchoring.signed(statement, other)
    path.write_bytes(forged.document())
    monkeypatch.delenv("DARAS_ANCHOR_KEY")
    assert ("anchor-forged", 6, None) in found(verify())
    path.write_text("{}")
    assert any(kind == "anchor-forged" for kind, *_ in found(verify()))
    path.write_bytes(honest)
    assert verify().holds


def test_a_removed_anchor_is_found(anchored: Path, cloned_database: Addresses) -> None:
    """Given anchors at the place and their copies in the database, when either loses one, then that is found (G4)."""
    path = anchored / "anchor-000000001.json"
    honest = path.read_bytes()
    path.unlink()
    assert {"anchor-removed"} == {kind for kind, *_ in found(verify())}
    path.write_bytes(honest)
    with superuser(cloned_database) as connected:
        connected.execute("DELETE FROM access_trailanchor WHERE number = 1")
    assert ("anchors-disagree", 3, None) in found(verify())


def test_an_anchor_that_left_before_its_row_committed_is_taken_up(anchored: Path, cloned_database: Addresses) -> None:
    """Given an anchor that reached the place while our own transaction was lost, when the trail is verified, then it
    holds; and the next anchoring takes it up and goes on after it (G4)."""
    with superuser(cloned_database) as connected:
        connected.execute("DELETE FROM access_trailanchor WHERE number = 2")
    assert verify().holds
    looks(1, first=7)
    seal()
    following = anchor()
    assert following is not None
    assert following.number == 3
    with machine():
        assert list(TrailAnchor.objects.order_by("number").values_list("number", "position")) == [
            (1, 3),
            (2, 6),
            (3, 7),
        ]
    assert verify().holds


def test_the_place_of_another_trail_is_refused(
    anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cloned_database: Addresses
) -> None:
    """Given a place that holds another trail's anchors, when ours is to be kept there, then it is refused and nothing
    is overwritten (G4)."""
    with superuser(cloned_database) as connected:
        connected.execute("DELETE FROM access_trailanchor")
    new_key(tmp_path / "other.pem")
    monkeypatch.setenv("DARAS_ANCHOR_KEY", str(tmp_path / "other.pem"))
    before = {path.name: path.read_bytes() for path in anchored.iterdir()}
    with pytest.raises(AnchorRefused, match="another trail"):
        anchor()
    assert {path.name: path.read_bytes() for path in anchored.iterdir()} == before


def test_an_auditor_needs_only_the_public_key(anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an auditor without our private key, when they name the public one, then they verify; with none, or
    another's, they are told (G4)."""
    key = anchor_keys.signing_key().public_key()
    ours = tmp_path / "ours.pub"
    ours.write_bytes(key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    other = new_key(tmp_path / "other.pem")
    (tmp_path / "home" / "anchor-key.pem").unlink()
    assert verify(str(anchored), {anchor_keys.public_key_in(ours)}).holds
    assert len(verify(str(anchored), {anchor_keys.public_key_in(other)}).findings) == 2
    with pytest.raises(AnchorRefused, match="no private key"):
        verify()
    with pytest.raises(AnchorRefused, match="no public key"):
        anchor_keys.public_key_in(anchored / "anchor-000000001.json")


class _Store(BaseHTTPRequestHandler):
    kept: dict[str, bytes]
    moved = False

    def do_GET(self) -> None:
        body = self.kept.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.moved:
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
        else:
            self.send_response(412 if self.path in self.kept else 201)
            self.kept.setdefault(self.path, body)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def store() -> Iterator[tuple[str, type[_Store]]]:
    """A small store of the auditors' on this machine."""
    handler = type("Store", (_Store,), {"kept": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/trail", handler
    server.shutdown()
    server.server_close()


def test_anchors_are_kept_at_an_address(
    store: tuple[str, type[_Store]], anchored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an address instead of a folder, when the anchors are copied there, then anchoring and verification go on
    with it; a redirect is not followed, and plain http beyond this machine is refused (G4)."""
    address, handler = store
    for number, path in enumerate(sorted(anchored.iterdir()), 1):
        place(address).write(number, path.read_bytes())
    monkeypatch.setenv("DARAS_ANCHORS", address)
    looks(1, first=7)
    seal()
    assert anchor() is not None
    assert verify().holds
    assert sorted(handler.kept) == [f"/trail/anchor-{number:09}.json" for number in (1, 2, 3)]
    with pytest.raises(PlaceRefused, match="412"):
        place(address).write(3, b"{}")
    handler.moved = True
    with pytest.raises(PlaceRefused, match="307"):
        place(address).write(4, b"{}")
    with pytest.raises(PlaceRefused, match="not an https address"):
        place("http://anchors.example/")
    with pytest.raises(PlaceRefused, match="not an https address"):
        place("file:///etc")


def test_a_place_that_cannot_be_written_loses_nothing(
    anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a place that is away, when the trail is to be anchored, then that is said, no row is kept, and the next
    time goes on (G4)."""
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    looks(1, first=7)
    seal()
    monkeypatch.setenv("DARAS_ANCHORS", str(blocked / "folder"))
    with pytest.raises(PlaceRefused):
        anchor()
    with machine():
        assert TrailAnchor.objects.count() == 2
    monkeypatch.setenv("DARAS_ANCHORS", str(anchored))
    assert anchor() is not None
    assert verify().holds
