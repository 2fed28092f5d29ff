"""What a reader may see of a meeting: every row that comes back is in an audience of theirs (B3, B4, G4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar

from daras.access.models import Worker
from daras.ledger.models import Detail
from daras.meetings.models import (
    ActionAgreed,
    ActionMoved,
    AgencyInvited,
    AgencyLeftOut,
    ChallengeAnswered,
    Contributed,
    EnquiryDecided,
    InvitationAnswered,
    MedicalDecided,
    MeetingCalled,
    MeetingDetail,
    ParentsInformed,
    PersonConsidered,
    PositionTaken,
    PresenceNoted,
    RecordClosed,
    RecordFiled,
    SectionRecorded,
    WishesWeighed,
)

Kind = TypeVar("Kind", bound=MeetingDetail)


@dataclass(frozen=True, slots=True)
class Discussion:
    """A meeting as far as its reader may see it, everything in the order in which it was recorded."""

    called: MeetingCalled
    invited: list[AgencyInvited]
    left_out: list[AgencyLeftOut]
    answers: list[InvitationAnswered]
    presence: list[PresenceNoted]
    contributed: list[Contributed]
    considered: list[PersonConsidered]
    enquiries: list[EnquiryDecided]
    positions: list[PositionTaken]
    challenge_answers: list[ChallengeAnswered]
    medicals: list[MedicalDecided]
    wishes: list[WishesWeighed]
    parents: list[ParentsInformed]
    actions: list[ActionAgreed]
    moves: list[ActionMoved]
    sections: list[SectionRecorded]
    closings: list[RecordClosed]
    filed: list[RecordFiled]

    @property
    def id(self) -> int:
        """What the commands call this meeting."""
        return self.called.fact_id

    @property
    def closing(self) -> RecordClosed | None:
        """How the record stands closed: the last time it was."""
        return self.closings[-1] if self.closings else None

    @property
    def enquiry(self) -> EnquiryDecided | None:
        """The decision on the enquiry that stands."""
        return self.enquiries[-1] if self.enquiries else None

    def everything(self) -> list[Detail]:
        """Every fact of it, in the order recorded."""
        rows: list[Detail] = [row for each in fields(self) if each.name != "called" for row in getattr(self, each.name)]
        return sorted(rows, key=attrgetter("fact_id"))

    def took_part(self, worker: Worker) -> bool:
        """Whether the worker's team is one of those that take part, as the circle is read."""
        return any(
            each.agency == worker.agency and each.team in ("", worker.team) and each.part == "takes-part"
            for each in self.invited
        ) or any(each.agency == worker.agency and each.team in ("", worker.team) for each in self.presence)


def discussion(reference: str) -> Discussion | None:
    """A meeting by its reference, or none where there is no such meeting for this reader: one query for each kind."""
    called = MeetingCalled.objects.select_related("fact").filter(reference=reference).first()
    if called is None:
        return None
    return Discussion(
        called=called,
        invited=_of(called, AgencyInvited),
        left_out=_of(called, AgencyLeftOut),
        answers=_of(called, InvitationAnswered),
        presence=_of(called, PresenceNoted),
        contributed=_of(called, Contributed),
        considered=_of(called, PersonConsidered),
        enquiries=_of(called, EnquiryDecided),
        positions=_of(called, PositionTaken),
        challenge_answers=_of(called, ChallengeAnswered),
        medicals=_of(called, MedicalDecided),
        wishes=_of(called, WishesWeighed),
        parents=_of(called, ParentsInformed),
        actions=_of(called, ActionAgreed),
        moves=_of(called, ActionMoved),
        sections=_of(called, SectionRecorded),
        closings=_of(called, RecordClosed),
        filed=_of(called, RecordFiled),
    )


def _of(called: MeetingCalled, kind: type[Kind]) -> list[Kind]:
    rows = kind._default_manager.select_related("fact").filter(meeting=called).order_by("fact_id")
    return list(rows)


def called_on(matter_id: int) -> list[MeetingCalled]:
    """The meetings called on a matter that the reader may see, the newest first."""
    rows = MeetingCalled.objects.select_related("fact").filter(fact__matter_id=matter_id)
    return list(rows.order_by("-fact_id"))


def answered(discussion: Discussion) -> dict[int, InvitationAnswered]:
    """The newest answer to each invitation."""
    return {each.invited_id: each for each in discussion.answers}


def progress(discussion: Discussion) -> dict[int, list[ActionMoved]]:
    """What has become of each action, in the order recorded."""
    found: dict[int, list[ActionMoved]] = {}
    for each in discussion.moves:
        found.setdefault(each.action_id, []).append(each)
    return found


def newest_by_person(rows: Iterable[Kind]) -> dict[int, Kind]:
    """The newest of these for each person record."""
    return {each.fact.person_record_id: each for each in rows if each.fact.person_record_id is not None}
