"""A component is drawn once for all that are alike, and is the same as if it were drawn alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template import engines
from markupsafe import Markup

from daras.design.drawn import Drawn
from daras.pages.discussion.fields import Field, Kind, Option

FORMS = "pages/discussion/forms.html"
OPTIONS = (
    Option("cornwall/maru", "Social care, MARU", chosen=False),
    Option("police/cid", "Police & CID", chosen=True),
)
PLAIN = Field("id_a", "a", "What was said?", "In their words.", "text", "", (), "", 3)
NAMES = ("id", "name", "value")


def alone(field: Field) -> str:
    """What the macro makes of a field by itself."""
    template = engines["jinja2"].env.get_template(FORMS)  # type: ignore[attr-defined]
    return str(template.module.drawn_once(field))


@pytest.fixture
def drawn() -> Drawn:
    """With nothing drawn yet."""
    return Drawn(engines["jinja2"].env)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind", ["text", "long", "radios", "checkboxes", "select", "datetime-local", "date", "checkbox", "hidden"]
)
@pytest.mark.parametrize("value", ["", 'Two\nlines, "quoted" & <b>tagged</b>'])
@pytest.mark.parametrize("error", ["", "Say what was said."])
def test_a_field_drawn_from_another_is_the_same_as_drawn_alone(
    drawn: Drawn, kind: Kind, value: str, error: str
) -> None:
    """Given a field that was drawn for somebody, when another of its kind is drawn under another name and with other
    words in it, then it is, to the letter, what it would be alone: its words escaped, and none of the first's."""
    first = replace(PLAIN, kind=kind, options=OPTIONS, error=error, value=value and "Said to the first alone")
    second = replace(first, id="id_b-7", name="b-7", value=value)
    assert str(drawn(FORMS, "drawn_once", first, *NAMES)) == alone(first)
    assert str(drawn(FORMS, "drawn_once", second, *NAMES)) == alone(second)
    assert drawn.kept == 1


def test_what_differs_in_anything_else_is_drawn_anew(drawn: Drawn) -> None:
    """Given two fields of which one has another label, or another choice made, then neither stands for the other."""
    fields = [
        replace(PLAIN, kind="radios", options=OPTIONS),
        replace(PLAIN, kind="radios", options=OPTIONS, label="What did they see?"),
        replace(PLAIN, kind="radios", options=tuple(replace(each, chosen=not each.chosen) for each in OPTIONS)),
        replace(PLAIN, kind="text"),
        replace(PLAIN, kind="text", value="Something was written."),
    ]
    for each in fields:
        assert str(drawn(FORMS, "drawn_once", each, *NAMES)) == alone(each)
    assert drawn.kept == len(fields)


def test_what_is_drawn_is_markup_and_what_was_typed_is_not(drawn: Drawn) -> None:
    """G4: given words that look like a page's own, then they are shown as words."""
    made = drawn(FORMS, "drawn_once", replace(PLAIN, value="<script>alert(1)</script>"), *NAMES)
    assert isinstance(made, Markup)
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
