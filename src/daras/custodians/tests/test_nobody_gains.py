"""Merging, splitting, giving, ending, protecting and emergencies, in every order: nobody gains an entry by any of it
(G4, A5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from daras.access import audiences
from daras.access.models import Grant, Worker
from daras.access.session import acting_as, custody, machine
from daras.access.tests.people import settle
from daras.custodians import moving
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.people.commands import add_records, decide_link, new_persons, place
from daras.people.models import LinkDecided, NameKnown, RecordPerson
from daras.working_time import clock

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
#: By record: the scope that it stands in.
SCOPES = {
    "open": audiences.front_door_scope("908"),
    "open too": audiences.front_door_scope("908"),
    "restricted": audiences.CUSTODIANS,
    "school": audiences.agency_scope("hayle-academy"),
}
NAMES = tuple(SCOPES)
#: Who stands in which, written out: the model must not ask the database.
STANDING = {
    "duty-manager": {"open", "open too"},
    "custodian": {"restricted"},
    "outsider": {"school"},
    "school-nurse": set[str](),
}
SEATS = tuple(STANDING)
HOURS = st.integers(1, 4)


class NobodyGains(RuleBasedStateMachine):
    """Four records, four workers, and what each may see as a few lines of Python say."""

    @initialize()
    def settled(self) -> None:
        self.now = START
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self._clock()
        self.workers: dict[str, Worker] = settle()
        self.grants: list[tuple[str, str, datetime | None, Grant]] = []
        self.ended: set[int] = set()
        self.protected: dict[str, int] = {}
        self.records: dict[str, int] = {}
        self.audience: dict[str, int] = {}
        self.facts: dict[str, int] = {}
        with machine():
            for name, scope in SCOPES.items():
                self.audience[name] = audiences.open_audience(scope, "test")
                (record,) = add_records("hayle-academy", self.audience[name], [name])
                place([record], new_persons(1))
                self.records[name] = record.pk
                recording = Recording("hayle-academy", "test", clock.now())
                entry = Entry(NameKnown(given_name=name), self.audience[name], person_record_id=record.pk)
                (fact,) = append(recording, [entry])
                self.facts[name] = fact.pk

    def _clock(self) -> None:
        pytest.MonkeyPatch().setenv("DARAS_NOW", self.now.isoformat())

    @rule(one=st.sampled_from(NAMES), other=st.sampled_from(NAMES), decision=st.sampled_from(["link", "unlink"]))
    def merge_or_split(self, one: str, other: str, decision: str) -> None:
        """The machine that sees nothing protected cannot so much as name such a record; what would join two of whom
        somebody has said that they are two is refused, and changes nothing."""
        if one == other or {one, other} & self.protected.keys():
            return
        with suppress(Refused), machine():
            decide_link(
                Recording("hayle-academy", "test", clock.now()),
                record_id=self.records[one],
                other_record_id=self.records[other],
                decision=LinkDecided.Decision(decision),
                probability=0.9,
                why=["a test"],
                audience_id=audiences.standing(audiences.CUSTODIANS),
                by_person=True,
            )

    @rule(name=st.sampled_from(NAMES), seat=st.sampled_from(SEATS), hours=st.one_of(st.none(), HOURS))
    def give(self, name: str, seat: str, hours: int | None) -> None:
        """Invited, or opened in an emergency until an hour: never of what is protected."""
        if name in self.protected:
            return
        until = self.now + timedelta(hours=hours) if hours else None
        worker = self.workers[seat]
        with machine():
            given = audiences.grant(
                self.audience[name], agency=worker.agency, worker=worker, until=until, reason="test", granted_by="test"
            )
        self.grants.append((name, seat, until, given))

    @rule(place=st.integers(0, 20))
    def end(self, place: int) -> None:
        if self.grants:
            given = self.grants[place % len(self.grants)][3]
            if given.pk not in self.ended:
                with machine():
                    audiences.end(given, reason="test", ended_by="test")
                self.ended.add(given.pk)

    @rule(hours=HOURS)
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self._clock()

    @rule(name=st.sampled_from(NAMES))
    def protect(self, name: str) -> None:
        if name in self.protected:
            return
        with custody():
            audience = audiences.open_audience(audiences.PROTECTED, "protected")
            mark = self.facts[name]
            moving.move(mark, moving.about([self.records[name]], []), moving.Taken(audience, "test"))
        self.protected[name] = mark

    @rule(name=st.sampled_from(NAMES))
    def unprotect(self, name: str) -> None:
        mark = self.protected.pop(name, None)
        if mark is not None:
            with custody():
                moving.put_back(mark, mark)

    def _may(self, seat: str) -> set[str]:
        """By the model: what they stand in and what was given, has not ended and has not run out."""
        given = {
            name
            for name, whom, until, grant in self.grants
            if whom == seat and grant.pk not in self.ended and (until is None or until > self.now)
        }
        return (STANDING[seat] | given) - self.protected.keys()

    @invariant()
    def each_sees_what_the_model_says(self) -> None:
        for seat in SEATS if hasattr(self, "facts") else ():
            with acting_as(self.workers[seat]):
                facts = set(Fact.objects.filter(kind="name").values_list("pk", flat=True))
                records = set(RecordPerson.objects.values_list("record_id", flat=True))
            may = self._may(seat)
            assert facts == {self.facts[name] for name in may}, seat
            assert records == {self.records[name] for name in may}, seat
        if hasattr(self, "facts"):
            with machine(blind=True):
                seen = set(RecordPerson.objects.values_list("record_id", flat=True))
            assert seen == {self.records[name] for name in NAMES if name not in self.protected}

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            audiences.forget_scopes()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        NobodyGains,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_nobody_gains_by_merging_and_splitting(monkeypatch: pytest.MonkeyPatch) -> None:
    """G4, A5: given open, restricted and protected records, when they are merged and split, given, ended, run out,
    opened and protected in any order, then each worker sees what was theirs at every step, and the machine nothing
    that is protected."""
    monkeypatch.setenv("DARAS_NOW", START.isoformat())
    _run(12, 14)


@pytest.mark.long
@pytest.mark.django_db
def test_nobody_gains_however_long_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """G4, A5: the same, for many more orders."""
    monkeypatch.setenv("DARAS_NOW", START.isoformat())
    _run(200, 50)
