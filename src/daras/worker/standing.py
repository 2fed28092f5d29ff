"""What a worker's list of work holds, in a line for the daily letter: how much, and nothing of whom."""

from __future__ import annotations

from datetime import datetime

from daras.access.models import Worker
from daras.duties.queries import owed_by
from daras.working_time import clock


def standing(worker: Worker, now: datetime) -> str:
    """ "On your team's list now: 2 overdue, 1 more due today.", or "". Runs under the machine role."""
    due = list(owed_by(worker).filter(paused=False).values_list("due_at", flat=True))
    overdue = sum(at < now for at in due)
    today = sum(at >= now and clock.local_date(at) == clock.local_date(now) for at in due)
    parts = [f"{overdue} overdue"] if overdue else []
    if today:
        parts.append(f"{today} {'more ' if overdue else ''}due today")
    return f"On your team's list now: {', '.join(parts)}." if parts else ""
