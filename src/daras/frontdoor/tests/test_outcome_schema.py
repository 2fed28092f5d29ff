"""Whoever reads our JSON may rely on the schema we publish (issue: the same job by command)."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from daras.access.models import Worker
from daras.frontdoor.intake import receive, screen
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import NAMES, changed, encoded, referral

pytestmark = pytest.mark.django_db


def check(*outcomes: Outcome) -> list[dict[str, Any]]:
    """What a command would print; raises `ValidationError` where it is not as published."""
    schema = resources.files("daras.frontdoor").joinpath("schemas/daras-outcome-1.schema.json").read_text("utf-8")
    printed: list[dict[str, Any]] = json.loads(json.dumps([outcome.as_json() for outcome in outcomes]))
    Draft202012Validator.check_schema(json.loads(schema))
    Draft202012Validator(json.loads(schema)).validate(printed)
    return printed


def test_every_outcome_of_every_example_is_as_published(received: Receive, workers: dict[str, Worker]) -> None:
    """A1, A5, A7, B3: given the example referrals, when they are looked at, recorded, sent again and refused, then each
    account is as the published schema says."""
    screened = [screen(encoded(referral(name)), worker=workers["duty-manager"], file=f"{name}.json") for name in NAMES]
    recorded = [received(name) for name in NAMES]
    again = received("alex")
    refused = receive(changed("alex", "people/0/date_of_birth", "2094-01-01"))
    printed = check(*screened, *recorded, again, refused)
    assert [each["outcome"] for each in printed] == ["screened"] * 5 + ["recorded"] * 5 + ["duplicate", "refused"]
    assert all(each["network"] and each["invite"] and each["duties"] for each in printed[5:10])


def test_the_schema_tells_a_whole_account_from_half_of_one(received: Receive) -> None:
    """A1: given an account without its receipt, or a refusal without its problem, then it does not pass the schema."""
    recorded = received("julie")
    recorded_without_receipt = Outcome("recorded", file=recorded.file, reference=recorded.reference)
    for half in (recorded_without_receipt, Outcome("refused", file="a.json"), Outcome("screened", file="a.json")):
        with pytest.raises(ValidationError):
            check(half)
