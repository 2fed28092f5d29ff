"""Working on a meeting, or on a matter before there is one: one transaction in which the matter is locked, its facts
are appended and its trail is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.meeting import meet_by
from daras.duties.models import DutyOpened
from daras.duties.queries import opened_by_fact
from daras.duties.releasing import release
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.matters.commands import lock, project
from daras.matters.models import Matter
from daras.meetings.audiences import narrow, own_layer, reads_record
from daras.meetings.models import MeetingCalled
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.working_time import clock

#: What is for whoever reads the whole record: nobody lets themselves into it, or writes over what they cannot read.
OF_THE_RECORD = frozenset({"minute", "convene"})
KEPT_BY_THOSE_THERE = "The record is kept by the front door's day team and by those who took part."


class NoSuchMeeting(LookupError):
    """There is no such meeting for this worker."""


@dataclass(slots=True)
class AtWork:
    """A matter being worked on by somebody."""

    worker: Worker
    matter: Matter
    recording: Recording
    facts: list[Fact] = field(default_factory=list)
    tellings: list[Tell] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """How those who are told know what it is about."""
        return self.matter.reference

    @property
    def hub(self) -> int:
        """The audience of the front door alone."""
        return audiences.standing(audiences.front_door_scope(self.matter.authority))

    @property
    def circle(self) -> int:
        """The front door and every team that takes part."""
        return self.matter.audience_id

    def add(self, *details: Detail, audience: int, person_record_id: int | None = None) -> list[Fact]:
        """Append facts for an audience."""
        entries = [
            Entry(detail, audience, person_record_id=person_record_id, matter_id=self.matter.pk) for detail in details
        ]
        made = append(self.recording, entries)
        self.facts += made
        return made

    def tell(self, *tellings: Tell) -> None:
        """Somebody is to be told, in this transaction; each by the reference by which they know it."""
        self.tellings += [replace(each, reference=each.reference or self.reference) for each in tellings]

    def owe(
        self,
        kind: str,
        opened_by: Fact,
        owner: tuple[str, str],
        *,
        due_at: datetime | None = None,
        because: str = "",
        reference: str = "",
        audience: int | None = None,
        role: str = "",
    ) -> None:
        """Open a duty of one owner, with the words of the record; clock and reason are the pack's where none is
        given (B7)."""
        agency, team = owner
        pack = pack_for(clock.local_date(self.recording.recorded_at))
        wanted = pack.duty(kind)
        owed = Owed(
            kind=kind,
            owner_agency=agency,
            owner_team=team or None,
            owner_role=role or None,
            about_record_ids=(),
            anchor_at=self.recording.recorded_at,
            due_at=due_at or wanted.clock.due(self.recording.recorded_at, pack.calendar),
            because=because or wanted.because,
            source=wanted.cited,
            authority=wanted.authority,
            told=wanted.told,
            late_start=False,
            reference=reference or self.reference,
        )
        if audience is None:
            audience = own_layer(self.matter, owner, by=self.worker.slug)
        open_duties(self.recording, self.matter, opened_by, [owed], pack=pack, audience_of=[audience])

    def release(self, matters: Iterable[Matter], *, reason: str) -> None:
        """What waited for this step is owed in the open from now, and its owners are told."""
        for duty in release(matters, by=self.worker.slug, reason=reason):
            self.tell(Tell(duty.owner_agency, duty.owner_team or None, "something-owed", reference=duty.reference))

    def settle(self, kind: str, opened_by: int, fact: Fact, *, agency: str | None = None) -> None:
        """The duty of this kind that a fact opened is met by another, where it is this agency's."""
        duties: list[DutyOpened] = [
            duty for duty in opened_by_fact(opened_by, [kind]) if agency in (None, duty.owner_agency)
        ]
        meet(self.recording, duties, fact, self.recording.recorded_at)


@dataclass(slots=True)
class Sitting(AtWork):
    """A meeting being worked on by somebody."""

    meeting: MeetingCalled = field(kw_only=True)

    @property
    def reference(self) -> str:
        """A meeting has a reference of its own."""
        return self.meeting.reference

    @property
    def record(self) -> int:
        """What was said: the front door by day, and every team that takes part."""
        return self.meeting.record_audience_id

    @property
    def decisions(self) -> int:
        """The circle, and every team that contributes."""
        return self.meeting.decisions_audience_id

    @property
    def call(self) -> int:
        """Everybody who is asked anything of this meeting: that it is, and when."""
        return self.meeting.audience_id


@contextmanager
def on_matter(worker: Worker, matter_id: int, what: str) -> Iterator[AtWork]:
    """Work on a matter of which the caller has made sure that the worker may."""
    with machine():
        matter = Matter.objects.get(pk=matter_id)
        at_work = AtWork(worker, matter, lock([matter.pk], agency=worker.agency, author=worker.slug))
        yield at_work
        finish(at_work, what)


@contextmanager
def sitting(worker: Worker, meeting_id: int, action: policy.Action) -> Iterator[Sitting]:
    """Work on a meeting as a worker who may see it and may do this.

    Raises `PermissionDenied`, or `NoSuchMeeting` where the worker has no sight of it. What is appended meets the
    duties that wait for it, and the state of the matter follows.
    """
    policy.require(worker, action)
    called = MeetingCalled.objects.select_related("fact").filter(pk=meeting_id).first()
    if called is None or called.fact.matter_id is None:
        raise NoSuchMeeting("There is no such discussion here for you.")
    if action in OF_THE_RECORD and not reads_record(worker, called):
        raise PermissionDenied(KEPT_BY_THOSE_THERE)
    with machine():
        matter = Matter.objects.get(pk=called.fact.matter_id)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        at_work = Sitting(worker, matter, recording, meeting=called)
        yield at_work
        finish(at_work, action)


def finish(at_work: AtWork, action: str) -> None:
    """Meet duties, tell those to be told, keep out whoever has a conflict of interest, leave the trail, and bring the
    projected state up to date."""
    matter, worker = at_work.matter, at_work.worker
    if at_work.facts:
        meet_by(at_work.recording, matter, at_work.facts)
        tell(matter, at_work.facts[-1].pk, at_work.tellings)
    narrow(matter, by=worker.slug)
    trail.change(
        worker,
        "meeting" if isinstance(at_work, Sitting) else "matter",
        str(at_work.meeting.pk) if isinstance(at_work, Sitting) else matter.reference,
        action,
        matter_id=matter.pk,
    )
    project(matter, at_work.recording.recorded_at)
