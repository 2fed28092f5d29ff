"""What the pages of a discussion show, in words that are ready to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from daras.design.parts import Event, Link
from daras.pages.discussion.fields import Field, FormShown


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A team that is asked, why, what it answered, and how to answer."""

    who: str
    because: str
    part: str
    answer: str
    form: FormShown | None


@dataclass(frozen=True, slots=True)
class QuorumLine:
    """One part of the quorum, and who is there for it."""

    part: str
    there: str


@dataclass(frozen=True, slots=True)
class ContributionLine:
    """What an agency holds or thinks."""

    who: str
    text: str
    is_opinion: bool
    restricted: bool
    grade: str = ""  # of police information, for those who read it


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody connected, and what is decided about them."""

    name: str
    facts: tuple[str, ...]
    reason: str
    risks: tuple[str, ...]
    decided: str
    form: FormShown | None
    disagree: str = ""
    challenges: tuple[ChallengeShown, ...] = ()


@dataclass(frozen=True, slots=True)
class ChallengeShown:
    """A challenge to a decision, and every answer: both views stand."""

    who: str
    at: str
    reason: str
    answers: tuple[str, ...]
    answered_by: str
    answer_at: str  # where the reader answers, if it is theirs to answer
    raised: tuple[str, ...] = ()  # each level that it was taken to, and why
    waits: bool = False


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision in words, the way to disagree with it, and who does."""

    text: tuple[str, ...]
    disagree: str
    challenges: tuple[ChallengeShown, ...]
    form: FormShown | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ChallengeLine:
    """A position, and the inspector's answer where it is a challenge: both stand."""

    who: str
    challenges: bool
    reason: str
    answers: tuple[str, ...]
    form: FormShown | None


@dataclass(frozen=True, slots=True)
class EnquiryShown:
    """The decision on the enquiry with every position on it."""

    decision: str
    rationale: str
    at: str
    positions: tuple[ChallengeLine, ...]
    form: FormShown | None
    calls_for_joint: tuple[str, ...] = ()
    not_heard: str = ""


@dataclass(frozen=True, slots=True)
class ChildLine:
    """One child: what is decided on a medical, on a wish, on how the child is asked."""

    name: str
    decided: tuple[str, ...]
    form: FormShown | None
    lines: tuple[DecisionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action, its owner, how far it is."""

    what: str
    owner: str
    due: str
    state: str
    history: tuple[str, ...]
    overdue: bool
    hidden: bool
    form: FormShown | None


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section of the record, and who else reads it."""

    heading: str
    readers: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """What everybody consulted was told, who has read it, who disagrees."""

    line: DecisionLine
    risk: str
    remains: str
    at: str
    read_by: str
    form: FormShown | None


@dataclass(frozen=True, slots=True)
class DiscussionPage:
    """The whole page, as far as its reader may see it."""

    reference: str
    when: str
    mode: str
    matter: Link | None
    calendar: str
    minutes: str | None
    family: str | None
    about: str
    status: str
    in_circle: bool
    of_record: bool  # reads what was said; else their own layer
    asked_of_us: tuple[AskedLine, ...] = ()
    asked: tuple[AskedLine, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    quorum: tuple[QuorumLine, ...] = ()
    on_call: str = ""
    present: tuple[str, ...] = ()
    contributions: tuple[ContributionLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    to_decide: int = 0
    enquiries: tuple[EnquiryShown, ...] = ()
    indicators: tuple[str, ...] = ()
    medicals: tuple[ChildLine, ...] = ()
    wishes: tuple[ChildLine, ...] = ()
    parents: tuple[str, ...] = ()
    actions: tuple[ActionLine, ...] = ()
    sections: tuple[SectionLine, ...] = ()
    closings: tuple[str, ...] = ()
    filed: tuple[str, ...] = ()
    not_filed: tuple[str, ...] = ()
    since: tuple[Event, ...] = ()
    forms: dict[str, FormShown] = field(default_factory=dict)
    accounts: tuple[ChildLine, ...] = ()
    advice: tuple[str, ...] = ()
    feedback: tuple[FeedbackLine, ...] = ()
    feedback_owed: bool = False
    why: tuple[DecisionLine, ...] = ()  # the manager's decisions on the matter
    closed: tuple[DecisionLine, ...] = ()
    conflicts: tuple[str, ...] = ()
    stand_in: FormShown | None = None
    identities: tuple[str, ...] = ()
    identify: str = ""  # where a health agency is asked which child it is
    stand: int = 0  # the newest that the page shows


@dataclass(frozen=True, slots=True)
class AskLine:
    """One team that the rules would invite, with the fields that say how it is asked."""

    who: str
    because: str
    fields: tuple[Field, ...]
    conflict_fields: tuple[Field, ...] = ()
    conflicts: tuple[str, ...] = ()  # found before anybody is asked


@dataclass(frozen=True, slots=True)
class ConvenePage:
    """Before: whom to ask and why."""

    reference: str
    about: str
    matter: Link
    action: str
    fields: tuple[Field, ...]
    teams: tuple[AskLine, ...]
    quorum: tuple[QuorumLine, ...]
    people: tuple[tuple[str, str], ...]
    earlier: tuple[Link, ...]
    asked_for: tuple[str, ...] = ()  # which agencies asked for it, and why
    kept_apart: tuple[str, ...] = ()  # who is told nothing until the designated officer decides
