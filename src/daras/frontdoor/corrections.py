"""Putting right what was wrong: a link undone, those told recalled, the breach assessed (G2). Proposals are in
`proposing`.

Nothing is overwritten: each step is a fact, and what was wrong can still be read "as known on" its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Max, Q

from daras.access import audiences, policy, trail
from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.commands import Owed, open_duties
from daras.duties.meeting import meet_by
from daras.frontdoor import turns
from daras.frontdoor.doubts import look_at_records
from daras.frontdoor.matter_about import matter_about
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, project, random_reference
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.people.commands import decide_link
from daras.people.models import (
    BreachAssessed,
    DeletionConfirmed,
    LinkDecided,
    LinkRecalled,
    PersonRecord,
    RecordPerson,
)
from daras.practice import pack_for
from daras.working_time import clock

BREACH = "data-breach-assessment"
WHAT = "Two people were taken to be one person. What you read of one of them may have been about the other."


def undo_link(
    worker: Worker, *, number: str, record_id: int, reason: str, instead_of: Fact | None = None
) -> list[LinkRecalled]:
    """A record is not of this person after all: it gets a number of its own, and every agency that looked is told.

    Each agency told confirms deletion; the duty to assess the breach opens. `instead_of` is the decision it supersedes,
    where there is one. Only the front door may (raises
    `PermissionDenied`); raises `Refused` without a reason, or where the record stands alone.
    """
    policy.require(worker, "confirm-match")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write how you know that they are two.")
    person_id = mine_to_see(number, record_id)
    with machine():
        turns.to_watch()
        others = RecordPerson.objects.filter(person_id=person_id).exclude(record_id=record_id).order_by("record_id")
        kept = others.first()
        if kept is None:
            raise Refused("stands-alone", "/record", "This record stands alone.", "There is nothing to undo.")
        since = PersonRecord.objects.get(pk=record_id).made_at
        told = who_looked(person_id, since)
        matter, recording = matter_for(worker, record_id, kept.record_id)
        fact = decide_link(
            recording,
            record_id=record_id,
            other_record_id=kept.record_id,
            decision=LinkDecided.Decision.UNLINK,
            probability=0.0,
            why=[reason.strip()],
            audience_id=matter.audience_id,
            by_person=True,
            matter_id=matter.pk,
            supersedes=instead_of,
        )
        recalls = recall(recording, matter, fact, told, WHAT)
        if recalls:
            open_breach_duty(recording, matter, fact, (record_id, kept.record_id))
        project(matter, recording.recorded_at)
        look_at_records([record_id, kept.record_id], fact, agency=worker.agency, authority=matter.authority)
        changed(worker, number, "a link was undone", matter)
    return recalls


def confirm_deletion(worker: Worker, *, reference: str, note: str = "") -> None:
    """An agency that was told confirms that it deleted what it had read. Raises `Refused` for one not its own."""
    recall = LinkRecalled.objects.select_related("fact").filter(reference=reference, agency=worker.agency).first()
    if recall is None:
        raise no_such()
    with machine():
        if DeletionConfirmed.objects.filter(recall=recall).exists():
            return
        matter = Matter.objects.get(pk=recall.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = DeletionConfirmed(recall=recall, note=note.strip())
        append(recording, [Entry(detail, recall.audience_id, matter_id=matter.pk)])
        changed(worker, reference, "deletion confirmed", matter)


def assess_breach(worker: Worker, *, reference: str, reported: bool, reason: str) -> None:
    """The front door says whether the breach was reported to the Information Commissioner, and why; the duty is
    met."""
    policy.require(worker, "decide")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write what was weighed.")
    recall = LinkRecalled.objects.select_related("fact").filter(reference=reference).first()
    if recall is None:
        raise no_such()
    with machine():
        matter = Matter.objects.get(pk=recall.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = BreachAssessed(undone=recall.undone, reported=reported, reason=reason.strip())
        facts = append(recording, [Entry(detail, matter.audience_id, matter_id=matter.pk)])
        meet_by(recording, matter, facts)
        changed(worker, reference, "breach assessed", matter)


def no_such() -> Refused:
    return Refused("no-such-thing", "", "There is no such thing here for you.", "Check the reference.")


def mine_to_see(number: str, record_id: int) -> int:
    """The person of a record that the worker may see and that stands under this number."""
    member = RecordPerson.objects.filter(record_id=record_id, number=number).first()
    if member is None:
        raise no_such()
    return member.person_id


def changed(worker: Worker, subject: str, what: str, matter: Matter | None = None) -> None:
    trail.change(worker, "correction", subject, what, matter_id=matter.pk if matter else None)


def who_looked(person_id: int, since: datetime) -> list[str]:
    """Every agency of which somebody looked at the person since the record came under the number."""
    return sorted(agency for agency, at in last_looks(person_id).items() if at >= since)


def last_looks(person_id: int) -> dict[str, datetime]:
    """When somebody of each agency last looked at the person. Runs as the machine."""
    rows = TrailEntry.objects.filter(person_id=person_id, outcome="done").exclude(agency="")
    return dict(rows.order_by().values("agency").annotate(last=Max("at")).values_list("agency", "last"))


def matter_for(worker: Worker, *record_ids: int) -> tuple[Matter, Recording]:
    """The newest matter either record is in; where there is none, one of its own for the correction."""
    authority = load_directory().agency(worker.agency, on=clock.today()).authority
    return matter_about(
        record_ids,
        agency=worker.agency,
        author=worker.slug,
        authority=authority,
        why="Something wrong was put right.",
    )


def recall(
    recording: Recording, matter: Matter, undone: Fact, agencies: Iterable[str], what: str
) -> list[LinkRecalled]:
    """One recall for each agency, which that agency and the front door may read, and one notice that names nobody."""
    hub = audiences.front_door_scope(matter.authority)
    recalls: list[LinkRecalled] = []
    entries: list[Entry] = []
    for agency in agencies:
        audience = audiences.open_audience(hub, "recall")
        audiences.grant(audience, agency=agency, reason="read what was wrong", granted_by=recording.author)
        detail = LinkRecalled(undone_id=undone.pk, reference=random_reference("C"), agency=agency, what=what)
        recalls.append(detail)
        entries.append(Entry(detail, audience, matter_id=matter.pk))
    append(recording, entries)
    tell(matter, undone.pk, _tellings(recalls))
    return recalls


def _tellings(recalls: Iterable[LinkRecalled]) -> Iterator[Tell]:
    for recall in recalls:
        yield Tell(recall.agency, None, "correction", interrupts=True, reference=recall.reference)


def open_breach_duty(recording: Recording, matter: Matter, opened_by: Fact, about: tuple[int, ...]) -> None:
    on = clock.local_date(recording.recorded_at)
    pack = pack_for(on)
    kind = pack.duty(BREACH)
    owner = load_directory().contact(kind.owner, authority=matter.authority, on=on)
    owed = Owed(
        kind=BREACH,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=kind.role,
        about_record_ids=about,
        anchor_at=recording.recorded_at,
        due_at=kind.clock.due(recording.recorded_at, pack.calendar),
        because=kind.because,
        source=kind.cited,
        authority=kind.authority,
        told=kind.told,
        late_start=False,
        reference=matter.reference,
    )
    open_duties(recording, matter, opened_by, [owed], pack=pack, audience_of=[matter.audience_id])


def recalls_for(worker: Worker) -> list[LinkRecalled]:
    """What an agency was told to delete, and for the front door all that was told, the newest first."""
    rows = LinkRecalled.objects.select_related("fact", "confirmation").order_by("-fact_id")
    ours = Q() if policy.in_front_door(worker) else Q(agency=worker.agency)
    return list(rows.filter(ours)[:200])
