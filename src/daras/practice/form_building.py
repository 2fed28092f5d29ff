"""From the entry of a form to its frozen definition; each mistake names section, question and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast, get_args

from daras.practice.conditions import Condition, asked_in
from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.form_definitions import (
    CHOSEN,
    TESTS,
    YES_NO,
    Choice,
    FormDefinition,
    FormQuestion,
    FormSection,
    Means,
    Prompt,
    QuestionKind,
    Reaches,
    ScoreBand,
    Subject,
)

Made = TypeVar("Made")
_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")


def form(entry: Entry, sources: Sources) -> FormDefinition:
    """A form with everything in it; raises `EntryMistake` for the first thing that does not hold."""
    words = Words(entry.words)
    made = FormDefinition(
        id=_id(words, "id"),
        version=words.number("version"),
        name=words.text("name"),
        purpose=words.text("purpose"),
        subject=cast(Subject, words.one_of("subject", get_args(Subject))),
        source=words.source(sources),
        sections=tuple(_each(words, "section", _section)),
        roles=frozenset(words.texts("roles", needed=False)),
        agency_kinds=frozenset(words.texts("agency_kinds", needed=False)),
        complete_within=words.clock("complete_within") if "complete_within" in entry.words else None,
        recorded_within=words.clock("recorded_within") if "recorded_within" in entry.words else None,
        reaches=cast(Reaches, words.one_of("reaches", get_args(Reaches), "nobody")),
        reaches_when=_condition(words, entry.words, "reaches_when"),
        category=words.text("category", "other"),
        bands=tuple(_each(words, "band", _band)),
        prompts=tuple(_each(words, "prompt", _prompt)),
        link=words.text("link", ""),
    )
    words.done()
    _whole(made)
    return made


def _id(words: Words, key: str) -> str:
    found = words.text(key)
    if not _ID.fullmatch(found):
        raise EntryMistake(key, f"“{found}” is no id: small letters, digits and hyphens, 60 at most")
    return found


def _each(words: Words, key: str, build: Callable[[Mapping[str, Any]], Made]) -> Iterator[Made]:
    """Each table under a key, its mistakes named by place: "section 2 question 3.kind"."""
    for number, table in enumerate(words.tables(key), start=1):
        try:
            yield build(table)
        except EntryMistake as error:
            place = f"{key} {number}"
            joined = f"{place} {error.key}" if re.match(r"[a-z_]+ \d+", error.key) else f"{place}.{error.key}"
            raise EntryMistake(joined, str(error)) from error


def _section(table: Mapping[str, Any]) -> FormSection:
    words = Words(table)
    made = FormSection(
        id=_id(words, "id"),
        name=words.text("name"),
        questions=tuple(_each(words, "question", _question)),
        guidance=words.text("guidance", ""),
    )
    words.done()
    if not made.questions:
        raise EntryMistake("id", f"the section “{made.name}” asks nothing")
    return made


def _question(table: Mapping[str, Any]) -> FormQuestion:
    words = Words(table)
    kind = cast(QuestionKind, words.one_of("kind", get_args(QuestionKind)))
    choices = tuple(_each(words, "choices", _choice))
    made = FormQuestion(
        id=_id(words, "id"),
        ask=words.text("ask"),
        kind=kind,
        hint=words.text("hint", ""),
        guidance=words.text("guidance", ""),
        choices=YES_NO if kind == "yes-no" and not choices else choices,
        required=words.flag("required"),
        not_asked=words.flag("not_asked"),
        asked_when=_condition(words, table, "asked_when"),
        minimum=words.number("minimum") if "minimum" in table else None,
        maximum=words.number("maximum") if "maximum" in table else None,
        means=cast(Means, words.one_of("means", get_args(Means), "")),
        told=words.flag("told"),
        heard=words.flag("heard"),
    )
    words.done()
    if kind in CHOSEN and len(made.choices) < 2:
        raise EntryMistake("choices", f"“{made.id}” offers no two choices")
    if kind not in CHOSEN and choices:
        raise EntryMistake("choices", f"a question of the kind “{kind}” has no choices")
    if len({choice.id for choice in made.choices}) < len(made.choices):
        raise EntryMistake("choices", "two choices have one id")
    return made


def _choice(table: Mapping[str, Any]) -> Choice:
    words = Words(table)
    made = Choice(_id(words, "id"), words.text("name"), words.number("score") if "score" in table else 0)
    words.done()
    return made


def _band(table: Mapping[str, Any]) -> ScoreBand:
    words = Words(table)
    made = ScoreBand(words.number("at_least"), words.text("name"), words.text("meaning"))
    words.done()
    return made


def _prompt(table: Mapping[str, Any]) -> Prompt:
    words = Words(table)
    made = Prompt(_id(words, "duty"), words.condition("when"), words.text("because"))
    words.done()
    return made


def _condition(words: Words, table: Mapping[str, Any], key: str) -> Condition | None:
    return words.condition(key) if key in table else None


def _whole(made: FormDefinition) -> None:
    """What can only be said with the whole form in sight."""
    if not made.sections:
        raise EntryMistake("section", "the form asks nothing: write a [[form.section]]")
    before: set[str] = set()
    for number, section in enumerate(made.sections, start=1):
        for place, question in enumerate(section.questions, start=1):
            at = f"section {number} question {place}"
            if question.id in before:
                raise EntryMistake(f"{at}.id", f"“{question.id}” is asked twice")
            if question.asked_when is not None:
                _tests_hold(made, question.asked_when, f"{at}.asked_when", before)
            before.add(question.id)
    if made.reaches_when is not None:
        _tests_hold(made, made.reaches_when, "reaches_when", before)
    for number, prompt in enumerate(made.prompts, start=1):
        _tests_hold(made, prompt.when, f"prompt {number}.when", before)
    means = {question.means for question in made.questions}
    if made.reaches != "nobody" and "what-happened" not in means:
        raise EntryMistake("reaches", "it reaches the front door, and no question means “what-happened”")


def _tests_hold(made: FormDefinition, condition: Condition, key: str, before: set[str]) -> None:
    for test in asked_in(condition):
        if test.predicate not in TESTS:
            raise EntryMistake(key, f"“{test.predicate}” is none of {', '.join(sorted(TESTS))}")
        if test.wanted.keys() != TESTS[test.predicate]:
            raise EntryMistake(key, f"“{test.predicate}” names {' and '.join(sorted(TESTS[test.predicate]))}")
        asked = test.wanted.get("question")
        if asked is None:
            continue
        if asked not in before:
            raise EntryMistake(key, f"“{asked}” is no question asked before this")
        question = made.question(str(asked))
        if test.predicate == "answer" and question is not None:
            known = {choice.id for choice in question.choices}
            unknown = [each for each in test.wanted["is"] if each not in known]
            if unknown:
                raise EntryMistake(key, f"“{unknown[0]}” is no choice of “{asked}”")
