"""What keeps a form from being completed, question by question, in words for whoever fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from daras.forms.merging import Body, Path
from daras.forms.said import days_of, occurred, said_in
from daras.practice import pack_for, voice_placeholders
from daras.practice.form_definitions import CHOSEN, FormDefinition, FormQuestion
from daras.practice.loading import folded
from daras.working_time import clock

#: An answer is words, not a file.
LONGEST = 20_000
MOST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, and the field it stands in."""

    path: Path
    code: str
    detail: str
    remedy: str


def missing(form: FormDefinition, body: Body) -> list[FormQuestion]:
    """The required questions that are asked and not answered."""
    said = said_in(body)
    return [
        question
        for question in form.asked(said)
        if question.required
        and not (said.named(question.id) if question.kind == "people" else said.values(question.id))
    ]


def problems(form: FormDefinition, body: Body, now: datetime) -> list[Problem]:
    """Everything that keeps a form from being completed now."""
    return [*_when(form, body, now), *_wrong(form, body, now), *_people(form, body), *_left_out(form, body)]


def is_late(form: FormDefinition, body: Body, recorded_at: datetime) -> bool:
    """Whether it is recorded later after it happened than the form allows (F7)."""
    _, last = occurred(body)
    if form.recorded_within is None or last is None:
        return False
    return recorded_at > form.recorded_within.due(last, pack_for(clock.local_date(recorded_at)).calendar)


def _when(form: FormDefinition, body: Body, now: datetime) -> Iterator[Problem]:
    said = body.get("occurred", {})
    first, last = occurred(body)
    at: Path = ("occurred", "on")
    if first is None or last is None:
        detail = "This is no date or time." if said.get("on") else "When it happened is not said."
        yield Problem(at, "no-date", detail, "Write the day, for example 20 11 2026, and the time as 14:30.")
        return
    if first > now:
        yield Problem(at, "in-the-future", "This day is still to come.", "Write when it happened.")
    elif is_late(form, body, now) and not (said.get("late_because") or body.get("later", {}).get("late")):
        yield Problem(
            ("occurred", "late_because"),
            "late-unexplained",
            f"It is recorded more than {form.recorded_within} after it happened.",
            "Say why, or tick that you will say it later.",
        )


def _wrong(form: FormDefinition, body: Body, now: datetime) -> Iterator[Problem]:
    said = said_in(body)
    placeholders = voice_placeholders(clock.local_date(now))
    for question in form.asked(said):
        for value in said.values(question.id):
            found = _mistake(question, value, now)
            if question.heard and folded(value) in placeholders:
                found = ("voice-placeholder", f"“{value}” is not what somebody says.", _HEARD)
            if found:
                yield Problem(("answers", question.id), *found)
                break


_HEARD = "Write their words, or say why they could not be heard."


def _mistake(question: FormQuestion, value: str, now: datetime) -> tuple[str, str, str] | None:
    if len(value) > LONGEST:
        return "too-long", f"This is longer than {LONGEST:,} letters.", "Shorten it."
    if question.kind in CHOSEN and value not in {choice.id for choice in question.choices}:
        return "unknown-choice", f"“{value}” is none of the choices.", "Choose one of them."
    if question.kind == "number":
        return _number(question, value)
    if question.kind == "date":
        try:
            first, _ = days_of(value)
        except ValueError:
            return "no-date", f"“{value}” is no date.", "Write it as day month year, or month year, or year."
        if first.year < 1880 or first.year > clock.local_date(now).year + 10:
            return "no-date", f"{first.year} is no year this could be.", "Check the year."
    return None


def _number(question: FormQuestion, value: str) -> tuple[str, str, str] | None:
    if not value.lstrip("-").isdigit() or abs(int(value)) > MOST_NUMBER:
        return "no-number", f"“{value}” is no whole number.", "Write it in digits."
    low, high = question.minimum, question.maximum
    if low is not None and int(value) < low:
        return "out-of-range", f"{value} is less than {low}.", "Check the number."
    if high is not None and int(value) > high:
        return "out-of-range", f"{value} is more than {high}.", "Check the number."
    return None


def _people(form: FormDefinition, body: Body) -> Iterator[Problem]:
    said = said_in(body)
    for question in form.asked(said):
        if question.kind != "people":
            continue
        for key, held in said.people.get(question.id, {}).items():
            at: Path = ("people", question.id, key)
            for name in ("date_of_birth", "expected_birth_on"):
                try:
                    first, last = days_of(str(held[name])) if held.get(name) else (None, None)
                except ValueError:
                    yield Problem((*at, name), "no-date", f"“{held[name]}” is no date.", "Write it as day month year.")
                    continue
                if name == "expected_birth_on" and first != last:
                    yield Problem((*at, name), "no-date", "This is no day.", "Write the day that is expected.")
            named = held.get("given_name") or held.get("family_name") or held.get("role") == "unborn"
            if any(held.values()) and not named:
                yield Problem((*at, "given_name"), "no-name", "Somebody has no name.", "Write what they are called.")


def _left_out(form: FormDefinition, body: Body) -> Iterator[Problem]:
    for question in missing(form, body):
        if body.get("later", {}).get(question.id):
            continue
        reason = str(body.get("not_asked", {}).get(question.id) or "")
        if question.not_asked and reason:
            if folded(reason) in voice_placeholders(clock.today()):
                detail = f"“{reason}” is no reason."
                yield Problem(("not_asked", question.id), "no-reason", detail, "Say why it was not asked.")
            continue
        remedy = "Answer it, or say under it that you will say why later."
        if question.not_asked:
            remedy = "Answer it, or say under it why it was not asked, or that you will say why later."
        yield Problem(("answers", question.id), "not-answered", f"“{question.ask}” is not answered.", remedy)
