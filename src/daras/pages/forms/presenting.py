"""Forms in words: those to begin, those being written, those completed; and one as it is read (design: forms)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.access.models import Worker
from daras.forms.checking import Problem
from daras.forms.models import FormCompleted, FormDraft
from daras.forms.queries import Answered
from daras.pages import wording
from daras.pages.discussion.fields import Problem as Line
from daras.pages.forms.asking import name_of
from daras.pages.prints.sheet import Section, Sheet, footer_for, watermark_for
from daras.practice import pack_for
from daras.practice.form_definitions import FormDefinition, FormQuestion
from daras.working_time import clock
from daras.working_time import wording as time_wording

LATE = "late"


@dataclass(frozen=True, slots=True)
class ToBegin:
    """A form that one may begin."""

    id: str
    name: str
    purpose: str
    href: str
    preview: str


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form in a list."""

    name: str
    href: str
    about: str
    when: str
    note: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question as it is read: the answer, or why there is none."""

    ask: str
    answer: str
    missing: bool
    owed: str  # the question whose reason is still to follow


@dataclass(frozen=True, slots=True)
class SectionRead:
    name: str
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class FormRead:
    """A completed form."""

    name: str
    reference: str
    about: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[SectionRead, ...]
    owed: tuple[AnswerLine, ...]


def to_begin(forms: Iterable[FormDefinition], person: str) -> list[ToBegin]:
    """The forms one may begin, about somebody where one comes from their page."""
    query = f"?person={person}" if person else ""
    return [
        ToBegin(
            form.id,
            form.name,
            form.purpose,
            reverse("form_begin", args=[form.id]) + query,
            reverse("form_preview", args=[form.id]),
        )
        for form in forms
    ]


def drafts(rows: Iterable[FormDraft]) -> list[FormLine]:
    return [
        FormLine(
            _name(row.form),
            reverse("form", args=[row.reference]),
            name_of(row.body["subject"]),
            f"Saved {time_wording.long_datetime(row.saved_at)} by {row.saved_by}",
            row.reference,
        )
        for row in rows
    ]


def _name(form: str) -> str:
    found = pack_for(clock.today()).forms.get(form)
    return found.name if found else wording.capital(wording.from_slug(form))


def completed(rows: Iterable[FormCompleted], names: Mapping[int, str]) -> list[FormLine]:
    return [
        FormLine(
            row.form_name,
            reverse("form", args=[row.reference]),
            names.get(row.fact.person_record_id or 0, ""),
            f"Completed {time_wording.long_datetime(row.fact.recorded_at)} by {row.completed_by}",
            "recorded late" if row.late else "",
        )
        for row in rows
    ]


def title(form: FormDefinition, draft: FormDraft) -> str:
    return f"{form.name}: {name_of(draft.body['subject'])}"


def summary(problems: Iterable[Problem], form: FormDefinition) -> list[Line]:
    """The error summary, each line leading to its field."""
    return [Line(f"{each.detail} {each.remedy}", _href(each, form)) for each in problems]


def _href(problem: Problem, form: FormDefinition) -> str:
    question = form.question(problem.path[1]) if problem.path[0] == "answers" else None
    if question is not None and question.kind == "people":
        return f"#question-{question.id}"
    first = "_0" if question is not None and question.kind in {"radios", "checkboxes", "yes-no"} else ""
    return f"#id_{'-'.join(problem.path)}{first}"


def read(found: Answered) -> FormRead:
    """A completed form as it is read, in the version that asked it."""
    about = found.names.get(found.completed.fact.person_record_id or 0, "somebody whose record another agency holds")
    sections = []
    for section in found.form.sections:
        lines = tuple(line for question in section.questions if (line := _line(found, question)) is not None)
        if lines:
            sections.append(SectionRead(section.name, lines))
    owed = tuple(line for section in sections for line in section.lines if line.owed)
    late = found.missing.get(LATE)
    if late is not None and late.later:
        owed = (AnswerLine("Why was it recorded late?", "", True, LATE), *owed)
    return FormRead(
        found.completed.form_name, found.completed.reference, about, tuple(_facts(found)), tuple(sections), owed
    )


def _line(found: Answered, question: FormQuestion) -> AnswerLine | None:
    words = found.words(question)
    if words:
        return AnswerLine(question.ask, words, False, "")
    missing = found.missing.get(question.id)
    if missing is None:
        return None
    if missing.later:
        return AnswerLine(question.ask, "Not answered. The reason is to follow.", True, question.id)
    return AnswerLine(question.ask, f"Not asked or not answered: {missing.reason}", True, "")


def _facts(found: Answered) -> Iterable[tuple[str, str]]:
    form, fact = found.completed, found.completed.fact
    yield "When it happened", wording.occurred(fact.occurred_from, fact.occurred_to)
    yield "Recorded", time_wording.long_datetime(fact.recorded_at)
    yield "By", f"{form.completed_by}, {wording.owner(fact.agency, form.team)}"
    if form.late:
        late = found.missing.get(LATE)
        yield "Why it was late", form.late_because or (late.reason if late and late.reason else "To follow")
    yield "Answered", f"{form.answered} of {form.asked} required questions"
    if form.score is not None:
        band = found.form.band(form.score)
        yield "Score", f"{form.score}: {band.name}. {band.meaning}" if band else str(form.score)
    if form.to_front_door:
        yield "Front door", "It was told when this was completed"
    yield "Version", f"{form.form_version}, {found.form.source.name}"


def sheet(shown: FormRead, worker: Worker, at: datetime) -> Sheet:
    """The same on paper."""
    return Sheet(
        title=f"{shown.name}: {shown.about}",
        facts=tuple(f"{name}: {value}" for name, value in shown.facts),
        sections=tuple(
            Section(
                section.name,
                columns=("Question", "Answer"),
                rows=tuple((line.ask, line.answer) for line in section.lines),
            )
            for section in shown.sections
        ),
        footer=footer_for(worker, shown.reference, at),
        watermark=watermark_for(worker, at, f"For {shown.reference}"),
    )
