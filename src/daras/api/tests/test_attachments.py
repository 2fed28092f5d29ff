"""Files by the API: attached, listed and downloaded for a worker who is named, within the token's scope (G4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.api.authentication import issue
from daras.attachments import commands
from daras.attachments.models import Attached
from daras.attachments.tests.clamd import EICAR, Daemon, clamd
from daras.attachments.tests.test_sniffing import PDF
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter
from daras.pages.tests.partnership import People, arrives, settle

pytestmark = pytest.mark.django_db
SCHOOL, OTHER, COUNCIL = "carn-brea-academy", "hayle-academy", "cornwall-childrens-services"


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    """The school has sent its referral about Alex."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    found = settle()
    arrives("alex")
    return found


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with clamd(tmp_path / "clamd.ctl") as daemon:
        monkeypatch.setenv("DARAS_SCANNER", daemon.address)
        yield daemon


def system(agency: str, *scopes: str) -> Client:
    with machine():
        token = issue(agency, f"system of {agency}", scopes=scopes or ["attachments"])
    return Client(headers={"authorization": f"Bearer {token}"})


def sent(client: Client, to: str, by: str, content: bytes, name: str = "letter.pdf") -> tuple[int, dict[str, Any]]:
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"/api/v1/attachments/to/{to}", {"by": by, "about": "The letter", "file": file})
    return answer.status_code, answer.json()


def test_a_sender_attaches_lists_and_downloads(people: People, scanner: Daemon) -> None:
    """G4: given a school that sent a referral, when its system attaches a file for its lead by the receipt, then it is
    scanned as on the page, listed and downloaded for her, as bytes that no browser shows; the front door's system
    reads it by the matter; each look is of who was named. What a scanner finds something in is refused and not kept."""
    lead, manager = people.safeguarding_lead, people.duty_manager
    with machine():
        receipt, matter = ReferralReceived.objects.get().receipt, Matter.objects.get(kind="referral").reference
    school, council = system(SCHOOL), system(COUNCIL)
    status, made = sent(school, receipt, lead.slug, PDF, "Alex.pdf")
    assert (status, made["state"], made["name"], made["media_type"]) == (201, "clean", "Alex.pdf", "application/pdf")
    assert scanner.scanned == [PDF]
    for client, who, place in ((school, lead, receipt), (council, manager, matter)):
        named = {"for-worker": who.slug}
        listed = client.get(f"/api/v1/attachments/of/{place}", headers=named).json()["files"]
        assert [each["reference"] for each in listed] == [made["reference"]]
        answer = client.get(f"/api/v1/attachments/{made['reference']}", headers=named)
        assert (answer.content, answer["Content-Type"]) == (PDF, "application/octet-stream")
        assert answer["Content-Disposition"] == f'attachment; filename="{made["reference"]}.pdf"'
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        with machine():
            assert TrailEntry.objects.filter(actor=who.slug, action="look", subject_id=made["reference"]).exists()
    status, refused = sent(school, receipt, lead.slug, PDF + EICAR)
    assert (status, refused["code"]) == (422, "file-does-harm")
    assert sent(school, receipt, lead.slug, b"MZ\x90\0" + b"\0" * 64)[0] == 422
    assert sent(school, receipt, lead.slug, PDF + b"x" * (commands.MOST_BYTES + 5_000_000))[0] == 422
    with machine():
        assert Attached.objects.count() == 1


def test_another_agency_another_scope_and_nobody_get_nothing(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a file that a school attached, when another school's system asks for it or attaches to it, or the front
    door's by the school's receipt names the school's worker, or a token for something else, or nobody, then each gets
    the answer for what is not there, or for who may not; hidden and absent are one answer. A worker attaches no more
    than so many in a day."""
    lead, outsider = people.safeguarding_lead, people.outsider
    with machine():
        receipt, matter = ReferralReceived.objects.get().receipt, Matter.objects.get(kind="referral").reference
    school, other = system(SCHOOL), system(OTHER)
    _, made = sent(school, receipt, lead.slug, PDF)
    named = {"for-worker": outsider.slug}
    absent = other.get("/api/v1/attachments/F-0000-0000", headers=named)
    hidden = other.get(f"/api/v1/attachments/{made['reference']}", headers=named)
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    for place in (receipt, matter, "D-0000-0000", "a\0b"):
        assert other.get(f"/api/v1/attachments/of/{place}", headers=named).status_code == 404, place
        assert sent(other, place, outsider.slug, PDF)[0] == 404, place
    assert school.get(f"/api/v1/attachments/of/{matter}", headers={"for-worker": lead.slug}).status_code == 404
    assert sent(system(COUNCIL), matter, lead.slug, PDF)[0] == 422
    assert school.get(f"/api/v1/attachments/{made['reference']}").status_code == 422
    assert system(SCHOOL, "forms").get(f"/api/v1/attachments/{made['reference']}").status_code == 403
    assert Client().get(f"/api/v1/attachments/{made['reference']}").status_code == 401
    monkeypatch.setattr(commands, "MOST_IN_A_DAY", 1)
    assert sent(school, receipt, lead.slug, PDF)[0] == 429


def test_a_body_that_does_not_say_what_it_is_is_not_read(people: People) -> None:
    """G4: given a body of JSON that says it is something else, or says nothing, when it is sent to any operation that
    takes JSON, then it is refused unread; and no answer to a system is shown as a page."""
    client = system(SCHOOL, "referrals", "forms", "requests", "flags")
    for path in ("referrals", "forms/school-nursing-contact", "requests", "requests/Q-0000-0000/answer", "summary"):
        for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", ""):
            answer = client.post(f"/api/v1/{path}", b"{}", content_type=kind)
            assert (answer.status_code, answer.json()["code"]) == (415, "other-content"), (path, kind)
            assert answer["Content-Disposition"] == 'attachment; filename="answer.json"'
    with machine():
        workers = Client(headers={"authorization": f"Bearer {issue(SCHOOL, 'directory', scopes=['workers'])}"})
    assert workers.post("/scim/v2/Users", b"{}", content_type="text/plain").status_code == 415
