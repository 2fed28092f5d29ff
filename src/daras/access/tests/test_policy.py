"""Who may do what, as one table: each action with those who may, and everybody else who may not (G4)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from daras.access import policy
from daras.access.models import Worker
from daras.access.policy import ACTIONS, ROLES, WITHOUT_CHILDREN

FRONT_DOOR = {
    ("cornwall-childrens-services", "maru"),
    ("cornwall-childrens-services", "out-of-hours"),
    ("isles-of-scilly-childrens-services", "children"),
    ("devon-and-cornwall-police", "maru"),
    ("cornwall-partnership-trust", "maru-health"),
}
ELSEWHERE = {
    ("carn-brea-academy", "safeguarding"),
    ("devon-and-cornwall-police", "redruth-neighbourhood"),
    ("cornwall-partnership-trust", "school-nursing"),
    ("probation-service", "cornwall-sexual-offences"),
    ("cornwall-childrens-services", ""),
    ("carn-brea-academy", "maru"),  # a team that calls itself as the front door's does
}
EVERYBODY = set(ROLES) - WITHOUT_CHILDREN
MANAGERS = {"duty-manager", "service-manager"}
PROTECTORS = MANAGERS | {
    "police-officer", "detective", "detective-inspector", "social-worker", "out-of-hours-worker", "probation-officer",
    "youth-justice-worker",
}  # fmt: skip
HEALTH = {"nurse", "school-nurse", "health-practitioner", "doctor", "midwife"}

#: Action: (roles, whether only in the front door). The out-of-hours worker decides and convenes as well.
MAY: dict[policy.Action, tuple[set[str], bool]] = {
    "see": (EVERYBODY, False),
    "search": (EVERYBODY, False),
    "refer": (EVERYBODY, False),
    "contribute": (EVERYBODY, False),
    "answer": (EVERYBODY, False),
    "screen": (EVERYBODY, True),
    "confirm-match": (EVERYBODY, True),
    "minute": (EVERYBODY, True),
    "hand-over": (EVERYBODY, True),
    "give-feedback": (EVERYBODY, True),
    "advise": (EVERYBODY, True),
    "keep-safe": (EVERYBODY, True),
    "analyse": (MANAGERS | {"social-worker"}, True),
    "family-version": (MANAGERS | {"social-worker"}, True),
    "protect": (PROTECTORS, False),
    "decide": (MANAGERS, True),
    "convene": (MANAGERS, True),
    "protect-person": (MANAGERS | {"custodian", "detective-inspector"}, True),
    "keep-protected": ({"custodian"}, False),
    "restrict": (EVERYBODY, False),
    "ask-rights": (EVERYBODY, False),
    "answer-rights": (EVERYBODY | {"data-officer"}, False),
    "open-in-emergency": (EVERYBODY - {"custodian"}, False),
    "review-access": (MANAGERS | {"custodian"}, True),
    "keep-or-dispose": (MANAGERS | {"custodian"}, True),
    "answer-challenge": ({"detective-inspector"}, False),
    "decide-medical": (HEALTH, False),
    "see-trail": ({"custodian"}, False),
    "administer": ({"administrator"}, False),
}


def worker(role: str, agency: str, team: str, *, active: bool = True) -> Worker:
    """Somebody in a role and place."""
    return Worker(slug="somebody", agency=agency, team=team, role=role, is_active=active)


def expected(action: policy.Action, role: str, place: tuple[str, str]) -> bool:
    """What the table says."""
    roles, front_door_only = MAY[action]
    out_of_hours = (
        action in {"decide", "convene", "analyse"}
        and role == "out-of-hours-worker"
        and place == ("cornwall-childrens-services", "out-of-hours")
    )
    if action == "family-version" and place[1] == "out-of-hours":
        return False  # written and released by day
    at_the_door = action == "protect" and role in EVERYBODY and place in FRONT_DOOR
    anywhere = (action == "protect-person" and role in {"custodian", "detective-inspector"}) or (
        action in {"review-access", "keep-or-dispose"} and role == "custodian"
    )
    allowed = role in roles and (place in FRONT_DOOR or not front_door_only)
    return allowed or out_of_hours or at_the_door or anywhere


def test_the_table_is_whole() -> None:
    """G4: given the actions of the policy, when the table is read, then each has its line."""
    assert set(MAY) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may(action: policy.Action) -> None:
    """Given every role in every place, when one wants to do something, then those may whom the table names, and all
    others are told why not (G4)."""
    for role in ROLES:
        for place in FRONT_DOOR | ELSEWHERE:
            somebody = worker(role, *place)
            assert policy.may(somebody, action) == expected(action, role, place), (role, place)
            denied = policy.denial(somebody, action)
            assert (denied is None) == policy.may(somebody, action)
            assert denied is None or denied.why.endswith(".")


@pytest.mark.parametrize("action", ACTIONS)
def test_who_has_left_or_is_unknown_may_nothing(action: policy.Action) -> None:
    """Given somebody who has left, or whose role nobody has heard of, when they want to do anything, then they may
    not."""
    place = ("cornwall-childrens-services", "maru")
    left = worker("duty-manager", *place, active=False)
    stranger = worker("wizard", *place)
    for somebody in (left, stranger):
        assert not policy.may(somebody, action)
        with pytest.raises(PermissionDenied):
            policy.require(somebody, action)


def test_who_administers_or_counts_sees_and_decides_nothing_about_a_child() -> None:
    """Given an administrator or a data officer in the front door, when they want anything but to administer, then
    they may not; but that a data officer answers who asks what is held, where they are let in by name (G4)."""
    assert set(WITHOUT_CHILDREN) == {"administrator", "data-officer"}
    for role, may in (("administrator", {"administer"}), ("data-officer", {"answer-rights"})):
        allowed = {action for action in MAY if policy.may(worker(role, "cornwall-childrens-services", "maru"), action)}
        assert allowed <= may


def test_a_refusal_says_why() -> None:
    """Given a social worker of the front door, when they decide as a manager would, then they are told who decides."""
    with pytest.raises(PermissionDenied, match="A duty manager decides"):
        policy.require(worker("social-worker", "cornwall-childrens-services", "maru"), "decide")


def test_the_gate_knows_the_same_roles(db: None) -> None:
    """Given the roles of the policy, when the database is asked which see children, then all but those who administer
    or count do, and an unknown role does not (G4)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('access.sees_children'::regproc)")
        (definition,) = cursor.fetchone()
    array = definition[definition.index("'{") + 2 : definition.index("}'")]
    assert {role.strip() for role in array.split(",")} == EVERYBODY
