"""What a person's page shows, in words that are ready to be read."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from daras.design.parts import DutyLine, Event, Identity, Link


@dataclass(frozen=True, slots=True)
class Frame:
    """What every tab shows: who, which tabs, and as known on which day."""

    number: str
    identity: Identity
    tabs: tuple[tuple[Link, bool], ...]
    known_on: str  # "2026-11-20", or nothing for now
    known_on_words: str
    now_href: str
    print_href: str
    here: str


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter somebody is in, and as what."""

    reference: str
    href: str
    kind: str
    part: str
    status: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one agency says: shown beside what others say, never instead of it."""

    words: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Agencies say different things of one matter of fact."""

    of: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal to change a record, and what became of it."""

    pk: int
    of: str
    proposed: str
    because: str
    by: str
    at: str
    answer: str
    mine_to_answer: bool
    changes_record: bool
    was_wrong: bool


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A record that was taken to be of this person, by whom and why."""

    record_id: int
    record: str
    decided: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NowPage:
    """The first tab."""

    safe_now: str
    seen: bool
    safe_said: str
    matters: tuple[MatterLine, ...]
    owed: tuple[DutyLine, ...]
    owed_by_others: tuple[DutyLine, ...]
    responsibility: tuple[str, ...]
    services: tuple[str, ...]
    marked: bool
    marker_history: tuple[Event, ...]
    differences: tuple[Difference, ...]
    proposals: tuple[ProposalLine, ...]
    records: tuple[LinkLine, ...]
    proposable: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ChronologyLine:
    """One entry of the list."""

    when: str
    recorded: str
    late: str
    agency: str
    title: str
    words: str
    about: str
    significant: bool
    restrict: int = 0  # the entry, where the reader's agency may restrict it
    marks: tuple[str, ...] = ()  # contested, corrected, used no more
    grades: bool = False  # the reader's agency grades it
    entry: str = ""  # how the page calls it, where it may be contested


@dataclass(frozen=True, slots=True)
class ChronologyPage:
    """The chronology tab: the picture, the same as a list, and what it is filtered by."""

    picture: Markup | None
    lines: tuple[ChronologyLine, ...]
    groups: tuple[tuple[str, str, bool], ...]
    whole_family: bool
    shown: int
    total: int


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in which somebody is named."""

    what: str
    by: str
    at: str
    reference: str
    href: str


@dataclass(frozen=True, slots=True)
class SharingPage:
    """The sharing tab."""

    holders: tuple[tuple[str, str], ...]
    told: tuple[tuple[str, str, str], ...]
    looks: tuple[tuple[str, str, str], ...]
