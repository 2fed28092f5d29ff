"""What leaves the house: a kind of thing, a reference and where to read it. Nobody's name (design: Outbox)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from daras.outbox.models import Notice

#: What each kind of notice says.
WORDS = {
    "receipt": "Your referral was received",
    "handed-over": "A matter is handed over to you: accept it by name",
    "decision-due": "A decision is due now",
    "something-owed": "Something is owed by you",
    "chased": "Something owed by you is being chased",
    "escalated": "Something owed has been escalated to you",
    "feedback": "What became of your referral",
    "asked-what-became": "A referrer asks what became of their referral",
    "invited": "You are asked to a strategy discussion",
    "action": "A strategy discussion has agreed something for you to do",
    "challenge": "A decision is challenged: your answer is needed now",
    "challenge-answered": "Your challenge has been answered",
    "discussion-declined": "The discussion you asked for is not convened: read why",
    "discussion-feedback": "What became of a strategy discussion: read it, or say that you disagree",
    "conflict": "Somebody has declared a conflict of interest: who is asked instead?",
    "identify": "You are asked which child this is: answer within hours",
    "identified": "Your question which child it is has been answered",
    "emergency-access": "A matter was opened in an emergency: read by whom and why",
    "record-closed": "The record of a strategy discussion is ready to be filed",
    "asked": "Another agency asks you for something",
    "request-acknowledged": "What you asked for has come to them",
    "request-asked-back": "You are asked for more about what you asked for",
    "request-said-more": "More is said about what you were asked for",
    "request-answered": "What you asked for is answered",
    "request-withdrawn": "Something is no longer asked of you",
}
#: What is said of a kind that has no words of its own.
NEWS = "There is news for you"
#: What a reference begins with, and where it is read; a matter's begins with D.
PLACES = {
    "R-": "our-referrals",
    "S-": "discussions",
    "C-": "corrections",
    "K-": "challenges",
    "Q-": "which-child",
    "X-": "requests",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as any channel may carry it. The key is the same however often it is sent."""

    key: uuid.UUID
    kind: str
    words: str
    reference: str
    made_at: datetime
    link: str


def message_of(notice: Notice) -> Message:
    """The message of a notice."""
    return Message(
        key=notice.key,
        kind=notice.kind,
        words=WORDS.get(notice.kind, NEWS),
        reference=notice.reference,
        made_at=notice.made_at,
        link=link_to(notice.reference),
    )


def link_to(reference: str) -> str:
    """Where a reference is read: a sender's own referral by its receipt, a discussion by its own, all else as a
    matter."""
    place = PLACES.get(reference[:2], "matters")
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{place}/{reference}/"
