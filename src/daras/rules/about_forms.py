"""Predicates about what forms say of a person: so that an answer can make a decision due (design: forms)."""

from __future__ import annotations

from daras.rules.registry import Asked, Evidence, about_person, within_days
from daras.rules.situation import Person
from daras.working_time.wording import listed, short_date


@about_person("form-answer", must="form question is", may="days", gives="answer")
def form_answer(asked: Asked, person: Person) -> Evidence | None:
    """In a form about the person one of these was chosen, within so many days where they are counted."""
    wanted = asked.wanted
    for answer in person.form_answers:
        if (answer.form, answer.question) != (wanted["form"], wanted["question"]):
            continue
        chosen = [each for each in answer.chosen if each in wanted["is"]]
        if chosen and ("days" not in wanted or within_days(asked, answer.on, wanted["days"])):
            words = listed([each.replace("-", " ") for each in chosen])
            return Evidence((f"{words} ({short_date(answer.on)})",), {"answer": words})
    return None
