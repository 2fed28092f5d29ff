"""What is typed to propose a change: the fields of what is to be changed, whether it was wrong, and how it is known."""

from __future__ import annotations

from django import forms

from daras.pages.discussion.forms import Choices, Step, long_text, one_of, short_text

WAS: Choices = (
    ("wrong", "It was always wrong: those who read it are told"),
    ("changed", "It was right and has changed since"),
)


def _day(label: str, *, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write it as a day."},
    )


class _Known(Step):
    was = one_of("Was it wrong, or has it changed?", WAS, needed="Choose one of the two.")
    since = _day("If it has changed, since when?")
    because = long_text("How do you know?", needed="Write how you know.", rows=2)


class Name(_Known):
    given_name = short_text("First name")
    family_name = short_text("Family name")
    field_order = ("given_name", "family_name", "was", "since", "because")


class Birth(_Known):
    date_of_birth = _day("Date of birth")
    field_order = ("date_of_birth", "was", "since", "because")


class Home(_Known):
    lines = long_text("House and street", rows=2)
    town = short_text("Town")
    postcode = short_text("Postcode")
    field_order = ("lines", "town", "postcode", "was", "since", "because")


class InWords(_Known):
    proposed = long_text("What it should say", rows=2)
    field_order = ("proposed", "was", "since", "because")


class Family(_Known):
    proposed = long_text("What it should say", rows=2)
    given_name = short_text(
        "First name of whom it ties them to",
        hint="If you know it. The family picture shows them dashed, as proposed, until it is answered.",
    )
    family_name = short_text("Their family name")
    field_order = ("proposed", "given_name", "family_name", "was", "since", "because")


def proposal_form(of: str) -> type[Step]:
    """The form for what is to be changed."""
    forms_of: dict[str, type[Step]] = {"name": Name, "date-of-birth": Birth, "address": Home, "family": Family}
    return forms_of.get(of, InWords)
