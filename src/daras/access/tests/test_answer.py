"""May this worker do this to this, and why: agency, team, role, involvement, sensitivity, purpose (G4)."""

from __future__ import annotations

import pytest

from daras.access import audiences, policy
from daras.access.models import Worker
from daras.access.session import acting_as, machine

Workers = dict[str, Worker]


def told(worker: Worker, audience_id: int, *, matter: str = "", purpose: str = "") -> policy.Answer:
    """The policy's answer to somebody who wants to see something."""
    with acting_as(worker):
        return policy.answer(worker, "see", policy.Thing(audience_id, matter), purpose=purpose)


def test_each_is_told_why_they_see_something(workers: Workers) -> None:
    """G4: given a matter of the front door that a school was let into, when workers ask whether they may see it, then
    the front door may for it works there, the school for the reason it was given, and an outsider is told what they
    would be told of nothing."""
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope("908"), "circle")
        audiences.grant(audience, agency="carn-brea-academy", reason="sent this referral", granted_by="intake")
    assert told(workers["duty-manager"], audience).why == "You work in the front door of this authority."
    school = told(workers["school-lead"], audience)
    assert (school.allowed, school.involvement) == (True, "sent this referral")
    assert school.why == "Your team was let in: sent this referral."
    hidden, absent = told(workers["outsider"], audience), told(workers["outsider"], audience + 999)
    assert hidden == absent
    assert not hidden.allowed
    assert not told(workers["administrator"], audience).allowed
    assert not told(workers["data-officer"], audience).allowed


def test_sight_that_has_ended_is_no_reason(workers: Workers) -> None:
    """G4: given sight that was given and ended, when the worker asks, then there is no such thing for them."""
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope("908"), "circle")
        given = audiences.grant(audience, agency="hayle-academy", reason="invited", granted_by="manager")
    assert told(workers["outsider"], audience).allowed
    with machine():
        audiences.end(given, reason="not involved", ended_by="manager")
    assert not told(workers["outsider"], audience).allowed


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (audiences.front_door_scope("908"), "circle"),
        (audiences.CUSTODIANS, "restricted"),
        (audiences.PROTECTED, "protected"),
    ],
)
def test_how_far_something_is_known(workers: Workers, scope: str, expected: str) -> None:
    """G4: given something for a circle, for a team alone, for a custodian alone, then the policy says which."""
    with machine():
        audience = audiences.open_audience(scope, "test")
        audiences.grant(audience, agency="hayle-academy", reason="named", granted_by="custodian")
    assert told(workers["outsider"], audience).sensitivity == expected


def test_a_purpose_is_asked_only_outside_an_open_matter(workers: Workers) -> None:
    """G4: given something of an open matter, then what it is for is inferred; given something of none, then the worker
    is asked, may see it meanwhile, and only known purposes count."""
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope("908"), "circle")
    manager = workers["duty-manager"]
    inside = told(manager, audience, matter="D-7K3M-Q9TA")
    assert inside.purpose == "the open matter D-7K3M-Q9TA"
    assert not inside.asks_purpose
    outside = told(manager, audience)
    assert outside.allowed
    assert outside.asks_purpose
    assert told(manager, audience, purpose="curiosity").asks_purpose
    assert not told(manager, audience, purpose="new-worry").asks_purpose
