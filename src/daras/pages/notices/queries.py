"""What a worker's team and agency have been told on their page."""

from __future__ import annotations

from dataclasses import dataclass

from daras.access.models import Worker
from daras.outbox import queries as outbox
from daras.outbox.models import Notice
from daras.pages.addresses import PERSON
from daras.pages.my_work.queries import visible_references
from daras.people.models import RecordPerson

#: As many as one page shows, the newest first.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Told:
    """The notices of one page, and which of their matters open to the reader."""

    notices: tuple[Notice, ...]
    open_to_me: frozenset[str]


def told_to(worker: Worker) -> Told:
    """The newest notices to the worker's team, or to their agency as a whole."""
    notices = tuple(outbox.inbox(worker)[:PAGE])
    numbers = {notice.reference for notice in notices if notice.reference.startswith(PERSON)}
    people = RecordPerson.objects.filter(number__in=numbers).values_list("number", flat=True) if numbers else ()
    return Told(notices, visible_references(notice.matter_id for notice in notices) | frozenset(people))
