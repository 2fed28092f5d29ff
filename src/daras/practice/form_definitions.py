"""A form as frozen values: sections, questions, when each is asked, what a choice counts, and what follows of it.

Pure: what a form says is handed in as plain values, so that page, print, API and rules read it one way (design: forms).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from daras.practice.conditions import All, AnyOf, Asks, Condition, Not, asked_in
from daras.practice.pack import Source
from daras.working_time.clocks import Clock

QuestionKind = Literal[
    "text", "textarea", "radios", "checkboxes", "select", "date", "number", "yes-no", "person", "people"
]
#: What an answer is to the front door, where a form reaches it.
Means = Literal[
    "", "grade", "what-happened", "category", "seen-or-heard-by", "voice", "voice-not-obtained", "parents-told",
    "parents-not-told-because", "parents-views", "hoped-for", "about", "suspected",
]  # fmt: skip
Subject = Literal["child", "adult", "anybody"]
Reaches = Literal["nobody", "referral", "vist", "notice"]
CHOSEN = frozenset({"radios", "checkboxes", "select", "yes-no"})

#: What forms may ask of their own answers: the test, and what it must name.
TESTS: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"question", "is"}),
    "answered": frozenset({"question"}),
    "at-least": frozenset({"question", "number"}),
    "named": frozenset({"question"}),
    "scored": frozenset({"at_least"}),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from, and what it counts."""

    id: str
    name: str
    score: int = 0


YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question. A required one may still be left with a reason for not asking, where it allows one, or with a
    reason that follows later."""

    id: str
    ask: str
    kind: QuestionKind
    hint: str = ""
    guidance: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    not_asked: bool = False  # may be left out with "not asked because"
    asked_when: Condition | None = None
    minimum: int | None = None
    maximum: int | None = None
    means: Means = ""
    told: bool = False  # stands in the chronology
    heard: bool = False  # somebody's own words: "not applicable" is none (A3)

    def name_of(self, value: str) -> str:
        """What a choice is called."""
        return next((choice.name for choice in self.choices if choice.id == value), value)


@dataclass(frozen=True, slots=True)
class FormSection:
    id: str
    name: str
    questions: tuple[FormQuestion, ...]
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """What a score from `at_least` on is called and means. It suggests; a person decides."""

    at_least: int
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What answers of this form call for: a kind of duty, often met by another form, and why."""

    duty: str
    when: Condition
    because: str


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A form as it stands in one version."""

    id: str
    version: int
    name: str
    purpose: str
    subject: Subject
    source: Source
    sections: tuple[FormSection, ...]
    roles: frozenset[str] = frozenset()  # who fills it in; none: everybody who sees children
    agency_kinds: frozenset[str] = frozenset()
    complete_within: Clock | None = None
    recorded_within: Clock | None = None  # recorded later than this after it happened, it asks why
    reaches: Reaches = "nobody"
    reaches_when: Condition | None = None
    category: str = "other"
    bands: tuple[ScoreBand, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    link: str = ""  # somebody else's own tool, linked and never copied

    @property
    def questions(self) -> tuple[FormQuestion, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, question_id: str) -> FormQuestion | None:
        return next((each for each in self.questions if each.id == question_id), None)

    def asked(self, said: Said) -> Iterator[FormQuestion]:
        """The questions that are asked, given what has been said so far, in order."""
        return (each for each in self.questions if each.asked_when is None or holds(each.asked_when, self, said))

    def score(self, said: Said) -> int | None:
        """What the choices made count together; none where no choice of the form counts."""
        if not any(choice.score for question in self.questions for choice in question.choices):
            return None
        return sum(
            choice.score
            for question in self.asked_without_score(said)
            for choice in question.choices
            if choice.id in said.values(question.id)
        )

    def asked_without_score(self, said: Said) -> Iterator[FormQuestion]:
        """The same as `asked`, for the score itself: whether a question is asked may not hang on the score."""
        for each in self.questions:
            tests = _tests(each.asked_when)
            if "scored" not in tests and (each.asked_when is None or holds(each.asked_when, self, said)):
                yield each

    def band(self, score: int | None) -> ScoreBand | None:
        """The highest band that a score reaches."""
        if score is None:
            return None
        reached = [band for band in self.bands if score >= band.at_least]
        return max(reached, key=lambda band: band.at_least, default=None)

    def goes_to_front_door(self, said: Said) -> bool:
        """Whether completing it is news for the front door."""
        if self.reaches == "nobody":
            return False
        return self.reaches_when is None or holds(self.reaches_when, self, said)


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says: answers by question (a text, or a list of choices), and people named by question."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    def values(self, question: str) -> tuple[str, ...]:
        """The answer as texts; none where there is none."""
        value = self.answers.get(question)
        if isinstance(value, list | tuple):
            return tuple(str(each) for each in value)
        return (str(value),) if value not in (None, "") else ()

    def named(self, question: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(person for person in self.people.get(question, {}).values() if any(person.values()))


def holds(condition: Condition, form: FormDefinition, said: Said) -> bool:
    """Whether what a form says meets a condition on its own answers."""
    match condition:
        case Asks():
            return _holds(condition, form, said)
        case Not(part):
            return not holds(part, form, said)
        case All(parts):
            return all(holds(part, form, said) for part in parts)
        case AnyOf(parts):
            return any(holds(part, form, said) for part in parts)


def _holds(asks: Asks, form: FormDefinition, said: Said) -> bool:
    wanted = asks.wanted
    values = said.values(str(wanted.get("question", "")))
    match asks.predicate:
        case "answer":
            return bool(set(values) & set(wanted["is"]))
        case "answered":
            return bool(values)
        case "at-least":
            return bool(values) and values[0].lstrip("-").isdigit() and int(values[0]) >= wanted["number"]
        case "named":
            return bool(said.named(str(wanted["question"])))
        case _:
            score = form.score(said)
            return score is not None and score >= int(wanted["at_least"])


def _tests(condition: Condition | None) -> set[str]:
    return {each.predicate for each in asked_in(condition)} if condition is not None else set()
