"""The worker's analysis, and the change of shift (A6, A11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.session import acting_as, machine
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.outbox.models import Notice
from daras.safety.analysing import analyse
from daras.safety.handing_over import Item, accept, hand_over
from daras.safety.models import HandedOver, HandoverAccepted
from daras.safety.queries import KINDS, analyses_of, handovers
from daras.safety.tests.conftest import FrontDoor
from daras.working_time import clock

WRITTEN: dict[str, Any] = {
    "worries": "His father comes home in three weeks.",
    "what_works": "His mother asked for help.",
    "must_happen": "Nobody moves in before all have given their view.",
    "scaling": 3,
    "recommendation": "strategy-discussion",
    "because": "Three agencies hold a part each.",
}


def test_an_analysis_stands_with_those_before_it(front_door: FrontDoor) -> None:
    """A6: given two analyses of one matter, then the newest is first, and the former is readable still."""
    with acting_as(front_door.social_worker):
        analyse(front_door.social_worker, front_door.reference, **WRITTEN)
        newest = analyse(front_door.social_worker, front_door.reference, **{**WRITTEN, "scaling": 6})
        read = analyses_of(OnMatter(newest.fact.matter_id or 0, KINDS))
    assert [each.scaling for each in read] == [6, 3]
    with acting_as(front_door.school):
        assert analyses_of(OnMatter(newest.fact.matter_id or 0, KINDS)) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"worries": " "}, "/worries"),
        ({"scaling": 11}, "/scaling"),
        ({"scaling": None}, "/scaling"),
        ({"recommendation": "wait"}, "/recommendation"),
        ({"because": ""}, "/because"),
    ],
)
def test_an_analysis_without_a_part_is_refused_there(
    front_door: FrontDoor, changes: dict[str, Any], pointer: str
) -> None:
    """A6: given an analysis with a part that is missing or out of scale, then it is refused at that part."""
    with acting_as(front_door.social_worker), pytest.raises(Refused) as refused:
        analyse(front_door.social_worker, front_door.reference, **{**WRITTEN, **changes})
    assert refused.value.pointer == pointer


def test_only_social_work_of_the_front_door_analyses(front_door: FrontDoor) -> None:
    """A6: given the police of the front door or a school, then they are told whose it is."""
    for somebody in (front_door.police, front_door.school):
        with acting_as(somebody), pytest.raises(PermissionDenied, match=r"social worker|front door"):
            analyse(somebody, front_door.reference, **WRITTEN)


def test_what_is_handed_over_waits_until_somebody_accepts_it_by_name(front_door: FrontDoor) -> None:
    """A11: given a matter handed over at five, then the team out of hours is told, both teams see that nobody has it
    yet, and from when Hilary accepts it both read her name."""
    with acting_as(front_door.manager):
        (handed,) = hand_over(
            front_door.manager, [Item(front_door.reference, ("owed", "unsafe"), "His mother expects a call at seven.")]
        )
    with machine():
        assert Notice.objects.filter(kind="handed-over").count() == 1
    for somebody in (front_door.manager, front_door.out_of_hours):
        with acting_as(somebody):
            (seen,) = handovers(somebody, clock.now())
            assert not hasattr(seen, "acceptance")
            assert seen.note == "His mother expects a call at seven."
    with acting_as(front_door.out_of_hours):
        accept(front_door.out_of_hours, handed.pk)
    with acting_as(front_door.manager):
        (seen,) = handovers(front_door.manager, clock.now())
        assert seen.acceptance.accepted_by == "Hilary Quick"


def test_nothing_is_handed_over_or_accepted_twice_or_by_others(front_door: FrontDoor) -> None:
    """A11: given the same list sent twice, then each stands once; given whoever handed it over, or a second to accept,
    then they are told why not; and a school hands nothing over."""
    item = Item(front_door.reference, ("owed",))
    with acting_as(front_door.manager):
        (handed,) = hand_over(front_door.manager, [item])
        assert hand_over(front_door.manager, [item]) == []
        with pytest.raises(Refused, match="not handed over to your team"):
            accept(front_door.manager, handed.pk)
        with pytest.raises(Refused, match="Nothing was chosen"):
            hand_over(front_door.manager, [])
    with acting_as(front_door.out_of_hours):
        accept(front_door.out_of_hours, handed.pk)
        with pytest.raises(Refused, match="Hilary Quick has it already"):
            accept(front_door.out_of_hours, handed.pk)
    with acting_as(front_door.school), pytest.raises(PermissionDenied):
        hand_over(front_door.school, [item])
    with machine():
        assert (HandedOver.objects.count(), HandoverAccepted.objects.count()) == (1, 1)


def test_in_the_morning_it_comes_back(front_door: FrontDoor) -> None:
    """A11: given the team out of hours at the end of the night, then it hands over to the front door."""
    with acting_as(front_door.out_of_hours):
        (handed,) = hand_over(front_door.out_of_hours, [Item(front_door.reference, ("lapses",))])
    assert (handed.to_agency, handed.to_team) == ("cornwall-childrens-services", "maru")
