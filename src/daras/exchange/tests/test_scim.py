"""Joiners, movers and leavers by SCIM 2.0: an agency's own, with a token for that alone; leaving ends every sign-in
(G4; RFC 7643, RFC 7644)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.api.authentication import issue
from daras.exchange.installation import install_all
from daras.exchange.scim.resources import ENTERPRISE, ERROR, PATCH, USER

pytestmark = pytest.mark.django_db
POLICE = "devon-and-cornwall-police"


class Directory:
    """A police force's identity system, with its token."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def asks(self, method: str, path: str, sent: object = None) -> tuple[int, dict[str, Any]]:
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode() if sent is not None else b""
        answer = self.client.generic(method, f"/scim/v2/{path}", body, content_type="application/scim+json")
        assert answer["Content-Type"] == "application/scim+json"
        return answer.status_code, json.loads(answer.content)

    def patches(self, slug: str, *operations: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self.asks("PATCH", f"Users/{slug}", {"schemas": [PATCH], "Operations": list(operations)})


def user(**said: Any) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": "sam.pascoe@police.example",
        "externalId": "a-1",
        "name": {"formatted": "Sam Pascoe", "givenName": "Sam", "familyName": "Pascoe"},
        "title": "detective",
        "active": True,
        ENTERPRISE: {"department": "central-safeguarding"},
        **said,
    }


@pytest.fixture
def police(db: None) -> Directory:
    install_all()
    with machine():
        return Directory(issue(POLICE, "identity system", scopes=["workers"]))


def test_somebody_joins_moves_and_leaves(police: Directory) -> None:
    """G4: given a force's identity system, when somebody joins, moves to another role and leaves, then they are a
    worker of that force, in that role, and out at once: the page they had open asks them to sign in, and goes on asking
    when they are let in again; each is in the trail under the system's name."""
    status, joined = police.asks("POST", "Users", user())
    assert (status, joined["id"], joined["active"]) == (201, "sam-pascoe", True)
    assert joined["meta"]["location"].endswith("/scim/v2/Users/sam-pascoe")
    with machine():
        sam = Worker.objects.get(slug="sam-pascoe")
    assert (sam.agency, sam.team, sam.role, sam.external_id) == (POLICE, "central-safeguarding", "detective", "a-1")
    browser = Client()
    browser.force_login(sam)
    assert browser.get("/").status_code == 200
    status, moved = police.patches("sam-pascoe", {"op": "Replace", "path": "title", "value": "detective-inspector"})
    assert (status, moved["title"]) == (200, "detective-inspector")
    status, gone = police.patches("sam-pascoe", {"op": "replace", "value": {"active": False}})
    assert (status, gone["active"]) == (200, False)
    assert browser.get("/").status_code == 302
    assert police.patches("sam-pascoe", {"op": "replace", "path": "active", "value": "True"})[1]["active"] is True
    assert browser.get("/").status_code == 302
    with machine():
        noted = TrailEntry.objects.filter(actor="token:identity system", action="change").order_by("pk")
        assert [each.reason for each in noted] == [
            "added as detective",
            "moved to central-safeguarding as detective-inspector",
            "stopped",
            "moved to central-safeguarding as detective-inspector",
        ]


def test_workers_are_found_and_counted(police: Directory) -> None:
    """G4: given workers of the force and of a school, when they are listed, filtered by address, or paged, then only
    the force's own are there."""
    police.asks("POST", "Users", user())
    police.asks("POST", "Users", user(userName="jo.tonkin@police.example", externalId="a-2", displayName="Jo"))
    with machine():
        Worker.objects.create(
            slug="lead", email="lead@school.example", name="Lead", agency="carn-brea-academy", role="doctor"
        )
    assert police.asks("GET", "Users")[1]["totalResults"] == 2
    _, found = police.asks("GET", 'Users?filter=userName%20eq%20"SAM.pascoe@police.example"')
    assert [each["id"] for each in found["Resources"]] == ["sam-pascoe"]
    assert police.asks("GET", 'Users?filter=externalId%20eq%20"a-2"')[1]["totalResults"] == 1
    assert police.asks("GET", 'Users?filter=userName%20eq%20"lead@school.example"')[1]["totalResults"] == 0
    _, paged = police.asks("GET", "Users?startIndex=2&count=1")
    assert (paged["totalResults"], paged["startIndex"], paged["itemsPerPage"]) == (2, 2, 1)
    assert police.asks("GET", "Users/lead")[0] == 404
    assert police.patches("lead", {"op": "replace", "path": "active", "value": False})[0] == 404


@pytest.mark.parametrize(
    ("changed", "status", "kind"),
    [
        ({"title": "custodian"}, 400, "invalidValue"),
        ({"title": "administrator"}, 400, "invalidValue"),
        ({"title": "king"}, 400, "invalidValue"),
        ({"title": ""}, 400, "invalidValue"),
        ({ENTERPRISE: {"department": "maru-health"}}, 400, "invalidValue"),
        ({"userName": "no address"}, 400, "invalidValue"),
        ({"userName": "lead@school.example"}, 409, "uniqueness"),
        ({"schemas": []}, 400, "invalidSyntax"),
        ({"active": "perhaps"}, 400, "invalidValue"),
        ({"isAdmin": True}, 400, "invalidPath"),
        ({"agency": "carn-brea-academy"}, 400, "invalidPath"),
        ({"displayName": "x" * 201}, 400, "invalidValue"),
    ],
)
def test_what_may_not_be_is_refused_whole(police: Directory, changed: dict[str, Any], status: int, kind: str) -> None:
    """G4: given a User with a role that is made by hand, a team of another agency, somebody else's address, or anything
    that is not known here, when it is sent, then it is refused by name and nobody is made."""
    with machine():
        Worker.objects.create(
            slug="lead", email="lead@school.example", name="Lead", agency="carn-brea-academy", role="doctor"
        )
    answered, said = police.asks("POST", "Users", user(**changed))
    assert (answered, said["schemas"], said["scimType"]) == (status, [ERROR], kind)
    with machine():
        assert not Worker.objects.filter(agency=POLICE).exists()


def test_a_custodian_is_not_changed(police: Directory) -> None:
    """G4: given a custodian of the force, when its system moves or stops them, then that is refused; and nobody is
    deleted, patched by a path that is not known, or found by a filter that is not."""
    with machine():
        Worker.objects.create(slug="kit", email="kit@police.example", name="Kit", agency=POLICE, role="custodian")
    police.asks("POST", "Users", user())
    assert police.patches("kit", {"op": "replace", "path": "active", "value": False})[0] == 403
    assert police.patches("sam-pascoe", {"op": "replace", "path": "title", "value": "custodian"})[0] == 400
    assert police.patches("sam-pascoe", {"op": "replace", "path": "password", "value": "x"})[1]["title"] == "detective"
    assert police.patches("sam-pascoe", {"op": "remove", "path": "userName"})[1]["scimType"] == "mutability"
    assert police.patches("sam-pascoe", {"op": "move", "path": "title"})[1]["scimType"] == "invalidSyntax"
    assert police.asks("DELETE", "Users/sam-pascoe")[0] == 501
    assert police.asks("GET", "Users?filter=title%20sw%20%22d%22")[1]["scimType"] == "invalidFilter"
    assert police.asks("POST", "Users", b"\xff{")[1]["scimType"] == "invalidSyntax"
    assert police.asks("PUT", "Users/sam-pascoe", user(title="police-officer"))[1]["title"] == "police-officer"
    with machine():
        assert Worker.objects.get(slug="kit").is_active


def test_a_token_for_workers_alone(police: Directory) -> None:
    """G4: given a token for referrals, none, or one that calls too often, when SCIM is asked, then it is refused; and a
    token for workers sends no referral and reads no form."""
    with machine():
        records = Directory(issue(POLICE, "records"))
    assert records.asks("GET", "Users")[0] == 403
    assert Directory("daras_none").asks("GET", "Users")[0] == 401
    for path in ("/api/v1/forms", "/api/v1/requests/kinds"):
        assert police.client.get(path).status_code == 403
    sent = police.client.post("/api/v1/referrals", b"{}", content_type="application/json")
    assert (sent.status_code, json.loads(sent.content)["code"]) == (403, "not-in-scope")


def test_the_service_says_what_it_does(police: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given an identity system that asks what there is, then it learns of Users, of what of them is known, and of
    what is not done here; and when it asks too often, then it is told to wait."""
    config = police.asks("GET", "ServiceProviderConfig")[1]
    assert config["patch"]["supported"]
    assert not config["bulk"]["supported"]
    assert [each["id"] for each in police.asks("GET", "ResourceTypes")[1]["Resources"]] == ["User"]
    known = police.asks("GET", "Schemas")[1]["Resources"]
    titles = next(each for each in known[0]["attributes"] if each["name"] == "title")
    assert "detective" in titles["canonicalValues"]
    assert "custodian" not in titles["canonicalValues"]
    monkeypatch.setenv("DARAS_API_RATE", "3")
    assert police.asks("GET", "Schemas")[0] == 429
