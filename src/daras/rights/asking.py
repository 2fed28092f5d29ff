"""Somebody asks what is held: the case, who they are, what the child says, and its clock (UK GDPR articles 12 and 15;
Data Protection Act 2018, sections 45 and 54)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daras.access import audiences, policy
from daras.access.models import Worker
from daras.access.session import custody, machine
from daras.agencies import load_directory
from daras.duties.changing import pause, reanchor, resume
from daras.duties.models import DutyPaused
from daras.keeping import register
from daras.keeping.holding import hold_for
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, open_matter, random_reference
from daras.matters.models import Matter
from daras.people.models import PersonRecord
from daras.people.queries import known_of_records
from daras.rights.collecting import holders, matters_with, subject_of
from daras.rights.models import (
    AccessAsked,
    AccessAskedBack,
    AccessExtended,
    AccessSaidMore,
    ChildHeard,
    IdentityChecked,
    PartOpened,
)
from daras.rights.weighing import CAPACITIES, FOR_A_CHILD, FOR_THEMSELVES
from daras.rights.working import MATTER_KIND, AtWork, NoSuchCase, at_work, case_of, handlers, let_in, note, owe, owed_on
from daras.working_time import clock
from daras.working_time.calendars import add_calendar_months

ASKED_BACK = {"identity": "Who they are", "clarification": "What they mean"}
#: How much longer, where it is complex or there are many; told within the first month.
EXTENSION_MONTHS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as it came."""

    capacity: str
    asker_name: str
    asker_contact: str
    received_at: datetime
    record_id: int
    asker_record_id: int | None = None
    asker_email: str = ""  # where whoever asks may sign in here
    scope_words: str = ""
    whole_partnership: bool = False


def ask(worker: Worker, asked: Asked) -> AccessAsked:
    """Record that somebody asks what is held about somebody: nothing is collected and nobody else is told before their
    identity is checked, and the clock runs from receipt. What is asked for is held against disposal until the case is
    closed.

    The case is read by those who answer for the worker's agency and by the worker, by name; where whoever asks works
    here, nothing of it is theirs. Raises `PermissionDenied`, or `Refused` for what is missing, for a record the worker
    does not see, and for a worker who would answer their own request.
    """
    policy.require(worker, "ask-rights")
    _checked(asked)
    if PersonRecord.objects.filter(pk=asked.record_id).first() is None:
        raise Refused("no-such-person", "/record", "There is no such person here for you.", "Look them up first.")
    known = known_of_records([asked.record_id]).get(asked.record_id)
    words = known.name if known else ""
    with machine():
        asker = Worker.objects.filter(email__iexact=asked.asker_email.strip()).first() if asked.asker_email else None
        if asker is not None and asker.pk == worker.pk:
            raise Refused(
                "own-request", "/asker_email", "You ask this yourself.", "Ask a colleague to record it: they answer it."
            )
        register.take_turn()
        audience = audiences.open_audience(audiences.RIGHTS, "rights")
        matter = open_matter(
            kind=MATTER_KIND,
            authority=load_directory().agency_at_any_time(worker.agency).authority,
            agency=worker.agency,
            audience_id=audience,
            opened_at=clock.now(),
        )
        case = AccessAsked(
            reference=random_reference("A"),
            capacity=asked.capacity,
            asker_name=asked.asker_name.strip(),
            asker_record_id=asked.asker_record_id,
            asker_worker=asker.slug if asker else "",
            asker_contact=asked.asker_contact.strip(),
            about_words=words[:300],
            scope_words=asked.scope_words.strip(),
            whole_partnership=asked.whole_partnership,
            received_at=asked.received_at,
            agency=worker.agency,
        )
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        append(recording, [Entry(case, audience, person_record_id=asked.record_id, matter_id=matter.pk)])
        let_in(audience, [worker, *handlers(worker.agency, case.asker_worker)], reason="answers for the agency")
        _open_part(AtWork(worker, case, matter, recording), worker.agency)
        hold_what_is_asked_for(worker, case, matter)
        note(worker, case.reference, matter.pk, "somebody asks what is held")
    return case


def hold_what_is_asked_for(worker: Worker, case: AccessAsked, matter: Matter) -> None:
    """What is in scope goes nowhere meanwhile, protected or not: the right is to what was held when they asked."""
    with custody():
        subject = subject_of(case.fact.person_record_id or 0, case.asker_record_id)
        hold_for(worker, matter, matters_with(subject, "" if case.whole_partnership else case.agency))


def _checked(asked: Asked) -> None:
    if asked.capacity not in CAPACITIES:
        raise Refused("unknown-choice", "/capacity", "Say for whom they ask.", "Choose one of the list.")
    for name, words in (("asker_name", "who asks"), ("asker_contact", "how they are reached, safely")):
        if not getattr(asked, name).strip():
            raise Refused("missing", f"/{name}", f"Write {words}.", "Without it nothing can be given.")
    if asked.received_at > clock.now():
        raise Refused("in-the-future", "/received_at", "The day has not come yet.", "Write when it was received.")


def _open_part(work: AtWork, agency: str) -> PartOpened:
    """A part is for those who answer for its agency, and they alone know that there is one."""
    people = handlers(agency, work.case.asker_worker)
    if agency == work.case.agency:
        people = [*people, work.worker]
    audience = audiences.open_audience(audiences.RIGHTS, "rights part")
    let_in(audience, people, reason="answers for the agency")
    let_in(work.case.audience_id, people, reason="answers for the agency")
    part = PartOpened(case=work.case, reference=random_reference("A"), agency=agency)
    fact = work.add(part, audience)
    owe(work, part, fact)
    return part


def check_identity(
    worker: Worker, reference: str, *, seen: str, satisfied: bool, authority_seen: str = ""
) -> IdentityChecked:
    """What was seen of who they are, and by what they act for somebody else.

    Satisfied, and asked of the whole partnership: every agency that holds anything owes its own part from now, and
    nobody learns which those are. Raises `NoSuchCase` or `Refused`.
    """
    case = kept_here(worker, reference)
    needs(seen, "/seen", "Nothing is written of what was seen.", "Write what was seen, without copying it.")
    if satisfied and case.capacity not in FOR_THEMSELVES:
        needs(
            authority_seen,
            "/authority_seen",
            "By what they act for somebody else is not written.",
            "Parental responsibility, a court’s order, or the word of whom they act for: what was seen of it?",
        )
    with at_work(worker, case, "identity checked") as work:
        detail = IdentityChecked(
            case=case, satisfied=satisfied, seen=seen.strip(), authority_seen=authority_seen.strip()
        )
        work.add(detail, case.audience_id)
        if satisfied and case.whole_partnership:
            there = set(PartOpened.objects.filter(case=case).values_list("agency", flat=True))
            subject = subject_of(case.fact.person_record_id or 0, case.asker_record_id)
            for agency in holders(subject):
                if agency not in there:
                    _open_part(work, agency)
    return detail


def hear_child(
    worker: Worker, reference: str, *, competent: bool, objects_to_it: bool, wishes: str, by_name: str
) -> ChildHeard:
    """What the child understands and wishes: before anything is given to the child, or to somebody who acts for the
    child. Raises `NoSuchCase` or `Refused`."""
    case = kept_here(worker, reference)
    if case.capacity not in {"child", *FOR_A_CHILD}:
        raise Refused("no-child", "", "Nobody asks as a child or for one.", "Go on without it.")
    needs(wishes, "/wishes", "What the child says is not written.", "Their own words; or why they were not asked.")
    needs(by_name, "/by_name", "Who heard the child is not written.", "Write their name.")
    with at_work(worker, case, "child heard") as work:
        detail = ChildHeard(
            case=case,
            competent=competent,
            objects_to_it=objects_to_it,
            wishes=wishes.strip(),
            by_name=by_name.strip(),
        )
        work.add(detail, case.audience_id)
    return detail


def ask_back(worker: Worker, reference: str, *, what: str, words: str) -> None:
    """Ask whoever asks who they are, or what they mean: every clock of the case stands still. Raises `Refused`."""
    case = kept_here(worker, reference)
    if what not in ASKED_BACK:
        raise Refused("unknown-choice", "/what", "Say what you ask.", "Choose one of the list.")
    needs(words, "/words", "What you ask is not written.", "Write what they were asked.")
    with at_work(worker, case, "asked back") as work:
        if waiting_since(case) is not None:
            raise Refused("waiting", "", "They have been asked already.", "Record their answer first.")
        work.add(AccessAskedBack(case=case, what=what, words=words.strip()), case.audience_id)
        for part in PartOpened.objects.select_related("fact").filter(case=case):
            for duty in owed_on(part):
                pause(work.recording, duty, reason=ASKED_BACK[what])


def said_more(worker: Worker, reference: str, *, words: str) -> None:
    """They have answered: the clocks run on. Raises `Refused`."""
    case = kept_here(worker, reference)
    needs(words, "/words", "What they said is not written.", "Write what they said or showed.")
    with at_work(worker, case, "said more") as work:
        if waiting_since(case) is None:
            raise Refused("not-waiting", "", "They have not been asked anything.", "Go on without it.")
        work.add(AccessSaidMore(case=case, words=words.strip()), case.audience_id)
        duties = [duty for part in PartOpened.objects.filter(case=case) for duty in owed_on(part)]
        stopped = DutyPaused.objects.select_related("duty", "duty__fact").filter(
            duty__in=duties, resumption__isnull=True
        )
        for each in stopped:
            resume(work.recording, each)


def extend(worker: Worker, reference: str, *, reason: str, told_at: datetime) -> None:
    """Two months more, once, where it is complex or they asked many times; they were told so within the first month, or
    it is refused. Raises `Refused`."""
    case = kept_here(worker, reference)
    needs(reason, "/reason", "Why it takes longer is not written.", "Say what is complex, or how many they are.")
    with at_work(worker, case, "extended") as work:
        if AccessExtended.objects.filter(case=case).exists():
            raise Refused("extended", "", "It has been made longer already.", "It cannot be made longer twice.")
        duties = [duty for part in PartOpened.objects.filter(case=case) for duty in owed_on(part)]
        due = min((duty.state.due_at for duty in duties), default=None)
        if due is None or told_at > due or told_at > work.recording.recorded_at:
            raise Refused(
                "told-too-late",
                "/told_at",
                "They are told within the first month, before it is over.",
                "Answer now what can be answered.",
            )
        work.add(AccessExtended(case=case, reason=reason.strip(), told_at=told_at), case.audience_id)
        for duty in duties:
            moved = add_calendar_months(duty.anchor_at, EXTENSION_MONTHS)
            reanchor(work.recording, duty, anchor_at=moved, reason=reason.strip())


def kept_here(worker: Worker, reference: str) -> AccessAsked:
    """The case, for the agency that was asked: it alone checks who they are and keeps the clock. Raises
    `NoSuchCase`."""
    case = case_of(reference)
    if case.agency != worker.agency:
        raise NoSuchCase("There is no such case here for you.")
    return case


def waiting_since(case: AccessAsked) -> AccessAskedBack | None:
    """What they were asked and have not answered."""
    asked = list(AccessAskedBack.objects.select_related("fact").filter(case=case).order_by("fact_id"))
    answered = AccessSaidMore.objects.filter(case=case).count()
    return asked[-1] if len(asked) > answered else None


def needs(words: str, pointer: str, detail: str, remedy: str) -> None:
    """Words must be there. Raises `Refused`."""
    if not words.strip():
        raise Refused("missing", pointer, detail, remedy)
