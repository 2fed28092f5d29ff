"""Asking the worker to drain a receiver, in the caller's transaction: rolled back with it, seen with it.

A job carries the receiver's id and nothing else. Jobs of one receiver run one after another (`lock`), those of
different receivers side by side. Jobs are put into the queue by name, so that this layer need not know the worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

TASK = "daras.outbox.drain"
QUEUE = "outbox"
#: A job that waits for its hour stands behind those that may run now: in front, it would hold them back.
LATER = -1


def ask_for_drains(receiver_ids: Iterable[int], *, after: timedelta = timedelta(0)) -> None:
    """One job for each receiver, now or after a while, in one statement.

    Goes through Django's own connection even inside the worker, whose own one knows nothing of our transaction.
    """
    # The queue runs on the machine's clock: a frozen one would never let a job begin.
    begin = datetime.now(UTC) + after if after else None
    jobs = [
        Job(
            queue=QUEUE,
            task_name=TASK,
            task_kwargs={"receiver_id": receiver_id},
            lock=f"receiver:{receiver_id}",
            queueing_lock=None,
            priority=LATER if after else 0,
            scheduled_at=begin,
        )
        for receiver_id in sorted(set(receiver_ids))
    ]
    if jobs:
        JobManager(DjangoConnector()).batch_defer_jobs(jobs)
