"""From a form of the practice pack to the fields of a page: each question, and beside it how it may be left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from daras.forms.checking import Problem
from daras.forms.merging import Path
from daras.forms.said import said_in
from daras.ledger.refusal import Refused
from daras.pages.referral.asking import RELATIONS, ROLES, Asked, Choices
from daras.pages.referral.asking import Kind as Drawn
from daras.pages.referral.filling import Filled, filled
from daras.practice.conditions import AnyOf, Asks
from daras.practice.form_definitions import FormDefinition, FormQuestion, QuestionKind, holds

_DRAWN: Mapping[QuestionKind, Drawn] = {
    "text": "text",
    "textarea": "long",
    "radios": "radios",
    "checkboxes": "checkboxes",
    "select": "select",
    "date": "day",
    "number": "number",
    "yes-no": "radios",
    "person": "select",
}
DATES = "For example 20 11 2026, or 11 2026, or 2026"
NOBODY: Choices = (("", "Nobody, or not known"),)
#: Those of a family first, then everybody else.
BELONGING: Choices = (
    ("", "Not said"),
    ("child", "the child of"),
    *RELATIONS,
    ("nephew", "a nephew of"),
    ("niece", "a niece of"),
)


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One place for somebody in answer to a question."""

    key: str
    heading: str
    fields: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question with its field, the people named in it, and how it may be left."""

    id: str
    ask: str
    hint: str
    guidance: str
    field: Filled | None
    people: tuple[PersonShown, ...]
    leave: tuple[Filled, ...]
    leave_open: bool
    waits: bool  # asked only after another answer, and that was not given yet
    shows_when: str  # "question=choice,choice": for the script that shows it
    error: str


@dataclass(frozen=True, slots=True)
class SectionShown:
    id: str
    name: str
    guidance: str
    questions: tuple[QuestionShown, ...]


def when(form: FormDefinition) -> tuple[Asked, ...]:
    """When what the form tells of happened; and why it is recorded late, where it is."""
    asked = [
        Asked(("occurred", "on"), "When did it happen?", "day", DATES),
        Asked(("occurred", "at"), "At what time?", hint="For example 14:30. Leave it empty if not known."),
    ]
    if form.recorded_within is not None:
        asked += [
            Asked(
                ("occurred", "late_because"),
                f"If it happened more than {form.recorded_within} ago: why is it recorded only now?",
            ),
            Asked(("later", "late"), "I will say why later", "checkbox"),
        ]
    return tuple(asked)


def of_question(question: FormQuestion, body: Mapping[str, Any]) -> Iterator[Asked]:
    """The field of a question, and of everybody named in it."""
    if question.kind == "people":
        for key in people_keys(body, question.id):
            yield from of_person(question.id, key)
        return
    choices: Choices = tuple((choice.id, choice.name) for choice in question.choices)
    if question.kind == "select":
        choices = (("", "Choose"), *choices)
    if question.kind == "person":
        choices = (*NOBODY, *everybody(body))
    hint = question.hint or (DATES if question.kind == "date" else "")
    yield Asked(("answers", question.id), question.ask, _DRAWN[question.kind], hint, choices, rows=5)


def leaving(question: FormQuestion) -> Iterator[Asked]:
    """How a required question may be left."""
    if question.required and question.not_asked:
        yield Asked(("not_asked", question.id), "Not asked, or not answered, because")
    if question.required:
        yield Asked(("later", question.id), "I will say why later", "checkbox")


def of_person(question: str, key: str) -> tuple[Asked, ...]:
    """Who somebody is, and how they belong to whom the form is about."""
    at: Path = ("people", question, key)
    return (
        Asked((*at, "given_name"), "First name"),
        Asked((*at, "family_name"), "Family name"),
        Asked((*at, "role"), "This is", "select", choices=(("", "Not said"), *ROLES)),
        Asked((*at, "date_of_birth"), "Date of birth", "day", "As well as you know: 22 3 2015, or 2015"),
        Asked((*at, "expected_birth_on"), "If not yet born: expected on", "day"),
        Asked((*at, "relation"), "They are", "select", "Of the person this form is about", BELONGING),
        Asked((*at, "lives_in_home"), "They live in the same home", "checkbox"),
    )


def people_keys(body: Mapping[str, Any], question: str) -> list[str]:
    """The places for people in a question, in the order in which they were made; one stands there from the first."""
    found = body.get("people", {}).get(question, {})
    return sorted(found, key=lambda key: (len(key), key)) or ["p1"]


def everybody(body: Mapping[str, Any]) -> Choices:
    """Whom the form is about, and everybody named in it."""
    found = [("subject", name_of(body["subject"]))]
    for question, people in body.get("people", {}).items():
        found += [(f"{question}.{key}", name_of(held)) for key, held in people.items() if any(held.values())]
    return tuple(found)


def name_of(held: Mapping[str, Any]) -> str:
    """What somebody is called on the form."""
    written = " ".join(part for part in (held.get("given_name"), held.get("family_name")) if part)
    return written or ("The child, not yet born" if held.get("role") == "unborn" else "Somebody without a name yet")


def all_asked(form: FormDefinition, body: Mapping[str, Any]) -> Iterator[Asked]:
    """Every field of the whole form, as it is drawn."""
    yield from when(form)
    for question in form.questions:
        yield from of_question(question, body)
        yield from leaving(question)


def shown(
    form: FormDefinition, body: Mapping[str, Any], set_aside: Mapping[str, Any], problems: tuple[Problem, ...]
) -> tuple[SectionShown, ...]:
    """The sections with every question, with what is wrong at its field."""
    errors = {problem.path: problem for problem in problems}
    return tuple(
        SectionShown(
            section.id,
            section.name,
            section.guidance,
            tuple(_question(form, question, body, set_aside, errors) for question in section.questions),
        )
        for section in form.sections
    )


def fields(
    asked: tuple[Asked, ...], body: Mapping[str, Any], set_aside: Mapping[str, Any], errors: Mapping[Path, Problem]
) -> tuple[Filled, ...]:
    """Each field with the problem that stands in it."""
    made: list[Filled] = []
    for each in asked:
        problem = errors.get(each.path)
        mend = None
        if problem is not None:
            mend = (each.path, Refused(problem.code, "", problem.detail, problem.remedy))
        made += filled([each], body, set_aside, mend)
    return tuple(made)


def _question(
    form: FormDefinition,
    question: FormQuestion,
    body: Mapping[str, Any],
    set_aside: Mapping[str, Any],
    errors: Mapping[Path, Problem],
) -> QuestionShown:
    leave = fields(tuple(leaving(question)), body, set_aside, errors)
    own = errors.get(("answers", question.id))
    people: tuple[PersonShown, ...] = ()
    field = None
    if question.kind == "people":
        people = tuple(
            PersonShown(
                key,
                f"Person {number}",
                fields(of_person(question.id, key), body, set_aside, errors),
            )
            for number, key in enumerate(people_keys(body, question.id), start=1)
        )
    else:
        (field,) = fields(tuple(of_question(question, body)), body, set_aside, errors)
    left = any(body.get(part, {}).get(question.id) for part in ("not_asked", "later"))
    return QuestionShown(
        id=question.id,
        ask=question.ask,
        hint=question.hint,
        guidance=question.guidance,
        field=field,
        people=people,
        leave=leave,
        leave_open=left or own is not None or ("not_asked", question.id) in errors,
        waits=question.asked_when is not None and not holds(question.asked_when, form, said_in(body)),
        shows_when=_shows_when(question),
        error=f"{own.detail} {own.remedy}" if own and question.kind == "people" else "",
    )


def _shows_when(question: FormQuestion) -> str:
    """The condition as the script on the page reads it, where it hangs on choices alone: "a=x,y;b=x"."""
    match question.asked_when:
        case Asks("answer", wanted):
            parts = [wanted]
        case AnyOf(inner) if all(isinstance(each, Asks) and each.predicate == "answer" for each in inner):
            parts = [each.wanted for each in inner if isinstance(each, Asks)]
        case _:
            return ""
    return ";".join(f"answers-{part['question']}={','.join(part['is'])}" for part in parts)
