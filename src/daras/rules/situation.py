"""What the rules may know: one frozen value, read the same way for a dry run, a real run and a replay.

A `Situation` is everything known about a piece of news and the people around it at one moment. It is built by the front
door under the machine role; it holds no database object, so a rule that reads it cannot change anything and gives the
same answer to the same situation for ever (design idea 3 and 4, requirement B1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

AgeGroup = Literal["child", "adult", "unborn", "unknown"]
NewsKind = Literal["referral", "vist", "notice"]

#: A key that names a person within one situation: the person's number where one is known, else the document's ref.
PersonKey = str


@dataclass(frozen=True, slots=True)
class Place:
    """An address as written, with the key under which equal addresses meet."""

    text: str
    town: str | None
    postcode: str | None
    key: str
    many_households: bool = False  # a block of flats, a hostel: living there together makes no household


@dataclass(frozen=True, slots=True)
class PosesRisk:
    """That a person poses, or is said to pose, a risk to children, and what that rests on (E1)."""

    status: str  # e.g. "registered-sex-offender", "alleged"
    basis: str  # "convicted" | "charged" | "ordered" | "assessed" | "alleged"
    in_custody: bool = False
    release_on: date | None = None
    proposed_address: Place | None = None
    known_by: tuple[str, ...] = ()  # agency ids


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What was chosen for one question of a form about somebody, and on which day it was recorded."""

    form: str
    question: str
    chosen: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the situation, with what is known from every agency together."""

    key: PersonKey
    name: str
    age_group: AgeGroup
    age_years: int | None = None
    number: str | None = None  # the person's number when matched or recorded
    ref: str | None = None  # the ref in the news, where the news names this person
    sex: str | None = None
    disabilities: frozenset[str] = frozenset()  # CIN codes, e.g. "LD", "COMM"
    poses_risk: tuple[PosesRisk, ...] = ()
    works_with_children: tuple[str, ...] = ()
    anonymous_to_others: bool = False
    expected_birth_on: date | None = None
    addresses: tuple[Place, ...] = ()
    open_matters: tuple[str, ...] = ()  # references of matters open about this person
    suspected_before: bool = False  # suspected in a matter that is open still
    vist_green_days: tuple[date, ...] = ()  # earlier green ViSTs about this person or a linked household
    form_answers: tuple[FormAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Concern:
    """One worry: about whom, suspected of whom, in whose words, when."""

    about: tuple[PersonKey, ...]
    suspected: tuple[PersonKey, ...]
    category: str
    what_happened: str
    occurred_from: date | None = None
    occurred_to: date | None = None
    seen_or_heard_by: str | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """`start` is `kind` of `end`: mother of, father of, partner of, sibling of, friend of, uncle of ..."""

    start: PersonKey
    end: PersonKey
    kind: str


@dataclass(frozen=True, slots=True)
class Involvement:
    """An agency works, or worked, with a person (a school, a surgery, an offender manager ...)."""

    person: PersonKey
    agency: str
    team: str | None
    kind: str  # "on roll", "registered patient", "offender manager", "allocated social worker", "known to" ...
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """Somebody connected to the people in the news, with the path in words."""

    person: PersonKey
    steps: int
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SafeNow:
    """Whether a child was seen and is safe at the moment of telling (A16)."""

    person: PersonKey
    seen: bool
    seen_by: str | None = None
    where: str | None = None
    accompanied_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """What a child says, in the child's words, or why it is not known (A3, C4)."""

    person: PersonKey
    text: str | None = None
    not_obtained_because: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """The document that has arrived."""

    kind: NewsKind
    sender_agency: str
    sender_team: str | None
    sent_at: datetime
    received_at: datetime
    addressed_to_worker: bool = False  # sent to the allocated worker rather than the front door (B1)
    grade: str | None = None  # a ViST's grade: red, amber, green
    parents_told: bool | None = None
    agreement_given: bool | None = None
    hoped_for: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rules may read."""

    news: News
    authority: str  # "908", "420"
    people: Mapping[PersonKey, Person]
    concerns: tuple[Concern, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    involvements: tuple[Involvement, ...] = ()
    connections: tuple[Connection, ...] = ()
    safe_now: tuple[SafeNow, ...] = ()
    voices: tuple[Voice, ...] = ()
    open_case: bool = False  # a matter is already open about somebody the news is about (B1)
    open_matter_references: tuple[str, ...] = field(default=())
    kept_apart: frozenset[str] = frozenset()  # agencies in which somebody suspected works (A17)

    @property
    def subjects(self) -> tuple[PersonKey, ...]:
        """Those whom the concerns are about, in order of mention."""
        return tuple(dict.fromkeys(key for concern in self.concerns for key in concern.about))

    @property
    def suspects(self) -> tuple[PersonKey, ...]:
        """Those suspected in any concern, in order of mention."""
        return tuple(dict.fromkeys(key for concern in self.concerns for key in concern.suspected))
