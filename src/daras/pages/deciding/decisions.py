"""A decision in words, whatever kind it is of: for the page on which somebody disagrees with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from daras.design.parts import Link
from daras.frontdoor.feedback import RISK_LOWER
from daras.frontdoor.models import FeedbackSent
from daras.ledger.models import Detail, Fact
from daras.matters.decisions import DECISIONS
from daras.matters.models import Matter, MatterDecided
from daras.meetings.models import (
    AccountPlanned,
    DiscussionDeclined,
    EnquiryDecided,
    FeedbackGiven,
    MedicalDecided,
    MeetingDetail,
    ParentsInformed,
    PersonConsidered,
    RecordClosed,
    WishesWeighed,
)
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.afterwards import closing_words
from daras.requests.models import RequestDeclined
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What was decided, why, by whom, and where it stands."""

    title: str
    text: tuple[str, ...]
    by: str
    at: str
    back: Link | None


def _matter(each: Any) -> tuple[str, ...]:
    known = {str(key): text for key, text in DECISIONS.items()}
    return f"{known.get(each.decision, each.decision)}.", each.reason


def _scope(each: Any) -> tuple[str, ...]:
    if not each.in_scope:
        return f"Not in scope: {each.why_not}", ""
    return f"In scope. {wording.owner(each.owner_agency, each.owner_team)} owns their safety.", each.safety_outcome


Words = Callable[[Any], tuple[str, ...]]
#: How a decision of each kind is called, where it is kept, and how it is said.
KINDS: Mapping[str, tuple[str, type[Detail], Words]] = {
    "matter-decided": ("The front door’s decision", MatterDecided, _matter),
    "discussion-declined": ("A discussion is declined", DiscussionDeclined, lambda each: (each.reason,)),
    "enquiry-decided": (
        "The enquiry",
        EnquiryDecided,
        lambda each: (f"{dict(forms.ENQUIRIES).get(each.enquiry, each.enquiry)}.", each.rationale),
    ),
    "medical-decided": (
        "The medical",
        MedicalDecided,
        lambda each: (f"{dict(forms.MEDICALS).get(each.medical, each.medical)}.", each.reason),
    ),
    "connected-person-decided": ("Whether somebody is in scope", PersonConsidered, _scope),
    "wishes-weighed": ("A child’s wish and what is best", WishesWeighed, lambda each: (each.best_interests,)),
    "parents-informed": ("What parents are told", ParentsInformed, lambda each: (each.what or each.why_not_yet,)),
    "account-planned": ("How the child is asked", AccountPlanned, lambda each: (each.who_asks, each.where_and_when)),
    "discussion-feedback": ("What became of the discussion", FeedbackGiven, lambda each: (each.decided, each.remains)),
    "feedback-sent": (
        "What became of a referral",
        FeedbackSent,
        lambda each: (each.decided, f"{RISK_LOWER[each.risk_lower]}.", each.remains),
    ),
    "request-declined": ("A request is declined", RequestDeclined, lambda each: (each.why_name, each.words)),
    "record-closed": ("The closing of the record", RecordClosed, lambda each: (closing_words(each),)),
}


def decisions_on(matter_id: int) -> list[MatterDecided]:
    """The front door's decisions on a matter, the newest first."""
    rows = MatterDecided.objects.select_related("fact").filter(fact__matter_id=matter_id)
    return list(rows.order_by("-fact_id"))


def matter_decision(decided: MatterDecided) -> DecisionShown:
    """One of them in words."""
    text = tuple(part for part in _matter(decided) if part)
    at = time_wording.long_datetime(decided.fact.recorded_at)
    return DecisionShown(KINDS[decided.kind][0], text, wording.agency(decided.fact.agency), at, None)


def decision_shown(fact: Fact) -> DecisionShown | None:
    """A decision as its reader may see it, or none where its words are not theirs to read."""
    title, kind, words = KINDS[fact.kind]
    detail = kind._default_manager.filter(pk=fact.pk).first()
    if detail is None:
        return None
    detail.fact = fact
    return DecisionShown(
        title=title,
        text=tuple(part for part in words(detail) if part),
        by=wording.agency(fact.agency),
        at=time_wording.long_datetime(fact.recorded_at),
        back=_back(fact, detail),
    )


def _back(fact: Fact, detail: Detail) -> Link | None:
    if isinstance(detail, MeetingDetail):
        return Link("The discussion", reverse("discussion", args=[detail.meeting.reference]))
    if isinstance(detail, RequestDeclined):
        return Link("The request", reverse("request", args=[detail.request.reference]))
    matter = Matter.objects.filter(pk=fact.matter_id or 0).first()
    if matter is None and isinstance(detail, FeedbackSent):  # its sender knows its own receipt, and no matter
        return Link(f"Referral {detail.receipt}", reverse("our_referral", args=[detail.receipt]))
    return Link(f"Matter {matter.reference}", reverse("matter", args=[matter.reference])) if matter else None
