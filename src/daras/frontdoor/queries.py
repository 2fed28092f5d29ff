"""What a page or a print says of a matter, as far as its reader may see (design: Access; interface: key screens).

Every function reads through the worker whose identity the transaction carries: a row that comes back may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

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
from daras.ledger.models import Detail, Fact
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.meetings.queries import called_on
from daras.network.queries import Connected, connected
from daras.outbox.models import Notice
from daras.people.models import LinkDecided, PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.requests.models import RequestState
from daras.requests.queries import on_matter
from daras.safety.models import AnalysisRecorded, ProtectionRecorded
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
    requests: list[RequestState]

    def person(self, record_id: int | None) -> PersonKnown | None:
        """The person of a record, where the reader may see the record."""
        person_id = self.person_of_record.get(record_id or 0)
        return self.people.get(person_id) if person_id else None

    def name(self, record_id: int | None) -> str:
        """A name, or words that say a name is kept back."""
        person = self.person(record_id)
        return person.name if person else "somebody whose name the front door holds"


Headers = Mapping[str, Mapping[int, Fact]]
KnownDetail = TypeVar("KnownDetail", bound=Detail)
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
)


def _headers(matter: Matter) -> Headers:
    """The headers of everything that stands on a matter, by kind: one query, and none for a kind that has none."""
    kinds = [kind.kind for kind in KINDS]
    headers: dict[str, dict[int, Fact]] = {kind: {} for kind in kinds}
    standing = Fact.objects.filter(matter_id=matter.pk, kind__in=kinds, superseded_by__isnull=True)
    for fact in standing.order_by("pk"):
        headers[fact.kind][fact.pk] = fact
    return headers


def _details(kind: type[KnownDetail], headers: Headers) -> list[KnownDetail]:
    facts = headers[kind.kind]
    if not facts:
        return []
    rows = kind._default_manager.filter(pk__in=list(facts)).order_by("pk")
    for row in rows:
        row.fact = facts[row.pk]
    return list(rows)


def matter_story(reference: str, on: date) -> MatterStory | None:
    """A matter by its reference, or none where there is no such matter for this reader."""
    matter = Matter.objects.filter(reference=reference).select_related("parent", "state").first()
    return _story(matter, on) if matter else None


def _story(matter: Matter, on: date) -> MatterStory:
    headers = _headers(matter)
    parts = _details(PersonInMatter, headers)
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
        news=_details(ReferralReceived, headers),
        quality=_details(QualityChecked, headers),
        parts=parts,
        words_withheld=_details(WordsWithheld, headers),
        concerns=_details(ConcernReported, headers),
        voices=_details(VoiceRecorded, headers),
        safe_now=_details(SafeNowRecorded, headers),
        protections=protections_on(matter.pk),
        analyses=analyses_of(matter.pk),
        indicators=_details(IndicatorMet, headers),
        thresholds=_details(ThresholdSuggested, headers),
        invitations=_details(AgencyToInvite, headers),
        links=_details(LinkDecided, headers),
        authorities=_details(AuthorityStated, headers),
        transfers=_details(TransferOffered, headers),
        transfers_answered=_details(TransferAnswered, headers),
        duties=list(of_matter(matter)),
        notices=list(Notice.objects.select_related("receiver").filter(matter=matter).order_by("id")),
        people=known_of({*person_of_record.values(), *(each.person_id for each in connections)}),
        person_of_record=person_of_record,
        connections=connections,
        discussions=called_on(matter.pk),
        requests=on_matter(matter.pk),
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
