"""A front door that knows a child, a hospital that may meet them, and a school that has no part in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.api.authentication import issue
from daras.pages.tests.partnership import People, arrives, settle, worker
from daras.people.models import IdentifierKnown, RecordPerson

MORNING = "2026-11-24T09:30:00+00:00"
HOSPITAL = "royal-cornwall-hospitals"


@dataclass(frozen=True, slots=True)
class Partners:
    """The people, their system's tokens, and a child with an NHS number."""

    people: People
    nurse: Worker
    token: str
    school_token: str
    number: str  # the person's
    nhs: str

    def system(self, token: str = "") -> Client:
        return Client(headers={"authorization": f"Bearer {token or self.token}"})


@pytest.fixture
def partners(db: None, monkeypatch: pytest.MonkeyPatch) -> Partners:
    monkeypatch.setenv("DARAS_NOW", MORNING)
    people = settle()
    arrives("alex")
    with machine():
        nurse = worker("Tamsyn Hosking", HOSPITAL, "emergency-department", "nurse")
        known = IdentifierKnown.objects.select_related("fact").filter(system="nhs-number").order_by("pk")[0]
        member = RecordPerson.objects.get(record_id=known.fact.person_record_id)
        return Partners(
            people,
            nurse,
            issue(HOSPITAL, "emergency department system"),
            issue("hayle-academy", "school system"),
            member.number,
            known.value,
        )
