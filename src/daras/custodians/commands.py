"""Protecting somebody, ending it, and deciding on who was named: each for a custodian (G4).

Protecting takes along everything that is said of the person, and the matters that are about nobody else: from the same
moment they are as absent for everybody but the custodians of one agency and the workers named. What a row says is never
touched. Never in the way of urgent action: news about a protected child is received and acted on like any other, and
the custodian is told. See docs/decisions/0024-protected.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.access.session import custody
from daras.agencies import AgencyNotCurrent, UnknownAgency, load_directory
from daras.custodians import moving
from daras.custodians.models import NamingTakenIn, Protected, ProtectedNamed, ProtectionEnded
from daras.duties.meeting import meet_by
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matching.commands import reindex
from daras.matters.commands import lock, open_matter
from daras.matters.models import Matter
from daras.people.models import Person, PersonInMatter, RecordPerson
from daras.working_time import clock

#: The kind of a custodian's own matter, on which everything about one protected person is owed.
CUSTODY = "custody"


def protect(
    worker: Worker,
    *,
    number: str,
    protection: str,
    reason: str,
    custodian_agency: str,
    kept_by: Sequence[str] = (),
) -> Protected:
    """From now somebody is known only to the custodians of an agency, and to the workers named.

    Only for whom the worker may see. Raises `PermissionDenied` for who may not protect, or `Refused`: without a reason,
    for an agency without custodians, for workers that there are not, for somebody not there.
    """
    policy.require(worker, "protect-person")
    _need(reason, "/reason", "Write why it must be known to nobody else.")
    if protection not in Protected.Protection.values:
        raise Refused("unknown-protection", "/protection", "There is no such protection.", "Choose one of the list.")
    seen = list(RecordPerson.objects.filter(number=number).values_list("person_id", flat=True)[:1])
    if not seen:
        raise Refused("no-such-person", "/number", "There is no such person here for you.", "Check the number.")
    with custody():
        keepers = _keepers(custodian_agency, kept_by)
        audience = _audience(custodian_agency, keepers, worker.slug)
        detail = Protected(
            protection=protection,
            reason=reason.strip(),
            custodian_agency=custodian_agency,
            kept_by=[each.slug for each in keepers],
        )
        _record(worker, seen[0], detail, audience)
        found = moving.about(detail.record_ids, detail.matter_ids)
        moving.move(detail.pk, found, moving.Taken(audience, worker.slug))
        _note(worker, number, audience, "protected")
    return detail


def _audience(agency: str, keepers: Sequence[Worker], by: str) -> int:
    audience = audiences.open_audience(audiences.PROTECTED, "protected")
    audiences.grant(audience, agency=agency, role="custodian", reason="its custodians", granted_by=by)
    for each in keepers:
        audiences.grant(audience, agency=each.agency, worker=each, reason="goes on seeing it", granted_by=by)
    return audience


def _record(worker: Worker, person_id: int, detail: Protected, audience: int) -> None:
    """The custodian's own matter, and on it what is protected: all records that are not yet."""
    members = RecordPerson.objects.filter(person_id=person_id, audience_id__lt=PROTECTED_SCOPE << 32)
    detail.record_ids = sorted(members.values_list("record_id", flat=True))
    if not detail.record_ids:
        raise Refused("protected-already", "/number", "This person is protected already.", "Ask the custodian.")
    detail.matter_ids = _own_matters(detail.record_ids)
    agency, now = detail.custodian_agency, clock.now()
    authority = load_directory().agency(agency, on=clock.today()).authority
    matter = open_matter(kind=CUSTODY, authority=authority, agency=agency, audience_id=audience, opened_at=now)
    recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
    append(recording, [Entry(detail, audience, person_record_id=detail.record_ids[0], matter_id=matter.pk)])


def _own_matters(records: Collection[int]) -> list[int]:
    """The matters in which nobody but this person is a subject."""
    subjects = PersonInMatter.objects.filter(part="subject")
    theirs = set(subjects.filter(fact__person_record_id__in=records).values_list("fact__matter_id", flat=True))
    shared = subjects.filter(fact__matter_id__in=theirs).exclude(fact__person_record_id__in=records)
    return sorted(pk for pk in theirs - set(shared.values_list("fact__matter_id", flat=True)) if pk)


def _keepers(agency: str, slugs: Sequence[str]) -> list[Worker]:
    try:
        load_directory().agency(agency, on=clock.today())
    except (UnknownAgency, AgencyNotCurrent) as error:
        raise Refused("unknown-agency", "/custodian", str(error), "Choose an agency of the directory.") from None
    if not Worker.objects.filter(agency=agency, role="custodian", is_active=True).exists():
        raise Refused(
            "no-custodian", "/custodian", "Nobody is a custodian there.", "Choose an agency that has a custodian."
        )
    found = {each.slug: each for each in Worker.objects.filter(slug__in=slugs, is_active=True)}
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        raise Refused("no-such-worker", "/kept_by", f"Nobody is {missing[0]!r} here.", "Write their name as listed.")
    return [found[slug] for slug in slugs]


def unprotect(worker: Worker, protected_id: int, *, reason: str) -> ProtectionEnded:
    """End a protection: what it took along is under its former audiences again, and what was written meanwhile stays
    with the custodian. Only for its custodian; raises `PermissionDenied`, or `Refused` without a reason."""
    protected = held(worker, protected_id)
    _need(reason, "/reason", "Write why it may be known again.")
    detail = ProtectionEnded(protected=protected, reason=reason.strip())
    with custody():
        recording = lock([_matter(protected)], agency=worker.agency, author=worker.slug)
        if ProtectionEnded.objects.filter(protected=protected).exists():
            raise Refused("ended-already", "", "This protection has ended.", "See the list.")
        append(recording, [Entry(detail, protected.audience_id, matter_id=_matter(protected))])
        for mark in (protected.pk, *_taken_in(protected)):
            moving.put_back(detail.pk, mark)
        reindex(protected.record_ids)
        _note(worker, _number(protected), protected.audience_id, "no longer protected")
    return detail


def _taken_in(protected: Protected) -> list[int]:
    rows = NamingTakenIn.objects.filter(naming__protected=protected, same_person=True)
    return list(rows.values_list("fact_id", flat=True))


def decide_naming(worker: Worker, naming_id: int, *, same_person: bool, reason: str) -> NamingTakenIn:
    """The custodian says whether somebody named is the protected person.

    Where it is, the record named is protected too and stands under the same number; the record of an adopted child's
    other identity never does: it is protected, and stays apart (A5). Where it is not, nothing changes. Raises
    `PermissionDenied` or `Refused`.
    """
    naming = ProtectedNamed.objects.select_related("protected", "fact").filter(pk=naming_id).first()
    if naming is None:
        raise Refused("no-such-naming", "", "There is nothing of this here for you.", "See your list.")
    protected = held(worker, naming.protected_id)
    _need(reason, "/reason", "Write what you found, and whom you called.")
    detail = NamingTakenIn(naming=naming, same_person=same_person, reason=reason.strip())
    matter = Matter.objects.get(pk=_matter(protected))
    with custody():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        if NamingTakenIn.objects.filter(naming=naming).exists():
            raise Refused("decided-already", "", "Somebody has decided on this meanwhile.", "See your list.")
        entry = Entry(detail, protected.audience_id, person_record_id=protected.record_ids[0], matter_id=matter.pk)
        facts = append(recording, [entry])
        if same_person:
            _take_in(protected, naming.named_record_id, detail.pk, worker)
        meet_by(recording, matter, facts)
        _note(worker, _number(protected), protected.audience_id, "named: decided")
    return detail


def _take_in(protected: Protected, record_id: int, mark_id: int, worker: Worker) -> None:
    """The record named is protected with whatever is said of it. Of the numbers the protected one stays as it was, so
    that nobody else's changes before their eyes."""
    found = moving.about([record_id], _own_matters([record_id]))
    moving.move(mark_id, found, moving.Taken(protected.audience_id, worker.slug))
    if protected.protection == Protected.Protection.ADOPTION:
        return
    person = Person.objects.get(number=_number(protected))
    RecordPerson.objects.filter(record_id=record_id).update(person=person, number=person.number)


def held(worker: Worker, protected_id: int) -> Protected:
    """A protection that stands and whose custodian the worker is. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "keep-protected")
    rows = Protected.objects.select_related("fact").filter(pk=protected_id, custodian_agency=worker.agency)
    found = rows.first()
    if found is None:
        raise Refused("no-such-protection", "", "There is no such protection here for you.", "See your list.")
    return found


def _matter(protected: Protected) -> int:
    assert protected.fact.matter_id is not None
    return protected.fact.matter_id


def _number(protected: Protected) -> str:
    return RecordPerson.objects.get(record_id=protected.record_ids[0]).number


def _need(words: str, pointer: str, remedy: str) -> None:
    if not words.strip():
        raise Refused("reason-missing", pointer, "The reason is missing.", remedy)


def _note(worker: Worker, number: str, audience: int, what: str) -> None:
    """That somebody is protected is for those who keep them, in the trail too."""
    trail.change(worker, "person", number, what, audience_id=audience)
