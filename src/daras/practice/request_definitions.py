"""What one agency may ask another, as a partnership writes it: whom, by which clock, with which answers, and what
follows of an answer. Pure (design: requests)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from daras.practice.conditions import Asks, Condition, Not
from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.pack import Authority, DutyKind, Rung, Source, Step
from daras.working_time.clocks import Clock

Urgency = Literal["routine", "urgent"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
#: What the duties of requests are called before the name of the kind and the stage.
DUTY = "request-"
ACKNOWLEDGE, SAY_MORE = "acknowledge", "say-more"
#: Anybody of the directory may be asked.
ANYBODY = "anybody"
_ID = re.compile(r"[a-z][a-z0-9-]{0,19}")
_NEVER: Condition = Not(Asks("always", {}))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list: its id, and what it is called."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage may end, and which stage follows; the request ends where none does."""

    id: str
    name: str
    then: str = ""
    good: bool = True  # what was asked for came of it
    shares: bool = False  # from then on whoever belongs to the kind's forum reads the request


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing that whoever was asked still has to say, by a clock of its own for each urgency."""

    id: str
    name: str
    clocks: Mapping[str, Clock]
    outcomes: tuple[Outcome, ...]

    def clock(self, urgency: str) -> Clock:
        """By the urgency of the request; a kind without an urgent clock has one for all."""
        return self.clocks.get(urgency) or self.clocks["routine"]

    def outcome(self, outcome_id: str) -> Outcome | None:
        return next((each for each in self.outcomes if each.id == outcome_id), None)


@dataclass(frozen=True, slots=True)
class Forum:
    """A meeting that goes through several children: who belongs to it, what is agreed there, and from what its agenda
    is drawn (F5). A child is on it once a person has said so, by an outcome that shares."""

    members: tuple[str, ...]  # roles of the directory
    actions: str  # the kind of request by which something is agreed there
    indicators: tuple[str, ...] = ()  # of the threshold document, that may be a reason to bring a child there
    forms: tuple[str, ...] = ()  # whose results are read there
    episodes: tuple[str, ...] = ()  # kinds of request that are counted there: missing episodes


@dataclass(frozen=True, slots=True)
class RequestKind:
    """A kind of request: everything that makes it another than the next one."""

    id: str
    name: str
    purpose: str
    asks: str  # the label of the field
    to: tuple[str, ...]  # roles of the directory, or "anybody"
    source: Source
    authority: Authority
    stages: tuple[Stage, ...]
    bases: tuple[Choice, ...] = ()  # lawful bases to choose from; none: it is not asked
    declines: tuple[Choice, ...] = ()
    acknowledge: Clock | None = None
    say_more: Clock = field(default_factory=lambda: Clock(2, "working day"))
    form: str = ""  # which the asker fills in with it
    answer_form: str = ""  # which whoever is asked fills in
    agency_kinds: frozenset[str] = frozenset()  # who may ask; none: everybody
    guidance: str = ""  # shown to both sides: what does not belong here
    steps: tuple[Step, ...] = ()
    refers: bool = False  # whoever is asked may make it a referral without writing it again
    waits: bool = False  # what is accepted waits on a list
    carries: bool = False  # asked out of a matter, it holds what was already said there
    forum: Forum | None = None

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id; raises `LookupError`."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise LookupError(stage_id)

    def duty(self, what: str, urgency: str = "routine") -> str:
        """The id of the duty by which something of this kind is owed: an urgent clock makes a duty of its own."""
        urgent = any(stage.id == what and "urgent" in stage.clocks for stage in self.stages)
        return f"{DUTY}{self.id}-{what}{'-urgent' if urgency == 'urgent' and urgent else ''}"

    @property
    def urgencies(self) -> tuple[str, ...]:
        return tuple(each for each in URGENCIES if any(each in stage.clocks for stage in self.stages))


def request(entry: Entry, sources: Sources) -> RequestKind:
    """A kind of request; raises `EntryMistake` for the first thing that does not hold."""
    words = Words(entry.words)
    authority = cast(Authority, words.one_of("authority", get_args(Authority), "local"))
    made = RequestKind(
        id=_id(words),
        name=words.text("name"),
        purpose=words.text("purpose"),
        asks=words.text("asks"),
        to=words.texts("to"),
        source=words.source(sources),
        authority=authority,
        stages=tuple(_each(words, "stage", _stage)),
        bases=tuple(_each(words, "bases", _choice)),
        declines=tuple(_each(words, "declines", _choice)),
        acknowledge=words.clock("acknowledge") if "acknowledge" in entry.words else None,
        say_more=words.clock("say_more") if "say_more" in entry.words else Clock(2, "working day"),
        form=words.text("form", ""),
        answer_form=words.text("answer_form", ""),
        agency_kinds=frozenset(words.texts("agency_kinds", needed=False)),
        guidance=words.text("guidance", ""),
        steps=tuple(_each(words, "steps", _step)),
        refers=words.flag("refers"),
        waits=words.flag("waits"),
        carries=words.flag("carries"),
        forum=next(_each(words, "forum", _forum), None),
    )
    words.done()
    _whole(made)
    return made


def _id(words: Words) -> str:
    found = words.text("id")
    if not _ID.fullmatch(found):
        raise EntryMistake("id", f"“{found}” is no id: small letters, digits and hyphens, 20 at most")
    return found


def _each(words: Words, key: str, build: Any) -> Iterator[Any]:
    for number, table in enumerate(words.tables(key), start=1):
        try:
            yield build(table)
        except EntryMistake as error:
            raise EntryMistake(f"{key} {number}.{error.key}", str(error)) from error


def _choice(table: Mapping[str, Any]) -> Choice:
    words = Words(table)
    made = Choice(_id(words), words.text("name"))
    words.done()
    return made


def _stage(table: Mapping[str, Any]) -> Stage:
    words = Words(table)
    made = Stage(
        id=_id(words),
        name=words.text("name"),
        clocks=_clocks(words, table),
        outcomes=tuple(_each(words, "outcomes", _outcome)),
    )
    words.done()
    if not made.outcomes:
        raise EntryMistake("outcomes", f"“{made.name}” has no outcome")
    return made


def _clocks(words: Words, table: Mapping[str, Any]) -> Mapping[str, Clock]:
    """`clock = "..."` for all, or `routine` and `urgent` beside each other."""
    found: dict[str, Clock] = {}
    for key in ("clock", *URGENCIES):
        if key in table:
            found["routine" if key == "clock" else key] = words.clock(key)
    if "routine" not in found:
        raise EntryMistake("clock", "“clock” is missing: or “routine” and “urgent”")
    return found


def _outcome(table: Mapping[str, Any]) -> Outcome:
    words = Words(table)
    made = Outcome(
        id=_id(words),
        name=words.text("name"),
        then=words.text("then", ""),
        good=not words.flag("not_as_asked"),
        shares=words.flag("shares"),
    )
    words.done()
    return made


def _forum(table: Mapping[str, Any]) -> Forum:
    words = Words(table)
    made = Forum(
        members=words.texts("members"),
        actions=words.text("actions"),
        indicators=words.texts("indicators", needed=False),
        forms=words.texts("forms", needed=False),
        episodes=words.texts("episodes", needed=False),
    )
    words.done()
    return made


def _step(table: Mapping[str, Any]) -> Step:
    words = Words(table)
    made = Step(
        id=words.text("id"),
        counts_from=cast(Any, words.one_of("counts_from", ("opened", "due"), "due")),
        clock=words.clock("after"),
        to=words.text("to"),
        role=words.text("role", "") or None,
    )
    words.done()
    return made


def _whole(made: RequestKind) -> None:
    if not made.stages:
        raise EntryMistake("stage", "nothing is to be answered: write a [[request.stage]]")
    ids = [stage.id for stage in made.stages]
    if len(ids) != len(set(ids)) or {ACKNOWLEDGE, SAY_MORE} & set(ids):
        raise EntryMistake("stage", "two stages have one id, or one that is taken")
    for number, stage in enumerate(made.stages, start=1):
        for outcome in stage.outcomes:
            if outcome.then and outcome.then not in ids[number:]:
                raise EntryMistake(
                    f"stage {number}.outcomes", f"“{outcome.id}” leads to “{outcome.then}”, which is no later stage"
                )
            if outcome.shares and made.forum is None:
                raise EntryMistake(f"stage {number}.outcomes", f"“{outcome.id}” shares, and there is no forum")


def duties_of(kinds: Mapping[str, RequestKind]) -> dict[str, DutyKind]:
    """What each kind of request has owed, as kinds of duty: no news opens them, the request itself does."""
    found: dict[str, DutyKind] = {}
    for kind in kinds.values():
        if kind.acknowledge is not None:
            _add(found, kind, kind.duty(ACKNOWLEDGE), f"Say that it has come: {kind.name.lower()}", kind.acknowledge)
        for stage in kind.stages:
            for urgency, clock in stage.clocks.items():
                name = f"{stage.name}: {kind.name.lower()}{', urgent' if urgency == 'urgent' else ''}"
                _add(found, kind, kind.duty(stage.id, urgency), name, clock)
        _add(found, kind, kind.duty(SAY_MORE), f"Say more: {kind.name.lower()}", kind.say_more)
    return found


def _add(found: dict[str, DutyKind], kind: RequestKind, duty: str, name: str, clock: Clock) -> None:
    found[duty] = DutyKind(
        id=duty,
        name=name,
        owner="sender",
        clock=clock,
        anchor="received",
        when=_NEVER,
        because=kind.purpose,
        source=kind.source,
        authority=kind.authority,
        met_by=(f"by-request:{kind.id}",),
        told="at once",
        may_pause=True,
        steps=kind.steps,
    )


def ladder_duties(ladder: Iterable[Rung]) -> dict[str, DutyKind]:
    """What each level above the first has owed, as kinds of duty: the first is owed by the challenge itself (I6)."""
    chase = Step("chase", "due", Clock(0, "minute"), "owner")
    lead = Step("safeguarding-lead", "due", Clock(1, "working day"), "safeguarding-lead")
    return {
        rung.duty: DutyKind(
            id=rung.duty,
            name=f"Settle a disagreement: {rung.name[:1].lower()}{rung.name[1:]}",
            owner="sender",
            clock=rung.clock,
            anchor="received",
            when=_NEVER,
            because="Both sides have said why. Say whether the decision changes, and what is learned from it.",
            source=rung.source,
            authority=rung.source.authority,
            met_by=(f"by-request:{rung.id}",),
            told="at once",
            steps=(chase, lead),
        )
        for rung in ladder
        if rung.level > 1
    }
