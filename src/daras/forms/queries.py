"""Reading forms: what a team is writing, what was answered, with the version that asked it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from daras.access.models import Worker
from daras.forms.models import (
    AnswerChoice,
    AnswerDate,
    AnswerMissing,
    AnswerNumber,
    AnswerPerson,
    AnswerText,
    FormCompleted,
    FormDraft,
)
from daras.forms.writing import definition_of
from daras.people.models import BirthKnown, NameKnown
from daras.people.queries import standing_details
from daras.practice.form_definitions import FormDefinition, FormQuestion
from daras.working_time import clock

#: So many forms stand on one list.
MOST = 50


def drafts_of(worker: Worker) -> list[FormDraft]:
    """What the worker's team is writing, the last touched first."""
    rows = FormDraft.objects.filter(agency=worker.agency, completed=False).filter(Q(team=worker.team) | Q(team=""))
    return list(rows.order_by("-saved_at")[:MOST])


def completed_by(worker: Worker) -> list[FormCompleted]:
    """What the worker's team has completed, the newest first."""
    rows = FormCompleted.objects.select_related("fact").filter(fact__agency=worker.agency, team=worker.team)
    return list(rows.order_by("-fact_id")[:MOST])


def draft_of(worker: Worker, reference: str) -> FormDraft | None:
    """One form, for anybody of the agency that writes it."""
    return FormDraft.objects.filter(agency=worker.agency, reference=reference).first()


def form_of(draft: FormDraft) -> FormDefinition:
    """The form in the version in which it was begun."""
    return definition_of(draft.form, draft.pack, draft.begun_at)


@dataclass(frozen=True, slots=True)
class Missing:
    """A question without an answer: why, or that a reason is to follow."""

    reason: str
    later: bool


@dataclass(slots=True)
class Answered:
    """A completed form with everything that was answered, by question."""

    form: FormDefinition
    completed: FormCompleted
    values: dict[str, str] = field(default_factory=dict)
    people: dict[str, list[AnswerPerson]] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)  # by record

    def words(self, question: FormQuestion) -> str:
        """The answer as it is read; empty where there is none."""
        if question.id in self.values:
            return self.values[question.id]
        return ", ".join(self._named(each) for each in self.people.get(question.id, []))

    def _named(self, person: AnswerPerson) -> str:
        """What somebody is called, and how they belong to whom it is about."""
        belongs = [person.relation.replace("-", " ")] if person.relation else []
        belongs += ["lives in the home"] if person.lives_in_home else []
        name = self.names.get(person.person_record, "somebody")
        return f"{name} ({', '.join(belongs)})" if belongs else name


def answered(reference: str) -> Answered | None:
    """A completed form, if the reader may see it: one query for it and one for each kind of answer."""
    completed = FormCompleted.objects.select_related("fact").filter(reference=reference).first()
    if completed is None:
        return None
    form = definition_of(completed.form, completed.pack, _begun(completed))
    found = Answered(form, completed)
    for text in AnswerText.objects.filter(form=completed):
        found.values[text.question] = text.value
    for number in AnswerNumber.objects.filter(form=completed):
        found.values[number.question] = str(number.value)
    for day in AnswerDate.objects.filter(form=completed):
        found.values[day.question] = _day(day.value, day.last)
    for choice in AnswerChoice.objects.filter(form=completed):
        question = form.question(choice.question)
        found.values[choice.question] = ", ".join(question.name_of(each) if question else each for each in choice.value)
    for person in AnswerPerson.objects.filter(form=completed).order_by("pk"):
        found.people.setdefault(person.question, []).append(person)
    rows = AnswerMissing.objects.filter(form=completed, fact__superseded_by__isnull=True)
    found.missing = {row.question: Missing(row.reason, row.later) for row in rows}
    records = {person.person_record for people in found.people.values() for person in people}
    found.names = names_of(records | {completed.fact.person_record_id or 0})
    found.names |= _unborn(records - found.names.keys())
    return found


def _begun(completed: FormCompleted) -> datetime:
    """The moment whose day says which version it was: that of the draft, where the reader may see it."""
    draft = FormDraft.objects.filter(reference=completed.reference).values_list("begun_at", flat=True).first()
    return draft or completed.fact.recorded_at


def _day(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {first:%B %Y}"
    return f"{first:%B %Y}" if first.month == last.month else str(first.year)


def names_of(record_ids: Iterable[int]) -> dict[int, str]:
    """What the record of each is called, as far as the reader may see it."""
    found: dict[int, str] = {}
    for name in standing_details(NameKnown, set(record_ids)):
        written = " ".join(part for part in (name.given_name, name.family_name) if part)
        if name.use == "current" and written:
            found.setdefault(name.fact.person_record_id or 0, written)
    return found


def _unborn(record_ids: Iterable[int]) -> dict[int, str]:
    """Children not yet born, who have no name, by the day on which they are expected."""
    births = [birth for birth in standing_details(BirthKnown, set(record_ids)) if birth.role == "unborn"]
    return {
        birth.fact.person_record_id or 0: f"Child expected {_day(birth.expected_on, birth.expected_on)}"
        if birth.expected_on
        else "Child not yet born"
        for birth in births
    }


#: The form, the question, what was chosen, and on which day.
Chosen = tuple[str, str, tuple[str, ...], date]


def choices_about(record_ids: Iterable[int], since: datetime) -> Mapping[int, list[Chosen]]:
    """What was chosen in forms about these records since a moment: (form, question, choices, day) by record.

    Read under the machine role for the rules, it is everything; by a worker, what that worker may see.
    """
    rows = AnswerChoice.objects.filter(
        fact__person_record_id__in=list(record_ids), fact__superseded_by__isnull=True, fact__recorded_at__gte=since
    ).values_list("fact__person_record_id", "form__form", "question", "value", "fact__recorded_at")
    found: defaultdict[int, list[Chosen]] = defaultdict(list)
    for record, form, question, value, at in rows:
        found[record or 0].append((form, question, tuple(value), clock.local_date(at)))
    return found
