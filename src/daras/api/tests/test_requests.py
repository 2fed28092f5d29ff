"""Requests from agencies' own systems: asked, listed and answered for a worker who is named (A12, G4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.api.authentication import issue
from daras.requests.models import RequestMade
from daras.requests.tests.conftest import Sides, sides

__all__ = ["sides"]

pytestmark = pytest.mark.django_db
ASKED: dict[str, Any] = {
    "by": "probation",
    "kind": "court-allocation",
    "to": "cornwall-childrens-services/maru",
    "about": {"given_name": "Jory", "family_name": "Keast", "date_of_birth": "2012-04-02"},
    "asks": "The court sits on Thursday.",
    "basis": "court",
}


def system(agency: str) -> Client:
    with machine():
        return Client(headers={"authorization": f"Bearer {issue(agency, 'its system')}"})


def posted(client: Client, path: str, body: dict[str, Any], status: int, **headers: str) -> dict[str, Any]:
    answer = client.post(path, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def test_a_system_asks_another_answers_and_each_names_who(sides: Sides) -> None:
    """A12: given probation's system, when it asks for a worker it names, then the front door's system has it in its
    queue and answers for a manager it names; sent again under its key it is the same; a school's finds nothing."""
    probation, maru = system("probation-service"), system("cornwall-childrens-services")
    made = posted(probation, "/api/v1/requests", ASKED, 201, **{"idempotency-key": "k1"})
    again = posted(probation, "/api/v1/requests", ASKED, 201, **{"idempotency-key": "k1"})
    assert made["reference"] == again["reference"]
    queue = maru.get("/api/v1/requests/queue", headers={"for-worker": "manager"}).json()
    assert [(each["reference"], each["stage"]) for each in queue["asked"]] == [(made["reference"], "answer")]
    path = f"/api/v1/requests/{made['reference']}"
    said = {"by": "manager", "stage": "answer", "outcome": "given", "words": "Known since 2019."}
    answered = posted(maru, f"{path}/answer", said, 200)
    assert answered["status"] == "ended"
    read = probation.get(f"{path}", headers={"for-worker": "probation"}).json()
    assert [each["words"] for each in read["events"]] == ["Known since 2019."]
    school = system("hayle-academy")
    assert school.get(f"{path}", headers={"for-worker": "outsider"}).status_code == 404
    assert posted(school, f"{path}/answer", {**said, "by": "outsider"}, 404)["code"] == "no-such-request"
    with machine():
        looks = TrailEntry.objects.filter(subject_kind="request", action="look").values_list("actor", flat=True)
        assert set(looks) == {"probation"}
        assert RequestMade.objects.count() == 1


def test_what_is_wrong_is_a_problem_document_at_its_field(sides: Sides) -> None:
    """A12, G4: given a request without its basis, for somebody of another agency, of another shape, or no JSON, then
    each is refused as a problem document that says where; nothing is recorded."""
    probation = system("probation-service")
    for wrong, pointer in (
        ({"basis": ""}, "/basis"),
        ({"by": "manager"}, "/by"),
        ({"kind": "none"}, "/kind"),
        ({"about": {}}, "/about"),
        ({"asks": 3}, "/asks"),
    ):
        found = posted(probation, "/api/v1/requests", {**ASKED, **wrong}, 422)
        assert found["pointer"] == pointer, found
    assert probation.post("/api/v1/requests", "{", content_type="application/json").status_code == 400
    assert Client().get("/api/v1/requests/queue", headers={"for-worker": "manager"}).status_code == 401
    kinds = {each["id"] for each in probation.get("/api/v1/requests/kinds").json()}
    assert {"information", "medical", "therapy-notes"} <= kinds
    made = posted(probation, "/api/v1/requests", ASKED, 201)
    path = f"/api/v1/requests/{made['reference']}"
    assert posted(probation, f"{path}/acknowledge", {"by": "probation"}, 403)["code"] == "other-side"
    assert posted(probation, f"{path}/dance", {"by": "probation"}, 404)["code"] == "no-such-request"
    with machine():
        assert RequestMade.objects.count() == 1
