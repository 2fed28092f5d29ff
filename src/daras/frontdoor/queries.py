"""What a page or a print says of a matter, as far as its reader may see (design: Access; interface: key screens).

Every function reads through the worker whose identity the transaction carries: a row that comes back may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from daras.duties.models import DutyState
from daras.duties.queries import of_matter, of_matters
from daras.frontdoor.models import (
    AgencyToInvite,
    AuthorityStated,
    ConcernReported,
    IndicatorMet,
    QualityChecked,
    ReferralReceived,
    SafeNowRecorded,
    ThresholdSuggested,
    TransferAnswered,
    TransferOffered,
    VoiceRecorded,
    WordsWithheld,
)
from daras.ledger.models import Detail
from daras.ledger.reading import OnMatter
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.meetings.queries import called_on
from daras.network.queries import Connected, connected
from daras.outbox.models import Notice
from daras.people.models import LinkDecided, PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.safety.models import AnalysisRecorded, ProtectionRecorded
from daras.safety.queries import KINDS as SAFETY
from daras.safety.queries import analyses_of, protections_on


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
    protections: list[ProtectionRecorded]
    analyses: list[AnalysisRecorded]
    indicators: list[IndicatorMet]
    thresholds: list[ThresholdSuggested]
    invitations: list[AgencyToInvite]
    links: list[LinkDecided]
    authorities: list[AuthorityStated]
    transfers: list[TransferOffered]
    transfers_answered: list[TransferAnswered]
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


#: What `story_of` looks for among the facts of a matter.
KINDS: tuple[type[Detail], ...] = (
    ReferralReceived,
    QualityChecked,
    WordsWithheld,
    PersonInMatter,
    ConcernReported,
    VoiceRecorded,
    SafeNowRecorded,
    IndicatorMet,
    ThresholdSuggested,
    AgencyToInvite,
    LinkDecided,
    AuthorityStated,
    TransferOffered,
    TransferAnswered,
    MeetingCalled,
    *SAFETY,
)


def matter_story(reference: str, on: date) -> MatterStory | None:
    """A matter by its reference, or none where there is no such matter for this reader."""
    matter = _matters().filter(reference=reference).first()
    return story_of(matter, OnMatter(matter.pk, KINDS), on) if matter else None


def seen_matter(matter_id: int) -> Matter | None:
    """A matter as `story_of` takes it, or none where there is no such matter for this reader."""
    return _matters().filter(pk=matter_id).first()


def _matters() -> QuerySet[Matter]:
    return Matter.objects.select_related("parent", "state")


def story_of(matter: Matter, facts: OnMatter, on: date) -> MatterStory:
    """The story of a matter out of its facts: one query for each kind that is there, and those about the people."""
    parts = facts.standing(PersonInMatter)
    person_of_record = persons_of(
        part.fact.person_record_id for part in parts if part.fact.person_record_id is not None
    )
    subjects = [
        person_of_record[part.fact.person_record_id]
        for part in parts
        if part.part in {"subject", "suspect"} and part.fact.person_record_id in person_of_record
    ]
    connections = list(connected(list(dict.fromkeys(subjects)), on=on, known_on=None, steps=2)) if subjects else []
    return MatterStory(
        matter=matter,
        news=facts.standing(ReferralReceived),
        quality=facts.standing(QualityChecked),
        parts=parts,
        words_withheld=facts.standing(WordsWithheld),
        concerns=facts.standing(ConcernReported),
        voices=facts.standing(VoiceRecorded),
        safe_now=facts.standing(SafeNowRecorded),
        protections=protections_on(facts),
        analyses=analyses_of(facts),
        indicators=facts.standing(IndicatorMet),
        thresholds=facts.standing(ThresholdSuggested),
        invitations=facts.standing(AgencyToInvite),
        links=facts.standing(LinkDecided),
        authorities=facts.standing(AuthorityStated),
        transfers=facts.standing(TransferOffered),
        transfers_answered=facts.standing(TransferAnswered),
        duties=list(of_matter(matter)),
        notices=list(Notice.objects.select_related("receiver").filter(matter=matter).order_by("id")),
        people=known_of({*person_of_record.values(), *(each.person_id for each in connections)}),
        person_of_record=person_of_record,
        connections=connections,
        discussions=called_on(facts),
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
