"""What is typed of a family's version."""

from __future__ import annotations

from typing import Any

from daras.disclosures.commands import HOW
from daras.pages.discussion.forms import Choices, Step, long_text, moment, one_of, short_text


class Prepare(Step):
    """For which child and whom, and three things in plain words."""

    recipient = one_of("Which child, and who is it for?", (), needed="Choose who it is for.")
    decided = long_text(
        "What was decided, and why",
        hint="In plain words, to them. Name nobody outside the family, and not who wrote to us.",
        needed="Write what was decided.",
        rows=5,
    )
    next_steps = long_text("What happens next, and when", needed="Write what happens next.", rows=4)
    whom_to_ask = long_text(
        "Whom they can ask, and how they can complain",
        hint="A name and a telephone number; an advocate, where there is one.",
        needed="Write whom they can ask.",
        rows=3,
    )

    def __init__(self, *arguments: Any, recipients: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["recipient"].choices = list(recipients)  # type: ignore[attr-defined]


class Review(Step):
    """Released, or sent back."""

    released = one_of(
        "You have read it as they will read it",
        (("yes", "Release it: it may be given to them"), ("no", "Send it back")),
        needed="Choose whether it is released.",
    )
    reason = short_text("If not: what is to be changed?")


class Give(Step):
    """The disclosure: how, by whom, when."""

    how = one_of("How was it given?", tuple(HOW.items()), needed="Choose how it was given.")
    by_whom = short_text("By whom?", needed="Write who gave it.")
    given_at = moment("When?", needed="Say when it was given.")
