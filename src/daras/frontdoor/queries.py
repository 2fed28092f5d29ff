"""What a page or a print says of a matter, as far as its reader may see (design: Access; interface: key screens).

Every function reads through the worker whose identity the transaction carries: a row that comes back may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from daras.duties.models import DutyState
from daras.duties.queries import of_matter, of_matters
from daras.frontdoor.models import (
    AgencyToInvite,
    ConcernReported,
    IndicatorMet,
    QualityChecked,
    ReferralReceived,
    SafeNowRecorded,
    ThresholdSuggested,
    VoiceRecorded,
    WordsWithheld,
)
from daras.ledger.models import Detail
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.meetings.queries import called_on
from daras.network.queries import Connected, connected
from daras.outbox.models import Notice
from daras.people.models import LinkDecided, PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of


@dataclass(frozen=True, slots=True)
class MatterStory:
    """Everything on one matter that its reader may see."""

    matter: Matter
    news: list[ReferralReceived]
    quality: list[QualityChecked]
    parts: list[PersonInMatter]
    words_withheld: list[WordsWithheld]
    concerns: list[ConcernReported]
    voices: list[VoiceRecorded]
    safe_now: list[SafeNowRecorded]
    indicators: list[IndicatorMet]
    thresholds: list[ThresholdSuggested]
    invitations: list[AgencyToInvite]
    links: list[LinkDecided]
    duties: list[DutyState]
    notices: list[Notice]
    people: Mapping[int, PersonKnown]
    person_of_record: Mapping[int, int]
    connections: list[Connected]
    discussions: list[MeetingCalled]

    def person(self, record_id: int | None) -> PersonKnown | None:
        """The person of a record, where the reader may see the record."""
        person_id = self.person_of_record.get(record_id or 0)
        return self.people.get(person_id) if person_id else None

    def name(self, record_id: int | None) -> str:
        """A name, or words that say a name is kept back."""
        person = self.person(record_id)
        return person.name if person else "somebody whose name the front door holds"


def _details(kind: type[Detail], matter: Matter) -> list[Detail]:
    rows = kind._default_manager.select_related("fact").filter(
        fact__matter_id=matter.pk, fact__superseded_by__isnull=True
    )
    return list(rows.order_by("fact_id"))


def matter_story(reference: str, on: date) -> MatterStory | None:
    """A matter by its reference, or none where there is no such matter for this reader."""
    matter = Matter.objects.filter(reference=reference).select_related("parent").first()
    return _story(matter, on) if matter else None


def _story(matter: Matter, on: date) -> MatterStory:
    parts: list[PersonInMatter] = _details(PersonInMatter, matter)  # type: ignore[assignment]
    records = [part.fact.person_record_id for part in parts if part.fact.person_record_id is not None]
    person_of_record = dict(persons_of(records))
    subjects = [
        person_of_record[part.fact.person_record_id]
        for part in parts
        if part.part in {"subject", "suspect"} and part.fact.person_record_id in person_of_record
    ]
    connections = list(connected(list(dict.fromkeys(subjects)), on=on, known_on=None, steps=2)) if subjects else []
    people = known_of({*person_of_record.values(), *(each.person_id for each in connections)})
    links: list[LinkDecided] = _details(LinkDecided, matter)  # type: ignore[assignment]
    return MatterStory(
        matter=matter,
        news=_details(ReferralReceived, matter),  # type: ignore[arg-type]
        quality=_details(QualityChecked, matter),  # type: ignore[arg-type]
        parts=parts,
        words_withheld=_details(WordsWithheld, matter),  # type: ignore[arg-type]
        concerns=_details(ConcernReported, matter),  # type: ignore[arg-type]
        voices=_details(VoiceRecorded, matter),  # type: ignore[arg-type]
        safe_now=_details(SafeNowRecorded, matter),  # type: ignore[arg-type]
        indicators=_details(IndicatorMet, matter),  # type: ignore[arg-type]
        thresholds=_details(ThresholdSuggested, matter),  # type: ignore[arg-type]
        invitations=_details(AgencyToInvite, matter),  # type: ignore[arg-type]
        links=links,
        duties=list(of_matter(matter)),
        notices=list(Notice.objects.select_related("receiver").filter(matter=matter).order_by("id")),
        people=people,
        person_of_record=person_of_record,
        connections=connections,
        discussions=called_on(matter.pk),
    )


@dataclass(frozen=True, slots=True)
class OwnReferral:
    """What a sender sees of its own referral: the receipt, what it said, its quality, its own duties, and no more
    (A1)."""

    received: ReferralReceived
    quality: QualityChecked | None
    duties: list[DutyState]


def own_referral(receipt: str, agency: str) -> OwnReferral | None:
    """A sending agency's referral by its receipt, or none where it is not theirs to see."""
    rows = ReferralReceived.objects.select_related("fact")
    received = rows.filter(receipt=receipt, fact__agency=agency).first()
    if received is None:
        return None
    quality = QualityChecked.objects.filter(fact__audience_id=received.fact.audience_id, fact__agency=agency).first()
    owed = of_matters([received.fact.matter_id or 0], owner_agency=agency)
    return OwnReferral(received, quality, [duty for duty in owed if duty.audience_id == received.audience_id])
