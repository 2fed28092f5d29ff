"""Who is told at once that news came in, and the account of it. Nothing else leaves before a manager convenes (G4,
B1)."""

from __future__ import annotations

from collections.abc import Iterator

from daras.access import trail
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
from daras.frontdoor.weighing import Weighed
from daras.outbox.commands import Tell, tell
from daras.people.queries import PersonKnown
from daras.rules.findings import DutyOwed

#: The duty whose owner is interrupted for it (interface: interrupt only for safety tonight, a discussion, a
#: challenge).
DECISION_DUE = "strategy-decision-due"


def tell_everybody(weighed: Weighed) -> None:
    """The receipt to the sender, the decision due to the duty manager, and to each owner told at once that something
    is owed."""
    news = weighed.news
    if news.received is None or news.stored is None:
        return
    sender = news.document.sender
    # A sender knows its news by the receipt: the matter's reference would tell that others sent news of the same
    # matter.
    tellings = [Tell(sender.agency, sender.team, "receipt", reference=news.stored.receipt)]
    for duty in weighed.findings.duties:
        if duty.told != "at once" or duty.owner_agency == sender.agency:
            continue
        if duty.kind == DECISION_DUE:
            tellings.append(Tell(duty.owner_agency, duty.owner_team, "decision-due", interrupts=True))
        else:
            tellings.append(Tell(duty.owner_agency, duty.owner_team, "something-owed"))
    tell(news.matter, news.received.pk, tellings)


def leave_trail(weighed: Weighed) -> None:
    """One entry that the news was recorded, and one for each person on whose record it now stands."""
    news = weighed.news
    trail.write_each(
        actor=news.author,
        agency=news.document.sender.agency,
        action="change",
        subject_kind="person",
        subjects=[(weighed.who.key(person), person) for person in sorted(set(news.person_of_ref.values()))],
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


def account(weighed: Weighed) -> Outcome:
    """The whole account, for the front door's own eyes."""
    news, findings = weighed.news, weighed.findings
    return Outcome(
        outcome="recorded",
        reference=news.matter.reference,
        receipt=news.stored.receipt if news.stored else None,
        people=tuple(_people(weighed)),
        network=tuple(_network(weighed)),
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
        quality=QualitySeen(news.quality.score, news.quality.missing),
        matters=tuple(_matters(weighed)),
        sender_duties=tuple(
            _duty(duty) for duty in findings.duties if duty.owner_agency == news.document.sender.agency
        ),
    )


def _names(weighed: Weighed, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The refs of those named in the document, the numbers of all others."""
    refs = {weighed.who.key(person): ref for ref, person in weighed.news.person_of_ref.items()}
    return tuple(refs.get(key, key) for key in keys)


def _people(weighed: Weighed) -> Iterator[PersonSeen]:
    for person in weighed.news.document.people:
        match = weighed.news.matches[person.ref]
        candidates = tuple(
            CandidateSeen(each.number, each.name, round(each.probability, 4), each.decision, tuple(each.why))
            for each in match.candidates
        )
        number = weighed.who.key(weighed.news.person_of_ref[person.ref])
        yield PersonSeen(person.ref, match.decision, number, candidates)


def _network(weighed: Weighed) -> Iterator[ConnectedSeen]:
    for each in weighed.connections:
        person = weighed.who.known[each.person_id]
        held = ", ".join(_children_of(weighed, person))
        reason = f"{each.reason}. Holds parental responsibility for {held}" if held else each.reason
        group = person.age_group_on(weighed.news.on)
        yield ConnectedSeen(person.number, person.name, group, tuple(each.path), reason)


def _children_of(weighed: Weighed, holder: PersonKnown) -> list[str]:
    return [
        weighed.who.known[child].name
        for child, holders in weighed.responsible.items()
        if holder.person_id in holders and child in weighed.who.known
    ]


def _duty(duty: DutyOwed) -> DutySeen:
    owner = f"{duty.owner_agency}/{duty.owner_team}" if duty.owner_team else duty.owner_agency
    return DutySeen(duty.kind, owner, duty.due_at, duty.because, duty.source, duty.authority)


def _matters(weighed: Weighed) -> Iterator[MatterSeen]:
    news = weighed.news
    about = dict.fromkeys(ref for concern in news.document.concerns for ref in concern.about)
    yield MatterSeen(news.matter.reference, news.matter.kind, tuple(about))
    for key, matter in weighed.own_matters.items():
        person = weighed.who.person(key)
        holders = weighed.responsible.get(person.person_id, set())
        names = tuple(weighed.who.known[pk].name for pk in sorted(holders) if pk in weighed.who.known)
        yield MatterSeen(matter.reference, matter.kind, _names(weighed, (key,)), names)
