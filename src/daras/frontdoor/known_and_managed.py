"""A child near somebody who poses a risk, known and managed: the watch is silent of it until a day (E2).

It silences the watch alone: news is weighed as ever. It ends by itself on its day, and the newest word counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor.models import KnownAndManaged
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.people.models import RecordPerson
from daras.people.queries import persons_of
from daras.working_time import clock


def may_silence(worker: Worker) -> bool:
    """A manager of the front door."""
    return policy.in_front_door(worker) and worker.role in policy.MANAGERS


def known_and_managed(worker: Worker, *, number: str, other: str, until: date | None, reason: str) -> KnownAndManaged:
    """A manager of the front door holds that a child and whoever poses a risk to it are known and managed until a day.

    `number` is the child's, `other` that of the one who poses a risk. Raises `PermissionDenied` for anybody else,
    `Refused` without a reason, without a day to come, or for somebody not theirs to see.
    """
    if not may_silence(worker):
        raise PermissionDenied("A manager of the front door says that this is known and managed.")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write who manages it, and how.")
    if until is None or until <= clock.today():
        raise Refused("no-day-to-come", "/until", "The day on which it ends is missing, or past.", "Write one to come.")
    child, adult = _seen(number, "/number"), _seen(other, "/other")
    if child.person_id == adult.person_id:
        raise Refused("same-person", "/other", "This is the same person.", "Write the number of the other.")
    authority = load_directory().agency(worker.agency, on=clock.today()).authority
    hub = audiences.standing(audiences.front_door_scope(authority))
    with machine():
        recording = Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())
        detail = KnownAndManaged(other_record_id=adult.record_id, until=until, reason=reason.strip())
        append(recording, [Entry(detail, hub, person_record_id=child.record_id)])
        trail.change(worker, "known-and-managed", number, f"until {until.isoformat()}", person_id=child.person_id)
    return detail


def _seen(number: str, pointer: str) -> RecordPerson:
    member = RecordPerson.objects.filter(number=number.strip()).order_by("record_id").first()
    if member is None:
        raise Refused("no-such-person", pointer, "There is no such person here for you.", "Check the number.")
    return member


def words_about(record_ids: Iterable[int]) -> list[KnownAndManaged]:
    """What was said of a child, the newest first, as far as the reader may see."""
    rows = KnownAndManaged.objects.select_related("fact").filter(fact__person_record_id__in=list(record_ids))
    return list(rows.order_by("-fact_id"))


def silenced(pairs: Iterable[tuple[int, int]], on: date) -> frozenset[tuple[int, int]]:
    """Which of these children and people of risk are held to be known and managed on a day. Runs as the machine."""
    wanted = {person for pair in pairs for person in pair}
    records = RecordPerson.objects.filter(person_id__in=wanted).values_list("record_id", flat=True)
    rows = list(
        KnownAndManaged.objects.select_related("fact")
        .filter(fact__person_record_id__in=list(records))
        .order_by("fact_id")
    )
    person = persons_of(record for each in rows for record in (each.fact.person_record_id or 0, each.other_record_id))
    until = {
        (person.get(each.fact.person_record_id or 0, 0), person.get(each.other_record_id, 0)): each.until
        for each in rows
    }
    return frozenset(pair for pair, day in until.items() if day > on)
