"""What the worker does: deliver, take the steps of duties, seal the trail, and mend what a killed worker left behind.

Every task is safe to run twice and two at a time. Jobs carry ids only; each runs as a named service under the machine
role.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from daras.access import attempts, sealing
from daras.access.session import machine
from daras.attachments.commands import scan_waiting
from daras.custodians import noticing, telling, unusual
from daras.duties import chasing
from daras.frontdoor import watching_again
from daras.matching.counting import count_names
from daras.outbox import delivery, digests, queueing, to_workers
from daras.outbox.queries import receivers_with_due_notices
from daras.services.commands import count_forecasts
from daras.worker import recovery
from daras.worker.standing import standing
from daras.worker.stopping import stopping
from daras.working_time import clock

#: A database that is just coming back refuses a first attempt; more than these few are left to the sweep.
AGAIN = RetryStrategy(max_attempts=3, wait=1)
#: A mail server that is away is asked again for half a day, each time after three times as long.
WHILE_MAIL_IS_AWAY = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.task(name=queueing.TASK, queue=queueing.QUEUE, retry=AGAIN)
def drain(receiver_id: int) -> None:
    """Deliver what waits for a receiver, and ask for another run when something has to wait."""
    drained = delivery.drain(receiver_id, go_on=lambda: not stopping.is_set())
    if drained.again_in is not None:
        # A job without delay would stand in front of those of other matters' news: a second is never early.
        queueing.ask_for_drains([receiver_id], after=max(drained.again_in, timedelta(seconds=1)))


@app.task(name=to_workers.TASK, queue=queueing.QUEUE, retry=WHILE_MAIL_IS_AWAY)
def write_to_worker(worker_id: int, what: str, at: str, key: str) -> None:
    """Tell a worker that how they sign in was changed (G4)."""
    to_workers.write(worker_id, what, to_workers.read_moment(at), uuid.UUID(key))


def every(cron: str, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the function at the times of the cron line (a sixth field is seconds); one waiting job is enough."""

    def register(work: Callable[[], object]) -> Callable[[], object]:
        @app.periodic(cron=cron, periodic_id=name)
        @app.task(name=f"daras.worker.{name}", queue="upkeep", queueing_lock=name)
        def job(timestamp: int) -> None:  # noqa: ARG001 (the queue passes the time it was due)
            work()

        return work

    return register


@every("* * * * *", "sweep")
def sweep() -> None:
    """Ask for a drain of every receiver with something due: whatever became of the jobs, no notice is forgotten."""
    with machine():
        queueing.ask_for_drains(receivers_with_due_notices(clock.now()))


@every("* * * * *", "chase")
def chase() -> None:
    """Take every step of a duty that is due: chases, escalations by minutes (B1, A8)."""
    chasing.sweep(clock.now())


@every("* * * * *", "scan")
def scan() -> None:
    """Scan files that were attached while the scanner was away (G4)."""
    scan_waiting()


@every("* * * * *", "forecast")
def forecast() -> None:
    """Count the forecasts of waiting lists that were asked for (F8)."""
    count_forecasts(clock.now())


@every("* * * * *", "custody")
def notice_named() -> None:
    """Tell custodians of everybody named since who may be theirs to protect (G4)."""
    noticing.notice_named()


@every("* * * * *", "custodians")
def write_to_custodians() -> None:
    """Write to custodians that something waits for them, and no more (G4)."""
    telling.write_letters(clock.now())
    telling.send_letters(clock.now(), go_on=lambda: not stopping.is_set())


@every("30 3 * * *", "unusual")
def notice_unusual() -> None:
    """Find yesterday's looks that are unlike those of colleagues, for somebody else to ask about (G4)."""
    unusual.report(clock.today() - timedelta(days=1))


@every("* * * * *", "look_again")
def look_again() -> None:
    """What was known and managed until a day that has come is looked at again (E2)."""
    watching_again.look_again(clock.now())


@every("* * * * *", "digest")
def digest() -> None:
    """Write and send the daily letters of every agency whose hour has come (interface: Interruptions)."""
    digests.write_digests(clock.now(), standing)
    digests.send_digests(clock.now(), go_on=lambda: not stopping.is_set())


@every("* * * * *", "seal")
def seal() -> None:
    """Chain what the trail holds (G4)."""
    sealing.seal()


@every("41 * * * *", "seal_all")
def seal_all() -> None:
    """Look through the whole trail for an entry that committed too late for the sealer to see (G4)."""
    sealing.seal(sweep=True)


#: Every two minutes, so that with the queue's own delays two anchors are never five minutes apart.
@every("*/2 * * * *", "anchor")
def anchor() -> None:
    """Send a signed statement of the trail's head off the machine (G4)."""
    sealing.anchor()


@every("* * * * * */5", "recover")
def recover() -> None:
    """Put the jobs of killed workers back into the queue."""
    recovery.recover()


@every("5 3 * * *", "names")
def count_the_names() -> None:
    """Count how common names are in the index, for the weighing of names that agree (A5)."""
    with machine():
        count_names()


@every("17 3 * * *", "tidy")
def tidy() -> None:
    """Remove failed jobs a week after they failed, and attempts that count no longer."""
    recovery.tidy()
    attempts.tidy()
