"""What those who keep the record are asked: what is held and why, and whether a matter may go."""

from __future__ import annotations

from django import forms

from daras.keeping.models import DisposalReviewed, HoldPlaced
from daras.pages.discussion.forms import long_text, one_of, short_text


class Hold(forms.Form):
    """What is held against every disposal."""

    ground = one_of("What is it for?", HoldPlaced.Ground.choices, needed="Choose what it is for.")
    reason = long_text("Which one, and who asked?", needed="Write which inquiry, case or request it is for.")
    references = short_text("Which matters?", hint="Their references, with spaces between. Left empty: every matter.")


class Review(forms.Form):
    """Whether a matter whose time has run out is kept, or may go."""

    decision = one_of("What do you say?", DisposalReviewed.Decision.choices, needed="Choose one.")
    keep_until = forms.DateField(
        label="Keep it until",
        help_text="Only where it is kept. For example, 31/3/2031.",
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        error_messages={"invalid": "Write a day, such as 31/3/2031."},
    )
    reason = long_text("What did you read, and why?", needed="Write what you read, and why.")


class Approve(forms.Form):
    """Nothing but the press: who approves has read the same."""
