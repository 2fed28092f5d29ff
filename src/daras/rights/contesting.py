"""An entry is said to be wrong, or is to be used no more: asked, decided by its agency, shown on the entry for good.

Nothing is erased by it: the entry stays as it was recorded, with what was decided and what they say beside it (UK GDPR
articles 16, 18 and 19; Data Protection Act 2018, sections 46 and 47).
"""

from __future__ import annotations

from datetime import datetime

from daras.access import audiences, policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.disclosures.third_parties import PUBLIC
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, open_matter, random_reference
from daras.matters.models import Matter
from daras.practice import pack_for
from daras.rights.models import ContestDecided, EntryContested
from daras.rights.working import CONTESTED, MATTER_KIND, NoSuchCase, note
from daras.working_time import clock

RIGHTS = {
    "rectification": "It is wrong, or not whole",
    "restriction": "It must not be used until something is settled",
}
OUTCOMES = {
    "corrected": "Corrected",
    "stands": "Contested, and stands as recorded",
    "restricted": "Restricted: kept, and not used without asking its agency",
    "not-restricted": "Contested, and may be used",
}
_OF_RIGHT = {"rectification": {"corrected", "stands", "restricted"}, "restriction": {"restricted", "not-restricted"}}


def contest(worker: Worker, fact_id: int, *, right: str, says: str, received_at: datetime) -> EntryContested:
    """Somebody says of an entry about them that it is wrong or must not be used: shown on the entry at once, and
    decided within a month by the agency that recorded it. Raises `Refused`."""
    policy.require(worker, "ask-rights")
    entry = Fact.objects.filter(pk=fact_id, superseded_by__isnull=True).first()
    if entry is None:
        raise Refused("no-such-entry", "", "There is no such entry here for you.", "Open the chronology again.")
    if right not in RIGHTS:
        raise Refused("unknown-choice", "/right", "Say what they ask.", "Choose one of the list.")
    if not says.strip():
        raise Refused("missing", "/says", "What they say is not written.", "Write what is wrong, and what is right.")
    if received_at > clock.now():
        raise Refused("in-the-future", "/received_at", "The day has not come yet.", "Write when it was received.")
    with machine():
        if EntryContested.objects.filter(entry=entry, decision__isnull=True).exists():
            raise Refused("contested-already", "", "It is contested already.", "What is decided answers both.")
        owner, matter = _owner(entry, worker), _matter(entry, worker)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = EntryContested(
            reference=random_reference("A"), right=right, entry=entry, says=says.strip(), received_at=received_at
        )
        (fact,) = append(recording, [_on(entry, detail)])
        pack = pack_for(clock.local_date(recording.recorded_at))
        wanted = pack.duty(CONTESTED)
        due = wanted.clock.due(received_at, pack.calendar)
        owed = Owed(
            kind=wanted.id, owner_agency=owner, owner_team=None, owner_role=None, about_record_ids=(),
            anchor_at=received_at, due_at=max(due, recording.recorded_at), because=wanted.because,
            source=wanted.cited, authority=wanted.authority, told=wanted.told,
            late_start=due < recording.recorded_at, reference=detail.reference,
        )  # fmt: skip
        own = audiences.standing(audiences.agency_scope(owner))
        open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[own])
        note(worker, detail.reference, matter.pk, "entry contested")
    return detail


def decide_contest(worker: Worker, reference: str, *, outcome: str, words: str) -> ContestDecided:
    """Decide on a contested entry of one's own agency: nobody decides on what they recorded themselves. What they say
    stays beside it, whatever is decided. Raises `NoSuchCase` or `Refused`."""
    policy.require(worker, "answer-rights")
    contested = EntryContested.objects.select_related("fact", "entry").filter(reference=reference).first()
    if contested is None or _owner(contested.entry, worker) != worker.agency:
        raise NoSuchCase("There is no such entry here for you.")
    if contested.entry.author == worker.slug:
        raise Refused("own-work", "", "Whoever recorded it cannot decide on it.", "Ask a colleague.")
    if outcome not in _OF_RIGHT[contested.right]:
        raise Refused("unknown-choice", "/outcome", "Nothing of the list was chosen.", "Choose one.")
    if not words.strip():
        raise Refused("missing", "/words", "What is right, or why it stands, is not written.", "They are told it.")
    with machine():
        matter = Matter.objects.get(pk=_duty(reference).fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        if ContestDecided.objects.filter(contested=contested).exists():
            raise Refused("decided", "", "It has been decided already.", "What is asked anew is asked again.")
        detail = ContestDecided(
            contested=contested, entry=contested.entry, outcome=outcome, words=words.strip(), says=contested.says
        )
        entry = _on(contested.entry, detail)
        entry.supersedes = contested.fact
        (fact,) = append(recording, [entry])
        meet(recording, [_duty(reference)], fact, recording.recorded_at)
        note(worker, reference, matter.pk, "contested entry decided")
    return detail


def _on(entry: Fact, detail: EntryContested | ContestDecided) -> Entry:
    """Whoever reads the entry reads what stands on it."""
    return Entry(detail, entry.audience_id, person_record_id=entry.person_record_id, matter_id=entry.matter_id)


def _duty(reference: str) -> DutyOpened:
    return DutyOpened.objects.select_related("fact").get(reference=reference, duty_kind=CONTESTED)


def _owner(entry: Fact, worker: Worker) -> str:
    """The controller; for what a member of the public wrote, the front door."""
    if entry.controller != PUBLIC:
        return entry.controller
    directory = load_directory()
    authority = directory.agency_at_any_time(worker.agency).authority
    return directory.contact("front-door", authority=authority, on=clock.today()).agency


def _matter(entry: Fact, worker: Worker) -> Matter:
    if entry.matter_id is not None:
        return Matter.objects.get(pk=entry.matter_id)
    return open_matter(
        kind=MATTER_KIND,
        authority=load_directory().agency_at_any_time(worker.agency).authority,
        agency=worker.agency,
        audience_id=entry.audience_id,
        opened_at=clock.now(),
    )
