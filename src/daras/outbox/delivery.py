"""Delivering what waits for a receiver: in order for each matter, at least once, under one key (design: Outbox).

Nothing is locked while a mail server or somebody's system is talked to. A worker killed between sending and committing
sends the same notice again under the same key; it never loses one. A delivery is a fact, and may meet a duty (A8).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from daras.access import trail
from daras.access.session import machine
from daras.ledger.commands import Entry, append
from daras.matters.commands import lock
from daras.outbox import channels
from daras.outbox.addressing import fallback_for, readdress, why_not
from daras.outbox.channels import DeliveryFailed, Unreachable
from daras.outbox.hooks import on_delivered
from daras.outbox.message import message_of
from daras.outbox.models import Notice, NoticeDelivered
from daras.working_time import clock

logger = logging.getLogger(__name__)

#: Who delivers, in the ledger and the trail.
SERVICE = "service:outbox"
#: The first of the two numbers of a receiver's advisory lock ("daro").
DRAINING = 0x6461_726F
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
#: So many notices in a row to which nobody answers end a run: the receiver is away, and the rest stay due.
UNANSWERED = 3
#: A run ends after this many seconds and asks for another, so that a job that runs for minutes is known to be stuck.
RUN_SECONDS = 30.0
PAGE = 200


@dataclass(slots=True)
class Drained:
    """What became of one run. `again_in` is when the next is wanted, where one is."""

    delivered: int = 0
    postponed: int = 0
    busy: bool = False
    again_in: timedelta | None = None


def wait_after(attempts: int) -> timedelta:
    """How long a notice waits after so many failures: 5 s, 10 s, 20 s ... and never more than 15 minutes."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 10)))


def drain(receiver_id: int, *, go_on: Callable[[], bool] = lambda: True) -> Drained:
    """Deliver what waits for a receiver. Opens transactions of its own; `go_on` is asked before each notice.

    One run at a time for each receiver: a second one that comes meanwhile is told that it is busy.
    """
    with _alone(receiver_id) as alone:
        return _Run(receiver_id, go_on).run() if alone else Drained(busy=True, again_in=timedelta(seconds=1))


@contextmanager
def _alone(receiver_id: int) -> Iterator[bool]:
    """Whether nobody else drains the receiver while the block runs. The server lets go of it if we are killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [DRAINING, receiver_id])
        (alone,) = cursor.fetchone()
    try:
        yield bool(alone)
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [DRAINING, receiver_id])


@dataclass(slots=True)
class _Run:
    """One run over what waits for one receiver."""

    receiver_id: int
    go_on: Callable[[], bool]
    drained: Drained = field(default_factory=Drained)
    held: set[int] = field(default_factory=set)  # matters of which a notice waits: later ones stay behind it
    unanswered: int = 0

    def run(self) -> Drained:
        ends_at = time.monotonic() + RUN_SECONDS
        for notice_id, matter_id, due_at in self._waiting():
            if matter_id in self.held:
                continue
            if due_at > clock.now():
                self._hold(matter_id, due_at - clock.now())
                continue
            if self.unanswered >= UNANSWERED:
                break
            if not self.go_on() or time.monotonic() > ends_at:
                self.drained.again_in = timedelta(0)
                break
            self._take(notice_id)
        return self.drained

    def _waiting(self) -> Iterator[tuple[int, int, datetime]]:
        """Undelivered notices in the order they were made, also those that come in meanwhile."""
        last = 0
        while True:
            with machine():
                rows = list(
                    Notice.objects.filter(
                        receiver=self.receiver_id, delivered_at__isnull=True, in_digest=False, pk__gt=last
                    )
                    .order_by("pk")
                    .values_list("pk", "matter_id", "next_attempt_at")[:PAGE]
                )
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def _take(self, notice_id: int) -> None:
        """Deliver one notice, to another receiver if this one takes nothing any more."""
        with machine():
            notice = Notice.objects.select_related("receiver__signing").get(pk=notice_id)
            if notice.delivered_at is not None:
                return
            why = why_not(notice.receiver)
            if why is not None:
                instead = fallback_for(notice.receiver)
                if instead is not None:
                    readdress(notice, instead, why, actor=SERVICE)
                    return
        try:
            if why is not None:
                raise DeliveryFailed(why)
            channels.deliver(notice.receiver, message_of(notice))
        except DeliveryFailed as failed:
            self._postpone(notice, failed)
        except Exception as fault:  # a fault of ours must not hold back everybody else's notices
            logger.exception("Notice %s could not be delivered.", notice.key)
            self._postpone(notice, DeliveryFailed(f"A fault of Daras ({type(fault).__name__})."))
        else:
            self.unanswered = 0
            self._record(notice)

    def _postpone(self, notice: Notice, failed: DeliveryFailed) -> None:
        self.unanswered = self.unanswered + 1 if isinstance(failed, Unreachable) else 0
        wait = wait_after(notice.attempts + 1)
        with machine():
            Notice.objects.filter(pk=notice.pk, delivered_at__isnull=True).update(
                attempts=notice.attempts + 1,
                next_attempt_at=clock.now() + wait,
                last_problem=str(failed)[:300],
            )
        self.drained.postponed += 1
        self._hold(notice.matter_id, wait)

    def _hold(self, matter_id: int, wait: timedelta) -> None:
        self.held.add(matter_id)
        if self.drained.again_in is None or wait < self.drained.again_in:
            self.drained.again_in = wait

    def _record(self, sent: Notice) -> None:
        record_delivery(sent)
        self.drained.delivered += 1


def record_delivery(sent: Notice) -> None:
    """The delivery becomes a fact of the agency that was told, and meets what waited for it. Once only: a second call
    changes nothing."""
    with machine():
        recording = lock([sent.matter_id], agency=sent.receiver.agency, author=SERVICE)
        notice = Notice.objects.select_for_update(of=("self",)).select_related("matter").get(pk=sent.pk)
        if notice.delivered_at is not None:
            return
        detail = NoticeDelivered(notice=notice, channel=sent.receiver.channel)
        (fact,) = append(recording, [Entry(detail, notice.audience_id, matter_id=notice.matter_id)])
        notice.delivered_at, notice.last_problem = recording.recorded_at, ""
        notice.attempts += 1
        notice.save(update_fields=["delivered_at", "last_problem", "attempts"])
        trail.write(
            actor=SERVICE,
            agency=sent.receiver.agency,
            action="deliver",
            subject_kind="notice",
            subject_id=str(notice.key),
            matter_id=notice.matter_id,
            reason=f"by {sent.receiver.channel}",
        )
        for hook in on_delivered:
            hook(recording, notice.matter, fact)
