"""`./daras near`: exposure from either end, through somebody's own eyes."""

from __future__ import annotations

import argparse
import json

import pytest

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.cli import near
from daras.cli.refusal import CommandRefused
from daras.frontdoor.tests.conftest import Receive
from daras.people.models import NameKnown, RecordPerson


def asked(number: str, worker: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    near.add_arguments(parser)
    return parser.parse_args([number, "--as", worker, "--json"])


def test_a_child_and_who_poses_a_risk_are_found_from_either_end(
    received: Receive, capsys: pytest.CaptureFixture[str]
) -> None:
    """E2, G4: given Mark's referral, when the duty manager asks from the child or from the father, then both answers
    are the same pair with the way there and the basis, and each look is in the trail; to an outsider neither exists."""
    received("mark")
    with machine():
        numbers = {}
        for name in NameKnown.objects.select_related("fact").filter(given_name__in=("Mark", "Dean")):
            record = name.fact.person_record_id
            numbers[name.given_name] = RecordPerson.objects.get(record_id=record).number
    told = []
    for number in numbers.values():
        assert near.run(asked(number, "duty-manager")) == 0
        told.append(json.loads(capsys.readouterr().out))
    for pairs in told:
        (pair,) = [each for each in pairs if each["child"] == numbers["Mark"]]
        assert pair["person_of_risk"] == numbers["Dean"]
        assert pair["basis"] == ["convicted"]
        assert pair["steps"] == 1
    with machine():
        looked = set(TrailEntry.objects.filter(action="look").values_list("subject_id", flat=True))
        assert set(numbers.values()) <= looked
    with pytest.raises(CommandRefused, match="There is nobody"):
        near.run(asked(numbers["Mark"], "outsider"))
