"""Completing a form: everything required is answered, or left with a reason, or with a reason that follows; then it is
recorded, and meets and opens what is owed (A2, A3, F1, F7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from daras.access.models import Worker
from daras.duties.commands import meet
from daras.duties.models import DutyOpened, DutyState
from daras.forms import hooks
from daras.forms.checking import Problem, is_late, missing, problems
from daras.forms.models import (
    AnswerChoice,
    AnswerDate,
    AnswerMissing,
    AnswerNumber,
    AnswerPerson,
    AnswerText,
    FormCompleted,
    FormDraft,
    FormDraftVersion,
)
from daras.forms.naming import Naming, name_people, tie
from daras.forms.said import days_of, occurred, said_in
from daras.forms.writing import REASON_OWED, TO_COMPLETE, at_work, definition_of, note, owe, recording_for
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.ledger.refusal import Refused
from daras.people.queries import persons_of
from daras.practice import pack_for
from daras.practice.checking import COMPLETED
from daras.practice.form_definitions import CHOSEN, FormDefinition, FormQuestion, Said, holds
from daras.working_time import clock

#: The place at which a reason for being late that is to follow is kept.
LATE = "late"


@dataclass(frozen=True, slots=True)
class _Completing:
    """What is being completed, and by whom."""

    form: FormDefinition
    draft: FormDraft
    recording: Recording
    said: Said
    worker: Worker

    @property
    def record(self) -> int:
        return int(self.draft.body["subject"]["record"])

    def entry(self, detail: Detail, record: int | None = None) -> Entry:
        first, last = occurred(self.draft.body)
        return Entry(
            detail,
            self.draft.audience_id,
            person_record_id=record or self.record,
            matter_id=self.draft.matter_id,
            occurred_from=first,
            occurred_to=last,
        )


def complete(worker: Worker, reference: str) -> FormCompleted:
    """Record a form. Completing it again returns the same record and changes nothing.

    Raises `Refused` for the first thing that keeps it from being completed: nothing is lost, and every required
    question may be left with a reason that follows.
    """
    with at_work(worker, reference, completed_too=True) as draft:
        if draft.completed:
            return FormCompleted.objects.select_related("fact").get(reference=reference)
        form = definition_of(draft.form, draft.pack, draft.begun_at)
        for before in hooks.before_completing:
            before()
        recording = recording_for(worker, draft.matter)
        found = problems(form, draft.body, recording.recorded_at)
        if found:
            raise _refused(found[0])
        completing = _Completing(form, draft, recording, said_in(draft.body), worker)
        detail = _completed(completing)
        (fact,) = append(recording, [completing.entry(detail)])
        _answers(completing, detail)
        _owed(completing, fact)
        body = draft.body
        FormDraftVersion.objects.filter(draft=draft).delete()
        draft.completed, draft.set_aside = True, {}
        draft.body = {"subject": {"record": completing.record}}
        draft.saved_at, draft.saved_by = recording.recorded_at, worker.name
        draft.save()
        note(worker, draft, "completed")
        for hook in hooks.on_completed:
            hook(hooks.Completed(form, detail, body, completing.said, worker))
    return detail


def _refused(problem: Problem) -> Refused:
    return Refused(problem.code, "/" + "/".join(problem.path), problem.detail, problem.remedy)


def _completed(completing: _Completing) -> FormCompleted:
    form, said, draft = completing.form, completing.said, completing.draft
    required = [each for each in form.asked(said) if each.required]
    unanswered = missing(form, draft.body)
    score = form.score(said)
    band = form.band(score)
    return FormCompleted(
        reference=draft.reference,
        form=form.id,
        form_version=form.version,
        form_name=form.name,
        pack=draft.pack,
        team=draft.team,
        completed_by=completing.worker.name,
        completed_role=completing.worker.role,
        asked=len(required),
        answered=len(required) - len(unanswered),
        reasoned=sum(bool(draft.body.get("not_asked", {}).get(each.id)) for each in unanswered),
        late=is_late(form, draft.body, completing.recording.recorded_at),
        late_because=draft.body.get("occurred", {}).get("late_because") or "",
        score=score,
        band=band.name if band else "",
        words=_words(form, said),
        to_front_door=form.goes_to_front_door(said),
    )


def _words(form: FormDefinition, said: Said) -> str:
    told = [
        (question, ", ".join(question.name_of(value) for value in said.values(question.id)))
        for question in form.asked(said)
        if question.told
    ]
    return " ".join(f"{question.ask} {words}." for question, words in told if words)


def _answers(completing: _Completing, form: FormCompleted) -> None:
    """One row an answer, and one for each question that was left out."""
    record_of = _name(completing, form)
    entries = [
        completing.entry(detail)
        for question in completing.form.asked(completing.said)
        for detail in _details(form, question, completing.said, record_of)
    ]
    entries += [completing.entry(detail) for detail in _missing(completing, form)]
    append(completing.recording, entries)


def _name(completing: _Completing, form: FormCompleted) -> dict[str, int]:
    """Whoever is named becomes a record of the agency, tied to whom the form is about; returns records by key."""
    draft, said = completing.draft, completing.said
    asked = [each.id for each in completing.form.asked(said) if each.kind == "people"]
    named = [(f"{q}.{key}", held) for q in asked for key, held in said.people.get(q, {}).items() if any(held.values())]
    naming = Naming(completing.recording, draft.matter_id, draft.audience_id, draft.matter.authority)
    records = name_people(naming, [held for _, held in named])
    record_of = {key: record for (key, _), record in zip(named, records, strict=True)}
    entries = []
    for (key, held), record in zip(named, records, strict=True):
        relation = str(held.get("relation") or "")
        home = bool(held.get("lives_in_home"))
        if relation:
            entries.append(tie(naming, subject=completing.record, record=record, relation=relation))
        if home:
            entries.append(tie(naming, subject=completing.record, record=record, relation="lives-with"))
        detail = AnswerPerson(
            form=form,
            question=key.partition(".")[0],
            person_record=record,
            relation=relation,
            lives_in_home=home,
        )
        entries.append(completing.entry(detail))
    append(completing.recording, entries)
    return {**record_of, "subject": completing.record}


def _details(form: FormCompleted, question: FormQuestion, said: Said, records: Mapping[str, int]) -> Iterator[Detail]:
    values = said.values(question.id)
    if not values:
        return
    at: dict[str, Any] = {"form": form, "question": question.id}
    if question.kind in CHOSEN:
        yield AnswerChoice(**at, value=list(values))
    elif question.kind == "number":
        yield AnswerNumber(**at, value=int(values[0]))
    elif question.kind == "date":
        first, last = days_of(values[0])
        yield AnswerDate(**at, value=first, last=last)
    elif question.kind == "person":
        if values[0] in records:
            yield AnswerPerson(**at, person_record=records[values[0]])
    elif question.kind != "people":
        yield AnswerText(**at, value=values[0])


def _missing(completing: _Completing, form: FormCompleted) -> Iterator[AnswerMissing]:
    body = completing.draft.body
    for question in missing(completing.form, body):
        reason = body.get("not_asked", {}).get(question.id) or ""
        yield AnswerMissing(form=form, question=question.id, later=not reason, reason=reason)
    if form.late and not form.late_because:
        yield AnswerMissing(form=form, question=LATE, later=True)


def _owed(completing: _Completing, fact: Fact) -> None:
    """A completed form meets what waited for it, and opens what follows."""
    draft, form, said = completing.draft, completing.form, completing.said
    waiting = list(_waiting(completing))
    meet(completing.recording, waiting, fact, completing.recording.recorded_at)
    left = len([each for each in missing(form, draft.body) if not draft.body.get("not_asked", {}).get(each.id)])
    late = is_late(form, draft.body, completing.recording.recorded_at)
    left += late and not draft.body.get("occurred", {}).get("late_because")
    if left:
        reasons = "One reason is" if left == 1 else f"{left} reasons are"
        because = f"“{form.name}”: {reasons} to follow."
        owe(completing.recording, draft, fact, kind=REASON_OWED, because=because)
    for prompt in form.prompts:
        if holds(prompt.when, form, said):
            owe(completing.recording, draft, fact, kind=prompt.duty, because=prompt.because)


def _waiting(completing: _Completing) -> Iterator[DutyOpened]:
    """The form's own duty, and the agency's duties about the same person that this kind of form meets."""
    by_this = f"{COMPLETED}{completing.form.id}"
    pack = pack_for(clock.local_date(completing.recording.recorded_at))
    kinds = [kind.id for kind in pack.duty_kinds.values() if by_this in kind.met_by]
    rows = DutyState.objects.select_related("duty", "duty__fact").filter(
        Q(duty__duty_kind__in=kinds) | Q(duty__duty_kind=TO_COMPLETE, duty__reference=completing.draft.reference),
        owner_agency=completing.draft.agency,
        met_at__isnull=True,
    )
    open_duties = [state.duty for state in rows]
    person_of = persons_of([completing.record, *(record for duty in open_duties for record in duty.about_record_ids)])
    for duty in open_duties:
        if person_of[completing.record] in {person_of.get(record) for record in duty.about_record_ids}:
            yield duty


def give_reasons(worker: Worker, reference: str, reasons: Mapping[str, str]) -> int:
    """Reasons that were to follow follow now; when all are there, nothing is owed any more. Returns how many are
    left. Raises `Refused`."""
    with at_work(worker, reference, completed_too=True) as draft:
        if not draft.completed:
            raise Refused("not-completed", "", "This form is still being written.", "Write it there.")
        recording = recording_for(worker, draft.matter)
        rows = list(
            AnswerMissing.objects.select_related("fact", "form").filter(
                form__reference=reference, later=True, fact__superseded_by__isnull=True
            )
        )
        record = int(draft.body["subject"]["record"])
        given = [row for row in rows if reasons.get(row.question, "").strip()]
        if not given:
            raise Refused("missing", "/reasons", "No reason is written yet.", "Write at least one of them.")
        facts = append(
            recording,
            [
                Entry(
                    AnswerMissing(form=row.form, question=row.question, reason=reasons[row.question].strip()),
                    draft.audience_id,
                    person_record_id=record,
                    matter_id=draft.matter_id,
                    supersedes=row.fact,
                )
                for row in given
            ],
        )
        left = len(rows) - len(given)
        if not left:
            owed = DutyOpened.objects.select_related("fact").filter(reference=reference, duty_kind=REASON_OWED)
            meet(recording, owed, facts[-1], recording.recorded_at)
        note(worker, draft, "reasons followed")
    return left
