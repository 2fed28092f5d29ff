"""Putting right what was wrong: proposals, a link undone, those told recalled, the breach assessed (G2).

Nothing is overwritten: each step is a fact, and what was wrong can still be read "as known on" its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from daras.access import audiences, policy, trail
from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.commands import Owed, open_duties
from daras.duties.meeting import meet_by
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, open_matter, project, random_reference
from daras.matters.models import Matter, MatterOpened
from daras.outbox.commands import Tell, tell
from daras.people.commands import decide_link
from daras.people.models import (
    BreachAssessed,
    ChangeAnswered,
    ChangeProposed,
    DeletionConfirmed,
    LinkDecided,
    LinkRecalled,
    PersonInMatter,
    PersonRecord,
    RecordPerson,
)
from daras.practice import pack_for
from daras.working_time import clock

BREACH = "data-breach-assessment"
WHAT = "Two people were taken to be one person. What you read of one of them may have been about the other."

#: What a proposal may be about.
FIELDS = frozenset({"name", "date-of-birth", "address", "family", "risk", "other"})


def propose_change(worker: Worker, *, number: str, record_id: int, of: str, proposed: str, because: str) -> None:
    """Say that a record is wrong or out of date. The agency whose record it is answers; nothing is overwritten.

    Anybody who may see the record may propose. Raises `Refused` for what is not said, or not theirs to see.
    """
    policy.require(worker, "contribute")
    if of not in FIELDS:
        raise Refused("unknown-field", "/of", "Choose what is to be changed.", "Choose one of the list.")
    if not proposed.strip():
        raise Refused("proposal-missing", "/proposed", "What it should say is missing.", "Write what it should say.")
    if not because.strip():
        raise Refused("reason-missing", "/because", "How you know is missing.", "Write how you know.")
    _mine_to_see(number, record_id)
    with machine():
        record = PersonRecord.objects.get(pk=record_id)
        detail = ChangeProposed(of=of, proposed=proposed.strip(), because=because.strip())
        append(_recording(worker), [Entry(detail, record.audience_id, person_record_id=record_id)])
        _changed(worker, number, "a change was proposed")


def answer_change(worker: Worker, *, number: str, proposal_id: int, accepted: bool, reason: str) -> None:
    """The agency whose record it is answers a proposal, once; both stand. Raises `Refused` or `PermissionDenied`."""
    policy.require(worker, "answer")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write why.")
    proposal = ChangeProposed.objects.select_related("fact").filter(pk=proposal_id).first()
    if proposal is None:
        raise _no_such()
    with machine():
        record = PersonRecord.objects.get(pk=proposal.fact.person_record_id or 0)
        if record.agency != worker.agency:
            raise PermissionDenied("The agency whose record it is answers.")
        if ChangeAnswered.objects.filter(proposal=proposal).exists():
            raise Refused("answered", "/reason", "This has been answered already.", "Read the answer on the page.")
        detail = ChangeAnswered(proposal=proposal, accepted=accepted, reason=reason.strip())
        append(_recording(worker), [Entry(detail, proposal.audience_id, person_record_id=record.pk)])
        _changed(worker, number, "a proposal was answered")


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
    person_id = _mine_to_see(number, record_id)
    with machine():
        others = RecordPerson.objects.filter(person_id=person_id).exclude(record_id=record_id).order_by("record_id")
        kept = others.first()
        if kept is None:
            raise Refused("stands-alone", "/record", "This record stands alone.", "There is nothing to undo.")
        since = PersonRecord.objects.get(pk=record_id).made_at
        told = _who_looked(person_id, since)
        matter, recording = _matter(worker, record_id, kept.record_id)
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
        recalls = _recall(recording, matter, fact, told)
        if recalls:
            _open_breach_duty(recording, matter, fact, (record_id, kept.record_id))
        project(matter, recording.recorded_at)
        _changed(worker, number, "a link was undone", matter)
    return recalls


def confirm_deletion(worker: Worker, *, reference: str, note: str = "") -> None:
    """An agency that was told confirms that it deleted what it had read. Raises `Refused` for one not its own."""
    recall = LinkRecalled.objects.select_related("fact").filter(reference=reference, agency=worker.agency).first()
    if recall is None:
        raise _no_such()
    with machine():
        if DeletionConfirmed.objects.filter(recall=recall).exists():
            return
        matter = Matter.objects.get(pk=recall.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = DeletionConfirmed(recall=recall, note=note.strip())
        append(recording, [Entry(detail, recall.audience_id, matter_id=matter.pk)])
        _changed(worker, reference, "deletion confirmed", matter)


def assess_breach(worker: Worker, *, reference: str, reported: bool, reason: str) -> None:
    """The front door says whether the breach was reported to the Information Commissioner, and why; the duty is
    met."""
    policy.require(worker, "decide")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write what was weighed.")
    recall = LinkRecalled.objects.select_related("fact").filter(reference=reference).first()
    if recall is None:
        raise _no_such()
    with machine():
        matter = Matter.objects.get(pk=recall.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = BreachAssessed(undone=recall.undone, reported=reported, reason=reason.strip())
        facts = append(recording, [Entry(detail, matter.audience_id, matter_id=matter.pk)])
        meet_by(recording, matter, facts)
        _changed(worker, reference, "breach assessed", matter)


def _no_such() -> Refused:
    return Refused("no-such-thing", "", "There is no such thing here for you.", "Check the reference.")


def _mine_to_see(number: str, record_id: int) -> int:
    """The person of a record that the worker may see and that stands under this number."""
    member = RecordPerson.objects.filter(record_id=record_id, number=number).first()
    if member is None:
        raise _no_such()
    return member.person_id


def _recording(worker: Worker) -> Recording:
    return Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())


def _changed(worker: Worker, subject: str, what: str, matter: Matter | None = None) -> None:
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind="correction",
        subject_id=subject,
        matter_id=matter.pk if matter else None,
        reason=what,
    )


def _who_looked(person_id: int, since: datetime) -> list[str]:
    """Every agency of which somebody looked at the person since the record came under the number."""
    rows = TrailEntry.objects.filter(person_id=person_id, outcome="done", at__gte=since).exclude(agency="")
    return sorted(set(rows.values_list("agency", flat=True)))


def _matter(worker: Worker, *record_ids: int) -> tuple[Matter, Recording]:
    """The newest matter either record is in; where there is none, one of its own for the correction."""
    part = (
        PersonInMatter.objects.filter(fact__person_record_id__in=record_ids, fact__matter_id__isnull=False)
        .order_by("-fact_id")
        .values_list("fact__matter_id", flat=True)
        .first()
    )
    if part is not None:
        recording = lock([part], agency=worker.agency, author=worker.slug)
        return Matter.objects.get(pk=part), recording
    authority = load_directory().agency(worker.agency, on=clock.today()).authority
    hub = audiences.standing(audiences.front_door_scope(authority))
    matter = open_matter(
        kind="correction", authority=authority, agency=worker.agency, audience_id=hub, opened_at=clock.now()
    )
    recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
    append(recording, [Entry(MatterOpened(reason="A wrong link was undone."), hub, matter_id=matter.pk)])
    return matter, recording


def _recall(recording: Recording, matter: Matter, undone: Fact, agencies: Iterable[str]) -> list[LinkRecalled]:
    """One recall for each agency, which that agency and the front door may read, and one notice that names nobody."""
    hub = audiences.front_door_scope(matter.authority)
    recalls: list[LinkRecalled] = []
    entries: list[Entry] = []
    for agency in agencies:
        audience = audiences.open_audience(hub, "recall")
        audiences.grant(audience, agency=agency, reason="read what a wrong link said", granted_by=recording.author)
        detail = LinkRecalled(undone_id=undone.pk, reference=random_reference("C"), agency=agency, what=WHAT)
        recalls.append(detail)
        entries.append(Entry(detail, audience, matter_id=matter.pk))
    append(recording, entries)
    tell(matter, undone.pk, _tellings(recalls))
    return recalls


def _tellings(recalls: Iterable[LinkRecalled]) -> Iterator[Tell]:
    for recall in recalls:
        yield Tell(recall.agency, None, "correction", interrupts=True, reference=recall.reference)


def _open_breach_duty(recording: Recording, matter: Matter, opened_by: Fact, about: tuple[int, ...]) -> None:
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
