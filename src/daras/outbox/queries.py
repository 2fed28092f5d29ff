"""Reading notices through the eyes of a worker."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from daras.access.models import Worker
from daras.ledger.reading import Columns, rows
from daras.outbox.models import Notice, Receiver


def inbox(worker: Worker) -> QuerySet[Notice]:
    """What the worker's team, or the agency as a whole, was told on its page, the newest first."""
    return (
        Notice.objects.select_related("receiver")
        .filter(receiver__channel=Receiver.Channel.PAGE, receiver__agency=worker.agency)
        .filter(Q(receiver__team=worker.team) | Q(receiver__team=""))
        .order_by("-made_at", "-id")
    )


_NOTICE, _RECEIVER = Columns(Notice, "notice"), Columns(Receiver, "receiver")
_ON_MATTER = f"""
SELECT {_NOTICE.sql}, {_RECEIVER.sql}
FROM outbox_notice notice JOIN outbox_receiver receiver ON receiver.id = notice.receiver_id
WHERE notice.matter_id = %(matter)s
ORDER BY notice.id
"""  # noqa: S608 - the models' own words


def notices_on(matter_id: int) -> list[Notice]:
    """What was told about a matter that the reader may see, with who was told, in order."""
    found = []
    for row in rows(_ON_MATTER, {"matter": matter_id}):
        values = iter(row)
        notice = _NOTICE.take(values)
        notice.receiver = _RECEIVER.take(values)
        found.append(notice)
    return found


def receivers_with_due_notices(now: datetime) -> list[int]:
    """The ids of receivers for which something waits that may be tried now."""
    waiting = Notice.objects.filter(delivered_at__isnull=True, in_digest=False, next_attempt_at__lte=now)
    return list(waiting.order_by("receiver").values_list("receiver", flat=True).distinct())
