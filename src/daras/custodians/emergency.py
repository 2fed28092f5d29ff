"""Break-glass: a worker outside the circle opens a matter at once, with a reason, until an hour (G4).

Nobody is asked before: a child may be in danger now. The owner's team and an officer who is neither of the owner's
agency nor the worker's are told at once, and that officer owes a review. What is protected is as absent here as
anywhere, and what the front door keeps to itself stays there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from daras.access import apart, audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.agencies import load_directory
from daras.custodians.models import EmergencyAccess, EmergencyAccessReviewed
from daras.custodians.reviewing import open_review
from daras.duties.meeting import meet_by
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.meetings.audiences import news_audiences, record_audiences
from daras.meetings.models import ConflictKept
from daras.outbox.commands import Tell, tell
from daras.people.models import IdentifierKnown, RecordPerson
from daras.people.queries import open_matters_of
from daras.working_time import clock

#: How long sight lasts that nobody gave: a shift. A local target.
HOURS = 8
REVIEW = "emergency-access-review"
LEAST_WORDS = 15


def open_in_emergency(worker: Worker, *, whom: str, reason: str, proven: bool) -> EmergencyAccess:
    """Open the matter of a reference, or the open matters of whoever has an NHS number, for `HOURS` hours.

    `proven` says that whoever sits there has just shown a passkey, a code or what else proves them.
    Raises `PermissionDenied`, or `Refused`: without a reason in some words, without the second factor, or where
    there is nothing to open, in the same words whether there is nobody, or nobody who may be known.
    """
    policy.require(worker, "open-in-emergency")
    if len(reason.strip()) < LEAST_WORDS:
        raise Refused(
            "reason-missing", "/reason", "Say why you must see it now.", "Write what might happen if you did not."
        )
    if not proven:
        raise Refused("not-confirmed", "", "Nobody has shown that it is still you.", "Use your passkey, or a code.")
    with machine(blind=True):
        matters = [each for each in _matters(whom) if not _in_conflict(worker, each)]
        if not matters:
            raise Refused("nothing-to-open", "/whom", "There is nothing here to open.", "Check it, or call the team.")
        opened = [_open(worker, each, reason.strip()) for each in matters]
    return opened[0]


def _matters(whom: str) -> list[Matter]:
    wanted = "".join(whom.split()).upper()
    found = list(Matter.objects.filter(reference=whom.strip().upper()))
    if found:
        return found
    records = IdentifierKnown.objects.filter(system="nhs-number", value=wanted).values_list(
        "fact__person_record_id", flat=True
    )
    persons = RecordPerson.objects.filter(record_id__in=list(records)).values_list("person_id", flat=True)
    ids = {pk for pairs in open_matters_of(set(persons)).values() for pk, _ in pairs}
    return list(Matter.objects.filter(pk__in=ids).order_by("pk"))


def _in_conflict(worker: Worker, matter: Matter) -> bool:
    """Nobody opens a matter from which a conflict of interest keeps them (B3), or from which they, or their agency,
    are kept apart until the designated officer decides (A17)."""
    if apart.keeps_worker(apart.standing([pk for pk in (matter.pk, matter.parent_id) if pk]), worker):
        return True
    rows = ConflictKept.objects.filter(fact__matter_id=matter.pk, agency=worker.agency, team=worker.team)
    return rows.exists()


def _open(worker: Worker, matter: Matter, reason: str) -> EmergencyAccess:
    recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
    until = recording.recorded_at + timedelta(hours=HOURS)
    for audience in _circle(matter):
        audiences.grant(
            audience,
            agency=worker.agency,
            worker=worker,
            until=until,
            reason="emergency access",
            granted_by=worker.slug,
        )
    reviewer = reviewer_of(worker, matter)
    audience = audiences.open_audience(audiences.front_door_scope(matter.authority), "review")
    detail = EmergencyAccess(
        reference=matter.reference,
        worker_slug=worker.slug,
        worker_name=worker.name,
        reason=reason,
        until=until,
        reviewer_agency=reviewer,
    )
    audiences.grant(audience, agency=reviewer, role="custodian", reason="reviews it", granted_by=worker.slug)
    (fact,) = append(recording, [Entry(detail, audience, matter_id=matter.pk)])
    open_review(recording, matter, fact, kind=REVIEW, agency=reviewer, audience_id=audience)
    owner = load_directory().contact("front-door", authority=matter.authority, on=clock.today())
    tellings = [Tell(owner.agency, owner.team, "emergency-access", interrupts=True)]
    tell(matter, fact.pk, [*tellings, Tell(reviewer, None, "emergency-access", interrupts=True)])
    trail.change_matter(worker, matter, f"opened in an emergency until {until.isoformat()}")
    return detail


def _circle(matter: Matter) -> Iterable[int]:
    return dict.fromkeys((matter.audience_id, *news_audiences(matter), *record_audiences(matter)))


def reviewer_of(worker: Worker, matter: Matter) -> str:
    """The agency whose custodians review: not the worker's, and not the owner's where there is a third. Where there is
    no such custodian the front door's managers do: nothing is in the way of who must see a child's record now."""
    owner = load_directory().contact("front-door", authority=matter.authority, on=clock.today())
    rows = Worker.objects.filter(role="custodian", is_active=True).exclude(slug=worker.slug)
    agencies = sorted(set(rows.values_list("agency", flat=True)))
    apart = [each for each in agencies if each not in {worker.agency, owner.agency}]
    others = [each for each in agencies if each != worker.agency]
    return (apart or others or [owner.agency])[0]


def review_emergency(worker: Worker, access_id: int, *, was_right: bool, words: str) -> EmergencyAccessReviewed:
    """An officer says whether it was right; nobody reviews their own. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "review-access")
    access = EmergencyAccess.objects.select_related("fact").filter(pk=access_id, reviewer_agency=worker.agency).first()
    if access is None or access.worker_slug == worker.slug:
        raise Refused("no-such-review", "", "There is nothing of this here for you to review.", "See your list.")
    if not words.strip():
        raise Refused("reason-missing", "/words", "Say what you found.", "Write whom you asked.")
    detail = EmergencyAccessReviewed(access=access, was_right=was_right, words=words.strip())
    matter_id = access.fact.matter_id
    assert matter_id is not None
    with acting_as(worker), machine():
        recording = lock([matter_id], agency=worker.agency, author=worker.slug)
        if EmergencyAccessReviewed.objects.filter(access=access).exists():
            raise Refused("reviewed-already", "", "This has been reviewed.", "See your list.")
        facts = append(recording, [Entry(detail, access.audience_id, matter_id=matter_id)])
        meet_by(recording, Matter.objects.get(pk=matter_id), facts)
        trail.change(worker, "review", str(access.pk), "emergency access reviewed", matter_id=matter_id)
    return detail
