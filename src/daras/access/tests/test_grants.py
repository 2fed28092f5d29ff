"""Sight, given and taken in every order, is what a few lines of Python say it is (G4)."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from daras.access import audiences
from daras.access.models import Grant, Worker
from daras.access.session import machine
from daras.access.tests.people import record_for, seen_by, settle

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
SCOPES = [audiences.front_door_scope("908"), audiences.front_door_scope("420"), audiences.agency_scope("hayle-academy")]
#: Who stands in which of these scopes, written out: this is the model, and must not ask the database.
STANDING = {
    "duty-manager": {SCOPES[0]},
    "out-of-hours": {SCOPES[0], SCOPES[1]},
    "scilly-social-worker": {SCOPES[1]},
    "maru-health": {SCOPES[0], SCOPES[1]},
    "outsider": {SCOPES[2]},
}
AGENCIES = ["carn-brea-academy", "hayle-academy", "cornwall-partnership-trust", "cornwall-childrens-services"]
TEAMS = ["", "safeguarding", "school-nursing", "maru", "maru-health"]
ROLES = ["", "designated-safeguarding-lead", "school-nurse", "administrator"]


@dataclass
class Given:
    """A grant as the model knows it."""

    audience: int
    agency: str
    team: str
    role: str
    worker: int | None
    until: datetime | None
    row: Grant
    ended: bool = False

    def reaches(self, worker: Worker, now: datetime) -> bool:
        """Whether it gives this worker sight now."""
        return (
            worker.is_active
            and worker.role not in {"administrator", "data-officer"}
            and not self.ended
            and (self.until is None or self.until > now)
            and self.agency == worker.agency
            and self.team in {"", worker.team}
            and self.role in {"", worker.role}
            and self.worker in {None, worker.pk}
        )


class Sight(RuleBasedStateMachine):
    """Audiences are opened, granted, ended, run out; workers leave and come back; time passes."""

    audiences_made: Bundle[int] = Bundle("audiences")
    grants: Bundle[Given] = Bundle("grants")
    patch: pytest.MonkeyPatch
    settled: dict[str, Worker]

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.now = START
        self.given: list[Given] = []
        self.records: dict[int, tuple[int, str]] = {}

        self.patch.setenv("DARAS_NOW", self.now.isoformat())
        self.workers = {seat: copy(worker) for seat, worker in self.settled.items()}

    @rule(target=audiences_made, scope=st.sampled_from(SCOPES))
    def open(self, scope: str) -> int:
        """Something is recorded for a new audience."""
        with machine():
            audience = audiences.open_audience(scope, "matter")
        self.records[record_for(audience)] = (audience, scope)
        return audience

    @rule(
        target=grants,
        audience=audiences_made,
        agency=st.sampled_from(AGENCIES),
        team=st.sampled_from(TEAMS),
        role=st.sampled_from(ROLES),
        seat=st.none() | st.sampled_from(["school-nurse", "school-lead", "outsider", "duty-manager"]),
        hours=st.none() | st.integers(min_value=1, max_value=48),
    )
    def grant(self, audience: int, agency: str, team: str, role: str, seat: str | None, hours: int | None) -> Given:
        """Sight is given."""
        worker = self.workers[seat] if seat else None
        until = self.now + timedelta(hours=hours) if hours else None
        with machine():
            row = audiences.grant(
                audience, agency=agency, team=team, role=role, worker=worker, until=until, reason="x", granted_by="x"
            )
        made = Given(audience, agency, team, role, worker.pk if worker else None, until, row)
        self.given.append(made)
        return made

    @rule(given=consumes(grants))
    def end(self, given: Given) -> None:
        """Sight is taken back."""
        with machine():
            audiences.end(given.row, reason="x", ended_by="x")
        given.ended = True

    @rule(hours=st.integers(min_value=1, max_value=30))
    def wait(self, hours: int) -> None:
        """Time passes, for the database as for people."""
        self.now += timedelta(hours=hours)
        self.patch.setenv("DARAS_NOW", self.now.isoformat())

    @rule(seat=st.sampled_from(["school-lead", "duty-manager", "school-nurse"]), active=st.booleans())
    def leave(self, seat: str, active: bool) -> None:
        """A worker leaves, or comes back."""
        worker = self.workers[seat]
        worker.is_active = active
        with machine():
            Worker.objects.filter(pk=worker.pk).update(is_active=active)

    @invariant()
    def everybody_sees_exactly_what_the_model_says(self) -> None:
        """No row more and no row less, for every worker."""
        for seat, worker in self.workers.items():
            expected = {
                record
                for record, (audience, scope) in self.records.items()
                if (worker.is_active and scope in STANDING.get(seat, set()))
                or any(each.audience == audience and each.reaches(worker, self.now) for each in self.given)
            }
            assert seen_by(worker) == expected, seat

    def teardown(self) -> None:
        """Nothing of this run is left for the next."""
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)


@pytest.mark.django_db
def test_sight_is_what_was_given_and_not_taken_back(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Given audiences, grants to agencies, teams, roles and workers, ends and times at which they run out, in any
    order, when anybody looks after any step, then they see what they were given, no row more and no row less (G4)."""
    Sight.patch = monkeypatch
    Sight.settled = settle()
    long: Any = request.config.getoption("--long")
    run_state_machine_as_test(
        Sight,
        settings=settings(
            max_examples=60 if long else 10,
            stateful_step_count=30 if long else 10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
