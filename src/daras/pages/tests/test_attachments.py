"""Files: attached by who reads the matter, encrypted, scanned, opened as downloads alone, seen by nobody else (G4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from daras.access.keys import new_key
from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.attachments.commands import MOST_BYTES, scan_waiting
from daras.attachments.models import Attached, Scanned
from daras.attachments.tests.clamd import EICAR, Daemon, clamd
from daras.attachments.tests.test_sniffing import PDF
from daras.exchange import joining
from daras.frontdoor.models import ReferralReceived
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.tests.partnership import People, arrives

pytestmark = pytest.mark.django_db
FILES_QUERIES = 13
WORDS = b"The nurse's letter about the child."


def signed_in(who: Worker) -> Client:
    client = Client()
    client.force_login(who)
    return client


def sends(client: Client, address: str, content: bytes, name: str = "letter.pdf") -> int:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(address, {"file": file, "about": "The letter"}).status_code


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with clamd(tmp_path / "clamd.ctl") as daemon:
        monkeypatch.setenv("DARAS_SCANNER", daemon.address)
        yield daemon


@pytest.fixture
def matter(people: People) -> Matter:
    """The school's referral about Alex."""
    arrives("alex")
    with machine():
        return Matter.objects.get(kind="referral")


def only() -> Attached:
    with machine():
        return Attached.objects.select_related("content").get()


def test_attached_scanned_encrypted_and_downloaded(people: People, matter: Matter, scanner: Daemon) -> None:
    """G4: given a matter, when a manager attaches a letter called a picture, then it is scanned, kept under a key that
    the database does not have, and downloaded as what it is, with nothing that runs; the look is in the trail. The
    school, whose referral it is, and a stranger get the answer for what is not there, as does the database's own."""
    manager = signed_in(people.duty_manager)
    address = f"/matters/{matter.reference}/files/"
    assert manager.get(address).status_code == 200
    assert sends(manager, address, PDF + WORDS, "photo <of> Alex.jpg") == 302
    assert scanner.scanned == [PDF + WORDS]
    kept = only()
    assert (kept.media_type, kept.name) == ("application/pdf", "photo <of> Alex.jpg")
    with machine(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM attachments_content WHERE position(%s in encrypted) > 0", [WORDS])
        assert cursor.fetchone() == (0,)
    listed = manager.get(address).content.decode()
    assert "photo &lt;of&gt; Alex.jpg" in listed
    assert "Scanned, nothing found" in listed
    answer = manager.get(f"/files/{kept.reference}/")
    assert answer.content == PDF + WORDS
    assert answer["Content-Disposition"] == f'attachment; filename="{kept.reference}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    with machine():
        assert TrailEntry.objects.filter(action="look", subject_kind="attachment", subject_id=kept.reference).exists()
    for other in (people.safeguarding_lead, people.outsider):
        assert signed_in(other).get(f"/files/{kept.reference}/").status_code == 404
        assert signed_in(other).get(address).status_code == 404
    assert Client().get(f"/files/{kept.reference}/").status_code == 302


def test_a_sender_attaches_to_what_it_sent(people: People, matter: Matter) -> None:
    """G4: given a school that sent a referral, when its lead attaches a file by the receipt, then the school and the
    front door read it, another school does not, and the school sees no file of the front door's."""
    with machine():
        receipt = ReferralReceived.objects.get().receipt
    lead, manager = signed_in(people.safeguarding_lead), signed_in(people.duty_manager)
    assert sends(lead, f"/our-referrals/{receipt}/files/", PDF) == 302
    kept = only()
    assert sends(manager, f"/matters/{matter.reference}/files/", PDF + WORDS) == 302
    for reader in (lead, manager):
        assert reader.get(f"/files/{kept.reference}/").status_code == 200
    assert signed_in(people.outsider).get(f"/files/{kept.reference}/").status_code == 404
    assert signed_in(people.outsider).get(f"/our-referrals/{receipt}/files/").status_code == 404
    shown = lead.get(f"/our-referrals/{receipt}/files/").content.decode()
    assert shown.count("/files/F-") == 1
    assert "Not scanned" in shown


def test_a_list_of_files_asks_as_much_however_long_it_is(people: People, matter: Matter, scanner: Daemon) -> None:
    """G4, interface: given one file and then four, then the page asks the database as often."""
    manager = signed_in(people.duty_manager)
    address = f"/matters/{matter.reference}/files/"
    asked = []
    assert manager.get(address).status_code == 200  # what a process remembers is remembered now
    for number in (1, 3):
        for _ in range(number):
            assert sends(manager, address, PDF) == 302
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(address).status_code == 200
        asked.append(len(captured))
    assert asked == [FILES_QUERIES, FILES_QUERIES]


def test_what_does_harm_or_is_too_large_is_not_kept(people: People, matter: Matter, scanner: Daemon) -> None:
    """G4: given a file in which the scanner finds something, one of a kind that may not be, one that is too large, or
    none, when it is attached, then it is refused at its field, nothing is kept, and the trail knows of the first."""
    manager = signed_in(people.duty_manager)
    address = f"/matters/{matter.reference}/files/"
    assert sends(manager, address, PDF + EICAR) == 422
    assert sends(manager, address, b"MZ\x90\0" + b"\0" * 64) == 422
    assert sends(manager, address, PDF + b"x" * MOST_BYTES) == 422
    assert sends(manager, address, PDF + b"x" * (MOST_BYTES + 5_000_000)) == 422
    assert manager.post(address, {"about": "x"}).status_code == 422
    with machine():
        assert not Attached.objects.exists()
        refused = TrailEntry.objects.get(subject_kind="attachment", outcome="refused")
    assert refused.reason == "a scanner found Eicar-Test-Signature"


def test_a_scanner_that_is_away_delays_nothing_and_opens_nothing(
    people: People, matter: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a scanner that does not answer, when files are attached, then they are kept and cannot be opened; when
    it answers again, then what is clean can be, and what is not never; a scanner that says nonsense says nothing."""
    path = tmp_path / "clamd.ctl"
    monkeypatch.setenv("DARAS_SCANNER", f"unix:{path}")
    manager = signed_in(people.duty_manager)
    address = f"/matters/{matter.reference}/files/"
    assert sends(manager, address, PDF) == 302
    assert sends(manager, address, PDF + EICAR) == 302
    with machine():
        clean, harmful = Attached.objects.order_by("pk").values_list("reference", flat=True)
    assert scan_waiting() == 0
    assert manager.get(f"/files/{clean}/").status_code == 404
    with clamd(path) as daemon:
        daemon.says = "INSTREAM size limit exceeded. ERROR"
        assert scan_waiting() == 0
        daemon.says = ""
        assert scan_waiting() == 2
        assert scan_waiting() == 0
    os.unlink(path)
    assert manager.get(f"/files/{clean}/").status_code == 200
    assert manager.get(f"/files/{harmful}/").status_code == 404
    assert "Something harmful was found" in manager.get(address).content.decode()
    with machine():
        assert Scanned.objects.count() == 2


def test_files_go_under_a_newer_key(people: People, matter: Matter, settings: Settings) -> None:
    """G4: given a file, when a new key is named before the old one and secrets are brought under it, then the old key
    is not needed any more; without either, nobody opens it."""
    old, new = new_key(), new_key()
    settings.ENCRYPTION_KEYS = old
    assert sends(signed_in(people.duty_manager), f"/matters/{matter.reference}/files/", PDF) == 302
    address = f"/files/{only().reference}/"
    settings.ENCRYPTION_KEYS = f"{new},{old}"
    assert joining.rotate_secrets(by="shell:test") == 1
    settings.ENCRYPTION_KEYS = new
    assert signed_in(people.duty_manager).get(address).content == PDF
    settings.ENCRYPTION_KEYS = new_key()
    assert signed_in(people.duty_manager).get(address).status_code == 404
    with pytest.raises(Refused, match="DARAS_ENCRYPTION_KEYS"):
        joining.rotate_secrets(by="shell:test")
