"""The sender's view of their own news: receipt, what would make it more useful, what they owe (A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.access.models import Worker
from daras.design.parts import DutyLine
from daras.duties.models import DutyState
from daras.frontdoor.models import ReferralReceived
from daras.pages import wording
from daras.pages.feedback.presenting import Word, words
from daras.pages.our_referrals.queries import UNNAMED, Sent
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class SentLine:
    """One line of the list."""

    receipt: str
    href: str
    kind: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What a child says, as it was written."""

    name: str
    words: str
    because: str


@dataclass(frozen=True, slots=True)
class Worry:
    """One worry in the words written."""

    words: str
    about: str
    suspected: str
    when: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class OurReferral:
    """The whole page."""

    receipt: str
    kind: str
    received: str
    sent: str
    by: str
    score: int | None
    missing: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    worries: tuple[Worry, ...]
    voices: tuple[Voice, ...]
    safe: tuple[str, ...]
    hoped_for: str
    family: str
    kept_at_the_front_door: bool
    duties: tuple[DutyLine, ...]
    said: tuple[Word, ...]
    to_answer: bool


def line(received: ReferralReceived) -> SentLine:
    """A line without a name: the list may stand open on a shared desk."""
    return SentLine(
        receipt=received.receipt,
        href=reverse("our_referral", args=[received.receipt]),
        kind=wording.NEWS.get(received.news_kind, received.news_kind),
        at=time_wording.long_datetime(received.fact.recorded_at),
        by=_by(received),
    )


def _by(received: ReferralReceived) -> str:
    return ", ".join(part for part in (received.sender_name, received.sender_role) if part)


def our_referral(sent: Sent, worker: Worker, now: datetime) -> OurReferral:
    """Their own words, and nothing that anybody made of them."""
    received = sent.received
    # Where the worries are kept from their sender, somebody asked to stay unnamed: other words may name them too (A8).
    kept = not sent.concerns
    return OurReferral(
        receipt=received.receipt,
        kind=wording.NEWS.get(received.news_kind, received.news_kind),
        received=time_wording.long_datetime(received.fact.recorded_at),
        sent=time_wording.long_datetime(received.sent_at),
        by=_by(received),
        score=sent.quality.score if sent.quality else None,
        missing=tuple(sent.quality.missing) if sent.quality else (),
        people=tuple((name, wording.PARTS.get(part, part)) for name, part in sent.people),
        worries=tuple(
            Worry(
                words=concern.what_happened,
                about=_names(sent, concern.about_record_ids),
                suspected=_names(sent, concern.suspected_record_ids),
                when=wording.occurred(concern.fact.occurred_from, concern.fact.occurred_to),
                seen_by=concern.seen_or_heard_by,
            )
            for concern in sent.concerns
        ),
        voices=tuple(
            Voice(_name(sent, voice.fact.person_record_id), voice.text, voice.not_obtained_because)
            for voice in sent.voices
        ),
        safe=tuple(
            safe_now(_name(sent, said.fact.person_record_id), said.seen, said.seen_by, said.where) for said in sent.safe
        ),
        hoped_for="" if kept else received.hoped_for,
        family="" if kept else family_told(received),
        kept_at_the_front_door=kept,
        duties=tuple(_duty(sent, state, now) for state in sent.duties),
        said=words(sent.said, worker),
        to_answer=sent.said.to_answer,
    )


def _duty(sent: Sent, state: DutyState, now: datetime) -> DutyLine:
    opened = state.duty
    return DutyLine(
        what=wording.duty(opened),
        about=_names(sent, opened.about_record_ids),
        because=opened.because,
        clock=wording.duty_clock(state, now),
        owner=wording.owner(opened.owner_agency, opened.owner_team, opened.owner_role),
    )


def _name(sent: Sent, record: int | None) -> str:
    return sent.names.get(record or 0, UNNAMED)


def _names(sent: Sent, records: list[int]) -> str:
    return wording.listed(sent.names[record] for record in records if record in sent.names)


def safe_now(name: str, seen: bool, seen_by: str, where: str) -> str:
    """Whether a child was seen, by whom and where, in one sentence (A16)."""
    if not seen:
        return f"{name} has not been seen."
    return f"{name} was seen{f' by {seen_by}' if seen_by else ''}{f', {where}' if where else ''}."


def family_told(received: ReferralReceived) -> str:
    """Whether the parents were told, why not, and what they say (A4)."""
    if received.parents_told is None:
        told = ""
    elif received.parents_told:
        told = "The parents were told."
    else:
        told = f"The parents were not told. {received.parents_not_told_because}".strip()
    return f"{told} They say: “{received.parents_views}”".strip() if received.parents_views else told
