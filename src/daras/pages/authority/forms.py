"""What is typed about authorities and a transfer."""

from __future__ import annotations

from typing import Any

from daras.frontdoor.authorities import ELSEWHERE, ours
from daras.pages.discussion.forms import Choices, Step, long_text, one_of, short_text


def places() -> Choices:
    """The authorities of the partnership, and elsewhere."""
    return (*ours().items(), (ELSEWHERE, "Elsewhere"))


class State(Step):
    """Responsible, and found: two questions, for the answers may differ."""

    person = one_of("Which child?", (), needed="Choose the child.")
    responsible = one_of("Which authority is responsible?", (), hint="By where the child ordinarily lives.")
    responsible_name = short_text("If elsewhere, which authority?", hint="For example Plymouth City Council.")
    found_in = one_of("Where was the child found?", (), hint="Where the child is now, or was when this came in.")
    found_at = short_text("At what place?", hint="For example a campsite, a hospital, an aunt’s home.")
    because = short_text("How do you know?", needed="Write how you know.")

    def __init__(self, *arguments: Any, people: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]
        for name in ("responsible", "found_in"):
            self.fields[name].choices = list(places())  # type: ignore[attr-defined]


class Offer(Step):
    to = one_of("Who is asked to take it over?", ())
    to_name = short_text("If elsewhere, which authority?")
    to_contact = short_text("If elsewhere, who was asked, and how?", hint="Name or desk, telephone, secure e-mail.")
    because = long_text("Why is it theirs?", needed="Write why it is theirs.", hint="They read this first.", rows=3)

    def __init__(self, *arguments: Any, own: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["to"].choices = [each for each in places() if each[0] != own]  # type: ignore[attr-defined]


YES_OR_NO: Choices = (("yes", "We take it over"), ("no", "We decline it"))
THEY_DO: Choices = (("yes", "They take it over"), ("no", "They decline it"))


class Answer(Step):
    accepts = one_of("Your answer", YES_OR_NO, hint="Accepted, what their front door owes is yours, by the same clock.")
    reason = long_text("Why, or what they should know", hint="Needed where you decline.", rows=2)


class NoteAnswer(Step):
    accepts = one_of("What did they answer?", THEY_DO)
    answered_by = short_text("Who answered?", needed="Write their name and post.", hint="Their name and post.")
    reason = long_text("What was agreed, and when?", needed="Write what was agreed, and when.", rows=2)
