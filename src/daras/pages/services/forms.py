"""What is typed to find a service, and to ask what becomes of its list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from daras.pages.discussion.forms import Choices, Step, short_text
from daras.pages.requests.forms import past_day
from daras.working_time import clock


def number(label: str, *, hint: str = "") -> forms.FloatField:
    """A number; what is none is said at its field."""
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    messages = {"required": "Write a number.", "invalid": "Write a number."}
    return forms.FloatField(label=label, help_text=hint, widget=widget, error_messages=messages)


class OnDay(Step):
    on = past_day("Who had how many on another day?", hint="At the end of that day.")

    def clean_on(self) -> date | None:
        """A day that is still to come is counted by nobody."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError("This day is still to come. Write one that is past, or none.")
        return day


class Find(Step):
    need = forms.MultipleChoiceField(
        label="What is needed?", required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    age = forms.IntegerField(
        label="Age", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Write a number of years."},
    )  # fmt: skip
    postcode = short_text("Postcode, or its first half", hint="For example TR15.")
    language = forms.ChoiceField(label="Language", required=False)

    def __init__(self, *arguments: Any, needs: Choices, languages: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["need"].choices = list(needs)  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", "Any"), *languages]  # type: ignore[attr-defined]


class AskForecast(Step):
    arriving = number("Asked for in a week", hint="On average. The last twelve weeks, unless you change it.")
    seen = number("Begun in a week", hint="By all practitioners together.")
    practitioners = forms.IntegerField(
        label="Practitioners", widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Write a number.", "invalid": "Write a number."},
    )  # fmt: skip
