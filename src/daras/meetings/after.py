"""After: the record in sections, each reader's own layer, and who has filed it where (B3, B4)."""

from __future__ import annotations

from datetime import date, datetime

from daras.access.models import Worker
from daras.ledger.refusal import Refused
from daras.meetings.audiences import restricted_layer
from daras.meetings.models import AgencyInvited, PresenceNoted, RecordClosed, RecordFiled, SectionRecorded
from daras.meetings.sitting import NoSuchMeeting, Sitting, sitting
from daras.outbox.commands import Tell

#: Who must be there for the discussion to be whole (Working Together; docs/decisions/0010-meetings.md).
QUORUM = ("social-care", "police", "health")


def record_section(
    worker: Worker, meeting_id: int, *, section: str, text: str, teams: tuple[tuple[str, str], ...] = ()
) -> None:
    """Write a section: decisions for all invited, minutes for those who took part, restricted for named teams,
    and the family's version, which stays with the front door until it is released."""
    if not text.strip():
        raise Refused("missing", "/text", "The section is empty.", "Write it, or leave it for later.")
    with sitting(worker, meeting_id, "minute") as at_work:
        by_section = {"decisions": at_work.decisions, "minutes": at_work.circle, "family": at_work.hub}
        audience = by_section.get(section)
        if audience is None:
            own = (worker.agency, worker.team)
            audience = restricted_layer((own, *teams), reason="restricted section", by=worker.slug)
        at_work.add(SectionRecorded(meeting=at_work.meeting, section=section, text=text.strip()), audience=audience)


def missing_parts(at_work: Sitting) -> tuple[str, ...]:
    """The parts of the quorum for which nobody has been present."""
    present = set(PresenceNoted.objects.filter(meeting=at_work.meeting).values_list("agency", flat=True))
    parts = dict(AgencyInvited.objects.filter(meeting=at_work.meeting).values_list("agency", "quorum_part"))
    there = {parts[agency] for agency in present if agency in parts}
    return tuple(part for part in QUORUM if part not in there)


def close_record(
    worker: Worker, meeting_id: int, *, interim_reason: str = "", rest_joins_by: datetime | None = None
) -> RecordClosed:
    """Close the record. Without one part of the quorum it is an interim discussion: valid when it is urgent, with a
    reason and a time by which the rest joins. Nothing is ever stopped by it (B3)."""
    with sitting(worker, meeting_id, "minute") as at_work:
        missing = missing_parts(at_work)
        if missing and not (interim_reason.strip() and rest_joins_by):
            raise Refused(
                "not-quorate",
                "/interim_reason",
                f"Nobody has been present for {', '.join(missing)}.",
                "Say why it could not wait, and by when they join; the record will say that it is interim.",
            )
        detail = RecordClosed(
            meeting=at_work.meeting,
            quorate=not missing,
            missing_parts=", ".join(missing),
            interim_reason=interim_reason.strip(),
            rest_joins_by=rest_joins_by,
        )
        at_work.add(detail, audience=at_work.decisions)
        invited = AgencyInvited.objects.filter(meeting=at_work.meeting).values_list("agency", "team")
        at_work.tell(*(Tell(agency, team or None, "record-closed") for agency, team in dict.fromkeys(invited)))
    return detail


def file_record(worker: Worker, meeting_id: int, *, system: str, filed_on: date) -> RecordFiled:
    """An agency confirms that the record is filed in its own system: reading alone does not meet the duty (B4)."""
    if not system.strip():
        raise Refused("missing", "/system", "Say in which system it is filed.", "Write the system's name.")
    with sitting(worker, meeting_id, "answer") as at_work:
        if not AgencyInvited.objects.filter(meeting=at_work.meeting, agency=worker.agency).exists():
            raise NoSuchMeeting("Your agency was not asked to this discussion.")
        detail = RecordFiled(meeting=at_work.meeting, agency=worker.agency, system=system.strip(), filed_on=filed_on)
        at_work.add(detail, audience=at_work.decisions)
    return detail
