"""A sweep takes what nobody else holds or has changed, and writes as many rows in one statement as in many (B7, A8)."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import transaction

from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.duties.chasing import BATCH, batched, sweep
from daras.duties.models import DutyChased, DutyState
from daras.duties.queries import looked_at, taken_now, with_step_due
from daras.home import Addresses
from daras.ledger.inserting import insert
from daras.ledger.models import Fact
from daras.outbox.models import Notice
from daras.people.models import LinkDecided, PersonRecord
from daras.requests import commands
from daras.requests.asking import Asking, ask
from daras.requests.models import RequestMade
from daras.requests.tests.conftest import MORNING, Sides, seated
from daras.working_time import clock

MARU = Owner("cornwall-childrens-services", "maru")


def asked(sides: Sides, number: int = 0) -> RequestMade:
    child = {"given_name": f"Child{number}", "family_name": "Keast", "role": "child"}
    with acting_as(sides.probation):
        return ask(sides.probation, "court-allocation", Asking(MARU, "What is known?", subject=child, basis="court"))


def later() -> datetime:
    """When the request is to be chased: four working hours on, and some."""
    return clock.now() + timedelta(hours=6)


@pytest.mark.django_db
def test_a_duty_that_somebody_changes_meanwhile_is_left_for_the_next_sweep(sides: Sides) -> None:
    """B7: given a duty that a sweep has seen, when the front door answers before it is taken, then it is not chased,
    and nobody is told that it is late; one that nobody touched is taken once."""
    made, other = asked(sides), asked(sides, 1)
    with machine():
        due = with_step_due(later())
    assert len(due) == 2
    with transaction.atomic(), acting_as(sides.manager):
        commands.ask_back(sides.manager, made.reference, question="Which court?")
    with machine():
        assert len(looked_at(due)) == 2
        then = later() + timedelta(days=1)
        ours = taken_now({duty: (version, then) for duty, version in due.items()})
        (left,) = ours
        assert DutyState.objects.select_related("duty").get(pk=left).duty.reference == other.reference
        assert DutyState.objects.get(pk=left).next_step_at == then
        assert taken_now({duty: (version, then) for duty, version in due.items() if duty != left}) == set()


def test_a_sweep_waits_for_nobody_who_holds_the_matter(
    cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A12: given a late duty whose matter, or the duty itself, somebody writes on, then the sweep leaves it and waits
    for nobody; once they are done it is taken."""
    monkeypatch.setenv("DARAS_NOW", MORNING)
    made = asked(seated())
    with psycopg.connect(cloned_database.owner_url) as writer:
        writer.execute("SET lock_timeout = '5s'")
        for held in (
            "SELECT 1 FROM matters_matter FOR UPDATE",
            "SELECT 1 FROM duties_dutystate WHERE met_at IS NULL FOR UPDATE",
        ):
            writer.execute(held)
            assert sweep(later()) == 0
            writer.rollback()
    assert sweep(later()) == 1
    with machine():
        assert DutyChased.objects.get().duty.reference == made.reference


def test_two_parts_at_once_take_each_duty_once(cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    """B7: given so many late duties that the matters are shared out between two connections, then each duty is chased
    once, and nothing is left."""
    monkeypatch.setenv("DARAS_NOW", MORNING)
    sides = seated()
    references = sorted(asked(sides, number).reference for number in range(4))
    assert sweep(later(), at_once_from=4) == 4
    assert sweep(later(), at_once_from=0) == 0
    with machine():
        assert sorted(each.duty.reference for each in DutyChased.objects.select_related("duty")) == references


@pytest.mark.django_db
def test_many_are_taken_in_batches_each_once_and_each_is_told(sides: Sides) -> None:
    """B7: given more late duties than one transaction takes, then each has one chase and one notice of its own, with
    its own duty, matter and owner; a second sweep at the same moment takes none."""
    number = BATCH + 3
    requests = [asked(sides, each) for each in range(number)]
    assert sweep(later()) == number
    assert sweep(later()) == 0
    with machine():
        chases = list(DutyChased.objects.select_related("duty", "fact", "duty__fact"))
        assert sorted(each.duty.reference for each in chases) == sorted(each.reference for each in requests)
        assert all(each.fact.matter_id == each.duty.fact.matter_id for each in chases)
        assert all(each.fact.kind == "duty-chased" and each.fact.agency == MARU.agency for each in chases)
        assert all(each.audience_id == each.duty.audience_id == each.fact.audience_id for each in chases)
        chased = Notice.objects.filter(kind="chased", receiver__channel="page")
        assert sorted(chased.values_list("reference", flat=True)) == sorted(each.reference for each in requests)
        assert len(set(chased.values_list("key", flat=True))) == number


@pytest.mark.django_db
def test_rows_written_at_once_are_those_written_one_by_one(sides: Sides) -> None:
    """Given new facts, none, one or many, then each has its key in the order given, with every value as it was, nulls,
    quotes and lists included."""
    now, matter = clock.now(), asked(sides).fact.matter_id

    def facts(many: int) -> list[Fact]:
        return [
            Fact(
                kind="test",
                matter_id=None if each % 2 else matter,
                agency=f"agency-{each}",
                controller='o\'neill, "the" {first}\\',
                occurred_from=now if each % 3 else None,
                recorded_at=now,
                author="ärztin",
                audience_id=each,
            )
            for each in range(many)
        ]

    with machine():
        for many in (0, 1, 50):
            made = insert(facts(many))
            assert [each.pk for each in made] == sorted(each.pk for each in made)
            known = Fact.objects.in_bulk([each.pk for each in made])
            for each, wanted in zip(made, facts(many), strict=True):
                for field in Fact._meta.concrete_fields:
                    if not field.primary_key:
                        value = getattr(known[each.pk], field.attname)
                        assert value == getattr(wanted, field.attname) == getattr(each, field.attname)


def test_so_many_at_a_time() -> None:
    """Given seven, then three at a time are three, three and one; of none there is none."""
    assert list(batched(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batched([], 3)) == []


@pytest.mark.django_db
def test_lists_within_rows_are_written_as_they_are(sides: Sides) -> None:
    """Given facts that hold lists (A5: the reasons of a match), of several lengths and with whatever people write, then
    each comes back as it was."""
    fact = asked(sides).fact
    why = [[], ["one"], ['o\'neill, "the" {first}\\', "", "NULL", "a, b"]]
    with machine():
        record = PersonRecord.objects.order_by("pk").first()
        assert record is not None
        facts = insert([Fact(kind="link-decided", agency="a", controller="a", recorded_at=fact.recorded_at,
                             author="test", audience_id=fact.audience_id) for _ in why])  # fmt: skip
        insert(
            [
                LinkDecided(
                    fact=each, audience_id=each.audience_id, other_record=record, why=words, probability=1 / 3,
                    decision=LinkDecided.Decision.POSSIBLE,
                )
                for each, words in zip(facts, why, strict=True)
            ]
        )  # fmt: skip
        found = LinkDecided.objects.filter(fact__in=facts).order_by("fact_id")
        assert [(each.why, each.probability, each.decision) for each in found] == [
            (words, 1 / 3, "possible") for words in why
        ]
