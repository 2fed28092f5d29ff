"""Working on a meeting: one transaction in which its matter is locked, its facts are appended and its trail is
written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.meeting import meet_by
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.matters.commands import lock, project
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.outbox.commands import Tell, tell


class NoSuchMeeting(LookupError):
    """There is no such meeting for this worker."""


@dataclass(slots=True)
class Sitting:
    """A meeting being worked on by somebody."""

    worker: Worker
    meeting: MeetingCalled
    matter: Matter
    recording: Recording
    facts: list[Fact] = field(default_factory=list)
    tellings: list[Tell] = field(default_factory=list)

    @property
    def hub(self) -> int:
        """The audience of the front door alone."""
        return audiences.standing(audiences.front_door_scope(self.matter.authority))

    @property
    def circle(self) -> int:
        """The front door and every team that takes part."""
        return self.matter.audience_id

    @property
    def decisions(self) -> int:
        """The circle, and every team that contributes."""
        return self.meeting.audience_id

    def add(self, *details: Detail, audience: int, person_record_id: int | None = None) -> list[Fact]:
        """Append facts of this meeting for an audience."""
        entries = [
            Entry(detail, audience, person_record_id=person_record_id, matter_id=self.matter.pk) for detail in details
        ]
        made = append(self.recording, entries)
        self.facts += made
        return made

    def tell(self, *tellings: Tell) -> None:
        """Somebody is to be told, in this transaction."""
        self.tellings += tellings


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
    with machine():
        matter = Matter.objects.get(pk=called.fact.matter_id)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        at_work = Sitting(worker, called, matter, recording)
        yield at_work
        finish(at_work, action)


def finish(at_work: Sitting, action: str) -> None:
    """Meet duties, tell those to be told, leave the trail, and bring the projected state up to date."""
    matter, worker = at_work.matter, at_work.worker
    if at_work.facts:
        meet_by(at_work.recording, matter, at_work.facts)
        tell(matter, at_work.facts[-1].pk, at_work.tellings)
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind="meeting",
        subject_id=str(at_work.meeting.pk),
        matter_id=matter.pk,
        reason=action,
    )
    project(matter, at_work.recording.recorded_at)
