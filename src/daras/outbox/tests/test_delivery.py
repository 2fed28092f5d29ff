"""What is told arrives: in order, at least once, under one key, and never to somebody who is not there any more."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.outbox import hooks
from daras.outbox.delivery import DRAINING, LONGEST_WAIT, drain, wait_after
from daras.outbox.models import Notice, NoticeDelivered, Receiver
from daras.outbox.tests.conftest import POLICE, TEAM, TestClock, a_matter, page_of, reached_by, seen, told
from daras.outbox.tests.receiving import Webhook


def test_a_page_is_told_at_once_and_the_delivery_is_a_fact_and_in_the_trail(partnership: None) -> None:
    """A8: that somebody was told is known, with when and by which way."""
    matter = a_matter()
    notice = told(matter, team=None, kind="decision-due")

    drained = drain(page_of(POLICE).pk)

    assert (drained.delivered, drained.postponed, drained.again_in) == (1, 0, None)
    with machine():
        fact = NoticeDelivered.objects.select_related("fact").get(notice=notice).fact
        entry = TrailEntry.objects.get(action="deliver")
    assert (fact.kind, fact.agency, fact.author, fact.matter_id) == (
        "notice-delivered",
        POLICE,
        "service:outbox",
        matter.pk,
    )
    assert seen(notice).delivered_at == fact.recorded_at
    assert (entry.actor, entry.agency, entry.subject_id) == ("service:outbox", POLICE, str(notice.key))


def test_later_news_of_a_matter_stays_behind_a_notice_that_was_turned_down(
    police: Receiver, police_system: Webhook, clock: TestClock
) -> None:
    """Design, outbox: order for each receiver and matter; other matters go on."""
    first, other = a_matter(), a_matter()
    notices = [told(first, kind="decision-due"), told(other), told(first), told(other, kind="chased")]
    police_system.answer = lambda arrival: 500 if arrival.reference == first.reference else 204

    drained = drain(police.pk)

    assert (drained.delivered, drained.postponed) == (2, 1)
    assert [arrival.key for arrival in police_system.taken] == [str(notices[1].key), str(notices[3].key)]
    assert len(police_system.arrivals) == 3, "the second notice of the first matter was not even tried"

    police_system.answer = lambda arrival: 204
    clock.forward(wait_after(1))
    drain(police.pk)

    order = [arrival.key for arrival in police_system.taken if arrival.reference == first.reference]
    assert order == [str(notices[0].key), str(notices[2].key)]


def test_a_failing_notice_is_tried_less_and_less_often(
    police: Receiver, police_system: Webhook, clock: TestClock
) -> None:
    """Design, outbox: back-off with a ceiling; nothing is given up."""
    notice = told(a_matter())
    police_system.answer = lambda arrival: 500
    waits = []
    for _ in range(10):
        again_in = drain(police.pk).again_in
        assert again_in is not None
        assert drain(police.pk).postponed == 0, "it is not tried again before its time"
        waits.append(again_in)
        clock.forward(again_in)

    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert waits[-1] == LONGEST_WAIT
    assert seen(notice).last_problem == "The receiver answered 500."
    assert seen(notice).attempts == 10

    police_system.answer = lambda arrival: 204
    assert drain(police.pk).delivered == 1
    assert seen(notice).last_problem == ""


def test_a_receiver_that_is_away_is_not_asked_a_thousand_times(police: Receiver, police_system: Webhook) -> None:
    """A system that is down fails three notices, and the rest stay due."""
    notices = [told(a_matter()) for _ in range(6)]
    police_system.answer = lambda arrival: 503

    assert drain(police.pk).postponed == 3
    assert [seen(notice).attempts for notice in notices] == [1, 1, 1, 0, 0, 0]


def test_a_fault_in_one_delivery_does_not_end_the_run(police: Receiver, police_system: Webhook) -> None:
    """What we did not think of (here an address that cannot be written into a request) is kept with the notice."""
    notices = [told(a_matter()), told(a_matter())]
    with machine():
        Receiver.objects.filter(pk=police.pk).update(address=f"{police_system.address}/é")

    assert drain(police.pk).postponed == 2
    assert {seen(notice).last_problem for notice in notices} == {"A fault of Daras (UnicodeEncodeError)."}


def test_one_key_and_one_fact_however_often_a_notice_is_sent(police: Receiver, police_system: Webhook) -> None:
    """A worker killed between sending and committing sends again: the receiver knows the key, the ledger one fact."""
    notice = told(a_matter())

    class Killed(BaseException):
        pass

    def die(recording: Recording, matter: Matter, delivered: Fact) -> None:
        raise Killed

    hooks.on_delivered.append(die)
    try:
        with pytest.raises(Killed), transaction.atomic():
            drain(police.pk)
    finally:
        hooks.on_delivered.remove(die)
    assert seen(notice).delivered_at is None
    drain(police.pk)

    assert [arrival.key for arrival in police_system.arrivals] == [str(notice.key)] * 2
    assert len(police_system.taken) == 1
    with machine():
        assert NoticeDelivered.objects.filter(notice=notice).count() == 1


def test_who_is_switched_off_is_told_nothing_and_the_agencys_page_is_told_instead(
    police: Receiver, police_system: Webhook
) -> None:
    """Design: rights are checked again when a job runs. Nothing is lost because a mailbox was closed."""
    notice = told(a_matter())
    with machine():
        Receiver.objects.filter(pk=police.pk).update(is_active=False)

    assert drain(police.pk).delivered == 0
    assert police_system.arrivals == []
    moved = seen(notice)
    assert (moved.receiver, moved.key) == (page_of(POLICE), notice.key)
    assert drain(page_of(POLICE).pk).delivered == 1
    with machine():
        assert TrailEntry.objects.get(action="deliver", outcome="refused").reason.startswith(
            "The receiver is switched off."
        )


def test_with_nobody_else_to_tell_a_notice_waits_for_its_receiver(partnership: None, clock: TestClock) -> None:
    """A page that was switched off keeps what it is owed."""
    notice, page = told(a_matter(), team=None), page_of(POLICE)
    with machine():
        Receiver.objects.filter(pk=page.pk).update(is_active=False)
    assert drain(page.pk).postponed == 1
    assert seen(notice).last_problem == "The receiver is switched off."

    with machine():
        Receiver.objects.filter(pk=page.pk).update(is_active=True)
    clock.forward(wait_after(1))
    assert drain(page.pk).delivered == 1


def test_an_agency_that_is_gone_is_told_nothing_and_its_successor_is(partnership: None) -> None:
    """Agencies change names and duties by date: who does the work today is told."""
    notice = told(a_matter(), agency="national-probation-service", team=None)

    drain(notice.receiver_id)

    assert seen(notice).delivered_at is None
    assert seen(notice).receiver == page_of("probation-service")
    assert drain(page_of("probation-service").pk).delivered == 1


def test_one_run_at_a_time_for_each_receiver(police: Receiver, police_system: Webhook) -> None:
    """Two runs side by side would break the order: the second is told that it is busy, and comes again."""
    told(a_matter())
    parameters = connection.get_connection_params()
    with psycopg.connect(
        host=parameters["host"],
        port=parameters["port"],
        dbname=parameters["dbname"],
        user=parameters["user"],
        password=parameters["password"],
        autocommit=True,
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [DRAINING, police.pk])
        drained = drain(police.pk)
        assert (drained.busy, drained.again_in) == (True, timedelta(seconds=1))
        other.execute("SELECT pg_advisory_unlock_all()")
    assert police_system.arrivals == []
    assert drain(police.pk).delivered == 1


def test_a_run_that_is_asked_to_end_leaves_the_rest_for_the_next(police: Receiver) -> None:
    """A worker that is stopped ends between two notices and asks for another run."""
    for _ in range(3):
        told(a_matter())
    answers = iter([True, False])

    drained = drain(police.pk, go_on=lambda: next(answers))

    assert (drained.delivered, drained.again_in) == (1, timedelta(0))


def test_telling_asks_the_worker_in_the_same_transaction_with_ids_only(partnership: None) -> None:
    """What was rolled back is told to nobody; a job holds the receiver's id and nothing else."""
    matter = a_matter()
    before = ProcrastinateJob.objects.count()
    point = transaction.savepoint()
    told(matter, team=None)
    assert ProcrastinateJob.objects.count() == before + 1
    job = ProcrastinateJob.objects.latest("id")
    assert job.args == {"receiver_id": page_of(POLICE).pk}
    transaction.savepoint_rollback(point)
    assert ProcrastinateJob.objects.count() == before
    with machine():
        assert not Notice.objects.exists()


def test_two_receivers_of_a_team_are_both_told(police: Receiver, police_system: Webhook) -> None:
    """A team chooses its channels; each has its own order and its own key."""
    reached_by(Receiver.Channel.EMAIL, "central-safeguarding@police.example")
    from daras.outbox.commands import Tell, tell

    matter = a_matter()
    with machine():
        made = tell(matter, 1, [Tell(POLICE, TEAM, "something-owed")])
        notices = Notice.objects.filter(pk__in=made)
        assert len({notice.key for notice in notices}) == 2
