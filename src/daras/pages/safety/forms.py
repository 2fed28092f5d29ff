"""What is typed about safety tonight and in an analysis."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.matters.decisions import DECISIONS
from daras.pages.discussion.forms import Choices, Step, long_text, moment, one_of
from daras.safety.protecting import OUTCOMES, PROTECTIONS

SCALE: Choices = tuple((str(number), str(number)) for number in range(11))


class Record(Step):
    """What holds somebody safe: five things, of which two may follow."""

    protection = one_of("What is it?", tuple(PROTECTIONS.items()), needed="Choose what it is.")
    person = one_of("Whom is it about?", (), needed="Choose whom it is about.")
    since = moment("Since when?", needed="Say since when it holds.")
    expires_at = moment(
        "Until when?", hint="Police protection: leave this open. It ends 72 hours after it was taken, by law."
    )
    words = long_text("Why, or what the condition says", hint="May follow later: record it now.")
    holder = forms.ChoiceField(label="Who holds it?", required=False)

    def __init__(self, *arguments: Any, people: Choices = (), holders: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]
        usual = ("", "Whoever usually does: the police, social care, or probation")
        self.fields["holder"].choices = [usual, *holders]  # type: ignore[attr-defined]


class Complete(Step):
    words = long_text("Why, or what the condition says", needed="Write why, or what the condition says.")
    expires_at = moment("Until when?")


class Settle(Step):
    outcome = one_of("What follows?", tuple(OUTCOMES.items()), needed="Choose what follows.")
    words = long_text("What keeps the child safe now", needed="Write what keeps the child safe now.")


class Analysis(Step):
    """A social worker's analysis."""

    worries = long_text("What worries you?", needed="Write what worries you.", hint="What happened, and what may.")
    what_works = long_text(
        "What works well?", needed="Write what works well.", hint="Who and what keeps the child safe."
    )
    must_happen = long_text("What must happen?", needed="Write what must happen.")
    scaling = one_of(
        "Where is it now, from 0 to 10?",
        SCALE,
        hint="0: the child will certainly be harmed. 10: safe enough that we need not be involved.",
        needed="Choose a number from 0 to 10.",
    )
    recommendation = one_of("What do you recommend?", tuple(DECISIONS.items()), needed="Choose what you recommend.")
    because = long_text(
        "Why?", needed="Write why you recommend this.", hint="The manager reads it beside the decision."
    )
