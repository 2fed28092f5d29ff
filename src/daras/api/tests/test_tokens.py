"""Tokens of agencies' systems: for what they were issued, until they end, not too often, and never for nobody (G4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from daras.access.models import ApiToken, TrailEntry
from daras.access.session import machine
from daras.api.authentication import issue
from daras.api.v1 import api
from daras.exchange import joining
from daras.exchange.installation import install_all
from daras.ledger.refusal import Refused
from daras.working_time import clock

pytestmark = pytest.mark.django_db
SCHOOL = "carn-brea-academy"
#: What is read without naming anybody: there is nobody in it.
NOBODY_IN_IT = {
    "/api/v1/forms",
    "/api/v1/forms/{form}/schema",
    "/api/v1/requests/kinds",
    "/api/v1/schemas/daras-referral-1",
}
#: What an address of the API may hold: references, and names of forms and deeds.
IN_ADDRESSES = {"reference", "form", "deed"}


def asks(token: str, path: str = "/api/v1/forms") -> int:
    return Client(headers={"authorization": f"Bearer {token}"}).get(path).status_code


@pytest.fixture
def school(db: None) -> None:
    install_all()


def test_a_token_is_for_what_it_was_issued(school: None) -> None:
    """G4: given a token for forms alone, when it asks for requests or sends a referral, then it is refused as not for
    that, and the refusal is in the trail under its name; a scope that there is not, or workers beside another, or more
    than a year, is not issued."""
    token, ends_at = joining.issue_token(agency=SCHOOL, name="forms", by="shell:test", scopes=["forms"], days=30)
    assert ends_at - clock.now() <= timedelta(days=30)
    assert asks(token) == 200
    refused = Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/requests/kinds")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "not-in-scope")
    with machine():
        assert TrailEntry.objects.filter(actor="token:forms", outcome="refused").exists()
    wrong: tuple[tuple[list[str], int], ...] = ((["everything"], 30), (["workers", "forms"], 30), ([], 366), ([], 0))
    for scopes, days in wrong:
        with pytest.raises(Refused):
            joining.issue_token(agency=SCHOOL, name="x", by="shell:test", scopes=scopes, days=days)


def test_a_token_is_rotated_without_a_gap_and_ends(school: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a token, when it is rotated, then both are good for some days and have the same scopes; then the old
    one ends, and the new one in a year; ending ends both at once."""
    old, _ = joining.issue_token(agency=SCHOOL, name="records", by="shell:test", scopes=["forms"])
    new, _ = joining.rotate_token(agency=SCHOOL, name="records", by="shell:test", overlap_days=7)
    assert (asks(old), asks(new)) == (200, 200)
    assert asks(new, "/api/v1/requests/kinds") == 403
    start = clock.now()
    monkeypatch.setenv("DARAS_NOW", (start + timedelta(days=8)).isoformat())
    assert (asks(old), asks(new)) == (401, 200)
    monkeypatch.setenv("DARAS_NOW", (start + timedelta(days=366)).isoformat())
    assert asks(new) == 401
    with pytest.raises(Refused, match="no token"):
        joining.rotate_token(agency=SCHOOL, name="records", by="shell:test")
    monkeypatch.setenv("DARAS_NOW", start.isoformat())
    joining.end_token(agency=SCHOOL, name="records", by="shell:test")
    assert (asks(old), asks(new)) == (401, 401)
    with machine():
        assert not ApiToken.objects.filter(digest__in=[old, new]).exists()


def test_a_flood_is_stopped_and_others_are_not(school: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a token that calls more often in a minute than it may, then it is told to wait a minute; another
    agency's token goes on."""
    monkeypatch.setenv("DARAS_API_RATE", "5")
    with machine():
        ours, theirs = issue(SCHOOL, "ours"), issue("hayle-academy", "theirs")
    assert [asks(ours) for _ in range(7)] == [200] * 5 + [429] * 2
    assert asks(theirs) == 200
    answer = Client(headers={"authorization": f"Bearer {ours}"}).get("/api/v1/forms")
    assert (answer["Retry-After"], json.loads(answer.content)["code"]) == ("60", "too-many-calls")


def test_whatever_is_read_names_whom_it_is_for() -> None:
    """G4: given every operation of the API that reads, then it needs the name of the worker for whom it reads, in a
    header; or there is nobody in what it reads. No address holds anybody: of what stands in one, each part is named
    here."""
    paths = api.get_openapi_schema()["paths"]
    reads = {path: each["get"] for path, each in paths.items() if "get" in each}
    assert len(reads) > 5
    for path, operation in reads.items():
        needs = {(each["in"], each["name"]) for each in operation.get("parameters", ()) if each["required"]}
        assert ("header", "For-Worker") in needs or path in NOBODY_IN_IT, path
    for path, methods in paths.items():
        asked = [each for operation in methods.values() for each in operation.get("parameters", ())]
        assert {each["name"] for each in asked if each["in"] != "header"} <= IN_ADDRESSES, path
    summary = paths["/api/v1/summary"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "by" in api.get_openapi_schema()["components"]["schemas"][summary["$ref"].rpartition("/")[2]]["required"]
