"""`./daras audit verify`: one command says whether the trail is what it was (G4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from daras.access import anchor_keys
from daras.access.sealing import anchor, seal
from daras.access.tests.people import settle, superuser
from daras.access.tests.trailing import looks
from daras.cli import licences
from daras.home import Addresses

SOURCE = Path(licences.__file__).resolve().parents[2]


@pytest.fixture
def place(cloned_database: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five looks, sealed and anchored at a folder that stands for another machine."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARAS_ANCHORS", str(tmp_path / "elsewhere"))
    settle()
    looks(5)
    seal()
    anchor()
    return tmp_path / "elsewhere"


def audit(database: Addresses, *arguments: str) -> tuple[int, str, str]:
    """Run the command as an administrator does."""
    answer = subprocess.run(
        [sys.executable, "-m", "daras.cli", "audit", *arguments],
        env=os.environ | database.environment() | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout, answer.stderr


def test_a_trail_that_holds(place: Path, cloned_database: Addresses) -> None:
    """Given a sealed and anchored trail with one look since, when it is verified, then it holds, with status 0, and the
    unsealed tail and the age of the last anchor are said, in words and as one JSON document (G4)."""
    looks(1, first=6)
    status, said, _ = audit(cloned_database, "verify")
    assert status == 0
    assert "The trail holds: 5 entries" in said
    assert "Not sealed yet: 1 entry," in said
    assert f"Anchored up to position 5 by 1 anchor at {place}" in said
    assert "on this machine" not in said
    status, said, _ = audit(cloned_database, "verify", "--json")
    report: dict[str, Any] = json.loads(said)
    assert status == 0
    assert (report["holds"], report["sealed"], report["unsealed"], report["anchored"]) == (True, 5, 1, 5)
    assert report["anchors"]["age_seconds"] >= 0
    assert report["findings"] == []


def test_a_trail_that_was_edited(place: Path, cloned_database: Addresses) -> None:
    """G4: given a trail in which a superuser edited an entry, when it is verified, then the entry is named, with status
    2."""
    with superuser(cloned_database) as connected:
        row = connected.execute("SELECT entry_id FROM access_traillink WHERE position = 3").fetchone()
        assert row is not None
        connected.execute("UPDATE access_trailentry SET actor = 'somebody-else' WHERE id = %s", row)
    status, said, _ = audit(cloned_database, "verify")
    assert status == 2
    assert f"Entry {row[0]} (position 3) is not what was sealed." in said
    status, said, _ = audit(cloned_database, "verify", "--json")
    assert status == 2
    assert [(each["kind"], each["entry"]) for each in json.loads(said)["findings"]] == [("entry-edited", row[0])]


def test_an_auditor_names_place_and_key(place: Path, cloned_database: Addresses, tmp_path: Path) -> None:
    """Given an auditor with a copy of the anchors and the public key, when they verify, then they need nothing of
    ours; and a key that cannot be read is a refusal, also as JSON (G4)."""
    public = tmp_path / "public.pem"
    ours = anchor_keys.signing_key().public_key()
    public.write_bytes(ours.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "home" / "anchor-key.pem").unlink()
    copied = place.rename(tmp_path / "carried-away")
    assert audit(cloned_database, "verify", "--anchors", str(copied), "--public-key", str(public))[0] == 0
    status, said, complaint = audit(
        cloned_database, "verify", "--json", "--anchors", str(copied), "--public-key", str(tmp_path / "none.pem")
    )
    assert status == 2
    assert "no public key" in json.loads(said)["problem"]["detail"]
    assert "no public key" in complaint
