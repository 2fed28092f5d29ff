"""Forms sent by agencies' own systems: the same checks as on a page, whole or not at all, once (A3, F1, G4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from daras.access.session import machine
from daras.api.authentication import issue
from daras.forms.models import AnswerText, FormCompleted, FormDraft
from daras.forms.tests.conftest import FrontLine
from daras.practice import pack_for
from daras.working_time import clock

pytestmark = pytest.mark.django_db
VIST: dict[str, Any] = {
    "version": 1,
    "team": "redruth-neighbourhood",
    "completed_by": "officer",
    "subject": {"given_name": "Ella", "family_name": "Rowe", "date_of_birth": "2016-04-02", "role": "child"},
    "occurred": {"on": "2026-11-24", "at": "14:30"},
    "answers": {
        "grade": "red",
        "category": "neglect",
        "what-happened": "The house was cold and there was no food.",
        "voice": "I am hungry.",
        "told": "yes",
    },
    "people": {"others": [{"given_name": "Claire", "role": "adult", "relation": "mother", "lives_in_home": True}]},
}


def sent(token: str, body: object, *, key: str = "", form: str = "vist") -> Any:
    headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
    return Client().post(f"/api/v1/forms/{form}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def token(front_line: FrontLine) -> str:
    """The police force's own system."""
    with machine():
        return issue("devon-and-cornwall-police", "records")


def test_a_vist_comes_by_api_once(token: str) -> None:
    """A3: given a ViST from the force's system, then it is recorded as if it had been filled in here, and the same key
    again records nothing."""
    first = sent(token, VIST, key="a-1")
    assert first.status_code == 201, first.content
    assert first.json()["to_front_door"] is True
    again = sent(token, VIST, key="a-1")
    assert (again.status_code, again.json()["reference"]) == (200, first.json()["reference"])
    with machine():
        assert FormCompleted.objects.count() == 1
        assert AnswerText.objects.get(question="voice").value == "I am hungry."


@pytest.mark.parametrize(
    ("changed", "status", "code", "at"),
    [
        ({"answers": {**VIST["answers"], "voice": "n/a"}}, 422, "voice-placeholder", "/answers/voice"),
        ({"answers": {**VIST["answers"], "grade": "purple"}}, 422, "wrong-shape", "/answers/grade"),
        ({"answers": {"grade": "red"}}, 422, "not-answered", "/answers/category"),
        ({"completed_by": "nurse"}, 422, "unknown-worker", "/completed_by"),
        ({"occurred": {"on": "2027-01-01"}}, 422, "in-the-future", "/occurred/on"),
        ({"version": 2}, 422, "wrong-shape", "/version"),
    ],
)
def test_what_is_refused_names_its_field_and_records_nothing(
    token: str, changed: dict[str, Any], status: int, code: str, at: str
) -> None:
    """A3: given a voice of "n/a", a choice that is none, a question left out, a worker of another agency, a day to
    come, or another version, then the answer names the field and nothing is recorded."""
    refused = sent(token, {**VIST, **changed})
    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (status, code, at)
    with machine():
        assert not FormDraft.objects.exists()


def test_another_agencys_form_is_not_sent(front_line: FrontLine) -> None:
    """F1, G4: given the token of a school, then it cannot send the form of the emergency department; nobody without a
    token sends anything; an unknown form is not found."""
    with machine():
        school = issue("hayle-academy", "school")
    body = {**VIST, "team": "safeguarding", "completed_by": "outsider"}
    assert sent(school, body).status_code == 403
    assert sent("daras_none", VIST).status_code == 401
    assert sent(school, body, form="tax-return").status_code == 404


def test_each_form_has_a_schema(token: str) -> None:
    """Given every form of the pack, then its schema is published and names every question."""
    listed = Client().get("/api/v1/forms", headers={"authorization": f"Bearer {token}"}).json()
    assert {each["id"] for each in listed} == pack_for(clock.today()).forms.keys()
    for each in listed:
        schema = Client().get(each["schema_address"]).json()
        form = pack_for(clock.today()).forms[each["id"]]
        answers, people = (schema["properties"][part]["properties"] for part in ("answers", "people"))
        assert {*answers, *people} == {question.id for question in form.questions}
