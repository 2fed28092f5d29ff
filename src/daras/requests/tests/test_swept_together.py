"""What a sweep takes together is what each duty by itself would have had (B1, B7, A8)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from daras.access import audiences
from daras.access.models import Grant
from daras.access.session import machine
from daras.agencies import UnknownContact, load_directory
from daras.custodians.models import EntryRestricted
from daras.duties import changing, chasing
from daras.duties.commands import Opening, Owed, open_each
from daras.duties.derive import derive
from daras.duties.models import DutyChased, DutyOpened, DutyState
from daras.duties.queries import with_step_due
from daras.duties.reading import facts_of, kind_of, pack_of
from daras.duties.releasing import told_of
from daras.ledger.commands import Alike, Recording, append_alike
from daras.ledger.inserting import insert_columns
from daras.ledger.models import Detail, Fact
from daras.ledger.processing import processing_for
from daras.matters.commands import open_matter
from daras.matters.models import Matter
from daras.meetings.models import Contributed
from daras.outbox.commands import NAMESPACE, reached
from daras.outbox.models import Notice, Receiver
from daras.people.models import PersonInMatter
from daras.practice import pack_for
from daras.requests.tests.conftest import POLICE, SOCIAL_CARE, TRUST, Sides
from daras.working_time import clock

OWNERS = ((POLICE, "maru"), (TRUST, "camhs"), (SOCIAL_CARE, "maru"), ("hayle-academy", None))
TOLD = ("at once", "when convened", "when decided")


class _Undone(Exception):
    """Rolls back what was tried."""


def duties_of(chance: random.Random, many: int) -> list[DutyOpened]:
    """Duties of any kinds, owners and audiences, begun within a month; some known to their owners, some not; some
    stood still, ran on, or moved."""
    now, front_door = clock.now(), audiences.front_door_scope("908")
    matters = [
        open_matter(
            kind="request", authority="908", agency=TRUST, audience_id=audiences.standing(front_door), opened_at=now
        )
        for _ in range(2)
    ]
    kinds = sorted(kind.id for kind in pack_for(clock.today()).duty_kinds.values() if kind.steps)
    return [_opened(chance, chance.choice(matters), chance.choice(kinds), number) for number in range(many)]


def _opened(chance: random.Random, matter: Matter, kind: str, number: int) -> DutyOpened:
    began = clock.now() - timedelta(hours=chance.randrange(145, 700))
    agency, team = chance.choice(OWNERS)
    audience = audiences.open_audience(audiences.front_door_scope("908"), "duty")
    if chance.random() < 0.5:
        audiences.grant(audience, agency=agency, team=team or "", reason="test", granted_by="test")
    pack = pack_for(clock.local_date(began))
    opened_by = Fact.objects.create(
        kind="test", agency=agency, controller=agency, recorded_at=began, author="test", audience_id=audience,
        matter_id=matter.pk,
    )  # fmt: skip
    owed = Owed(
        kind, agency, team, None, (), began, began + timedelta(hours=chance.randrange(1, 200)), "b", "s", "local",
        chance.choice(TOLD), late_start=False, reference=f"T-{number}",
    )  # fmt: skip
    recording = Recording(agency=agency, author="test", recorded_at=began)
    (duty,) = open_each(recording, [Opening(matter, opened_by, owed, audience)], pack=pack)
    _changed(chance, duty, began)
    return duty


def _changed(chance: random.Random, duty: DutyOpened, began: datetime) -> None:
    def then(hours: int) -> Recording:
        return Recording(agency=duty.owner_agency, author="test", recorded_at=began + timedelta(hours=hours))

    if kind_of(duty).may_pause and chance.random() < 0.6:
        stopped = changing.pause(then(1), duty, reason="asked back")
        if chance.random() < 0.5:
            changing.resume(then(chance.randrange(2, 20)), stopped)
    if chance.random() < 0.2:
        changing.reanchor(then(21), duty, anchor_at=began + timedelta(hours=chance.randrange(-50, 50)), reason="moved")


def swept(now: datetime, *, one_by_one: bool) -> tuple[set[Any], set[Any], set[Any]]:
    """The steps, notices and next looks that a sweep writes; taken back afterwards."""
    try:
        with transaction.atomic():
            if one_by_one:
                with machine():
                    for duty, version in with_step_due(now).items():
                        looks = chasing.look([duty], now)
                        how = reached([each.row.matter for each in looks], chasing.may_be_told(looks))
                        chasing.take(looks, {duty: version}, how, now)
            else:
                chasing.sweep(now)
            found = written()
            raise _Undone
    except _Undone:
        return found


def written() -> tuple[set[Any], set[Any], set[Any]]:
    with machine():
        steps = list(DutyChased.objects.select_related("fact"))
        columns = (
            "kind", "agency", "controller", "regime", "basis", "confidentiality", "is_opinion", "person_kind",
            "author", "recorded_at", "matter_id", "audience_id", "person_record_id", "occurred_from",
        )  # fmt: skip
        return (
            {(e.duty_id, e.step, e.chased_at, e.audience_id, *(getattr(e.fact, c) for c in columns)) for e in steps},
            set(_notices(steps)),
            set(DutyState.objects.values_list("duty_id", "next_step_at")),
        )


def _notices(steps: list[DutyChased]) -> Iterator[tuple[Any, ...]]:
    """Every notice with the step that it tells of, which its key must say, and who may read it: what numbers the
    database gave to the fact and to the audience says nothing, for it counts what was taken back as well."""
    agencies = dict(Receiver.objects.values_list("pk", "agency"))
    of_step = {
        uuid5(NAMESPACE, f"{each.fact.matter_id}/{each.fact_id}/{kind}/{receiver}"): (each.duty_id, each.step)
        for each in steps
        for kind in ("chased", "escalated")
        for receiver in agencies
    }
    readers: defaultdict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for audience, *reader in Grant.objects.values_list("audience_id", "audience__scope_id", "agency", "team"):
        readers[audience].add(tuple(reader))
    for each in Notice.objects.select_related("receiver"):
        yield (
            *of_step[each.key], each.reference, each.kind, each.receiver.agency, each.receiver.team,
            each.receiver.channel, each.interrupts, each.in_digest, frozenset(readers[each.audience_id]),
            each.matter_id, each.made_at, each.next_attempt_at, each.attempts, each.last_problem, each.delivered_at,
        )  # fmt: skip


def whom(duty: DutyOpened, role: str, *, told: bool) -> tuple[str, str | None]:
    """Whom a step tells: as the rule says it."""
    if role in {"owner", "safeguarding-lead"}:
        if told:
            return duty.owner_agency, (duty.owner_team or None) if role == "owner" else None
        role = "front-door"
    try:
        owner = load_directory().contact(role, authority="908", on=clock.today())
    except UnknownContact:
        return duty.owner_agency, None
    return owner.agency, owner.team


def derived(duties: list[DutyOpened], now: datetime) -> tuple[set[Any], set[Any], set[Any]]:
    """What each duty's own facts say of it: its step, by whom and under what; whom it tells; when to look again."""
    steps, agencies, later = set(), set(), set()
    for duty in duties:
        state = derive(facts_of([duty])[duty.pk], now, pack_of(duty).calendar)
        later.add((duty.pk, state.then_at if state.step_now else state.next_step_at))
        if state.step_now:
            held = processing_for(duty.owner_agency, "duty-chased", clock.local_date(now))
            steps.add(
                (duty.pk, state.step_now.step.id, now, duty.audience_id, "duty-chased", duty.owner_agency,
                 duty.owner_agency, held.regime, held.basis, held.confidentiality, False, "", "service:duties", now,
                 duty.fact.matter_id, duty.audience_id, None, None)
            )  # fmt: skip
            role = state.step_now.step.to
            told, _ = whom(duty, role, told=bool(told_of([duty])))
            upward = role not in {"owner", "safeguarding-lead"}
            agencies.add(
                (duty.pk, state.step_now.step.id, duty.reference, "escalated" if upward else "chased", told, upward)
            )
    return steps, agencies, later


@settings(
    max_examples=6, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(seed=some.integers(0, 2**32), many=some.integers(1, 30), chased_before=some.booleans())
@pytest.mark.django_db
def test_what_is_swept_together_is_what_each_duty_would_have_had(
    sides: Sides, seed: int, many: int, chased_before: bool
) -> None:
    """B1, B7, A8: given duties of any kinds, some standing still, moved, or chased before, some that their owners may
    not know of yet, then a sweep records of each the step that its own facts say is due, tells whom the ladder names,
    leaves to the daily letter what waits for it, and looks again when it should; exactly as if each were taken alone.
    """
    with transaction.atomic():
        with machine():
            Receiver.objects.get_or_create(agency=POLICE, team="maru", channel="email", address="maru@police.example")
            duties = duties_of(random.Random(seed), many)
        now = clock.now()
        if chased_before:
            chasing.sweep(now - timedelta(days=5))  # after everything that `_changed` records
        with machine():
            before = written()
            expected = derived(duties, now)
        together, alone = swept(now, one_by_one=False), swept(now, one_by_one=True)
        assert together == alone
        steps, notices, later = together
        assert steps - before[0] == expected[0]
        new = notices - before[1]
        assert all(waits == (channel == "email" and not up) for *_, channel, up, waits in (row[:9] for row in new))
        assert {(*row[:5], row[7]) for row in new} == expected[1]
        assert {(duty, at) for duty, at in later if duty in {each.pk for each in duties}} == expected[2]
        transaction.set_rollback(True)


#: What says by each fact whether it is an opinion, what says of whom it is, and what is sealed as it is written.
OBJECT_BY_OBJECT = (Contributed, PersonInMatter, EntryRestricted)


@pytest.mark.parametrize("kind", OBJECT_BY_OBJECT)
@pytest.mark.django_db
def test_what_is_sealed_or_says_by_itself_what_it_is_is_never_written_by_columns(
    sides: Sides, kind: type[Detail]
) -> None:
    """G4: given a kind of fact that is sealed as it is written, or that says by each fact whether it is an opinion or
    of whom, then it is refused by the way that makes no objects, and nothing is written."""
    head = Alike(POLICE, 1, 1)
    with machine():
        before = Fact.objects.count()
        with pytest.raises(TypeError, match=f"{kind.__name__} is written object by object"), transaction.atomic():
            append_alike(kind, [head], {}, author="test", at=clock.now())
        assert Fact.objects.count() == before


@pytest.mark.django_db
def test_columns_that_a_table_has_not_or_that_are_too_short_are_refused(sides: Sides) -> None:
    """G4: given columns that are not those of the rows, then nothing is written."""
    with machine():
        with pytest.raises(TypeError, match="object by object"):
            insert_columns(Contributed, 1, {"text": ["In the clear."]})
        with pytest.raises(TypeError, match="has no"):
            insert_columns(Fact, 1, {"colour": ["red"]})
        with pytest.raises(ValueError, match="1 values for 2 rows"):
            insert_columns(Fact, 2, {"agency": [POLICE]})
