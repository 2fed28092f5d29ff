"""One entry for its agency's own team only; others read that there is something, and whom to ask (G4).

The agency that recorded it decides. Who a person is (names, births, numbers, homes) is never restricted entry by entry:
all that is compared of it would still be found; such a person is protected as a whole.
"""

from __future__ import annotations

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.custodians import moving
from daras.custodians.models import EntryOpened, EntryRestricted, InformationHeld
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.working_time import clock

#: What matching compares, and what everything else hangs on.
NEVER = frozenset({"name", "birth", "identifier", "address-stay", "referral-received", "person-in-matter",
                   "information-held"})  # fmt: skip


def restrict(worker: Worker, fact_id: int, *, reason: str, ask: str = "") -> EntryRestricted:
    """From now an entry of the worker's agency is for the worker's team and the custodians; whoever read it reads that
    the agency holds information, and whom to ask (the agency's custodian, unless said).

    Raises `Refused`: for an entry not theirs to see or not their agency's, without a reason, or of a kind that is
    never restricted.
    """
    policy.require(worker, "restrict")
    fact = Fact.objects.filter(pk=fact_id, superseded_by__isnull=True).first()
    if fact is None:
        raise Refused("no-such-entry", "", "There is no such entry here for you.", "Open the chronology again.")
    if fact.controller != worker.agency:
        raise Refused("not-your-entry", "", "Another agency recorded it.", "Ask that agency to restrict it.")
    if fact.kind in NEVER:
        raise Refused(
            "not-restricted", "", "Who somebody is cannot be restricted entry by entry.", "Protect the person instead."
        )
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write why others must not read it.")
    with machine():
        recording = _recording(worker, fact)
        if EntryRestricted.objects.filter(entry=fact, ending__isnull=True).exists():
            raise Refused("restricted-already", "", "This entry is restricted already.", "Open the chronology again.")
        audience = audiences.open_audience(audiences.CUSTODIANS, "restricted")
        audiences.grant(audience, agency=worker.agency, team=worker.team, reason="its own team", granted_by=worker.slug)
        detail = EntryRestricted(entry=fact, reason=reason.strip())
        append(recording, [_entry(detail, audience, fact)])
        held = InformationHeld(holder=worker.agency, ask=ask.strip()[:200] or _whom(worker), restricted_id=detail.pk)
        append(recording, [_entry(held, fact.audience_id, fact)])
        moving.move(detail.pk, moving.entry(fact.pk), moving.Taken(audience, worker.slug, senders_keep=False))
        _note(worker, fact, "entry restricted")
    return detail


def open_again(worker: Worker, restricted_id: int, *, reason: str) -> EntryOpened:
    """A restriction ends: the entry is for whoever it was before. Raises `Refused`."""
    policy.require(worker, "restrict")
    restricted = EntryRestricted.objects.select_related("entry", "fact").filter(pk=restricted_id).first()
    if restricted is None or restricted.entry.controller != worker.agency:
        raise Refused("no-such-entry", "", "There is no such entry here for you.", "Open the chronology again.")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write why others may read it again.")
    detail = EntryOpened(restricted=restricted, reason=reason.strip())
    with machine():
        recording = _recording(worker, restricted.entry)
        if EntryOpened.objects.filter(restricted=restricted).exists():
            raise Refused("opened-already", "", "This entry is open again already.", "Open the chronology again.")
        # Whoever read that there is something reads that this has ended.
        held = InformationHeld.objects.select_related("fact").get(restricted_id=restricted.pk)
        entry = _entry(detail, held.audience_id, restricted.entry)
        entry.supersedes = held.fact
        append(recording, [entry])
        moving.put_back(detail.pk, restricted.pk)
        _note(worker, restricted.entry, "restriction ended")
    return detail


def _recording(worker: Worker, fact: Fact) -> Recording:
    if fact.matter_id is not None:
        return lock([fact.matter_id], agency=worker.agency, author=worker.slug)
    return Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())


def _entry(detail: EntryRestricted | InformationHeld | EntryOpened, audience: int, fact: Fact) -> Entry:
    return Entry(detail, audience, person_record_id=fact.person_record_id, matter_id=fact.matter_id)


def _whom(worker: Worker) -> str:
    agency = load_directory().agency(worker.agency, on=clock.today())
    if agency.custodian:
        return f"{agency.custodian.title}, {agency.custodian.email}"
    return f"{agency.name}"


def _note(worker: Worker, fact: Fact, what: str) -> None:
    trail.change(worker, "entry", str(fact.pk), what, matter_id=fact.matter_id)
