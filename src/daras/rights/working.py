"""Working on a case or a part of one: who may, in one transaction with its facts, duties and trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Grant, Worker
from daras.access.session import machine
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.ledger.processing import processing_for
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.practice import load_pack, pack_for
from daras.rights.models import AccessAsked, AccessClosed, PartOpened
from daras.working_time import clock

MATTER_KIND = "rights"
PART, PART_OF_LAW_ENFORCEMENT, CONTESTED = "access-part", "access-part-law-enforcement", "contested-entry"
OF_RIGHTS = frozenset({PART, PART_OF_LAW_ENFORCEMENT, CONTESTED})
#: Who answers for an agency where it has no custodian who signs in.
LEADING = ("service-manager", "duty-manager", "designated-safeguarding-lead", "detective-inspector", "doctor")
BY = "service:rights"


class NoSuchCase(LookupError):
    """There is no such case for this worker."""


@dataclass(slots=True)
class AtWork:
    """A case, locked, with what is recorded of it."""

    worker: Worker
    case: AccessAsked
    matter: Matter
    recording: Recording
    facts: list[Fact] = field(default_factory=list)

    def add(self, detail: Detail, audience: int) -> Fact:
        """Append a fact of the case, about whom the case is about."""
        entry = Entry(detail, audience, person_record_id=self.case.fact.person_record_id, matter_id=self.matter.pk)
        (fact,) = append(self.recording, [entry])
        self.facts.append(fact)
        return fact


def handlers(agency: str, but: str = "") -> list[Worker]:
    """Who answers for an agency: its custodians; those who lead, where it has none; else everybody who sees children.
    Never whoever asks for themselves. A data officer is let in by one of them."""
    working = Worker.objects.filter(agency=agency, is_active=True).exclude(slug=but).order_by("slug")
    working = working.exclude(role__in=policy.WITHOUT_CHILDREN)
    may = [each for each in working if policy.may(each, "answer-rights")]
    custodians = [each for each in may if each.role == "custodian"]
    return custodians or [each for each in may if each.role in LEADING] or may


def let_in(audience: int, workers: list[Worker], *, reason: str, by: str = BY) -> None:
    """Give named people sight, once each."""
    known = set(let_in_already(audience))
    for each in workers:
        if each.pk not in known:
            audiences.grant(audience, agency=each.agency, team=each.team, worker=each, reason=reason, granted_by=by)


def let_in_already(audience: int) -> list[int]:
    """Who by name has been let into an audience."""
    rows = Grant.objects.filter(audience_id=audience, end__isnull=True, worker__isnull=False)
    return [each for each in rows.values_list("worker_id", flat=True) if each is not None]


@contextmanager
def at_work(worker: Worker, case: AccessAsked, what: str, *, taking_up: bool = False) -> Iterator[AtWork]:
    """Work on a case that the worker sees. Raises `PermissionDenied` for whoever asks it, and `Refused` for a case that
    is closed, unless it is taken up again by it."""
    policy.require(worker, "answer-rights")
    if worker.slug == case.asker_worker:
        raise PermissionDenied("You ask this yourself: others answer it.")
    with machine():
        matter = Matter.objects.get(pk=case.fact.matter_id or 0)
        work = AtWork(worker, case, matter, lock([matter.pk], agency=worker.agency, author=worker.slug))
        if not taking_up and closing_of(case) is not None:
            raise Refused("case-closed", "", "This case is closed: nobody answers it.", "Take it up again first.")
        yield work
        note(worker, case.reference, matter.pk, what)


def note(worker: Worker, reference: str, matter_id: int | None, what: str) -> None:
    """One entry in the trail; it says nothing of what was decided on which entry."""
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind="rights",
        subject_id=reference,
        matter_id=matter_id,
        reason=what,
    )


def closing_of(case: AccessAsked) -> AccessClosed | None:
    """By what a case is closed without an answer; none where it is open, or was taken up again."""
    return AccessClosed.objects.select_related("fact").filter(case=case, taken_up__isnull=True).first()


def case_of(reference: str) -> AccessAsked:
    """A case that the worker who looks may see. Raises `NoSuchCase`."""
    found = AccessAsked.objects.select_related("fact").filter(reference=reference).first()
    if found is None:
        raise NoSuchCase("There is no such case here for you.")
    return found


def part_of(reference: str) -> PartOpened:
    """A part that the worker who looks may see. Raises `NoSuchCase`."""
    rows = PartOpened.objects.select_related("fact", "case", "case__fact")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise NoSuchCase("There is no such case here for you.")
    return found


def owe(work: AtWork, part: PartOpened, opened_by: Fact) -> DutyOpened:
    """The agency owes its answer, by the clock of its regime, from when the request was received."""
    agency = part.agency
    enforces = processing_for(agency, PartOpened.kind, clock.today()).regime == "law-enforcement"
    pack = pack_for(clock.local_date(work.recording.recorded_at))
    wanted = pack.duty(PART_OF_LAW_ENFORCEMENT if enforces else PART)
    due = wanted.clock.due(work.case.received_at, pack.calendar)
    owed = Owed(
        kind=wanted.id,
        owner_agency=agency,
        owner_team=None,
        owner_role=None,
        about_record_ids=(),
        anchor_at=work.case.received_at,
        due_at=max(due, work.recording.recorded_at),
        because=wanted.because,
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=due < work.recording.recorded_at,
        reference=part.reference,
    )
    (duty,) = open_duties(
        work.recording, work.matter, opened_by, [owed], pack=pack, audience_of=[part.fact.audience_id]
    )
    return duty


def owed_on(part: PartOpened) -> list[DutyOpened]:
    """What is still owed on a part."""
    rows = DutyOpened.objects.select_related("fact").filter(reference=part.reference, state__met_at__isnull=True)
    return list(rows)


def settle(work: AtWork, part: PartOpened, by_fact: Fact) -> None:
    """The part is answered."""
    meet(work.recording, owed_on(part), by_fact, work.recording.recorded_at)


def withholdings_of(part: PartOpened) -> dict[str, tuple[str, str, str]]:
    """The grounds of the pack in force when the part was opened: name, what is weighed, where it stands."""
    day = clock.local_date(part.fact.recorded_at)
    pack = load_pack(pack_for(day).id, day)
    return {each.id: (each.name, each.asks, each.cited) for each in pack.withholdings.values()}
