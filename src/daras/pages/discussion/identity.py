"""Which child is meant: what a health agency is asked, and what it says (B3)."""

from __future__ import annotations

from collections.abc import Iterable

from daras.meetings.identifying import Asked
from daras.pages import wording
from daras.pages.discussion import forms
from daras.working_time import wording as time_wording


class AskIdentity(forms.Step):
    owner = forms.team("Which health team?", needed="Choose the team to ask.")
    known = forms.short_text("What is known of the name", hint="Fragments are enough: “Tam-something”, an initial.")
    school = forms.short_text("School or nursery")
    age_about = forms.short_text("About how old", hint="“Six or seven”, “year 2”.")
    why = forms.short_text("Why they are asked", needed="Say why: they read it.", hint="As little as they need.")


class Identified(forms.Step):
    is_known = forms.one_of("Do you know which child this is?", (("yes", "Yes"), ("no", "No, not from our records")))
    name = forms.short_text("The child’s name, as your record has it")
    date_of_birth = forms.day("Date of birth", needed="")
    nhs_number = forms.short_text("NHS number")
    note = forms.short_text("How sure you are, and anything else the front door should know")


def identity_lines(asked: Iterable[Asked]) -> tuple[str, ...]:
    """Each team that was asked, and what it said."""
    return tuple(line for each in asked for line in _lines(each))


def _lines(each: Asked) -> Iterable[str]:
    who = wording.owner(each.asked.agency, each.asked.team)
    if not each.answers:
        yield f"{who} was asked {time_wording.long_datetime(each.asked.fact.recorded_at)}. No answer yet."
    for answer in each.answers:
        born = f"born {time_wording.short_date(answer.date_of_birth)}" if answer.date_of_birth else ""
        number = f"NHS number {answer.nhs_number}" if answer.nhs_number else ""
        named = ", ".join(part for part in (answer.name, born, number, answer.note) if part)
        yield f"{who}: {named}." if answer.is_known else f"{who}: not known there. {answer.note}".strip()
