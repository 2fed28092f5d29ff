"""What is typed of a case: who asks, who they are, what the child says, and what is decided on each entry."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.pages.discussion.forms import YES_NO, Choices, long_text, moment, one_of, short_text
from daras.rights.answering import HOW
from daras.rights.asking import ASKED_BACK
from daras.rights.closing import MONTHS_TO_SHOW_WHO
from daras.rights.contesting import OUTCOMES, RIGHTS
from daras.rights.models import AccessClosed
from daras.rights.weighing import CAPACITIES

SHOW, UNDECIDED = "show", ""


class Ask(forms.Form):
    """Somebody asks what is held."""

    capacity = one_of("Who asks, and for whom?", tuple(CAPACITIES.items()), needed="Say for whom they ask.")
    asker_name = short_text("Their name", needed="Write who asks.")
    asker_record = forms.ChoiceField(
        label="Are they known here?",
        help_text="Choose them where they are, so that what would put somebody at risk is found.",
        required=False,
    )
    asker_contact = long_text(
        "How they are reached, safely",
        hint="An address that nobody else opens; when to ring; what must not be left as a message.",
        needed="Write how they are reached.",
        rows=2,
    )
    asker_email = forms.EmailField(
        label="Do they work for an agency of the partnership?",
        help_text="Then their e-mail address at work: nothing of this case is shown to them.",
        required=False,
    )
    scope_words = long_text("What do they ask for?", hint="Leave open where they ask for all of it.", rows=2)
    whole = one_of(
        "Of whom do they ask it?",
        (("no", "Of us alone"), ("yes", "Of the whole partnership: every agency answers for what it holds")),
        needed="Say of whom they ask it.",
    )
    received_at = moment("When was it received?", needed="Say when it was received: the month counts from then.")

    def __init__(self, *arguments: Any, known: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["asker_record"].choices = [("", "Not known, or not sure"), *known]  # type: ignore[attr-defined]


class Identity(forms.Form):
    seen = long_text(
        "What was seen of who they are",
        hint="Not a copy: what it was, and that it is theirs.",
        needed="Write it.",
        rows=2,
    )
    authority_seen = long_text(
        "By what they act for somebody else",
        hint="Parental responsibility and what was seen of it, an order, or the word of whom they act for.",
        rows=2,
    )
    satisfied = one_of("Is it settled who they are?", YES_NO, needed="Say whether it is settled.")


class Child(forms.Form):
    competent = one_of(
        "Does the child understand what is asked, and what may follow of it?",
        YES_NO,
        hint="There is no age: it is how far this child understands.",
        needed="Say whether the child understands.",
    )
    wishes = long_text(
        "What the child says", hint="In the child’s words; or why they were not asked.", needed="Write it."
    )
    objects_to_it = one_of("Does the child not want them to have it, or some of it?", YES_NO, needed="Say so.")
    by_name = short_text("Who heard the child?", needed="Write their name.")


class AskBack(forms.Form):
    what = one_of("What do you need to know?", tuple(ASKED_BACK.items()), needed="Say what you ask.")
    words = long_text(
        "What they are asked", hint="The clock stands still until they answer.", needed="Write it.", rows=2
    )


class SaidMore(forms.Form):
    words = long_text("What they said or showed", hint="The clock runs on.", needed="Write it.", rows=2)


class Extend(forms.Form):
    reason = long_text("Why does it take longer?", needed="Say what is complex.", rows=2)
    told_at = moment("When were they told?", needed="Say when they were told: within the first month.")


class Close(forms.Form):
    why = one_of(
        "Why does nobody answer it?",
        tuple(AccessClosed.Why.choices),
        hint=f"That they did not show who they are can be said {MONTHS_TO_SHOW_WHO} month after they were asked.",
        needed="Say why.",
    )
    reason = long_text(
        "What they said, or what was tried",
        hint="Whatever an agency owed on it ends, and what was held for it may be disposed of in its time.",
        needed="Write it.",
        rows=2,
    )


class TakeUp(forms.Form):
    reason = long_text(
        "Why does it go on?", hint="Their clock counts from when they asked.", needed="Write it.", rows=2
    )


class Common(forms.Form):
    """One reason for all that is withheld on one ground, where an entry has none of its own."""

    def __init__(self, *arguments: Any, grounds: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for ground, name in grounds:
            self.fields[ground] = long_text(f"Reason for all that is withheld: {name}", rows=2)


class Entry(forms.Form):
    """What is decided on one entry."""

    choice = forms.ChoiceField(label="Given or withheld?", required=False)
    words = long_text("The words that are given", hint="Change them where a part must be left out.", rows=2)
    reason = long_text("Reason", hint="For the record. It is never given.", rows=1)
    opinion = long_text("A health professional’s opinion", hint="Whose, of which day, and what it says.", rows=1)

    def __init__(self, *arguments: Any, grounds: Choices, opinion: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        withheld = [(ground, f"Withheld: {name}") for ground, name in grounds]
        self.fields["choice"].choices = [(UNDECIDED, "Not decided yet"), (SHOW, "Given"), *withheld]  # type: ignore[attr-defined]
        if not opinion:
            del self.fields["opinion"]


class Sign(forms.Form):
    signed = one_of(
        "You have read it as they will read it",
        (("yes", "Sign it: it may be given to them"), ("no", "Send it back")),
        needed="Choose whether it is signed.",
    )
    reason = short_text("If not: what is to be changed?")


class LetIn(forms.Form):
    email = short_text("Their e-mail address at work", needed="Write it.")


class Give(forms.Form):
    how = one_of("How was it answered?", tuple(HOW.items()), needed="Choose how.")
    by_whom = short_text("By whom?", needed="Write who gave it.")
    given_at = moment("When?", needed="Say when.")


class Contest(forms.Form):
    right = one_of("What do they ask?", tuple(RIGHTS.items()), needed="Say what they ask.")
    says = long_text("What they say", hint="What is wrong, and what is right, in their words.", needed="Write it.")
    received_at = moment("When was it received?", needed="Say when it was received.")


class Contested(forms.Form):
    outcome = one_of("What is decided?", tuple(OUTCOMES.items()), needed="Choose one.")
    words = long_text(
        "What is right, or why it stands", hint="They are told it. What they say stays beside it.", needed="Write it."
    )
