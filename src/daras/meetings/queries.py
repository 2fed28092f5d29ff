"""What a reader may see of a meeting: every row that comes back is in an audience of theirs (B3, B4, G4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar

from daras.access.models import Worker
from daras.challenges.queries import Challenge, challenges_on
from daras.ledger.models import Detail, Fact
from daras.meetings.models import (
    AccountPlanned,
    ActionAgreed,
    ActionMoved,
    AdviceRecorded,
    AgencyInvited,
    AgencyLeftOut,
    ChildContacted,
    Contributed,
    EnquiryDecided,
    FeedbackAcknowledged,
    FeedbackGiven,
    InvitationAnswered,
    MedicalDecided,
    MedicalReported,
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
    challenges: dict[int, list[Challenge]]  # by the decision that is challenged
    medicals: list[MedicalDecided]
    reports: list[MedicalReported]
    accounts: list[AccountPlanned]
    wishes: list[WishesWeighed]
    contacts: list[ChildContacted]
    advice: list[AdviceRecorded]
    parents: list[ParentsInformed]
    actions: list[ActionAgreed]
    moves: list[ActionMoved]
    sections: list[SectionRecorded]
    closings: list[RecordClosed]
    filed: list[RecordFiled]
    feedback: list[FeedbackGiven]
    acknowledged: list[FeedbackAcknowledged]

    @property
    def id(self) -> int:
        """What the commands call this meeting."""
        return self.called.fact_id

    @property
    def seen(self) -> int:
        """The newest section: what somebody who writes one has before them."""
        return max((each.pk or 0 for each in self.sections), default=0)

    @property
    def closing(self) -> RecordClosed | None:
        """How the record stands closed: the last time it was."""
        return self.closings[-1] if self.closings else None

    @property
    def enquiry(self) -> EnquiryDecided | None:
        """The decision on the enquiry that stands."""
        return self.enquiries[-1] if self.enquiries else None

    def all_challenges(self) -> list[Challenge]:
        """Every challenge to a decision of this meeting, by decision."""
        return [each for found in self.challenges.values() for each in found]

    def everything(self) -> list[Detail]:
        """Every fact of it, in the order recorded."""
        apart = {"called", "challenges"}
        rows: list[Detail] = [
            row for each in fields(self) if each.name not in apart for row in getattr(self, each.name)
        ]
        for challenge in self.all_challenges():
            rows += [challenge.challenged, *challenge.answers]
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
        challenges=_challenges(called),
        medicals=_of(called, MedicalDecided),
        reports=_of(called, MedicalReported),
        accounts=_of(called, AccountPlanned),
        wishes=_of(called, WishesWeighed),
        contacts=_of(called, ChildContacted),
        advice=_of(called, AdviceRecorded),
        parents=_of(called, ParentsInformed),
        actions=_of(called, ActionAgreed),
        moves=_of(called, ActionMoved),
        sections=_of(called, SectionRecorded),
        closings=_of(called, RecordClosed),
        filed=_of(called, RecordFiled),
        feedback=_of(called, FeedbackGiven),
        acknowledged=_of(called, FeedbackAcknowledged),
    )


def _challenges(called: MeetingCalled) -> dict[int, list[Challenge]]:
    """By the decision that is challenged; those of the matter's other decisions among them."""
    found: dict[int, list[Challenge]] = {}
    for each in challenges_on(called.fact.matter_id or 0):
        found.setdefault(each.challenged.decision_id, []).append(each)
    return found


def _of(called: MeetingCalled, kind: type[Kind]) -> list[Kind]:
    rows = kind._default_manager.select_related("fact").filter(meeting=called).order_by("fact_id")
    return list(rows)


def is_seen(reference: str) -> bool:
    """Whether the reader sees that there is this meeting."""
    return MeetingCalled.objects.filter(reference=reference).exists()


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


def newest_fact(reference: str) -> int | None:
    """The newest fact on the matter of a meeting that the reader may see, to know whether to look again; none where
    there is no such meeting for this reader."""
    matter_id = MeetingCalled.objects.filter(reference=reference).values_list("fact__matter_id", flat=True).first()
    if matter_id is None:
        return None
    return Fact.objects.filter(matter_id=matter_id).order_by("-pk").values_list("pk", flat=True).first() or 0
