"""A practice pack as frozen values: what a partnership does, on which authority, by which clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Literal

from daras.practice.conditions import Condition
from daras.working_time.calendars import WorkingCalendar
from daras.working_time.clocks import Clock

if TYPE_CHECKING:
    from daras.practice.caseloads import CaseloadCeiling
    from daras.practice.form_definitions import FormDefinition
    from daras.practice.measures import Measure
    from daras.practice.processing import Processing, Withholding
    from daras.practice.request_definitions import RequestKind
    from daras.practice.retention import Retention
    from daras.practice.service_definitions import Need, Service

Authority = Literal["statute", "guidance", "local"]
Told = Literal["at once", "when decided", "when convened"]
ForEach = Literal["news", "person"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from. Only what was read in the statute itself may stand as statute."""

    id: str
    name: str
    authority: Authority
    read_in_the_original: bool = False
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the partnership's threshold document."""

    level: int
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """An indicator of the threshold document: when it is met, at which level, and how to say why (A7)."""

    id: str
    name: str
    level: int
    when: Condition
    why: str
    source: Source
    for_each: ForEach = "person"
    strategy_discussion: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What happens when nobody answers: a chase, the agency's safeguarding lead, then people further up."""

    id: str
    counts_from: Literal["opened", "due"]
    clock: Clock
    to: str  # "owner", "safeguarding-lead", or a role of the directory
    role: str | None = None


@dataclass(frozen=True, slots=True)
class DutyKind:
    """A kind of duty: who owes it, when it is opened, by which clock, and what meets it."""

    id: str
    name: str
    owner: str  # "sender", "involved:<kind of involvement>", or a role of the directory
    clock: Clock
    anchor: str
    when: Condition
    because: str
    source: Source
    authority: Authority
    met_by: tuple[str, ...]
    out_of_hours: str | None = None
    role: str | None = None
    paragraph: str = ""
    for_each: ForEach = "news"
    told: Told = "when convened"
    may_pause: bool = False
    own_matter: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def cited(self) -> str:
        """The source as it is shown, with the paragraph where there is one."""
        return f"{self.source.name}, {self.paragraph}" if self.paragraph else self.source.name


@dataclass(frozen=True, slots=True)
class InvitationRule:
    """Whom to invite to a strategy discussion, and how to say why (B3)."""

    id: str
    who: str  # a role of the directory, "sender", or "involved"
    when: Condition
    because: str
    source: Source
    for_each: ForEach = "news"
    agency_kinds: frozenset[str] = frozenset()
    quorum: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a good referral says, what it counts of 100, and what to ask when it is not there (A2)."""

    id: str
    points: int
    ask: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a number should stay under, for the sake of those who are interrupted (interface: Interruptions)."""

    id: str
    name: str
    most: int
    source: Source


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the ladder by which a professional disagreement goes up: who answers, and how soon (I6)."""

    id: str
    level: int
    name: str
    clock: Clock
    source: Source
    to: str = ""  # a role of the directory; none: both agencies' safeguarding leads
    post: str = ""  # in words

    @property
    def duty(self) -> str:
        """The id of the duty by which an answer at this level is owed."""
        return f"escalation-{self.id}"


@dataclass(frozen=True, slots=True)
class FlagKind:
    """A flag that partners' systems show: what it says, when it is looked at again, and to whom it goes (G)."""

    id: str
    name: str
    meaning: str
    review: Clock
    source: Source
    to: tuple[str, ...]  # kinds of agency whose systems show it
    code: str = ""
    form: str = ""  # what whoever meets it may fill in with the child (F4, F6)


@dataclass(frozen=True, slots=True)
class EveningCalls:
    """When parents are called in the evening: the first and the last hour, how long a call may take, how many there may
    be at once, and for how many evenings ahead they are booked (A6)."""

    id: str
    first: time
    last: time
    length: timedelta
    at_once: int
    evenings: int
    source: Source


@dataclass(frozen=True, slots=True)
class RepeatedAdvice:
    """From how many calls for advice about one child, within how many days and with no referral since, the front door
    is shown that it is asked again and again (A15)."""

    id: str
    calls: int
    days: int
    source: Source


@dataclass(frozen=True, slots=True)
class LinkThreshold:
    """From which likelihood, in thousandths, records of two agencies are linked, and from which they are shown to a
    person (A5); for pairs of agencies for which the model's own do not do."""

    id: str
    between: frozenset[str]  # the ids of two agencies, or of one for records of its own
    match: int
    possible: int
    source: Source


@dataclass(frozen=True, slots=True)
class Pack:
    """All of a partnership's practice on one day."""

    id: str
    name: str
    on: date
    levels: tuple[Level, ...]
    sources: Mapping[str, Source]
    indicators: tuple[IndicatorRule, ...]
    duty_kinds: Mapping[str, DutyKind]
    invitations: tuple[InvitationRule, ...]
    questions: tuple[Question, ...]
    cues: Mapping[str, tuple[str, ...]]
    voice_placeholders: frozenset[str]
    late_start: DutyKind
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    forms: Mapping[str, FormDefinition] = field(default_factory=dict)
    ceilings: Mapping[str, Ceiling] = field(default_factory=dict)
    caseloads: Mapping[str, CaseloadCeiling] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    requests: Mapping[str, RequestKind] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()
    themes: Mapping[str, Need] = field(default_factory=dict)
    flags: Mapping[str, FlagKind] = field(default_factory=dict)
    evening_calls: EveningCalls | None = None  # none where the partnership books no calls
    repeated_advice: RepeatedAdvice | None = None  # none where the partnership does not look for it
    link_thresholds: Mapping[str, LinkThreshold] = field(default_factory=dict)
    retention: Mapping[str, Retention] = field(default_factory=dict)
    processing: tuple[Processing, ...] = ()
    withholdings: Mapping[str, Withholding] = field(default_factory=dict)

    def level(self, number: int) -> Level:
        """The level of that number."""
        return next(level for level in self.levels if level.level == number)

    def duty(self, kind: str) -> DutyKind:
        """The kind of duty of that id; the late start is one too."""
        return self.late_start if kind == self.late_start.id else self.duty_kinds[kind]
