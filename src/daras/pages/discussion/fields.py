"""From a form to values that a template can draw with the design system's macros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from django import forms
from django.forms import BoundField

Kind = Literal["text", "long", "radios", "checkboxes", "select", "datetime-local", "date", "checkbox", "hidden", "file"]


#: How wide what is short is drawn, in characters.
NUMBER, DAY = 5, 10


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field, ready to be drawn."""

    id: str
    name: str
    label: str
    hint: str
    kind: Kind
    value: str
    options: tuple[Option, ...]
    error: str
    rows: int
    width: int = 0  # in characters; nought is as wide as the column


@dataclass(frozen=True, slots=True)
class FormShown:
    """One step's form: where it goes, what it is about, and whether it came back with mistakes."""

    step: str
    action: str
    subject: str
    fields: tuple[Field, ...]
    button: str
    is_open: bool
    page: str
    theirs: str = ""  # what somebody else has saved meanwhile, where this came back for it


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary."""

    text: str
    href: str


def field(bound: BoundField) -> Field:
    """A field with what was typed into it."""
    kind = _kind(bound.field)
    value = bound.value()
    chosen = {str(each) for each in value} if isinstance(value, list | tuple) else {str(value or "")}
    choices = bound.field.choices if isinstance(bound.field, forms.ChoiceField) else []
    options = tuple(
        Option(str(key), str(text), str(key) in chosen) for key, text in cast("list[tuple[str, str]]", choices)
    )
    if kind == "checkbox":
        options = (Option("on", str(bound.label), bool(value)),)
    formatted = (
        "" if kind == "file" or isinstance(value, list | tuple) else bound.field.widget.format_value(value) or ""
    )
    return Field(
        id=bound.id_for_label or f"id_{bound.html_name}",
        name=bound.html_name,
        label=str(bound.label),
        hint=str(bound.help_text),
        kind=kind,
        value=formatted if isinstance(formatted, str) else str(value or ""),
        options=options,
        error=" ".join(str(each) for each in bound.errors),
        rows=int(bound.field.widget.attrs.get("rows", 3)),
        width=NUMBER if bound.field.widget.attrs.get("inputmode") in {"numeric", "decimal"} else 0,
    )


def _kind(field: forms.Field) -> Kind:
    kinds: tuple[tuple[type[forms.Widget], Kind], ...] = (
        (forms.HiddenInput, "hidden"),
        (forms.FileInput, "file"),
        (forms.Textarea, "long"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.DateTimeInput, "datetime-local"),
        (forms.DateInput, "date"),
        (forms.CheckboxInput, "checkbox"),
    )
    return next((kind for widget, kind in kinds if isinstance(field.widget, widget)), "text")


def fields(form: forms.Form) -> tuple[Field, ...]:
    """All fields of a form, in order."""
    return tuple(field(bound) for bound in form)


def problems(form: forms.Form) -> list[Problem]:
    """What the error summary says, each line leading to its field."""
    found = []
    for bound in form:
        shown = field(bound)
        first = f"{shown.id}_0" if shown.kind in {"radios", "checkboxes"} else shown.id
        found += [Problem(str(error), f"#{first}") for error in bound.errors]
    found += [Problem(str(error), "#main-content") for error in form.non_field_errors()]
    return found
