"""Safe tonight: what holds a child safe and until when, recorded now, with its reason later (A16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import AgencyNotCurrent, UnknownAgency, load_directory
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.models import PersonInMatter
from daras.people.queries import known_of_records
from daras.practice import pack_for
from daras.safety.models import ProtectionRecorded, ProtectionSettled
from daras.working_time import clock
from daras.working_time.wording import long_datetime

#: What may hold a child safe, or somebody away from a child.
PROTECTIONS = {
    "police-protection": "Police protection",
    "emergency-protection-order": "Emergency protection order",
    "accommodation": "Accommodation",
    "bail-conditions": "Bail conditions",
    "licence-conditions": "Licence conditions",
    "court-order": "Order of a family court",
    "no-contact": "Contact that is prohibited",
}
#: No child may be kept in police protection for more than 72 hours (Children Act 1989, section 46(6)). They run in
#: elapsed time from when it was taken, through nights and weekends.
POLICE_PROTECTION = timedelta(hours=72)
#: Of these the law always sets an end: without it, the record is not whole.
ALWAYS_END = frozenset({"police-protection", "emergency-protection-order"})

#: The kind of agency that usually holds it; the others are children's social care's.
USUAL_HOLDERS = {"police-protection": "police", "bail-conditions": "police", "licence-conditions": "probation"}

OUTCOMES = {
    "replaced": "Another order or agreement has taken its place",
    "ended": "It has ended, and the child is safe without it",
    "plan-stands": "It lapses, and a plan keeps the child safe",
}
LAPSES, UNEXPLAINED = "protection-lapses", "protection-reason"


def record(
    worker: Worker,
    reference: str,
    *,
    protection: str,
    person_record_id: int,
    since: datetime | None,
    expires_at: datetime | None = None,
    words: str = "",
    holder_agency: str,
) -> ProtectionRecorded:
    """Record what holds somebody safe. Only what, whom, since when and who holds it are needed now; the words, and
    an end that only the law's text would give, may follow (`complete`).

    Raises `PermissionDenied` outside the front door, or `Refused` where something does not hold. Opens the duty to
    settle what follows before it lapses.
    """
    policy.require(worker, "keep-safe")
    matter = _matter(reference)
    ends = checked(protection, since, expires_at, holder_agency)
    assert since is not None
    if not PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__person_record_id=person_record_id).exists():
        raise Refused("nobody-chosen", "/person", "Nobody of this matter was chosen.", "Choose whom it is about.")
    with machine():
        return hold(
            worker,
            matter,
            protection=protection,
            person_record_id=person_record_id,
            since=since,
            expires_at=ends,
            words=words,
            holder_agency=holder_agency,
        )


def hold(
    worker: Worker,
    matter: Matter,
    *,
    protection: str,
    person_record_id: int,
    since: datetime,
    expires_at: datetime | None,
    words: str,
    holder_agency: str,
) -> ProtectionRecorded:
    """Append a protection that has been checked. Runs as the machine, for commands that have asked who may."""
    recording = _lock(matter, worker)
    detail = ProtectionRecorded(
        protection=protection,
        since=since,
        expires_at=expires_at,
        words=words.strip(),
        holder_agency=holder_agency,
    )
    _append(recording, matter, detail, person_record_id)
    trail.change_matter(worker, matter, f"recorded: {protection}")
    return detail


def complete(
    worker: Worker, reference: str, protection_id: int, *, words: str, expires_at: datetime | None = None
) -> ProtectionRecorded:
    """Add what was left for later: the reason, and the end where none was given. The newer record takes the place of
    the former. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "keep-safe")
    matter, _ = _matter(reference), _standing(reference, protection_id)
    if not words.strip():
        raise Refused("missing", "/words", "The reason is empty.", "Write why, or what the condition says.")
    with machine():
        recording = _lock(matter, worker)
        before = _standing(reference, protection_id)
        ends = before.expires_at or checked(before.protection, before.since, expires_at, before.holder_agency)
        detail = ProtectionRecorded(
            protection=before.protection,
            since=before.since,
            expires_at=ends,
            words=words.strip(),
            holder_agency=before.holder_agency,
        )
        fact = _append(recording, matter, detail, before.fact.person_record_id, supersedes=before.fact)
        kinds = {UNEXPLAINED} if _is_whole(detail) else set()
        meet(recording, _opened_by([before.fact], kinds), fact, recording.recorded_at)
        trail.change_matter(worker, matter, f"completed: {before.protection}")
    return detail


def settle(worker: Worker, reference: str, protection_id: int, *, outcome: str, words: str) -> ProtectionSettled:
    """Say what follows a protection, before it lapses or after: until then it is owed. Raises `PermissionDenied` or
    `Refused`."""
    policy.require(worker, "keep-safe")
    matter, _ = _matter(reference), _standing(reference, protection_id)
    if outcome not in OUTCOMES:
        raise Refused("unknown-outcome", "/outcome", "Nothing of the list was chosen.", "Choose what follows.")
    if not words.strip():
        raise Refused("missing", "/words", "How the child is safe is empty.", "Write what keeps the child safe now.")
    with machine():
        recording = _lock(matter, worker)
        standing = _standing(reference, protection_id)
        detail = ProtectionSettled(protection=standing, outcome=outcome, words=words.strip())
        entry = Entry(detail, matter.audience_id, person_record_id=standing.fact.person_record_id, matter_id=matter.pk)
        (fact,) = append(recording, [entry])
        duties = _opened_by(_with_earlier(standing.fact), {LAPSES, UNEXPLAINED})
        meet(recording, duties, fact, recording.recorded_at)
        trail.change_matter(worker, matter, f"settled: {standing.protection}, {outcome}")
    return detail


def _matter(reference: str) -> Matter:
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    return matter


def _standing(reference: str, protection_id: int) -> ProtectionRecorded:
    """A protection that nothing has taken the place of and nobody has settled."""
    found = (
        ProtectionRecorded.objects.select_related("fact")
        .filter(pk=protection_id, fact__superseded_by__isnull=True, settlement__isnull=True)
        .first()
    )
    matter = Matter.objects.filter(reference=reference).first()
    if found is None or matter is None or found.fact.matter_id != matter.pk:
        raise Refused(
            "no-such-protection",
            "/protection",
            "This has been settled or written anew, or is not here for you.",
            "Open the matter again.",
        )
    return found


def checked(
    protection: str, since: datetime | None, expires_at: datetime | None, holder_agency: str
) -> datetime | None:
    """When it ends, where everything holds. Raises `Refused`."""
    if protection not in PROTECTIONS:
        raise Refused("unknown-protection", "/protection", "Nothing of the list was chosen.", "Choose what it is.")
    if since is None or since > clock.now():
        raise Refused("in-the-future", "/since", "It has not begun yet.", "Say since when it holds.")
    try:
        load_directory().agency(holder_agency, on=clock.local_date(since))
    except (UnknownAgency, AgencyNotCurrent):
        raise Refused(
            "unknown-agency", "/holder", "Nobody of the partnership was chosen.", "Choose who holds it."
        ) from None
    if protection == "police-protection":
        return since + POLICE_PROTECTION
    if expires_at is not None and expires_at <= since:
        raise Refused("ends-before", "/expires_at", "It would end before it begins.", "Check the two times.")
    return expires_at


def needs_end(detail: ProtectionRecorded) -> bool:
    """Whether the law sets an end that nobody has written yet."""
    return detail.expires_at is None and detail.protection in ALWAYS_END


def usual_holder(protection: str, authority: str) -> str:
    """The agency that usually holds such a protection: the police, the authority's social care, or probation."""
    directory, today = load_directory(), clock.today()
    kind = USUAL_HOLDERS.get(protection)
    if kind is None:
        return directory.contact("front-door", authority=authority, on=today).agency
    held = (agency.id for agency in directory.agencies.values() if agency.kind == kind and agency.current(today))
    return next(held, "")


def _is_whole(detail: ProtectionRecorded) -> bool:
    return bool(detail.words) and not needs_end(detail)


def _lock(matter: Matter, worker: Worker) -> Recording:
    return lock([matter.pk], agency=worker.agency, author=worker.slug)


def _append(
    recording: Recording,
    matter: Matter,
    detail: ProtectionRecorded,
    record_id: int | None,
    *,
    supersedes: Fact | None = None,
) -> Fact:
    """Append it for all who take part, and open what is owed of it that was not owed before."""
    entry = Entry(
        detail,
        matter.audience_id,
        person_record_id=record_id,
        matter_id=matter.pk,
        occurred_from=detail.since,
        supersedes=supersedes,
    )
    (fact,) = append(recording, [entry])
    owed_before = {duty.duty_kind for duty in _opened_by([supersedes], {LAPSES, UNEXPLAINED})} if supersedes else set()
    if detail.expires_at is not None and LAPSES not in owed_before:
        _owe(recording, matter, fact, LAPSES, detail, anchor=detail.expires_at)
    if not _is_whole(detail) and UNEXPLAINED not in owed_before:
        _owe(recording, matter, fact, UNEXPLAINED, detail, anchor=recording.recorded_at)
    return fact


def _owe(
    recording: Recording, matter: Matter, fact: Fact, kind: str, detail: ProtectionRecorded, *, anchor: datetime
) -> None:
    """Owed by the front door, or by the team out of hours where it falls due at night or at a weekend (A11)."""
    pack = pack_for(clock.local_date(recording.recorded_at))
    wanted = pack.duty(kind)
    due_at = max(wanted.clock.due(anchor, pack.calendar), recording.recorded_at)
    role = wanted.out_of_hours if wanted.out_of_hours and not pack.calendar.in_hours(due_at) else wanted.owner
    owner = load_directory().contact(role, authority=matter.authority, on=clock.local_date(due_at))
    record_id = fact.person_record_id or 0
    known = known_of_records([record_id]).get(record_id)
    about = f"{PROTECTIONS[detail.protection]}{f' ({known.name})' if known else ''}"
    ends = f" ends on {long_datetime(detail.expires_at)}." if detail.expires_at else " has no end yet."
    owed = Owed(
        kind=kind,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=wanted.role,
        about_record_ids=(record_id,),
        anchor_at=anchor,
        due_at=due_at,
        because=f"{about}{ends} {wanted.because}",
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=matter.reference,
    )
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[hub])


def _with_earlier(fact: Fact) -> list[Fact]:
    """A fact and all it took the place of."""
    chain = [fact]
    while chain[-1].supersedes is not None:
        chain.append(chain[-1].supersedes)
    return chain


def _opened_by(facts: Iterable[Fact], kinds: Iterable[str]) -> list[DutyOpened]:
    """The duties of these kinds that the facts, or what they took the place of, opened."""
    ids = {each.pk for fact in facts for each in _with_earlier(fact)}
    rows = DutyOpened.objects.select_related("fact").filter(opened_by__in=ids, duty_kind__in=list(kinds))
    return list(rows)
