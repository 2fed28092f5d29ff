"""The worker as a process of its own: quick, killed, stopped."""

from __future__ import annotations

import itertools
import re
import signal
import threading
import time

import pytest
from croniter import croniter
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from daras.access import sealing
from daras.access.models import TrailLink
from daras.access.session import machine
from daras.access.tests.trailing import looks
from daras.exchange.installation import install_all
from daras.matching.models import NamesCount
from daras.matters.models import Matter
from daras.outbox.models import Notice, NoticeDelivered
from daras.outbox.tests.receiving import Arrival, Webhook
from daras.worker import recovery, tasks
from daras.worker.running import POLL_SECONDS
from daras.worker.tests.conftest import StartWorker, connect, send_news, until


def hesitates(system: Webhook) -> tuple[threading.Event, threading.Event]:
    """From now on the system answers only when it is told to: something has arrived, and go on."""
    arrived, go_on = threading.Event(), threading.Event()

    def answer(_arrival: Arrival) -> int:
        arrived.set()
        go_on.wait(30)
        return 204

    system.answer = answer
    return arrived, go_on


def delivered() -> int:
    with machine():
        return NoticeDelivered.objects.filter(channel="webhook").count()


def waiting() -> int:
    with machine():
        return Notice.objects.filter(delivered_at__isnull=True).count()


def test_a_notice_leaves_before_the_worker_looks_by_itself(
    start_worker: StartWorker, senders_system: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    """A8: the sender's system has the receipt at once; the worker hears of a job and does not look for one."""
    connect(senders_system)
    worker = start_worker()
    waits: list[float] = []
    for number in range(5):
        send_news(number)
        committed = time.monotonic()
        until(lambda: len(senders_system.taken) == len(waits) + 1, 30)
        waits.append(time.monotonic() - committed)

    assert min(waits) < POLL_SECONDS, "it heard of one at least, on a machine that does other things too"
    assert all(arrival.signed for arrival in senders_system.arrivals)
    until(lambda: delivered() == 5, 30)
    assert worker.end() == 0
    print(f"from commit to the receiver, milliseconds: {sorted(round(1000 * wait) for wait in waits)}")
    print(worker.said())


def test_a_killed_workers_job_is_taken_up_and_the_receiver_knows_the_key(
    start_worker: StartWorker, senders_system: Webhook
) -> None:
    """Design, outbox: killed between sending and committing, the next worker sends the same key again."""
    connect(senders_system)
    arrived, go_on = hesitates(senders_system)
    first = start_worker()
    send_news(1)
    assert arrived.wait(30)
    first.kill()
    go_on.set()
    assert delivered() == 0

    start_worker()
    until(lambda: delivered() == 1, 30)

    assert len({arrival.key for arrival in senders_system.arrivals}) == 1
    assert len(senders_system.arrivals) == 2
    assert len(senders_system.taken) == 1


def test_nothing_is_locked_while_somebody_elses_server_is_talked_to(
    start_worker: StartWorker, senders_system: Webhook
) -> None:
    """A mail server that takes its time makes nobody wait who records news of the same matter."""
    connect(senders_system)
    arrived, go_on = hesitates(senders_system)
    start_worker()
    send_news(1)
    assert arrived.wait(30)
    until(lambda: waiting() == 1, 30)  # everybody else's page has been told

    with machine(), connection.cursor() as cursor:
        assert list(Matter.objects.select_for_update(nowait=True))
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
            " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)
    go_on.set()
    until(lambda: delivered() == 1, 30)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_the_worker_finishes_what_it_is_sending(
    start_worker: StartWorker, senders_system: Webhook, how: signal.Signals
) -> None:
    """A restart loses nothing and sends nothing twice; what was not begun waits for the next worker."""
    connect(senders_system)
    arrived, go_on = hesitates(senders_system)
    worker = start_worker()
    send_news(1)
    assert arrived.wait(30)
    send_news(2)
    threading.Timer(0.3, go_on.set).start()

    assert worker.end(how) == 0
    assert re.search(r"ended, \d+ MB", worker.said())
    assert delivered() == 1

    start_worker()
    until(lambda: delivered() == 2, 30)
    assert len(senders_system.arrivals) == 2


def test_a_notice_whose_job_was_lost_is_found_by_the_sweep(start_worker: StartWorker, senders_system: Webhook) -> None:
    """Design, outbox: whatever becomes of a job, no notice is forgotten."""
    connect(senders_system)
    send_news(1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tasks.sweep()
    start_worker()
    until(lambda: len(senders_system.taken) == 1, 30)


def test_only_the_jobs_of_workers_that_are_gone_go_back_into_the_queue(db: None) -> None:
    """A8: a worker that is alive keeps its job for as long as any job of ours may take."""
    silent, alive = _worker(seconds_ago=60), _worker(seconds_ago=1)
    of_the_silent, of_the_living, of_nobody, stuck = (
        _running_job(silent),
        _running_job(alive),
        _running_job(None),
        _running_job(alive, seconds_ago=recovery.STUCK_SECONDS + 1),
    )

    assert recovery.recover() == 3

    waiting = set(ProcrastinateJob.objects.filter(status="todo").values_list("id", flat=True))
    assert {of_the_silent, of_nobody, stuck} <= waiting
    assert ProcrastinateJob.objects.get(id=of_the_living).status == "doing"
    assert recovery.recover() == 0


def test_the_trail_is_sealed_every_minute_swept_every_hour_and_anchored_at_most_five_minutes_apart() -> None:
    """G4: given the worker's timers, then the longest wait of each over a day is what the trail needs."""
    longest = {
        name: max(later - earlier for earlier, later in itertools.pairwise(_times(name)))
        for name in ("seal", "seal_all", "anchor")
    }
    assert longest["seal"] == 60
    assert longest["seal_all"] == 3600
    assert longest["anchor"] <= 240, "with a minute left for the queue, two anchors are never five minutes apart"


def test_an_entry_that_committed_very_late_is_sealed_by_the_sweep_of_the_hour(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given an entry that commits when the sealer looks no longer so far back, then the hour's sweep chains it."""
    monkeypatch.setattr(sealing, "LATE", 0)
    install_all()
    looks(1)
    with connection.cursor() as cursor, machine():
        cursor.execute("SELECT nextval(pg_get_serial_sequence('access_trailentry', 'id'))")
        (number,) = cursor.fetchone()
    looks(1, first=2)
    tasks.seal()
    with machine(), connection.cursor() as cursor:
        assert TrailLink.objects.count() == 2
        cursor.execute(
            "INSERT INTO access_trailentry (id, at, actor, agency, action, subject_kind, subject_id, outcome, reason,"
            " audience_id) SELECT %s, at, actor, agency, action, subject_kind, 'D-late', outcome, reason, audience_id"
            " FROM access_trailentry LIMIT 1",
            [number],
        )
    tasks.seal()
    with machine():
        assert not TrailLink.objects.filter(entry_id=number).exists()
    tasks.seal_all()
    with machine():
        assert TrailLink.objects.get(entry_id=number).position == 3


def test_names_are_counted_once_a_night(db: None) -> None:
    """A5: given the worker's timers, then one of them counts how common names are, once in a day, however often it is
    asked to."""
    assert len(_times("names")) == 1
    for _ in range(2):
        tasks.count_the_names()
        with machine():
            assert NamesCount.objects.get().records == 0


def test_failed_jobs_are_kept_for_a_week(db: None) -> None:
    """Long enough to look into, and no longer."""
    old, recent = _running_job(None, seconds_ago=8 * 86_400), _running_job(None, seconds_ago=6 * 86_400)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = ANY(%s)", [[old, recent]])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '8 days' WHERE job_id = %s", [old])
    assert recovery.tidy() == 1
    assert list(ProcrastinateJob.objects.filter(id__in=[old, recent]).values_list("id", flat=True)) == [recent]


def _times(name: str) -> list[float]:
    """When a timer fires on one day, in seconds of the epoch."""
    (timer,) = (task for (_, known), task in app.periodic_registry.periodic_tasks.items() if known == name)
    fires = croniter(timer.cron, 1_795_478_400.0)
    return list(itertools.takewhile(lambda at: at < 1_795_478_400.0 + 86_400, iter(fires.get_next, None)))


def _worker(*, seconds_ago: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            " RETURNING id",
            [seconds_ago],
        )
        return int(cursor.fetchone()[0])


def _running_job(worker: int | None, *, seconds_ago: float = 60) -> int:
    """A job that a worker began some time ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('upkeep', 'daras.worker.seal') RETURNING id"
        )
        job_id = int(cursor.fetchone()[0])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job_id])
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(secs => %s) WHERE job_id = %s",
            [seconds_ago, job_id],
        )
    return job_id
