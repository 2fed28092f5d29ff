"""Who is told at once that news came in, and the account of it. Nothing else leaves before a manager convenes (G4,
B1)."""

from __future__ import annotations

from collections.abc import Iterator

from daras.access import trail
from daras.frontdoor.entering import YOUNG_PERSONS_OWN, Entered
from daras.frontdoor.outcome import (
    CandidateSeen,
    ConnectedSeen,
    DutySeen,
    IndicatorSeen,
    InvitationSeen,
    MatterSeen,
    Outcome,
    PersonSeen,
    QualitySeen,
    ThresholdSeen,
)
from daras.frontdoor.recording import REFERRAL
from daras.frontdoor.weighing import Weighed
from daras.outbox.commands import Tell, tell
from daras.people.queries import PersonKnown
from daras.rules.findings import DutyOwed

#: The duty whose owner is interrupted for it (interface: interrupt only for safety tonight, a discussion, a
#: challenge).
DECISION_DUE = "strategy-decision-due"


def tell_everybody(entered: Entered) -> None:
    """The receipt to the sender, the decision due to the duty manager, and to each owner told at once that something
    is owed."""
    news = entered.news
    sender = news.document.sender
    # A sender knows its news by the receipt: the matter's reference would tell that others sent news of the same
    # matter.
    tellings = [Tell(sender.agency, sender.team, "receipt", reference=news.stored.receipt)]
    for duty in news.weighed.findings.duties:
        if duty.told != "at once" or duty.owner_agency == sender.agency:
            continue
        if duty.kind == DECISION_DUE:
            tellings.append(Tell(duty.owner_agency, duty.owner_team, "decision-due", interrupts=True))
        else:
            tellings.append(Tell(duty.owner_agency, duty.owner_team, "something-owed"))
    tell(news.matter, entered.received.pk, tellings)


def leave_trail(entered: Entered) -> None:
    """One entry that the news was recorded, and one for each person on whose record it now stands."""
    news = entered.news
    number_of = {news.person_of_ref[ref]: each.number for ref, each in news.understood.meant.items()}
    trail.write_each(
        actor=news.author,
        agency=news.document.sender.agency,
        action="change",
        subject_kind="person",
        subjects=[(number_of[person], person) for person in sorted(number_of)],
        matter_id=news.matter.pk,
        reason="named in news received",
    )
    trail.write(
        actor=news.author,
        agency=news.document.sender.agency,
        action="change",
        subject_kind="matter",
        subject_id=news.matter.reference,
        matter_id=news.matter.pk,
        reason="news received",
    )


def account(weighed: Weighed, entered: Entered | None = None) -> Outcome:
    """The whole account, for the front door's own eyes. Of a dry run nothing was entered."""
    understood, findings = weighed.understood, weighed.findings
    return Outcome(
        outcome="recorded" if entered else "screened",
        reference=entered.news.matter.reference if entered else None,
        receipt=entered.news.stored.receipt if entered else None,
        people=tuple(_people(weighed, entered)),
        network=tuple(_network(weighed, entered)),
        indicators=tuple(
            IndicatorSeen(each.id, _names(weighed, each.about), each.level, each.why) for each in findings.indicators
        ),
        threshold=ThresholdSeen(
            findings.threshold.level, findings.threshold.strategy_discussion, findings.threshold.why
        ),
        invite=tuple(
            InvitationSeen(f"{each.agency}/{each.team}" if each.team else each.agency, each.because)
            for each in findings.invitations
        ),
        duties=tuple(map(_duty, findings.duties)),
        quality=QualitySeen(understood.quality.score, understood.quality.missing),
        matters=tuple(_matters(weighed, entered)),
        sender_duties=tuple(
            _duty(duty) for duty in findings.duties if duty.owner_agency == understood.document.sender.agency
        ),
    )


def _names(weighed: Weighed, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The refs of those named in the document, the numbers of all others."""
    refs = {each.number: ref for ref, each in weighed.understood.meant.items()}
    return tuple(refs.get(key, key) for key in keys)


def _people(weighed: Weighed, entered: Entered | None) -> Iterator[PersonSeen]:
    for ref, match in weighed.understood.matches.items():
        candidates = tuple(
            CandidateSeen(each.number, each.name, round(each.probability, 4), each.decision, tuple(each.why))
            for each in match.candidates
        )
        number = _number(weighed, weighed.understood.meant[ref].number, entered)
        yield PersonSeen(ref, match.decision, number, candidates)


def _number(weighed: Weighed, number: str, entered: Entered | None) -> str | None:
    """People whom only a dry run met have no number outside it."""
    return number if entered or number not in weighed.understood.new_numbers else None


def _network(weighed: Weighed, entered: Entered | None) -> Iterator[ConnectedSeen]:
    for each in weighed.connections:
        person = weighed.who.known[each.person_id]
        held = ", ".join(_children_of(weighed, person))
        reason = f"{each.reason}. Holds parental responsibility for {held}" if held else each.reason
        group = person.age_group_on(weighed.understood.on)
        number = _number(weighed, person.number, entered)
        yield ConnectedSeen(number, person.name, group, tuple(each.path), reason)


def _children_of(weighed: Weighed, holder: PersonKnown) -> list[str]:
    return [
        weighed.who.known[child].name
        for child, holders in weighed.responsible.items()
        if holder.person_id in holders and child in weighed.who.known
    ]


def _duty(duty: DutyOwed) -> DutySeen:
    owner = f"{duty.owner_agency}/{duty.owner_team}" if duty.owner_team else duty.owner_agency
    return DutySeen(duty.kind, owner, duty.due_at, duty.because, duty.source, duty.authority)


def _matters(weighed: Weighed, entered: Entered | None) -> Iterator[MatterSeen]:
    """The matter that the news belongs to, then each young person's own."""
    understood = weighed.understood
    about = dict.fromkeys(ref for concern in understood.document.concerns for ref in concern.about)
    kind = understood.matter.kind if understood.matter else REFERRAL
    yield MatterSeen(entered.news.matter.reference if entered else None, kind, tuple(about))
    for key in weighed.findings.own_matters:
        person = weighed.who.person(key)
        holders = weighed.responsible.get(person.person_id, set())
        names = tuple(weighed.who.known[pk].name for pk in sorted(holders) if pk in weighed.who.known)
        reference = entered.own_matters[key].reference if entered else None
        yield MatterSeen(reference, YOUNG_PERSONS_OWN, _names(weighed, (key,)), names)
