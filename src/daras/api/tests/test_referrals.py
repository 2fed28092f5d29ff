"""An agency's own system sends news and gets a receipt, never candidates, network or indicators (A1, G4)."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from daras.access.session import machine
from daras.api.authentication import issue
from daras.exchange.installation import install_all
from daras.frontdoor.models import Quarantined
from daras.frontdoor.tests.documents import changed, encoded, referral
from daras.ledger.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The school's system, with its token, on the Monday after."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-23T17:00:00+00:00")
    install_all()
    with machine():
        token = issue("carn-brea-academy", "school system")
    return Client(headers={"authorization": f"Bearer {token}"})


def send(client: Client, raw: bytes, **headers: str) -> tuple[int, dict[str, object], str]:
    response = client.post("/api/v1/referrals", raw, content_type="application/json", headers=headers or None)
    return response.status_code, json.loads(response.content), response.headers["Content-Type"]


def test_a_sender_gets_a_receipt_its_quality_and_its_own_duties(school: Client) -> None:
    """A1, A2, G4: given the school's referral by API, then it is answered with those three things and no more."""
    status, body, _ = send(school, encoded(referral("alex")))
    assert status == 201
    assert set(body) == {"receipt", "duplicate", "quality", "duties"}
    assert str(body["receipt"]).startswith("R-")
    assert {duty["owner"] for duty in body["duties"]} == {"carn-brea-academy/safeguarding"}  # type: ignore[attr-defined]


def test_a_known_child_is_answered_as_an_unknown_one(school: Client) -> None:
    """G4: given the same news of a child nobody knows and of one with an open case, then the answers differ in the
    receipt only."""
    _, first, _ = send(school, encoded(referral("alex")))
    status, second, _ = send(school, changed("alex", "hoped_for", "That somebody sees Alex on Monday, please."))
    assert status == 201
    assert {**first, "receipt": ""} == {**second, "receipt": ""}


def test_the_same_key_gets_the_same_receipt(school: Client) -> None:
    """A1: given a delivery repeated with its Idempotency-Key, then the receipt is the same."""
    _, first, _ = send(school, encoded(referral("alex")), **{"idempotency-key": "one"})
    status, again, _ = send(school, encoded(referral("alex")), **{"idempotency-key": "one"})
    assert status == 200
    assert again["duplicate"] is True
    assert again["receipt"] == first["receipt"]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "not-json"),
        (b"", 400, "not-json"),
        (b"[]", 400, "not-an-object"),
        (b"\xff\xfe", 400, "not-utf-8"),
        (b"x" * 1_000_001, 413, "too-large"),
        (b" " * 10_000_000, 413, "too-large"),
        (changed("alex", "format", "daras-referral/2"), 422, "unknown-format"),
        (changed("alex", "people/0/identifiers/0/value", "0000000000"), 422, "impossible-identifier"),
        (changed("alex", "people/0/identifiers/0/value", "9000001081"), 422, "impossible-identifier"),
        (changed("alex", "people/4", {"ref": referral("alex")["people"][4]["ref"], "role": "child"}), 422, "no-name"),
        (changed("alex", "people/0/date_of_birth", "2027-03-01"), 422, "born-in-the-future"),
        (changed("alex", "from/agency", "nobody-at-all"), 422, "unknown-agency"),
        (changed("alex", "from/team", "nobody-at-all"), 422, "unknown-team"),
        (changed("alex", "relationships/0/to", "stranger"), 422, "unknown-person"),
        (changed("alex", "voice_of_child/alex", {"text": "not applicable"}), 422, "voice-without-reason"),
        (changed("alex", "from/agency", "hayle-academy"), 403, "not-your-agency"),
    ],
)
def test_a_refusal_is_a_problem_document_and_is_kept(school: Client, raw: bytes, status: int, code: str) -> None:
    """A1: given bad input by API, then it is a problem document with a pointer and a remedy, and is kept in
    quarantine."""
    answered, body, content_type = send(school, raw)
    assert (answered, body["code"], content_type) == (status, code, "application/problem+json")
    assert body["remedy"]
    with machine():
        assert not Fact.objects.exists()
        assert Quarantined.objects.filter(code=code, agency="carn-brea-academy").count() == 1


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer daras_guess"}, {"authorization": "Basic eDp5"}])
def test_nobody_gets_in_without_a_token(school: Client, headers: dict[str, str]) -> None:
    """G4: given no token, or a guessed one, then both are refused alike and nothing is read."""
    response = Client(headers=headers).post("/api/v1/referrals", b"{", content_type="application/json")
    assert response.status_code == 401
    assert json.loads(response.content)["code"] == "not-authenticated"


def test_the_schema_and_the_api_are_published(db: None) -> None:
    """A1: given a partner's developer without a token, then the schema and the OpenAPI document are there to read."""
    schema = Client().get("/api/v1/schemas/daras-referral-1")
    assert schema.json()["title"] == "daras-referral/1"
    described = Client().get("/api/v1/openapi.json").json()
    assert "/api/v1/referrals" in described["paths"]
