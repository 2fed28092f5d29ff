"""An over-merged person comes apart: several records that are of somebody else leave the number together; and what
stands together in doubt stays, or comes back, because somebody says so (A5, G2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from daras.access import audiences, policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor import turns
from daras.frontdoor.corrections import changed, last_looks, matter_for, mine_to_see, no_such, undo_link
from daras.frontdoor.doubts import look_at_records
from daras.frontdoor.watching import watched_match
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matching.clusters import Doubt, doubt_among, evidence
from daras.matters.commands import project
from daras.matters.models import Matter
from daras.people.commands import decide_link
from daras.people.models import LinkDecided, LinkRecalled, RecordPerson
from daras.people.queries import persons_of
from daras.working_time import clock

LINK, UNLINK = LinkDecided.Decision.LINK, LinkDecided.Decision.UNLINK


def split_person(worker: Worker, *, number: str, record_ids: Sequence[int], reason: str) -> list[LinkRecalled]:
    """These records are of another person: they get one number of their own, and whoever looked is told once.

    Each step is a decision in the ledger, so a split is undone by linking again any of the pairs that it parted
    (`rejoin`). Only the front door may (raises `PermissionDenied`); raises `Refused` without a reason, for a record
    that is not theirs to see or not of this number, and where nobody would be left.
    """
    policy.require(worker, "confirm-match")
    if not record_ids:
        raise Refused("nobody-chosen", "/records", "No record is chosen.", "Choose those that are of somebody else.")
    # Whoever looked since the earliest of them came is told: the records are numbered as they were made.
    first, *others = sorted(set(record_ids))
    person = mine_to_see(number, first)
    for record in others:
        mine_to_see(number, record)
    with machine():
        left = RecordPerson.objects.filter(person_id=person).exclude(record_id__in=record_ids).order_by("record_id")
        kept = left.first()
    if kept is None:
        raise Refused("nobody-left", "/records", "No record would be left.", "Choose those that are of somebody else.")
    recalls = undo_link(worker, number=number, record_id=first, reason=reason)
    if not others:
        return recalls
    with machine():
        matter, recording = matter_for(worker, first, kept.record_id)
        last: Fact | None = None
        for record in others:
            for other, decision in ((kept.record_id, UNLINK), (first, LINK)):
                last = _say((matter, recording), (record, other), decision, reason)
        assert last is not None
        project(matter, recording.recorded_at)
        together = [kept.record_id, first, *others]
        look_at_records(together, last, agency=worker.agency, authority=matter.authority)
        changed(worker, number, f"split: {len(others) + 1} records left together", matter)
    return recalls


def keep_together(worker: Worker, *, number: str, reason: str) -> None:
    """The records that are in doubt are of one person all the same: said of each pair that speaks against it, so that
    the same doubt never comes back. Raises as `split_person` does, and `Refused` where there is no doubt (any more)."""
    policy.require(worker, "confirm-match")
    needs_reason(reason, "Write how you know that they are one person.")
    records = list(RecordPerson.objects.filter(number=number).values_list("record_id", flat=True))
    if not records:
        raise no_such()
    doubt, _ = seen_in_doubt(worker, records)
    if doubt is None:
        raise Refused(
            "no-doubt", "", "Nothing speaks against these records being of one person.", "There is nothing to decide."
        )
    with machine():
        turns.to_watch()
        pairs = doubt.settled_by()
        matter, recording = matter_for(worker, *(each for pair in pairs for each in pair))
        facts = [_say((matter, recording), (other, one), LINK, reason) for one, other in pairs]
        project(matter, recording.recorded_at)
        look_at_records(pairs[0], facts[-1], agency=worker.agency, authority=matter.authority)
        changed(worker, number, "records in doubt were kept together", matter)


def rejoin(worker: Worker, *, number: str, decision_id: int, reason: str) -> None:
    """What was taken apart is of one person after all: undoes a split, by linking again a pair that it parted.

    A join that brings a child near somebody who poses a risk owes a decision (E2). Raises as `split_person` does.
    """
    policy.require(worker, "confirm-match")
    needs_reason(reason, "Write how you know that they are one person.")
    said = next((each for each in taken_apart(number) if each.pk == decision_id), None)
    if said is None:
        raise no_such()
    one, other = said.fact.person_record_id or 0, said.other_record_id
    authority = load_directory().agency(worker.agency, on=clock.today()).authority
    with machine():
        with watched_match([one, other], authority=authority, agency=worker.agency):
            matter, recording = matter_for(worker, one, other)
            fact = _say((matter, recording), (one, other), LINK, reason)
            project(matter, recording.recorded_at)
        look_at_records([one, other], fact, agency=worker.agency, authority=matter.authority)
        changed(worker, number, "records taken apart were joined again", matter)


def taken_apart(number: str) -> list[LinkDecided]:
    """The decisions by which people took records away from this number, or this number's from another, and by which
    they are apart still; the newest first. Read through a worker's eyes."""
    records = list(RecordPerson.objects.filter(number=number).values_list("record_id", flat=True))
    rows = LinkDecided.objects.select_related("fact").filter(
        Q(fact__person_record_id__in=records) | Q(other_record_id__in=records), decision=UNLINK, by_person=True
    )
    decisions = list(rows.order_by("-fact_id"))
    persons = persons_of(each for said in decisions for each in _of(said))
    apart: dict[frozenset[int], LinkDecided] = {}
    for said in decisions:
        people = frozenset(persons.get(record, 0) for record in _of(said))
        if len(people) == 2 and 0 not in people:
            apart.setdefault(people, said)
    return list(apart.values())


def seen_in_doubt(
    worker: Worker, record_ids: Iterable[int]
) -> tuple[Doubt | None, dict[tuple[int, int], tuple[str, ...]]]:
    """The doubt about records that the worker may see and that stand under one number; where there is one, with what
    each two have in common and what differs, in words. Raises `PermissionDenied` for anybody but the front door."""
    policy.require(worker, "confirm-match")
    visible = list(RecordPerson.objects.filter(record_id__in=list(record_ids)).values_list("record_id", flat=True))
    with machine():
        doubt = doubt_among(visible)
        return doubt, evidence(visible) if doubt else {}


def would_be_told(worker: Worker, *, number: str, groups: Iterable[frozenset[int]]) -> dict[frozenset[int], list[str]]:
    """The agencies that would be asked to delete what they read, should the records of a group leave the number: each
    of which somebody looked since the earliest of them came. Three queries, however many groups. Raises as
    `split_person` does."""
    policy.require(worker, "confirm-match")
    chosen = list(groups)
    records = {record for group in chosen for record in group}
    members = RecordPerson.objects.filter(number=number, record_id__in=records)
    made = dict(members.values_list("record_id", "record__made_at"))
    person = members.values_list("person_id", flat=True).first()
    if person is None or len(made) < len(records):
        raise no_such()
    with machine():
        last = last_looks(person)
    return {
        group: sorted(agency for agency, at in last.items() if at >= min(made[record] for record in group))
        for group in chosen
    }


def needs_reason(reason: str, remedy: str) -> None:
    """Raises `Refused` for a decision without a reason."""
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", remedy)


def _of(said: LinkDecided) -> tuple[int, int]:
    return said.fact.person_record_id or 0, said.other_record_id


def _say(said_on: tuple[Matter, Recording], pair: tuple[int, int], decision: str, reason: str) -> Fact:
    matter, recording = said_on
    return decide_link(
        recording,
        record_id=pair[0],
        other_record_id=pair[1],
        decision=decision,
        probability=float(decision == LINK),
        why=[reason.strip()],
        audience_id=audiences.standing(audiences.front_door_scope(matter.authority)),
        by_person=True,
        matter_id=matter.pk,
    )
