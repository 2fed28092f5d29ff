"""After: the record in sections, each reader's own layer, and who has filed it where (B3, B4)."""

from __future__ import annotations

from datetime import date, datetime

from daras.access.models import Worker
from daras.handling.commands import repeated
from daras.handling.models import EntryGraded
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.meetings.audiences import Team, restricted_layer
from daras.meetings.calling import quorum_part, shared_with
from daras.meetings.merging import merge_texts
from daras.meetings.models import (
    ActionAgreed,
    AgencyInvited,
    Contributed,
    PresenceNoted,
    RecordClosed,
    RecordFiled,
    SectionRecorded,
)
from daras.meetings.sitting import NoSuchMeeting, Sitting, sitting
from daras.meetings.telling import feedback_is_owed
from daras.outbox.commands import Tell
from daras.practice import pack_for
from daras.working_time import clock

#: The sections of a record, each for its own readers.
SECTIONS = ("decisions", "minutes", "restricted", "family")
INTERIM = "interim"
#: Who must be there for the discussion to be whole (Working Together; docs/decisions/0014-meetings.md).
QUORUM = ("social-care", "police", "health")


class ChangedMeanwhile(Refused):
    """Somebody else has saved this section since the writer saw it, and both changed the same lines."""

    def __init__(self, theirs: str, seen: int) -> None:
        super().__init__(
            "changed-meanwhile",
            "/text",
            "Somebody else saved this section since you opened it.",
            "Both texts are below: put into yours what should stay, and save again. Nothing is lost.",
        )
        self.theirs, self.seen = theirs, seen


def record_section(
    worker: Worker,
    meeting_id: int,
    *,
    section: str,
    text: str,
    teams: tuple[tuple[str, str], ...] = (),
    seen: int | None = None,
) -> None:
    """Write a section: decisions for all invited, minutes for those who took part, restricted for named teams, and
    the family's version, which stays with the front door until it is released. `seen` is the newest section that
    its writer had before them (0 for none): what somebody else saved since is merged line by line. Raises
    `ChangedMeanwhile` with their text where both changed the same lines, and records nothing."""
    if not text.strip():
        raise Refused("missing", "/text", "The section is empty.", "Write it, or leave it for later.")
    if section not in SECTIONS:
        raise Refused("unknown-section", "/section", "Nothing of the list was chosen.", "Choose one.")
    if section == "restricted" and not teams:
        raise Refused("missing", "/teams", "A restricted section is for named teams.", "Choose who may read it.")
    with sitting(worker, meeting_id, "minute") as at_work:
        by_section = {"decisions": at_work.decisions, "minutes": at_work.record, "family": at_work.hub}
        audience = by_section.get(section)
        if audience is None:
            own = (worker.agency, worker.team)
            audience = restricted_layer((own, *teams), reason="restricted section", by=worker.slug)
        elif seen is not None:
            text = _merged(at_work, section, text.strip(), seen)
        if section != "restricted":
            _only_agreed_lines(at_work, text)
        at_work.add(SectionRecorded(meeting=at_work.meeting, section=section, text=text.strip()), audience=audience)


def _only_agreed_lines(at_work: Sitting, text: str) -> None:
    """Of graded information only the line that was agreed is minuted (G4). Raises `Refused` with the writer's own
    words, so that nobody learns more of it than they wrote."""
    held = {each.pk: each.text for each in Contributed.objects.filter(meeting=at_work.meeting, restricted=True)}
    graded = EntryGraded.objects.filter(entry__in=list(held), fact__superseded_by__isnull=True)
    grades = list(graded) if held else []
    lines = [each.agreed_line for each in grades if each.agreed_line]
    for each in grades:
        if found := repeated(text, held[each.entry_id], lines):
            raise Refused(
                "not-the-agreed-line",
                "/text",
                f"“{found}” is not the line that was agreed to be minuted.",
                "Write the agreed line, or ask whoever holds it to agree another.",
            )


def _merged(at_work: Sitting, section: str, text: str, seen: int) -> str:
    written = SectionRecorded.objects.filter(meeting=at_work.meeting, section=section).order_by("-fact_id")
    newest = written.first()
    if newest is None or newest.pk <= seen:
        return text
    before = written.filter(fact_id__lte=seen).first()
    merged = merge_texts(before.text if before else "", text, newest.text)
    if merged is None:
        raise ChangedMeanwhile(newest.text, newest.pk)
    return merged


def missing_parts(at_work: Sitting) -> tuple[str, ...]:
    """The parts of the quorum for which nobody has been present."""
    present = PresenceNoted.objects.filter(meeting=at_work.meeting).values_list("agency", flat=True)
    there = {quorum_part(agency) for agency in present}
    return tuple(part for part in QUORUM if part not in there)


def close_record(
    worker: Worker, meeting_id: int, *, interim_reason: str = "", rest_joins_by: datetime | None = None
) -> RecordClosed:
    """Close the record. Without one part of the quorum it is an interim discussion of two agencies: valid when it
    is urgent, with a reason and a time by which the rest joins, which they owe from now (B3). One part alone is
    no discussion. What is agreed on the way goes out all the same: no action waits for this. What was decided is
    owed as feedback to each agency consulted and to the referrer (A8). Each agency that was asked, or owns an
    action, owes word that the record is filed in its own system (B4). A record may be closed again when the rest
    has joined."""
    with sitting(worker, meeting_id, "minute") as at_work:
        missing = missing_parts(at_work)
        if missing and not (interim_reason.strip() and rest_joins_by):
            raise Refused(
                "not-quorate",
                "/interim_reason",
                f"Nobody has been present for {', '.join(missing)}.",
                "Say why it could not wait, and by when they join; the record will say that it is interim.",
            )
        if len(missing) > 1:
            raise Refused(
                "alone",
                "/interim_reason",
                "One agency alone is no discussion: two of social care, police and health must have been present.",
                "Add who is on the call, or ring the others now.",
            )
        if missing and rest_joins_by and rest_joins_by <= at_work.recording.recorded_at:
            raise Refused("past", "/rest_joins_by", "That time has passed.", "Say by when the rest joins.")
        detail = RecordClosed(
            meeting=at_work.meeting,
            quorate=not missing,
            missing_parts=", ".join(missing),
            rest_joins_by=rest_joins_by,
        )
        if missing:
            # Why it could not wait may name a child: for those who take part, never for everybody asked.
            why = SectionRecorded(meeting=at_work.meeting, section=INTERIM, text=interim_reason.strip())
            at_work.add(why, audience=at_work.record)
        again = RecordClosed.objects.filter(meeting=at_work.meeting).exists()
        (fact,) = at_work.add(detail, audience=at_work.decisions)
        asked = _asked(at_work)
        at_work.tell(*(Tell(agency, team or None, "record-closed") for agency, team in asked))
        if missing and rest_joins_by:
            _rest_owes(at_work, fact, missing, rest_joins_by)
        if not again:
            _filing_is_owed(at_work, fact, asked)
        feedback_is_owed(at_work, fact)
    return detail


def _asked(at_work: Sitting) -> list[Team]:
    """Every team that was asked or owns an action, each once."""
    invited = AgencyInvited.objects.filter(meeting=at_work.meeting).values_list("agency", "team")
    owners = ActionAgreed.objects.filter(meeting=at_work.meeting).values_list("owner_agency", "owner_team")
    return list(dict.fromkeys([*invited, *owners]))


def _rest_owes(at_work: Sitting, closed: Fact, missing: tuple[str, ...], by: datetime) -> None:
    invited = AgencyInvited.objects.filter(meeting=at_work.meeting, quorum_part__in=missing)
    for agency, team in dict.fromkeys(invited.values_list("agency", "team")):
        because = "The discussion could not wait and was held as an interim one: join it, and say what you hold."
        at_work.owe("join-discussion", closed, (agency, team), due_at=by, because=because)


def _filing_is_owed(at_work: Sitting, closed: Fact, asked: list[Team]) -> None:
    """One of each agency: the first of its teams that was asked, for the record is the agency's."""
    now = at_work.recording.recorded_at
    pack = pack_for(clock.local_date(now))
    kind = pack.duty("file-record")
    for agency, team in dict(reversed(asked)).items():
        at_work.owe(
            "file-record", closed, (agency, team), due_at=kind.clock.due(now, pack.calendar), because=kind.because
        )


def file_record(worker: Worker, meeting_id: int, *, system: str, filed_on: date) -> RecordFiled:
    """An agency confirms that the record is filed in its own system: reading alone does not meet the duty (B4)."""
    if not system.strip():
        raise Refused("missing", "/system", "Say in which system it is filed.", "Write the system's name.")
    if filed_on > clock.today():
        raise Refused("in-the-future", "/filed_on", "The day has not come yet.", "Write the day on which it was filed.")
    with sitting(worker, meeting_id, "answer") as at_work:
        if worker.agency not in {agency for agency, _ in _asked(at_work)}:
            raise NoSuchMeeting("Your agency was not asked to this discussion.")
        detail = RecordFiled(meeting=at_work.meeting, agency=worker.agency, system=system.strip(), filed_on=filed_on)
        audience = shared_with(at_work, (worker.agency, worker.team), purpose="filed")
        (fact,) = at_work.add(detail, audience=audience)
        for closed in RecordClosed.objects.filter(meeting=at_work.meeting):
            at_work.settle("file-record", closed.pk, fact, agency=worker.agency)
    return detail
