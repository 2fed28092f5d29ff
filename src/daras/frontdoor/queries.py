"""What a page or a print says of a matter, as far as its reader may see (design: Access; interface: key screens).

Every function reads through the worker whose identity the transaction carries: a row that comes back may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from daras.ledger.reading import Columns, OnMatter, rows
from daras.matters.models import Matter, MatterState
from daras.meetings.models import MeetingCalled
from daras.meetings.queries import called_on
from daras.network.graph import Graph
from daras.network.queries import Connected, around, told
from daras.outbox.models import Notice
from daras.outbox.queries import notices_on
from daras.people.models import LinkDecided, PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.requests.models import RequestState
from daras.requests.queries import on_matter
from daras.safety.models import AnalysisRecorded, ProtectionRecorded
from daras.safety.queries import KINDS as SAFETY
from daras.safety.queries import analyses_of, protections_on


@dataclass(frozen=True, slots=True)
class MatterStory:
    """Everything on one matter that its reader may see, with the people its news names."""

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


@dataclass(frozen=True, slots=True)
class MatterAround(MatterStory):
    """The same with everybody connected to those whom it is about, who are among its people, too, and the network that
    they were found in, with what is past."""

    connections: list[Connected]
    network: Graph


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


def matter_story(reference: str) -> MatterStory | None:
    """A matter by its reference with the people its news names, or none where there is no such matter for this
    reader: for a page that shows nobody else, and so is no look at anybody else."""
    matter = _matter("reference", reference)
    if matter is None:
        return None
    parts = _Parts(OnMatter(matter.pk, KINDS))
    return MatterStory(**parts.told(matter), people=known_of(parts.persons.values()))


def matter_around(reference: str, on: date) -> MatterAround | None:
    """A matter by its reference with everybody connected on a day, or none where there is no such matter for this
    reader."""
    matter = _matter("reference", reference)
    return around_of(matter, OnMatter(matter.pk, KINDS), on) if matter else None


def seen_matter(matter_id: int) -> Matter | None:
    """A matter as `around_of` takes it, or none where there is no such matter for this reader."""
    return _matter("id", matter_id)


_MATTER, _PARENT, _STATE = Columns(Matter, "matter"), Columns(Matter, "parent"), Columns(MatterState, "state")
_MATTERS = f"""
SELECT {_MATTER.sql}, {_PARENT.sql}, {_STATE.sql}
FROM matters_matter matter
LEFT JOIN matters_matter parent ON parent.id = matter.parent_id
LEFT JOIN matters_matterstate state ON state.matter_id = matter.id
WHERE matter.{{by}} = %(given)s
"""  # noqa: S608 - the models' own words


def _matter(by: str, given: str | int) -> Matter | None:
    """With the matter it was opened out of, and what is derived of it, as far as the reader sees them."""
    for row in rows(_MATTERS.format(by=by), {"given": given}):
        values = iter(row)
        matter = _MATTER.take(values)
        matter.parent = _PARENT.take_joined(values)
        state = _STATE.take_joined(values)
        MatterState.matter.field.remote_field.set_cached_value(matter, state)
        return matter
    return None


def around_of(matter: Matter, facts: OnMatter, on: date) -> MatterAround:
    """A matter out of its facts, with everybody connected to those whom it is about."""
    parts = _Parts(facts)
    network = around(parts.about, on=on, steps=2) if parts.about else Graph({})
    connections = told(network, parts.about, on=on, steps=2) if parts.about else []
    people = known_of({*parts.persons.values(), *(each.person_id for each in connections)})
    return MatterAround(**parts.told(matter), people=people, connections=list(connections), network=network)


class _Parts:
    """Who is in a matter, and what stands on it: one query for each kind that is there."""

    def __init__(self, facts: OnMatter) -> None:
        self.facts = facts
        self.parts = facts.standing(PersonInMatter)
        records = [part.fact.person_record_id for part in self.parts]
        self.persons = persons_of(record for record in records if record is not None)

    @property
    def about(self) -> list[int]:
        """The persons whom the matter is about and those suspected in it, each once."""
        records = [part.fact.person_record_id or 0 for part in self.parts if part.part in {"subject", "suspect"}]
        return list(dict.fromkeys(self.persons[record] for record in records if record in self.persons))

    def told(self, matter: Matter) -> dict[str, Any]:
        """Every part of a story but its people."""
        facts = self.facts
        return {
            "matter": matter,
            "news": facts.standing(ReferralReceived),
            "quality": facts.standing(QualityChecked),
            "parts": self.parts,
            "words_withheld": facts.standing(WordsWithheld),
            "concerns": facts.standing(ConcernReported),
            "voices": facts.standing(VoiceRecorded),
            "safe_now": facts.standing(SafeNowRecorded),
            "protections": protections_on(facts),
            "analyses": analyses_of(facts),
            "indicators": facts.standing(IndicatorMet),
            "thresholds": facts.standing(ThresholdSuggested),
            "invitations": facts.standing(AgencyToInvite),
            "links": facts.standing(LinkDecided),
            "authorities": facts.standing(AuthorityStated),
            "transfers": facts.standing(TransferOffered),
            "transfers_answered": facts.standing(TransferAnswered),
            "duties": of_matter(matter.pk),
            "notices": notices_on(matter.pk),
            "person_of_record": self.persons,
            "discussions": called_on(facts),
            "requests": on_matter(matter.pk),
        }


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
