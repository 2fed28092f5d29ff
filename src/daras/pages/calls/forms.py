"""What is typed about a call to a parent."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.frontdoor.calling_parents import OUTCOMES
from daras.pages.discussion.forms import Choices, Step, long_text, one_of, short_text


class Book(Step):
    person = one_of("Who is called?", (), needed="Choose who is called.")
    at = forms.ChoiceField(
        label="When?",
        help_text="Evenings when parents can speak. Times that are taken are not shown.",
        error_messages={"required": "Choose a time.", "invalid_choice": "This time is taken, or past. Choose another."},
    )
    telephone = short_text("On which number?", needed="Write the number.")
    needs = short_text("What they need", hint="An interpreter, text relay, or who must not overhear.")
    note = long_text("What the call is for", rows=2)

    def __init__(self, *arguments: Any, people: Choices = (), times: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]
        self.fields["at"].choices = [("", "Choose a time"), *times]  # type: ignore[attr-defined]


class End(Step):
    outcome = one_of("What came of it?", tuple(OUTCOMES.items()), needed="Choose what came of it.")
    words = long_text("What the parent said", hint="In the parent’s words. The referrer does not read it.", rows=3)
