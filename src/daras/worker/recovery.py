"""A killed worker's job keeps its lock, and everything behind it waits: such jobs go back into the queue.

Running one twice does no harm: a receiver is drained by one run at a time, and every notice has its key.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
#: A worker that has not been heard of for so long is dead.
SILENT_SECONDS = 6.0
#: No job of ours runs for longer; one that seems to has ended without being able to say so.
STUCK_SECONDS = 300.0

#: Finished jobs are kept only when they failed, and those for a week.
KEPT_DAYS = 7

_OLD = """
    DELETE FROM procrastinate_jobs job WHERE job.status IN ('failed', 'aborted', 'cancelled')
    AND NOT EXISTS (
        SELECT FROM procrastinate_events event
        WHERE event.job_id = job.id AND event.at > now() - make_interval(days => %s)
    )
"""
_ABANDONED = """
    SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND (
        worker.id IS NULL
        OR worker.last_heartbeat < now() - make_interval(secs => %s)
        OR (SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id AND event.type = 'started')
            < now() - make_interval(secs => %s))
    ORDER BY job.id
"""


def recover() -> int:
    """Put every abandoned job back into the queue; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ABANDONED, [SILENT_SECONDS, STUCK_SECONDS])
        abandoned = [job_id for (job_id,) in cursor.fetchall()]
    return sum(map(_put_back, abandoned))


def tidy() -> int:
    """Remove jobs that failed a week ago; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [KEPT_DAYS])
        return int(cursor.rowcount)


def _put_back(job_id: int) -> bool:
    try:
        with transaction.atomic():
            JobManager(DjangoConnector()).retry_job_by_id(job_id, retry_at=datetime.now(UTC))
    except ConnectorException:  # it ended while we looked
        return False
    logger.warning("Job %d of a worker that is gone was put back into the queue.", job_id)
    return True
