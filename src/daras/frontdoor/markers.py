"""The marker that sexual abuse of a child is a concern: set by rule when news says so, set and taken away by hand
(I1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor.recording import News
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.people.models import AbuseMarker, RecordPerson
from daras.working_time import clock

#: A worry of such a category marks the children it is about.
MARKS = "sexual"
CHILDREN = frozenset({"child", "unborn"})


def marks_by_rule(news: News) -> Iterator[Entry]:
    """A mark for each child that a worry of sexual harm is about; the front door's alone, until a manager convenes."""
    for concern in news.document.concerns:
        if MARKS not in concern.category:
            continue
        for ref in dict.fromkeys(concern.about):
            if news.document.person(ref).role in CHILDREN:
                reason = f"A worry was reported: {concern.category.replace('-', ' ')}."
                yield news.entry(AbuseMarker(is_set=True, by_rule=True, reason=reason), news.hub, ref)


def mark(worker: Worker, *, number: str, is_set: bool, reason: str) -> None:
    """The front door sets or takes away the marker, with the reason. The history stays.

    Raises `PermissionDenied` for anybody else, `Refused` without a reason or for somebody not theirs to see.
    """
    if not policy.in_front_door(worker):
        raise PermissionDenied("The front door keeps this marker.")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write why.")
    member = RecordPerson.objects.filter(number=number).order_by("record_id").first()
    if member is None:
        raise Refused("no-such-person", "", "There is no such person here for you.", "Check the number.")
    authority = load_directory().agency(worker.agency, on=clock.today()).authority
    hub = audiences.standing(audiences.front_door_scope(authority))
    with machine():
        recording = Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())
        detail = AbuseMarker(is_set=is_set, by_rule=False, reason=reason.strip())
        append(recording, [Entry(detail, hub, person_record_id=member.record_id)])
        trail.change(worker, "marker", number, "marked" if is_set else "mark taken away", person_id=member.person_id)


def marked_on(moment: datetime) -> frozenset[str]:
    """The numbers of everybody marked at a moment, as far as the reader may see: the population of a date (I1)."""
    facts: Any = Fact.objects
    rows = (
        AbuseMarker.objects.filter(fact__in=facts.known_on(moment))
        .order_by("fact_id")
        .values_list("fact__person_record_id", "is_set")
    )
    records = list(rows)
    number_of = dict(
        RecordPerson.objects.filter(record_id__in={record for record, _ in records}).values_list("record_id", "number")
    )
    newest = {number_of[record]: is_set for record, is_set in records if record in number_of}
    return frozenset(number for number, is_set in newest.items() if is_set)
