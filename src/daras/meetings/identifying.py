"""A health agency is asked which child is meant, from little: fragments of a name, a school, about how old (B3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.matters.commands import random_reference
from daras.matters.models import Matter
from daras.meetings.audiences import layer
from daras.meetings.calling import quorum_part
from daras.meetings.models import IdentityAnswered, IdentityAsked
from daras.meetings.sitting import NoSuchMeeting, on_matter
from daras.outbox.commands import Tell
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Asked:
    """What a health agency was asked, with its answers in order."""

    asked: IdentityAsked
    answers: tuple[IdentityAnswered, ...]


def ask_to_identify(
    worker: Worker, reference: str, *, agency: str, team: str, known: str, school: str, age_about: str, why: str
) -> IdentityAsked:
    """Ask a health team which child this is. It reads what is written here and no more of the matter.

    It is told, so it is the manager's decision, like convening (B1). Raises `PermissionDenied` for anybody but a
    manager, `Refused` where too little is said or the team is not health's.
    """
    policy.require(worker, "convene")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise NoSuchMeeting("There is no such matter here for you.")
    if not agency or quorum_part(agency) != "health":
        raise Refused("not-health", "/owner", "Only a health agency is asked this way.", "Choose a health team.")
    if not why.strip():
        raise Refused("missing", "/why", "Say why it is asked.", "They read it: as little as they need.")
    if not known.strip() and not (school.strip() and age_about.strip()):
        raise Refused(
            "too-little",
            "/known",
            "Nobody can be found from this.",
            "Write a part of a name, or a school and about how old the child is.",
        )
    with on_matter(worker, matter.pk, "asked which child it is") as at_work:
        detail = IdentityAsked(
            reference=random_reference("Q"),
            agency=agency,
            team=team,
            known=known.strip(),
            school=school.strip(),
            age_about=age_about.strip(),
            why=why.strip(),
        )
        own = layer(at_work.matter, "identify", [(agency, team)], reason="asked which child it is", by=worker.slug)
        (fact,) = at_work.add(detail, audience=own)
        at_work.owe("identify-child", fact, (agency, team), reference=detail.reference)
        at_work.tell(Tell(agency, team or None, "identify", interrupts=True, reference=detail.reference))
    return detail


def answer_identity(
    worker: Worker,
    reference: str,
    *,
    is_known: bool,
    name: str = "",
    date_of_birth: date | None = None,
    nhs_number: str = "",
    note: str = "",
) -> IdentityAnswered:
    """The team asked names the child, or says that it is none of theirs; either meets what it owes.

    The answer is what one agency says, to be confirmed by the front door like any other match. Raises `Refused` for a
    child who is known and not named.
    """
    policy.require(worker, "answer")
    asked = IdentityAsked.objects.select_related("fact").filter(reference=reference).first()
    if asked is None or worker.agency != asked.agency:
        raise NoSuchMeeting("There is no such question here for you.")
    if is_known and not name.strip():
        raise Refused("missing", "/name", "The child is not named.", "Write the name as your record has it.")
    detail = IdentityAnswered(
        asked=asked,
        is_known=is_known,
        name=name.strip() if is_known else "",
        date_of_birth=date_of_birth if is_known else None,
        nhs_number=nhs_number.strip() if is_known else "",
        note=note.strip(),
    )
    with on_matter(worker, asked.fact.matter_id or 0, "answered which child it is") as at_work:
        (fact,) = at_work.add(detail, audience=asked.audience_id)
        at_work.settle("identify-child", asked.pk, fact)
        door = load_directory().contact("front-door", authority=at_work.matter.authority, on=clock.today())
        at_work.tell(Tell(door.agency, door.team, "identified", interrupts=is_known))
    return detail


def question(reference: str) -> Asked | None:
    """A question by its reference, or none where there is no such question for this reader."""
    rows = IdentityAsked.objects.select_related("fact").filter(reference=reference)
    return next(iter(_with_answers(list(rows))), None)


#: What `questions_on` looks for among the facts of a matter.
KINDS = (IdentityAsked, IdentityAnswered)


def questions_on(facts: OnMatter) -> list[Asked]:
    """Which agencies were asked which child this is, and what they said."""
    return _together(facts.every(IdentityAsked), facts.every(IdentityAnswered))


def _with_answers(asked: list[IdentityAsked]) -> list[Asked]:
    if not asked:
        return []
    rows = IdentityAnswered.objects.select_related("fact").filter(asked__in=[each.pk for each in asked])
    return _together(asked, list(rows.order_by("fact_id")))


def _together(asked: Iterable[IdentityAsked], answers: Sequence[IdentityAnswered]) -> list[Asked]:
    return [Asked(each, tuple(answer for answer in answers if answer.asked_id == each.pk)) for each in asked]
