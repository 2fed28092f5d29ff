"""A letter to one worker that how they sign in was changed (G4): what, when, and whom to tell if it was not they.

It names nobody and nothing about anybody. Like every job, that which sends it carries ids only; it is asked for in the
transaction of the change, and rolled back with it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.types import JSONValue

from daras.access import trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.outbox.channels import TurnedDown, email
from daras.outbox.queueing import QUEUE
from daras.working_time import clock
from daras.working_time.wording import long_datetime

TASK = "daras.outbox.write_to_worker"
SERVICE = "service:outbox"
SUBJECT = "Daras: how you sign in was changed"
TEXT = """{words}, on {at}.

If it was you, there is nothing to do. If it was not, tell your agency's administrator now, by telephone.

This letter names nobody on purpose. Please do not answer it.
"""
#: What was changed, in words for whom it belongs to.
WORDS = {
    "password-changed": "The password with which you sign in was changed",
    "password-given": "You were given a new password by an administrator",
    "app-added": "An app that shows codes was added to how you sign in",
    "app-removed": "The app that shows codes was removed from how you sign in",
    "passkey-added": "A passkey was added to how you sign in",
    "passkey-removed": "A passkey was removed from how you sign in",
    "codes-made": "New codes on paper were made for your sign-in",
    "released": "An administrator removed your second proof, so that you set up another one",
    "tied": "Your sign-in was tied to your agency’s own by an administrator",
    "code-used-twice": "A code that had been used already was entered for your sign-in, and refused",
    "changed": "How you sign in was changed",
}


def ask_to_write(worker: Worker, what: str) -> None:
    """Write to a worker, in the caller's transaction. Raises `KeyError` for what there are no words for."""
    assert WORDS[what]
    kwargs: dict[str, JSONValue] = {
        "worker_id": worker.pk,
        "what": what,
        "at": clock.now().isoformat(),
        "key": str(uuid.uuid4()),
    }
    with machine():
        job = Job(
            queue=QUEUE, task_name=TASK, task_kwargs=kwargs, lock=None, queueing_lock=None, priority=0,
            scheduled_at=None,
        )  # fmt: skip
        JobManager(DjangoConnector()).batch_defer_jobs([job])


def write(worker_id: int, what: str, at: datetime, key: uuid.UUID) -> None:
    """Send the letter; a mail server that refuses it is noted. Raises `Unreachable` where none answers: the job comes
    again, with the same key."""
    with machine():
        worker = Worker.objects.get(pk=worker_id)
    body = TEXT.format(words=WORDS[what], at=long_datetime(clock.local(at)))
    mail = email.written(subject=SUBJECT, body=body, to=worker.email, key=key, kind="sign-in-changed", at=at)
    problem = ""
    try:
        email.send(mail)
    except TurnedDown as refused:
        problem = str(refused)
    with machine():
        trail.write(
            actor=SERVICE,
            agency=worker.agency,
            action="deliver",
            subject_kind="letter",
            subject_id=str(key),
            outcome="refused" if problem else "done",
            reason=problem or "by email",
        )


def withdraw() -> int:
    """Letters that wait are not sent: after a restore they may have been (attack 11). How many. As the machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE task_name = %s AND status = 'todo'", [TASK]
        )
        return int(cursor.rowcount)


def read_moment(at: str) -> datetime:
    """The moment that a job carries."""
    return datetime.fromisoformat(at).astimezone(UTC)
