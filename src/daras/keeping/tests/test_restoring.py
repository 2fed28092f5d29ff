"""A backup is encrypted, tried, and brought back: what was disposed of since goes again, holds are kept, nothing is
sent again, and the trail verifies against its anchors (G4, attack 11)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from psycopg import sql
from pytest_django.fixtures import Settings

from daras.access.keys import new_key
from daras.access.models import ApiToken, TrailEntry, Worker
from daras.access.sealing import anchor, seal, verify
from daras.access.session import acting_as, custody, machine
from daras.access.tests.people import superuser
from daras.access.tests.trailing import found, looks
from daras.duties import chasing
from daras.exchange import joining
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.home import Addresses
from daras.keeping import backing_up
from daras.keeping.backup_file import BackupUnreadable
from daras.keeping.holding import place_hold
from daras.keeping.models import Disposed, HoldPlaced
from daras.keeping.tests.conftest import SENT, sent, settle
from daras.keeping.tests.test_disposing import gone, words_of_the_child, young_persons_own
from daras.ledger.models import Fact
from daras.outbox import delivery, digests
from daras.outbox.models import Notice, Receiver
from daras.outbox.tests.receiving import MailServer, mail_server
from daras.working_time import clock

#: A hundred years after the youngest was born, for the police hold something by then: a duty of theirs was chased.
DISPOSED, RESTORED = "2121-03-01T10:00:00+00:00", "2121-03-02T10:00:00+00:00"


@pytest.fixture
def letters(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real mail server, to which this process and its commands send."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    monkeypatch.setenv("DARAS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DARAS_SMTP_PORT", str(port))
    with mail_server(port) as server:
        yield server


@pytest.fixture
def installed(cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Addresses:
    """A database of the test's own, with a key of its own."""
    key = new_key()
    monkeypatch.setenv("DARAS_ENCRYPTION_KEYS", key)
    settings.ENCRYPTION_KEYS = key
    monkeypatch.setenv("DARAS_NOW", SENT)
    return cloned_database


def command(addresses: Addresses, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """A command as an administrator runs it: its status, its document, and what it said."""
    environment = {**os.environ, **addresses.environment(), "PYTHONPATH": "src"}
    answer = subprocess.run(
        [sys.executable, "-m", "daras.cli", *arguments, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(answer.stdout) if answer.stdout.strip() else {}
    return answer.returncode, document, answer.stderr


def empty(addresses: Addresses) -> None:
    """The database is lost, and there is an empty one in its place."""
    for alias in ("default", "owner"):
        connections[alias].close()
    name = sql.Identifier(addresses.owner_url.rpartition("/")[2])
    with psycopg.connect(addresses.of_database("postgres").owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def deliver_all() -> None:
    """Everything that is due leaves, daily letters too."""
    now = clock.now()
    digests.write_digests(now, lambda worker, at: "")
    digests.send_digests(now)
    with machine():
        receivers = set(Notice.objects.filter(delivered_at__isnull=True).values_list("receiver_id", flat=True))
    for receiver in sorted(receivers):
        delivery.drain(receiver)


def test_disposed_of_and_an_older_backup_restored(
    installed: Addresses, letters: MailServer, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4, attack 11: given a backup, after which letters left, duties were chased, a matter was disposed of and a
    hold was placed; when the database is lost and the backup is brought back, then the disposal is applied again,
    the hold stands, a worker who was stopped and a token that was ended since stay so, nobody is signed in, nothing
    is sent again, and the trail verifies against its anchors, which name what is lost; and whoever cuts the trail
    afterwards is found as before."""
    workers = settle()
    with machine():
        Receiver.objects.create(
            agency="cornwall-childrens-services", team="maru", channel="email", address="maru@council.example"
        )
    reference = sent()
    receive(encoded(referral("mark")), file="mark")
    looks(3)
    seal()
    anchor()
    joining.issue_token(agency=workers["officer"].agency, name="records", by="shell:test")
    Session.objects.create(session_key="s", session_data="x", expire_date=datetime.fromisoformat(RESTORED))
    status, told, said = command(installed, "backup", str(outside / "daras.backup"))
    assert (status, told["tried"]) == (0, True), said
    assert told["rows"]["ledger_fact"] > 50

    deliver_all()
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(days=3)).isoformat())
    chasing.sweep(clock.now())
    deliver_all()
    before = len(letters.letters)
    assert before > 1
    leaver, comes_back = workers["officer"], workers["social-worker"]
    joining.stop_worker(leaver.email, by="shell:test")
    joining.stop_worker(comes_back.email, by="shell:test")
    with machine():
        joining.let_in_again([comes_back], by="shell:test")
    joining.end_token(agency=leaver.agency, name="records", by="shell:test")
    ended_at = clock.now()
    monkeypatch.setenv("DARAS_NOW", DISPOSED)
    gone(workers, young_persons_own())
    tombstone = gone(workers, reference)
    with acting_as(workers["custodian"]):
        hold = place_hold(workers["custodian"], ground="inquiry", reason="The inquiry asks.", everything=True)
    seal()
    anchor()
    assert verify().holds

    empty(installed)
    monkeypatch.setenv("DARAS_NOW", RESTORED)
    status, told, said = command(installed, "restore", str(outside / "daras.backup"))
    assert status == 0, said
    assert told["applied"] == {"held": 1, "released": 0, "disposed": 2, "unknown": 0, "stopped": 1, "tokens": 1}
    assert told["trail"]["holds"]
    assert [each["lost_to"] > each["position"] for each in told["trail"]["restores"]] == [True]
    assert told["sessions_ended"] == 1

    assert words_of_the_child() == []
    with machine():
        again = Disposed.objects.get(number=tombstone.number)
        assert again.applied_again
        assert (again.reviewed_by, again.approved_by) == (tombstone.reviewed_by, tombstone.approved_by)
        assert TrailEntry.objects.filter(action="dispose", subject_id=reference).exists()
        held = HoldPlaced.objects.get(ending__isnull=True)
        assert (held.number, held.reason, held.everything) == (hold.number, "The inquiry asks.", True)
        assert Fact.objects.count() > 20
        assert not Worker.objects.get(pk=leaver.pk).is_active
        assert Worker.objects.get(pk=comes_back.pk).is_active
        assert ApiToken.objects.get(name="records").ends_at == ended_at
    deliver_all()
    assert len(letters.letters) == before
    with machine():
        assert TrailEntry.objects.filter(reason__startswith="An older backup was restored").exists()
        assert not Notice.objects.filter(delivered_at__isnull=True).exclude(receiver__channel="page").exists()

    looks(2, first=10)
    seal()
    anchor()
    assert verify().holds
    with superuser(installed) as connected:
        connected.execute("DELETE FROM access_traillink WHERE position = (SELECT max(position) FROM access_traillink)")
    assert "chain-cut" in {kind for kind, *_ in found(verify())}


def test_what_is_not_whole_is_not_restored(installed: Addresses, outside: Path, settings: Settings) -> None:
    """G4: given a backup that was cut, changed, or lies under a key that is not named, or a database that is not empty,
    when it is to be restored, then that is refused by name, and nothing is written; nor is one backup written over
    another, or made under the key that everybody has."""
    settle()
    sent()
    path = outside / "daras.backup"
    backing_up.back_up(installed, path)
    assert path.stat().st_mode & 0o777 == 0o600
    whole = path.read_bytes()
    assert b"Tregear" not in whole  # four letters would come up by chance in a million of base64
    with pytest.raises(backing_up.BackupFault, match="there already"):
        backing_up.back_up(installed, path)
    with pytest.raises(backing_up.BackupFault, match="not empty"):
        backing_up.bring_back(path, installed)
    empty(installed)
    damaged = outside / "damaged"
    for content in (whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:60] + b"X" + whole[61:], b"PGDMP"):
        damaged.write_bytes(content)
        with pytest.raises(BackupUnreadable):
            backing_up.bring_back(damaged, installed)
    honest, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, new_key()
    with pytest.raises(BackupUnreadable, match="DARAS_ENCRYPTION_KEYS"):
        backing_up.bring_back(path, installed)
    with psycopg.connect(installed.owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone()
    assert row == (0,)
    settings.ENCRYPTION_KEYS = f"{new_key()},{honest}"
    assert backing_up.bring_back(path, installed).rows["ledger_fact"] > 20
    with custody():
        assert words_of_the_child() != []


def test_a_backup_lies_under_no_key_that_everybody_has(
    installed: Addresses, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a real partnership's database and no key of its own, when it is to be backed up, then that is refused;
    and so is one that an application's login would make."""
    monkeypatch.delenv("DARAS_ENCRYPTION_KEYS")
    status, _, said = command(installed, "backup", str(outside / "b"))
    assert status == 2
    assert "DARAS_ENCRYPTION_KEYS" in said
    assert not (outside / "b").exists()
