"""The duty manager decides on a page, the front door says who is who, and nobody else does either (A5, A6, A7, B1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.intake import receive
from daras.matters.models import MatterState
from daras.pages.tests.partnership import REFERRALS, People
from daras.people.models import LinkDecided

pytestmark = pytest.mark.django_db


def bring(name: str) -> str:
    """Receive an example; returns its matter's reference."""
    return receive((Path(REFERRALS) / f"{name}.json").read_bytes()).reference or ""


def signed_in(worker: Worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


def status(reference: str) -> str:
    with machine():
        return MatterState.objects.get(matter__reference=reference).status


def test_a_decision_is_made_where_its_reasons_stand(people: People) -> None:
    """A6, A7, B1: given Alex's referral, then the page shows what is suggested and why, each choice with what happens
    next; a choice against it without a reason keeps what was typed, and with one it stands."""
    reference = bring("alex")
    client = signed_in(people.duty_manager)
    matter = client.get(f"/matters/{reference}/")
    assert b"Decide what happens" in matter.content
    shown = client.get(f"/matters/{reference}/decide/")
    assert shown.status_code == 200
    assert b"They are told when you convene, not before" in shown.content
    refused = client.post(f"/matters/{reference}/decide/", {"decision": "assessment", "reason": " "})
    assert refused.status_code == 422
    assert b"Say why; partners will see it" in refused.content
    assert b'value="assessment"' in refused.content
    assert status(reference) == "decision-owed"
    done = client.post(f"/matters/{reference}/decide/", {"decision": "assessment", "reason": "Seen with his mother."})
    assert (done.status_code, done.headers["Location"]) == (302, f"/matters/{reference}/")
    assert status(reference) == "decided"


def test_a_discussion_leads_on_to_convening(people: People) -> None:
    """B1: given the decision for a discussion, then the next page is whom to invite."""
    reference = bring("alex")
    done = signed_in(people.duty_manager).post(
        f"/matters/{reference}/decide/", {"decision": "strategy-discussion", "reason": ""}
    )
    assert done.headers["Location"] == f"/matters/{reference}/convene/"


def test_matches_stand_side_by_side_and_are_confirmed_or_refused(people: People) -> None:
    """A5: given the nurse's "Toby Rows", then both sides stand beside each other with the difference marked; refusing
    needs a reason, confirming does not."""
    bring("alex")
    reference = bring("open-case")
    client = signed_in(people.duty_manager)
    page = client.get(f"/matters/{reference}/who-is-who/").content.decode()
    assert "Toby Rows" in page
    assert "Toby Rowse" in page
    assert "<strong>differs</strong>" in page
    with machine():
        links = list(LinkDecided.objects.order_by("pk").values_list("pk", flat=True))
    address = f"/matters/{reference}/who-is-who/"
    assert client.post(address, {"match": links[0], "verdict": "somebody-else", "reason": ""}).status_code == 422
    assert client.post(address, {"verdict": "all-certain"}).status_code == 302
    left = client.get(address).content.decode()
    assert "Nothing differs" not in left
    assert "Toby Rows" in left  # his name differs: a person looks at it
    with machine():
        open_links = LinkDecided.objects.filter(by_person=False, fact__superseded_by__isnull=True)
        assert open_links.count() == 1
        links = list(open_links.values_list("pk", flat=True))
    for link in links:
        assert client.post(address, {"match": link, "verdict": "same-person"}).status_code == 302
    assert "to confirm" not in client.get(address).content.decode()


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider"])
@pytest.mark.parametrize("page", ["decide", "who-is-who"])
def test_nobody_else_gets_in(people: People, who: str, page: str) -> None:
    """B1, G4: given anybody outside the front door, then neither page opens, and nothing typed there counts."""
    reference = bring("alex")
    client = signed_in(getattr(people, who))
    assert client.get(f"/matters/{reference}/{page}/").status_code in {403, 404}
    sent = client.post(f"/matters/{reference}/{page}/", {"decision": "no-further-action", "reason": "No."})
    assert sent.status_code in {403, 404}
    assert status(reference) == "decision-owed"
