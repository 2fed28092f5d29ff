"""What custodians, and those who protect, restrict or open in an emergency, are asked."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.custodians.models import Protected
from daras.handling.models import ASSESSMENTS, HANDLING, SOURCES
from daras.pages.discussion.forms import long_text, one_of, short_text


class Protect(forms.Form):
    """Who is protected from whom, and who keeps it."""

    protection = one_of("Why must nobody else know?", Protected.Protection.choices, needed="Choose why.")
    reason = long_text("In your words", needed="Write why it must be known to nobody else.")
    custodian_agency = forms.ChoiceField(
        label="Whose custodians keep it?",
        help_text="They are told when anybody names this person, and decide. Everybody else sees nothing, you too.",
        error_messages={"required": "Choose an agency."},
    )
    kept_by = forms.MultipleChoiceField(
        label="Who of your team goes on seeing it?",
        help_text="Nobody, unless you choose. Choose whoever must act for this child today.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *positional: Any, agencies: Any, team: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["custodian_agency"].choices = [("", "Choose"), *agencies]  # type: ignore[attr-defined]
        self.fields["kept_by"].choices = team  # type: ignore[attr-defined]


class Restrict(forms.Form):
    """Why an entry is for its own team only, and whom others ask."""

    reason = long_text("Why must others not read it?", needed="Write why.", hint="Read by your team and custodians.")
    ask = short_text(
        "Whom may others ask?", hint="Left empty: your agency’s custodian. Everybody who read it reads this."
    )


class Why(forms.Form):
    """A reason alone."""

    reason = long_text("Why?", needed="Write why.")


class Naming(forms.Form):
    """Whether somebody named is the protected person."""

    same = one_of(
        "Is it the person whom you protect?",
        (("yes", "Yes: what was named is protected too"), ("no", "No, it is somebody else")),
    )
    reason = long_text("What did you find, and whom did you call?", needed="Write what you found.")


class Review(forms.Form):
    """What somebody found who reviewed sight that was taken, or looks that were unusual."""

    right = one_of("What did you find?", (("yes", "There was good reason"), ("no", "There was none, or none I found")))
    words = long_text("Whom did you ask, and what follows?", needed="Write whom you asked.")


class Emergency(forms.Form):
    """What is opened, and why now."""

    whom = short_text("NHS number of the child, or the matter’s reference", needed="Write one of them.")
    reason = long_text("Why must you see it now?", needed="Write what might happen if you did not.")


class Graded(forms.Form):
    """A 3x5x2 grade."""

    source = one_of("Source", tuple(SOURCES.items()), needed="Grade the source.")
    assessment = one_of("How it is known", tuple(ASSESSMENTS.items()), needed="Say how it is known.")
    handling = one_of("Handling", tuple(HANDLING.items()), needed="Choose the handling code.")
    conditions = short_text("Conditions", hint="Needed where it may be shared with conditions.")
