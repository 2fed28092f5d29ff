"""What a reader may see of a meeting: every row that comes back is in an audience of theirs (B3, B4, G4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar

from daras.access.models import Worker
from daras.challenges.queries import KINDS as CHALLENGES
from daras.challenges.queries import Challenge, challenges_on
from daras.handling.models import EntryGraded
from daras.ledger.models import Detail
from daras.ledger.reading import HEADER, Columns, OnMatter, header, rows
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
    grades: dict[int, EntryGraded]  # by the entry, where the reader may see it
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
        apart = {"called", "challenges", "grades"}
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


#: What `discussion_of` looks for among the facts of the matter a meeting is on.
KINDS: tuple[type[Detail], ...] = (
    AgencyInvited,
    AgencyLeftOut,
    InvitationAnswered,
    PresenceNoted,
    Contributed,
    EntryGraded,
    PersonConsidered,
    EnquiryDecided,
    PositionTaken,
    MedicalDecided,
    MedicalReported,
    AccountPlanned,
    WishesWeighed,
    ChildContacted,
    AdviceRecorded,
    ParentsInformed,
    ActionAgreed,
    ActionMoved,
    SectionRecorded,
    RecordClosed,
    RecordFiled,
    FeedbackGiven,
    FeedbackAcknowledged,
    *CHALLENGES,
)


_CALLED = Columns(MeetingCalled, "called")
_CALLED_AS = f"""
SELECT {_CALLED.sql}, {HEADER}
FROM meetings_meetingcalled called JOIN ledger_fact fact ON fact.id = called.fact_id
WHERE called.reference = %(reference)s
"""  # noqa: S608 - the models' own words


def called_as(reference: str) -> MeetingCalled | None:
    """The convening of a meeting by its reference, or none where there is no such meeting for this reader."""
    for row in rows(_CALLED_AS, {"reference": reference}):
        values = iter(row)
        called = _CALLED.take(values)
        called.fact = header(values)
        return called
    return None


def discussion(reference: str) -> Discussion | None:
    """A meeting by its reference, or none where there is no such meeting for this reader."""
    called = called_as(reference)
    return discussion_of(called, OnMatter(called.fact.matter_id or 0, KINDS)) if called else None


def discussion_of(called: MeetingCalled, facts: OnMatter) -> Discussion:
    """A meeting out of the facts of its matter: one query for each kind that is there."""
    return Discussion(
        called=called,
        invited=_of(called, facts, AgencyInvited),
        left_out=_of(called, facts, AgencyLeftOut),
        answers=_of(called, facts, InvitationAnswered),
        presence=_of(called, facts, PresenceNoted),
        contributed=_of(called, facts, Contributed),
        grades={each.entry_id: each for each in facts.standing(EntryGraded)},
        considered=_of(called, facts, PersonConsidered),
        enquiries=_of(called, facts, EnquiryDecided),
        positions=_of(called, facts, PositionTaken),
        challenges=_challenges(facts),
        medicals=_of(called, facts, MedicalDecided),
        reports=_of(called, facts, MedicalReported),
        accounts=_of(called, facts, AccountPlanned),
        wishes=_of(called, facts, WishesWeighed),
        contacts=_of(called, facts, ChildContacted),
        advice=_of(called, facts, AdviceRecorded),
        parents=_of(called, facts, ParentsInformed),
        actions=_of(called, facts, ActionAgreed),
        moves=_of(called, facts, ActionMoved),
        sections=_of(called, facts, SectionRecorded),
        closings=_of(called, facts, RecordClosed),
        filed=_of(called, facts, RecordFiled),
        feedback=_of(called, facts, FeedbackGiven),
        acknowledged=_of(called, facts, FeedbackAcknowledged),
    )


def _challenges(facts: OnMatter) -> dict[int, list[Challenge]]:
    """By the decision that is challenged; those of the matter's other decisions among them."""
    found: dict[int, list[Challenge]] = {}
    for each in challenges_on(facts):
        found.setdefault(each.challenged.decision_id, []).append(each)
    return found


def _of(called: MeetingCalled, facts: OnMatter, kind: type[Kind]) -> list[Kind]:
    rows = [each for each in facts.every(kind) if each.meeting_id == called.pk]
    for each in rows:
        each.meeting = called
    return rows


def is_seen(reference: str) -> bool:
    """Whether the reader sees that there is this meeting."""
    return MeetingCalled.objects.filter(reference=reference).exists()


def called_on(facts: OnMatter) -> list[MeetingCalled]:
    """The meetings called on a matter that the reader may see, the newest first."""
    return facts.every(MeetingCalled)[::-1]


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


_NEWEST = """
SELECT coalesce(max(fact.id), 0)
FROM meetings_meetingcalled called
JOIN ledger_fact own ON own.id = called.fact_id
LEFT JOIN ledger_fact fact ON fact.matter_id = own.matter_id
WHERE called.reference = %(reference)s
GROUP BY called.fact_id
"""


def newest_fact(reference: str) -> int | None:
    """The newest fact on the matter of a meeting that the reader may see, to know whether to look again; none where
    there is no such meeting for this reader."""
    found = rows(_NEWEST, {"reference": reference})
    return int(found[0][0]) if found else None
