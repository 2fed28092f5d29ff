"""What the components show: small frozen values that presenters fill and macros in `templates/design/` draw.

They hold words that are ready to be read, never a database object, so that a template cannot fetch anything by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

Authority = Literal["statute", "guidance", "local"]

#: What the badge calls each kind of clock. The law's number and a local target never look the same (design idea 4).
AUTHORITY_WORDS: dict[str, str] = {"statute": "Law", "guidance": "Guidance", "local": "Local target"}
AUTHORITY_SENTENCES: dict[str, str] = {
    "statute": "Required by law",
    "guidance": "Set by national guidance",
    "local": "Not law",
}


def within_sentence(source: str) -> str:
    """The name of a source within a sentence: small where it begins with a common word, and not with a name."""
    begins = source.startswith(("Local ", "The "))
    return source[:1].lower() + source[1:] if begins else source


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go, in words that make sense out of context."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One place in the navigation; `count` is how many things wait there, `within` that the page is below it."""

    text: str
    href: str
    current: bool = False
    count: int = 0
    within: bool = False

    @property
    def here(self) -> bool:
        """Whether the reader is at this place, or below it."""
        return self.current or self.within


@dataclass(frozen=True, slots=True)
class Clock:
    """When something is due, how long that leaves, and who says so."""

    authority: Authority
    due: str  # "Tuesday 24 November 2026, 17:00"
    due_machine: str  # the same instant in ISO 8601
    left: str  # "2 working days left", "overdue by 3 hours", "met"
    source: str
    overdue: bool = False
    late_start: bool = False
    paused: bool = False

    @property
    def kind_words(self) -> str:
        """What the badge says."""
        return AUTHORITY_WORDS[self.authority]

    @property
    def sentence(self) -> str:
        """Who says so, in a sentence, shown on hover and read out."""
        return f"{AUTHORITY_SENTENCES[self.authority]}: {within_sentence(self.source)}"


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty on a list: what, about whom, why, due, and the one main action."""

    what: str
    about: str
    because: str
    clock: Clock
    owner: str
    href: str | None = None
    action: Link | None = None
    answer: str = ""  # what the owner says was done
    news: str = ""  # the piece of news that it is owed for
    each: tuple[DutyLine, ...] = ()  # those that this one line stands for, where several say one thing
    held: str = ""  # that whoever it is about is not named here, because another agency holds the record


def together(lines: Iterable[DutyLine]) -> tuple[DutyLine, ...]:
    """Duties that say one thing as one line that opens, at the place and with the clock of the first; each still stands
    below it with its own news, clock and action (interface: ground rules)."""
    said: dict[str, list[DutyLine]] = {}
    for line in lines:
        said.setdefault(line.what, []).append(line)
    return tuple(same[0] if len(same) == 1 else _as_one(same) for same in said.values())


def _as_one(same: list[DutyLine]) -> DutyLine:
    first = same[0]
    actions = {line.action for line in same}
    return replace(
        first,
        about="; ".join(_names_once(line.about for line in same)),
        action=first.action if len(actions) == 1 else None,
        answer="",
        news="",
        each=tuple(same),
    )


def _names_once(abouts: Iterable[str]) -> list[str]:
    """Whom several lines are about, without those all of whose names another of them says too."""
    names = {about: set(re.split(r", | and ", about)) for about in abouts if about}
    said = [about for about in names if not any(names[about] < each for each in names.values())]
    return [about for number, about in enumerate(said) if names[about] not in [names[each] for each in said[:number]]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a row: who, which part they have, how they are connected and by which way, who works with them."""

    name: str
    number: str | None = None
    born: str | None = None  # "born 22 March 2015, aged 11", or as much of an age as is known
    lives: str | None = None
    parts: tuple[str, ...] = ()  # "child this is about", "said to have caused harm"
    risks: tuple[str, ...] = ()  # "registered sex offender (convicted)"
    notes: tuple[str, ...] = ()
    href: str | None = None
    reason: str = ""  # how they are connected to those the news is about
    path: tuple[str, ...] = ()  # the steps of that way


@dataclass(frozen=True, slots=True)
class Held:
    """Another agency holds something that may not be shown here; it says only whom to ask."""

    holder: str
    what: str = "information"
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, on a timeline."""

    title: str
    at: str
    at_machine: str
    by: str | None = None
    text: str | None = None
    late: str | None = None  # "recorded 3 days later"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this is, at the top of their page."""

    name: str
    facts: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing to show, said so that nobody wonders whether it is broken."""

    text: str
    checked: str | None = None  # "16:41"
    next_step: Link | None = field(default=None)
