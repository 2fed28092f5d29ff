"""Safe now, said later: whoever sees a child says so, at once, by whom, where and with whom (A16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.meeting import meet_by
from daras.frontdoor.models import SafeNowRecorded
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.people.models import PersonInMatter, PersonRecord, RecordPerson
from daras.people.queries import open_matters_of
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody says of a child at this moment."""

    seen: bool | None
    by: str = ""
    where: str = ""
    company: Sequence[str] = ()
    at: datetime | None = None


def say_of_person(worker: Worker, number: str, said: Seen) -> SafeNowRecorded:
    """Say it of somebody whose page the worker may open: any agency that holds a record of the child.

    It stands on the matter that is open about the child, where there is one, and the front door is told; the agency
    that said it reads it, and learns nothing of the matter. Raises `Refused`.
    """
    policy.require(worker, "contribute")
    record = _own_or_newest(worker, number)
    _checked(said)
    with machine():
        member = RecordPerson.objects.get(record_id=record.pk)
        open_ids = [pk for pk, _ in open_matters_of({member.person_id}).get(member.person_id, ())]
        matter = Matter.objects.filter(pk__in=open_ids).order_by("pk").first()
    takes_part = matter is not None and Matter.objects.filter(pk=matter.pk).exists()
    with machine():
        return _record(worker, said, member, matter, takes_part=takes_part)


def say_in_matter(worker: Worker, reference: str, *, person_record_id: int, said: Seen) -> SafeNowRecorded:
    """Say it of somebody named in a matter that the worker may see: any agency that takes part. Raises `Refused`."""
    policy.require(worker, "contribute")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    parts = PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__person_record_id=person_record_id)
    member = RecordPerson.objects.filter(record_id=person_record_id).first() if parts.exists() else None
    if member is None:
        raise Refused("nobody-chosen", "/person", "Nobody of this matter was chosen.", "Choose whom you have seen.")
    _checked(said)
    with machine():
        return _record(worker, said, member, matter, takes_part=True)


def _checked(said: Seen) -> None:
    if said.seen is None:
        raise Refused("missing", "/seen", "Say whether the child was seen.", "Choose one of the two.")
    if said.seen and not said.by.strip():
        raise Refused("missing", "/by", "Who saw the child is missing.", "Write who saw the child.")
    if said.at is not None and said.at > clock.now():
        raise Refused("in-the-future", "/at", "That is still to come.", "Say when the child was seen.")


def _own_or_newest(worker: Worker, number: str) -> PersonRecord:
    """The agency's own record of somebody, else the newest that the worker may see."""
    ids = RecordPerson.objects.filter(number=number).values_list("record_id", flat=True)
    records = sorted(PersonRecord.objects.filter(pk__in=list(ids)), key=lambda each: each.pk)
    if not records:
        raise Refused("no-such-person", "", "There is no such person here for you.", "Check the number.")
    own = [each for each in records if each.agency == worker.agency]
    return (own or records)[-1]


def _record(
    worker: Worker, said: Seen, member: RecordPerson, matter: Matter | None, *, takes_part: bool
) -> SafeNowRecorded:
    """Runs as the machine: append it, meet what it meets, tell the front door."""
    recording = _recording(worker, matter)
    detail = SafeNowRecorded(
        seen=bool(said.seen),
        seen_by=said.by.strip(),
        where=said.where.strip(),
        accompanied_by=[name.strip() for name in said.company if name.strip()],
    )
    entry = Entry(
        detail,
        _audience(worker, matter, takes_part=takes_part),
        person_record_id=member.record_id,
        matter_id=matter.pk if matter else None,
        occurred_from=said.at,
    )
    (fact,) = append(recording, [entry])
    if matter is not None:
        if detail.seen:
            meet_by(recording, matter, [fact])
        if not policy.in_front_door(worker):
            front_door = load_directory().contact("front-door", authority=matter.authority, on=clock.today())
            kind = "safe-now" if detail.seen else "not-safe-now"
            tell(matter, fact.pk, [Tell(front_door.agency, front_door.team, kind, interrupts=not detail.seen)])
    trail.change(
        worker,
        "person",
        member.number,
        "said whether the child is safe now",
        matter_id=matter.pk if matter else None,
        person_id=member.person_id,
    )
    return detail


def _recording(worker: Worker, matter: Matter | None) -> Recording:
    return lock([matter.pk] if matter else [], agency=worker.agency, author=worker.slug)


def _audience(worker: Worker, matter: Matter | None, *, takes_part: bool) -> int:
    """Those who take part in the matter; else the front door, and the team that says it."""
    if matter is not None and takes_part:
        return matter.audience_id
    authority = matter.authority if matter else load_directory().agency_at_any_time(worker.agency).authority
    hub = audiences.front_door_scope(authority)
    if policy.in_front_door(worker):
        return audiences.standing(hub)
    audience = audiences.open_audience(hub, "safe-now")
    audiences.grant(
        audience, agency=worker.agency, team=worker.team, reason="said whether a child is safe", granted_by=worker.slug
    )
    return audience
