"""From the entries of a pack to frozen values, one small function a kind; each mistake names the key it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any, cast, get_args

from daras.practice.caseloads import caseload
from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.form_building import form
from daras.practice.measures import measure
from daras.practice.pack import (
    Authority,
    Ceiling,
    DutyKind,
    EveningCalls,
    FlagKind,
    ForEach,
    IndicatorRule,
    InvitationRule,
    Level,
    LinkThreshold,
    Question,
    RepeatedAdvice,
    Rung,
    Source,
    Step,
    Told,
)
from daras.practice.processing import processing, withholding
from daras.practice.request_definitions import request
from daras.practice.retention import retention
from daras.practice.service_definitions import need, service
from daras.working_time.calendars import OfficeHours


def source(entry: Entry, _: Sources) -> Source:
    words = Words(entry.words)
    made = Source(
        id=words.text("id"),
        name=words.text("name"),
        authority=cast(Authority, words.one_of("authority", get_args(Authority))),
        read_in_the_original=words.flag("read_in_the_original"),
        url=words.text("url", ""),
        note=words.text("note", ""),
    )
    words.done()
    return made


def level(entry: Entry, _: Sources) -> Level:
    words = Words(entry.words)
    made = Level(words.number("level"), words.text("name"), words.text("meaning"))
    words.done()
    return made


def indicator(entry: Entry, sources: Sources) -> IndicatorRule:
    words = Words(entry.words)
    made = IndicatorRule(
        id=words.text("id"),
        name=words.text("name"),
        level=words.number("level"),
        when=words.condition("when"),
        why=words.template("why"),
        source=words.source(sources),
        for_each=cast(ForEach, words.one_of("for_each", get_args(ForEach), "person")),
        strategy_discussion=words.flag("strategy_discussion"),
    )
    words.done()
    return made


def duty(entry: Entry, sources: Sources) -> DutyKind:
    words = Words(entry.words)
    made = DutyKind(
        id=words.text("id"),
        name=words.text("name"),
        owner=words.text("owner"),
        clock=words.clock("clock"),
        anchor=words.text("anchor"),
        when=words.condition("when"),
        because=words.template("because"),
        source=words.source(sources),
        authority=cast(Authority, words.one_of("authority", get_args(Authority))),
        met_by=words.texts("met_by"),
        out_of_hours=words.text("out_of_hours", "") or None,
        role=words.text("role", "") or None,
        paragraph=words.text("paragraph", ""),
        for_each=cast(ForEach, words.one_of("for_each", get_args(ForEach), "news")),
        told=cast(Told, words.one_of("told", get_args(Told), "when convened")),
        may_pause=words.flag("may_pause"),
        own_matter=words.flag("own_matter"),
        steps=tuple(step(table) for table in words.tables("steps")),
    )
    words.done()
    _authority_holds(made)
    _steps_hold(made)
    return made


def step(table: Mapping[str, Any]) -> Step:
    try:
        words = Words(table)
        made = Step(
            id=words.text("id"),
            counts_from=cast(Any, words.one_of("counts_from", ("opened", "due"), "due")),
            clock=words.clock("after"),
            to=words.text("to"),
            role=words.text("role", "") or None,
        )
        words.done()
    except EntryMistake as error:
        raise EntryMistake("steps", f"a step: {error}") from error
    return made


def _steps_hold(made: DutyKind) -> None:
    ids = [each.id for each in made.steps]
    if len(ids) != len(set(ids)):
        raise EntryMistake("steps", "two steps have one id")
    if any(each.clock.backward for each in made.steps):
        raise EntryMistake("steps", "a step counts forward only")


def _authority_holds(made: DutyKind) -> None:
    """Statute, guidance and local target never look the same, so none may pass for another (design idea 4)."""
    found = made.source
    if made.authority == "statute" and not (found.authority == "statute" and found.read_in_the_original):
        raise EntryMistake("authority", f"statute is claimed without a statute read in the original: “{found.name}”")
    if made.authority == "guidance" and found.authority == "local":
        raise EntryMistake("authority", f"guidance is claimed, but “{found.name}” is a local source")
    if made.authority == "local" and found.authority != "local":
        raise EntryMistake("source", f"a local target cites “{found.name}”, which would make it look like more")


def invitation(entry: Entry, sources: Sources) -> InvitationRule:
    words = Words(entry.words)
    made = InvitationRule(
        id=words.text("id"),
        who=words.text("who"),
        when=words.condition("when"),
        because=words.template("because"),
        source=words.source(sources),
        for_each=cast(ForEach, words.one_of("for_each", get_args(ForEach), "news")),
        agency_kinds=frozenset(words.texts("agency_kinds", needed=False)),
        quorum=words.flag("quorum"),
    )
    words.done()
    return made


def question(entry: Entry, _: Sources) -> Question:
    words = Words(entry.words)
    made = Question(words.text("id"), words.number("points"), words.text("ask"))
    words.done()
    return made


def ceiling(entry: Entry, sources: Sources) -> Ceiling:
    words = Words(entry.words)
    made = Ceiling(words.text("id"), words.text("name"), words.number("most"), words.source(sources))
    words.done()
    if made.most < 1:
        raise EntryMistake("most", "a ceiling is at least 1")
    return made


def rung(entry: Entry, sources: Sources) -> Rung:
    words = Words(entry.words)
    made = Rung(
        id=words.text("id"),
        level=words.number("level"),
        name=words.text("name"),
        clock=words.clock("clock"),
        source=words.source(sources),
        to=words.text("to", ""),
        post=words.text("post"),
    )
    words.done()
    return made


def flag(entry: Entry, sources: Sources) -> FlagKind:
    words = Words(entry.words)
    made = FlagKind(
        id=words.text("id"),
        name=words.text("name"),
        meaning=words.text("meaning"),
        review=words.clock("review"),
        source=words.source(sources),
        to=words.texts("to"),
        code=words.text("code", ""),
        form=words.text("form", ""),
    )
    words.done()
    return made


def evening_calls(entry: Entry, sources: Sources) -> EveningCalls:
    words = Words(entry.words)
    made = EveningCalls(
        id=words.text("id"),
        first=_hour(words, "first"),
        last=_hour(words, "last"),
        length=timedelta(minutes=words.number("minutes")),
        at_once=words.number("at_once"),
        evenings=words.number("evenings"),
        source=words.source(sources),
    )
    words.done()
    if made.first > made.last:
        raise EntryMistake("last", "the last call is before the first")
    for key in ("minutes", "at_once", "evenings"):
        if entry.words[key] < 1:
            raise EntryMistake(key, f"“{key}” is at least 1")
    return made


def _hour(words: Words, key: str) -> time:
    try:
        return time.fromisoformat(words.text(key))
    except ValueError:
        raise EntryMistake(key, f"“{key}” is written 17:30") from None


def repeated_advice(entry: Entry, sources: Sources) -> RepeatedAdvice:
    words = Words(entry.words)
    made = RepeatedAdvice(words.text("id"), words.number("calls"), words.number("days"), words.source(sources))
    words.done()
    for key, least in (("calls", 2), ("days", 1)):
        if entry.words[key] < least:
            raise EntryMistake(key, f"“{key}” is at least {least}")
    return made


def link_threshold(entry: Entry, sources: Sources) -> LinkThreshold:
    words = Words(entry.words)
    made = LinkThreshold(
        id=words.text("id"),
        between=frozenset(words.texts("between")),
        match=words.number("match"),
        possible=words.number("possible"),
        source=words.source(sources),
    )
    words.done()
    if len(made.between) > 2:
        raise EntryMistake("between", "a threshold is between two agencies")
    if not 0 < made.possible < made.match < 1_000:
        raise EntryMistake("match", "thousandths: possible lies above 0 and below match, and match below 1000")
    return made


def cue(entry: Entry, _: Sources) -> tuple[str, ...]:
    words = Words(entry.words)
    words.text("id")
    made = words.texts("phrases")
    words.done()
    return made


def placeholder(entry: Entry, _: Sources) -> tuple[str, ...]:
    words = Words(entry.words)
    made = words.texts("words")
    words.done()
    return made


def office_hours(entry: Entry, _: Sources) -> OfficeHours:
    words = Words(entry.words)
    days = {day: _open(words, day) for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    words.done()
    return OfficeHours(**days)


def _open(words: Words, day: str) -> tuple[time, time]:
    opens, _, closes = words.text(day).partition("-")
    try:
        hours = time.fromisoformat(opens), time.fromisoformat(closes)
    except ValueError:
        raise EntryMistake(day, f"“{day}” is written 08:45-17:15") from None
    if hours[0] >= hours[1]:
        raise EntryMistake(day, f"“{day}” closes before it opens")
    return hours


#: How each kind of entry is built. The sources come first, because the others cite them.
BUILDERS: Mapping[str, Callable[[Entry, Sources], Any]] = {
    "source": source,
    "level": level,
    "indicator": indicator,
    "duty": duty,
    "late_start": duty,
    "invitation": invitation,
    "question": question,
    "ceiling": ceiling,
    "caseload": caseload,
    "evening_calls": evening_calls,
    "repeated_advice": repeated_advice,
    "link_threshold": link_threshold,
    "cue": cue,
    "placeholder": placeholder,
    "office_hours": office_hours,
    "form": form,
    "measure": measure,
    "request": request,
    "service": service,
    "need": need,
    "rung": rung,
    "theme": need,
    "flag": flag,
    "retention": retention,
    "processing": processing,
    "withholding": withholding,
}
