"""A completed form that is news goes the way of all news: read, looked up, weighed, owed, told (A3, F1 to F6).

What a question means to the front door stands in the practice pack (`means`); nothing is typed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from daras.forms.hooks import Completed
from daras.forms.merging import Body
from daras.forms.said import occurred
from daras.frontdoor.composing import person as person_named
from daras.frontdoor.composing import without_empty
from daras.frontdoor.document import FORMAT
from daras.frontdoor.intake import Principal, receive
from daras.ledger.refusal import Refused
from daras.practice.form_definitions import Means
from daras.working_time import clock

SUBJECT = "subject"
#: What a document that came of a form is known by, before the form's reference.
KEY = "form:"
CHILDREN = frozenset({"child", "unborn"})


def tell_front_door(completed: Completed) -> None:
    """Send what a form says to the front door, if the form reaches it. Raises `Refused` for what the front door would
    refuse by any other way in; the form is then not completed, and nothing of it is lost."""
    if not completed.fact.to_front_door:
        return
    outcome = receive(
        json.dumps(document(completed), ensure_ascii=False).encode(),
        principal=Principal(completed.worker.slug, "page", completed.worker.agency),
        idempotency_key=f"{KEY}{completed.fact.reference}",
    )
    if outcome.problem is not None:
        problem = outcome.problem
        raise Refused(problem.code, f"/front-door{problem.pointer}", problem.detail, problem.remedy)


def document(completed: Completed) -> Body:
    """The daras-referral/1 document of a completed form."""
    worker, people = completed.worker, dict(_people(completed))
    said = _meant(completed)
    about = _about(completed, people)
    made: Body = {
        "format": FORMAT,
        "kind": completed.form.reaches,
        "grade": said.get("grade"),
        "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": without_empty(
            {
                "agency": worker.agency,
                "team": worker.team,
                "name": worker.name,
                "role": worker.role.replace("-", " "),
                "email": worker.email,
            }
        ),
        "people": list(people.values()),
        "relationships": list(_ties(completed, people)),
        "concerns": [_concern(completed, said, about)],
        "voice_of_child": _voice(completed, said, about),
        "involvement": _involvement(said),
        "hoped_for": said.get("hoped-for"),
    }
    return {name: value for name, value in made.items() if value or name in {"people", "concerns"}}


def _people(completed: Completed) -> Iterator[tuple[str, Body]]:
    """Whom it is about, then everybody named, by ref."""
    subject = completed.body["subject"]
    role = subject.get("role") or (completed.form.subject if completed.form.subject != "anybody" else "unknown")
    yield SUBJECT, person_named(SUBJECT, {**_to_the_day(subject), "role": role})
    for question in completed.form.asked(completed.said):
        for key, held in completed.said.people.get(question.id, {}).items() if question.kind == "people" else ():
            if any(held.values()):
                home = {name: subject.get(name) for name in ("street", "town", "postcode")}
                shared = without_empty(home) if held.get("lives_in_home") else {}
                ref = f"{question.id}.{key}"
                yield ref, person_named(_ref(ref), {"role": "unknown", **shared, **_to_the_day(held)})


def _to_the_day(held: Mapping[str, Any]) -> Body:
    """A birth that is known to the year alone is in the form; the document has room for a day only."""
    return {name: value for name, value in without_empty(held).items() if name != "date_of_birth" or len(value) == 10}


def _ref(key: str) -> str:
    return key.replace(".", "-")


def _meant(completed: Completed) -> dict[Means, str]:
    found: dict[Means, str] = {}
    for question in completed.form.asked(completed.said):
        values = completed.said.values(question.id)
        if question.means and values:
            found[question.means] = values[0]
        elif question.means == "voice":
            reason = str(completed.body.get("not_asked", {}).get(question.id) or "")
            found["voice-not-obtained"] = reason or "The reason will follow."
    return found


def _about(completed: Completed, people: Mapping[str, Body]) -> list[str]:
    """Whom the worry is about: those the form names as such, else whom the form is about."""
    meant = {question.id for question in completed.form.questions if question.means == "about"}
    named = [key for key in people if key.partition(".")[0] in meant]
    return [_ref(key) for key in named] or [SUBJECT]


def _concern(completed: Completed, said: Mapping[Means, str], about: list[str]) -> Body:
    words = " ".join(part for part in (said.get("what-happened", ""), _rest(completed)) if part)
    concern: Body = {
        "about": about,
        "category": said.get("category") or completed.form.category,
        "what_happened": words or completed.form.name,
        "seen_or_heard_by": completed.worker.name,
    }
    if said.get("suspected"):
        concern["suspected"] = [_ref(said["suspected"])]
    first, last = occurred(completed.body)
    if first is not None and last is not None:
        concern["occurred_at"] = clock.local_date(first).isoformat() if first.date() == last.date() else None
    return without_empty(concern)


def _rest(completed: Completed) -> str:
    """What was answered beside it: from which form it came stands first, and each answer with its question."""
    told = [
        f"{question.ask} {', '.join(question.name_of(value) for value in completed.said.values(question.id))}."
        for question in completed.form.asked(completed.said)
        if completed.said.values(question.id) and not question.means and question.kind not in {"person", "people"}
    ]
    return f"(From the form “{completed.form.name}”. {' '.join(told)})"


def _voice(completed: Completed, said: Mapping[Means, str], about: list[str]) -> Body:
    """What whom the form is about says; where the form is about an adult, it is no child's voice."""
    subject = completed.body["subject"]
    if SUBJECT not in about or (subject.get("role") or completed.form.subject) not in CHILDREN:
        return {}
    if said.get("voice"):
        return {SUBJECT: {"text": said["voice"]}}
    reason = said.get("voice-not-obtained")
    return {SUBJECT: {"not_obtained_because": reason}} if reason else {}


def _involvement(said: Mapping[Means, str]) -> Body:
    told: Any = {"yes": True, "no": False}.get(said.get("parents-told", ""))
    made = {
        "parents_told": told,
        "reason": said.get("parents-not-told-because"),
        "their_views": said.get("parents-views"),
    }
    return {name: value for name, value in made.items() if value not in (None, "")}


def _ties(completed: Completed, people: Mapping[str, Body]) -> Iterator[Body]:
    for key in people:
        question, _, place = key.partition(".")
        held = completed.said.people.get(question, {}).get(place, {}) if place else {}
        if held.get("relation"):
            yield {"from": _ref(key), "to": SUBJECT, "type": held["relation"]}
        if held.get("lives_in_home"):
            yield {"from": _ref(key), "to": SUBJECT, "type": "lives-with"}
