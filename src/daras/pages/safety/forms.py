"""What is typed about safety tonight and in an analysis."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.matters.decisions import DECISIONS
from daras.pages.discussion.forms import Choices, Step, long_text, moment, one_of, short_text
from daras.safety.protecting import OUTCOMES, PROTECTIONS

SCALE: Choices = tuple((str(number), str(number)) for number in range(11))


class Record(Step):
    """What holds somebody safe: five things, of which two may follow."""

    protection = one_of("What is it?", tuple(PROTECTIONS.items()), needed="Choose what it is.")
    person = one_of(
        "Whom is it about?",
        (),
        needed="Choose whom it is about.",
        hint="The child; for conditions and for prohibited contact, whoever is bound by it.",
    )
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


class SeenNow(Step):
    """Whether a child is safe at this moment: seen by whom, where now, with whom."""

    person = one_of("Whom is it about?", (), needed="Choose whom it is about.")
    seen = one_of(
        "Was the child seen?",
        (("yes", "Yes, the child was seen"), ("no", "No, not seen yet, or not found")),
        needed="Say whether the child was seen.",
    )
    by = short_text("Seen by whom?", hint="Name and post.")
    where = short_text("Where is the child now?")
    company = short_text("Who is with the child?", hint="Names, with commas between them.")
    at = moment("When?")

    def __init__(self, *arguments: Any, people: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]


class AtTheDoor(Step):
    """What holds a child safe, or binds somebody, before any form exists. Three things are needed; all else may
    follow."""

    protection = one_of("What is it?", tuple(PROTECTIONS.items()), needed="Choose what it is.")
    since = moment("Since when?", needed="Say since when it holds.")
    given_name = short_text("First name", hint="Of the child; for conditions, of whoever is bound by them.")
    family_name = short_text("Family name")
    date_of_birth = forms.DateField(
        label="Date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write it as a day."},
    )
    seen = one_of("Is the child with you, or seen?", (("yes", "Yes"), ("no", "No, not yet")), needed="")
    where = short_text("Where is the child now?")
    company = short_text("Who is with the child?", hint="Names, with commas between them.")
    street = short_text("Home: house and street")
    town = short_text("Town")
    postcode = short_text("Postcode")
    expires_at = moment(
        "Until when?", hint="Police protection: leave this open. It ends 72 hours after it was taken, by law."
    )
    words = long_text("Why, or what the condition says", hint="May follow later: record it now.")


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
