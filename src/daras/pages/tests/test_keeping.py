"""The pages where matters are held, reviewed, approved to go, and seen to have gone (G4)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import Worker
from daras.access.session import machine
from daras.keeping.models import Disposed, HoldPlaced
from daras.keeping.tests.conftest import LATER
from daras.keeping.tests.test_disposing import words_of_the_child
from daras.matters.models import Matter
from daras.pages.tests.partnership import People, arrives, worker

pytestmark = pytest.mark.django_db
KEEPING_QUERIES = 26


def signed_in(who: Worker) -> Client:
    client = Client()
    client.force_login(who)
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def custodian(people: People) -> Worker:
    with machine():
        return worker("Judith Farrell", "cornwall-childrens-services", "legal", "custodian")


def test_held_reviewed_and_gone_by_page(
    people: People, custodian: Worker, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """G4: given matters whose time has run out, when a custodian holds one, then it does not go; when the hold has
    ended, a manager reviewed and the custodian approved, then it is gone, and the page says that it went, by whom, and
    nothing of anybody. The manager's own approval is not there, and two schools see none of it."""
    monkeypatch.setenv("DARAS_REGISTER", f"{tmp_path}/register")
    monkeypatch.setenv("DARAS_HOME", f"{tmp_path}/home")
    arrives("alex")
    with machine():
        first = Matter.objects.get(kind="child-in-need").reference
    manager, judith = signed_in(people.duty_manager), signed_in(custodian)
    assert "The schedule still keeps everything" in text(manager, "/keeping/")
    monkeypatch.setenv("DARAS_NOW", LATER)
    manager, judith = signed_in(people.duty_manager), signed_in(custodian)
    with CaptureQueriesContext(connection) as captured:
        listed = text(manager, "/keeping/")
    assert len(captured) == KEEPING_QUERIES
    assert first in listed
    assert "Alex" not in listed
    assert "set by national guidance" in text(manager, f"/keeping/{first}/review/")
    held = {"ground": "inquiry", "reason": "The inquiry asks.", "references": first}
    assert judith.post("/keeping/hold/", {**held, "reason": ""}).status_code == 422
    assert judith.post("/keeping/hold/", held).status_code == 302
    gone = {"decision": "dispose", "reason": "Read it whole."}
    assert "Hold H-" in manager.post(f"/keeping/{first}/review/", gone).content.decode()
    with machine():
        hold = HoldPlaced.objects.get()
    assert judith.post(f"/keeping/hold/{hold.pk}/end/", {"reason": "It has reported."}).status_code == 302
    assert manager.post(f"/keeping/{first}/review/", {**gone, "decision": "keep"}).status_code == 422
    assert manager.post(f"/keeping/{first}/review/", gone).status_code == 302
    assert manager.get(f"/keeping/{first}/approve/").status_code == 404
    assert "Read it whole." in text(judith, f"/keeping/{first}/approve/")
    assert judith.post(f"/keeping/{first}/approve/", {}).status_code == 302
    with machine():
        tombstone = Disposed.objects.get()
    page = text(manager, "/keeping/")
    assert tombstone.digest in page
    assert first not in page
    assert "Jake" not in text(manager, f"/matters/{first}/")
    assert signed_in(people.out_of_hours).get(f"/matters/{first}/").status_code == 404
    assert "forms_formdraft" not in words_of_the_child()
    for outsider in (people.outsider, people.safeguarding_lead):
        assert signed_in(outsider).get("/keeping/").status_code == 403
        assert signed_in(outsider).post(f"/keeping/{first}/approve/", {}).status_code in {403, 404}
