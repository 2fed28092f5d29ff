"""An agency answers its own part: one decides each entry, another signs, and what is given is made of what was shown.

Nobody signs what they decided, and nobody answers what they ask. What is withheld keeps its ground and its reason for
the record; the copy says the same whether anything was withheld or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.chronology.telling import Kind
from daras.keeping import register
from daras.keeping.holding import release_for
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.people.models import PersonInMatter, PosesRiskKnown, RecordPerson
from daras.people.queries import persons_of
from daras.practice.processing import WITHHOLDINGS
from daras.rights.collecting import Held, Subject, held_by, named_in, subject_of
from daras.rights.models import (
    AccessAsked,
    ChildHeard,
    IdentityChecked,
    ItemDecided,
    PartGiven,
    PartOpened,
    PartReviewed,
)
from daras.rights.weighing import FOR_A_CHILD, Asking, needs_health_opinion, suggested
from daras.rights.working import NoSuchCase, at_work, let_in, part_of, settle, withholdings_of
from daras.working_time import clock

HOW = {
    "in-person": "In person",
    "read-aloud": "Read aloud to them",
    "post": "By post, to be signed for",
    "nothing-to-give": "There is nothing that has to be given",
}
Kinds = Sequence[Kind[Any]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One entry with what the law may let the agency withhold, and what was decided."""

    held: Held
    grounds: tuple[str, ...]
    decided: ItemDecided | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on one entry."""

    shown: bool
    words: str = ""  # as they are given, where that is other than as recorded
    ground: str = ""
    reason: str = ""
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One thing that is given."""

    on_day: date
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Copy:
    """All that whoever asks is given of one agency: nothing of what was withheld, and not that anything was."""

    agency: str
    asker: str
    about: str
    signed_at: datetime
    lines: tuple[CopyLine, ...]


def weigh(worker: Worker, reference: str, kinds: Kinds) -> tuple[PartOpened, list[Weighed], int]:
    """A part with every entry that the worker, who is looking, may read, weighed; and how many more the agency holds on
    which nobody has decided, and which others of the agency read.

    A data officer who was let into their own agency's part reads its entries here and nowhere else; what is restricted,
    protected or graded is for those who read it elsewhere, too. Raises `NoSuchCase`."""
    part = part_of(reference)
    asking = _asking(part.case)
    with machine():
        held = held_by(_subject(part.case), part.agency, kinds)
    seen = set(Fact.objects.filter(pk__in=[each.fact_id for each in held]).values_list("pk", flat=True))
    if worker.role in policy.CASE_BY_CASE and worker.agency == part.agency:
        seen |= {each.fact_id for each in held if not (each.item.restricted or each.item.graded)}
    decided = _decided(part)
    mine = [each for each in held if each.fact_id in seen]
    weighed = [Weighed(each, suggested(each.item, asking), decided.get(each.fact_id)) for each in mine]
    others = sum(each.fact_id not in seen and each.fact_id not in decided for each in held)
    return part, weighed, others


def by_colleagues(part: PartOpened, weighed: Sequence[Weighed]) -> list[ItemDecided]:
    """What colleagues decided on entries that whoever looks does not read: to be read before it is signed."""
    mine = {each.held.fact_id for each in weighed}
    return [each for entry, each in _decided(part).items() if entry not in mine]


def decide(worker: Worker, reference: str, decisions: Mapping[int, Decision], *, kinds: Kinds) -> None:
    """Decide on entries of the worker's agency's part: given, in which words; or withheld, on which ground and why.

    Raises `NoSuchCase`, also for another agency's part, and `Refused`, recording nothing: for an entry that is not of
    the part, a ground that is none, a reason or a health professional's opinion that is missing, and words that name
    somebody else without a reason why they may.
    """
    part, weighed, _ = weigh(worker, reference, kinds)
    _own(worker, part)
    by_fact = {each.held.fact_id: each for each in weighed}
    grounds = withholdings_of(part)
    with machine():
        subject = _subject(part.case)
    details = []
    for fact_id, decision in decisions.items():
        found = by_fact.get(fact_id)
        if found is None:
            raise Refused(
                "no-such-entry", f"/{fact_id}", "There is no such entry here for you.", "Open the part again."
            )
        _whole(found, decision, subject)
        name, _, cited = grounds.get(decision.ground, ("", "", ""))
        words = decision.words.strip() or found.held.words
        details.append(
            ItemDecided(
                part=part,
                entry_id=fact_id,
                shown=decision.shown,
                title=found.held.title[:300] if decision.shown else "",
                words=words if decision.shown else "",
                on_day=found.held.on_day if decision.shown else None,
                ground="" if decision.shown else decision.ground,
                ground_words="" if decision.shown else f"{name} ({cited})"[:400],
                reason=decision.reason.strip(),
                opinion=decision.opinion.strip(),
            )
        )
    with at_work(worker, part.case, "entries decided") as work:
        _not_given(part)
        for detail in details:
            work.add(detail, part.fact.audience_id)


def _whole(found: Weighed, decision: Decision, subject: Subject) -> None:
    place = f"/{found.held.fact_id}"
    if not decision.shown and decision.ground not in WITHHOLDINGS:
        raise Refused("no-ground", place, "Withholding needs a ground in law.", "Choose the ground, or give it.")
    if not decision.shown and not decision.reason.strip():
        raise Refused("reason-missing", place, "Why it is withheld is not written.", "The reason is for the record.")
    words = f"{found.held.title} {decision.words.strip() or found.held.words}"
    named = named_in(words, subject) if decision.shown else []
    if decision.shown and (found.grounds or named) and not decision.reason.strip():
        said = f" It names {', '.join(named)}." if named else ""
        raise Refused(
            "reason-missing",
            place,
            f"The law may speak against giving this.{said}",
            "Write why it is given all the same, or give it in other words.",
        )
    if needs_health_opinion(found.held.item, decision.ground, shown=decision.shown) and not decision.opinion.strip():
        raise Refused(
            "opinion-missing",
            place,
            "A health professional’s opinion is missing.",
            "Write whose opinion it is, of which day, and what they say about serious harm.",
        )


def sign(worker: Worker, reference: str, *, signed: bool, reason: str = "", kinds: Kinds) -> PartReviewed:
    """Another person of the agency has read the part as it will be given: signed, or sent back with what is to change.
    Of a part in which there was nothing to decide, another than whoever opened it.

    Raises `NoSuchCase`, `PermissionDenied`, and `Refused`: for whoever decided any of it, before identity is satisfied
    or the child is heard, and while an entry is not decided on.
    """
    part, weighed, others = weigh(worker, reference, kinds)
    _own(worker, part)
    deciders = set(ItemDecided.objects.filter(part=part).values_list("fact__author", flat=True))
    if worker.slug in (deciders or {part.fact.author}):
        raise Refused("own-work", "", "Whoever decided cannot sign.", "Ask a colleague to read it.")
    if signed:
        _ready(part, weighed, others)
    elif not reason.strip():
        raise Refused("missing", "/reason", "Sending it back needs a reason.", "Say what is to be changed.")
    newest = max((each.pk for each in _decided(part).values()), default=0)
    detail = PartReviewed(part=part, signed=signed, reason=reason.strip(), decided_until=newest)
    with at_work(worker, part.case, "part signed" if signed else "part sent back") as work:
        _not_given(part)
        work.add(detail, part.fact.audience_id)
    return detail


def _ready(part: PartOpened, weighed: Sequence[Weighed], others: int) -> None:
    case = part.case
    checked = IdentityChecked.objects.filter(case=case).order_by("-fact_id").first()
    if checked is None or not checked.satisfied:
        raise Refused("identity", "", "Who they are is not settled.", "Check their identity first.")
    heard = ChildHeard.objects.filter(case=case).order_by("-fact_id").first()
    if case.capacity in {"child", *FOR_A_CHILD} and heard is None:
        raise Refused("child-not-heard", "", "The child has not been heard.", "Hear the child first, or say why not.")
    if case.capacity in {"child", "for-child"} and heard is not None and not heard.competent:
        raise Refused(
            "not-competent",
            "",
            "The child does not yet understand what is asked.",
            "Somebody with parental responsibility may ask for the child.",
        )
    if case.capacity == "for-child" and heard is not None and heard.objects_to_it:
        raise Refused("child-objects", "", "The child does not want it.", "Nothing is given in the child’s name.")
    if any(each.decided is None for each in weighed):
        raise Refused("not-decided", "", "Not every entry has been decided on.", "Decide on each one first.")
    if others:
        raise Refused(
            "not-all-read",
            "",
            "The agency holds more that neither of you reads.",
            "Let in a colleague who reads it: they decide on it.",
        )


def admit(worker: Worker, reference: str, *, email: str) -> Worker:
    """Let a colleague of one's own agency into a part, and the case, by name. Raises `NoSuchCase`, `Refused`."""
    part = part_of(reference)
    _own(worker, part)
    with machine():
        colleague = Worker.objects.filter(email__iexact=email.strip(), agency=worker.agency, is_active=True).first()
    if colleague is None or colleague.slug == part.case.asker_worker:
        raise Refused("no-such-worker", "/email", "Nobody of your agency signs in so.", "Write their e-mail address.")
    with at_work(worker, part.case, "colleague let in"):
        for audience in (part.fact.audience_id, part.case.audience_id):
            let_in(audience, [colleague], reason="asked by a colleague", by=worker.slug)
    return colleague


def copy_of(reference: str) -> Copy:
    """What whoever asks is given, of a part that has been signed. Raises `NoSuchCase`, `PermissionDenied` before."""
    part = part_of(reference)
    signed = _signed(part)
    if signed is None:
        raise PermissionDenied("This is not signed: another person reads it first.")
    lines = [
        CopyLine(each.on_day, each.title, each.words)
        for each in _decided(part).values()
        if each.shown and each.on_day is not None
    ]
    return Copy(
        agency=part.agency,
        asker=part.case.asker_name,
        about=part.case.about_words,
        signed_at=signed.fact.recorded_at,
        lines=tuple(sorted(lines, key=lambda line: (line.on_day, line.title))),
    )


def give(worker: Worker, reference: str, *, how: str, by_whom: str, given_at: datetime) -> PartGiven:
    """A signed copy was given, or there was nothing that had to be: the part is answered. An agency that was asked
    itself always answers; one that was not asked and has nothing to give sends nothing, for a letter would say that it
    holds something. With the last part the case is closed, and what it held may be reviewed again. Raises `NoSuchCase`,
    `PermissionDenied`, `Refused`."""
    part = part_of(reference)
    _own(worker, part)
    copy = copy_of(reference)
    if how not in HOW:
        raise Refused("unknown-choice", "/how", "Nothing of the list was chosen.", "Choose how it was given.")
    if (how == "nothing-to-give") != (not copy.lines and part.agency != part.case.agency):
        raise Refused(
            "how-it-is-answered",
            "/how",
            "An agency that was asked answers always; one that was not, and has nothing to give, sends nothing.",
            "Choose how it was answered.",
        )
    if not by_whom.strip():
        raise Refused("missing", "/by_whom", "Nobody is named.", "Write who gave it.")
    if given_at > clock.now():
        raise Refused("in-the-future", "/given_at", "The hour has not come yet.", "Write when it was given.")
    detail = PartGiven(part=part, how=how, by_whom=by_whom.strip(), given_at=given_at)
    with machine():
        register.take_turn()
    with at_work(worker, part.case, "disclosed to whoever asks") as work:
        _not_given(part)
        settle(work, part, work.add(detail, part.fact.audience_id))
        if not PartOpened.objects.filter(case=part.case).exclude(pk__in=PartGiven.objects.values("part")).exists():
            release_for(worker, work.matter)
    return detail


def _own(worker: Worker, part: PartOpened) -> None:
    if part.agency != worker.agency:
        raise NoSuchCase("There is no such case here for you.")
    if part.case.asker_worker == worker.slug:
        raise PermissionDenied("You ask this yourself: others answer it.")


def _not_given(part: PartOpened) -> None:
    if PartGiven.objects.filter(part=part).exists():
        raise Refused("given", "", "It has been answered already.", "What is asked anew is a case of its own.")


def _decided(part: PartOpened) -> dict[int, ItemDecided]:
    """The newest decision on each entry."""
    rows = ItemDecided.objects.select_related("fact").filter(part=part).order_by("fact_id")
    return {each.entry_id: each for each in rows}


def _signed(part: PartOpened) -> PartReviewed | None:
    """The signature, where nothing was decided after it."""
    last = PartReviewed.objects.select_related("fact").filter(part=part).order_by("-fact_id").first()
    newest = max((each.pk for each in _decided(part).values()), default=0)
    return last if last is not None and last.signed and last.decided_until >= newest else None


def _subject(case: AccessAsked) -> Subject:
    return subject_of(case.fact.person_record_id or 0, case.asker_record_id)


def _asking(case: AccessAsked) -> Asking:
    """What is known of whoever asks, through the eyes of whoever looks: no suggestion tells more of them."""
    heard = ChildHeard.objects.filter(case=case).order_by("-fact_id").first()
    return Asking(
        capacity=case.capacity,
        asker_suspected=_suspected(case.asker_record_id),
        child_objects=bool(heard and heard.objects_to_it),
    )


def _suspected(record_id: int | None) -> bool:
    person = persons_of([record_id]).get(record_id) if record_id else None
    if person is None:
        return False
    records = list(RecordPerson.objects.filter(person_id=person).values_list("record_id", flat=True))
    standing = {"fact__person_record_id__in": records, "fact__superseded_by__isnull": True}
    return (
        PersonInMatter.objects.filter(part="suspect", **standing).exists()
        or PosesRiskKnown.objects.filter(**standing).exists()
    )
