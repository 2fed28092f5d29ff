"""What is typed about a request. The practice pack says what a kind asks, and these draw it."""

from __future__ import annotations

from typing import Any

from django import forms

from daras.pages.discussion.forms import Choices, Step, long_text, one_of, short_text
from daras.practice.request_definitions import RequestKind, Stage

URGENCIES: Choices = (("routine", "Routine"), ("urgent", "Urgent"))
RISKS: Choices = (("low", "Low"), ("medium", "Medium"), ("high", "High"))


def past_day(label: str, *, hint: str = "") -> forms.DateField:
    """A day that may be left empty."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, help_text=hint, required=False, widget=widget, error_messages={"invalid": "Write it as a day."}
    )


class Ask(Step):
    """One form for every kind: whom, about whom, what, on which basis, how soon."""

    to = forms.ChoiceField(label="Whom do you ask?", error_messages={"required": "Say whom you ask."})
    person = forms.ChoiceField(label="Whom is it about?", required=False)
    given_name = short_text("First name", hint="Somebody who is not on the list above.")
    family_name = short_text("Family name")
    date_of_birth = past_day("Date of birth")
    asks = long_text("", needed="Say what you ask.", rows=5)
    basis = one_of("On which basis in law?", (), needed="Say on which basis in law you ask.")
    urgency = one_of("How soon?", (), needed="Say how soon it is needed.")

    def __init__(
        self, *arguments: Any, kind: RequestKind, to: Choices, people: Choices, on: bool = False, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.fields["to"].choices = [*([("", "Choose a team")] if len(to) > 1 else []), *to]  # type: ignore[attr-defined]
        if on:
            for name in ("person", "given_name", "family_name", "date_of_birth"):
                del self.fields[name]
        elif people:
            self.fields["person"].choices = [*people, ("", "Somebody else")]  # type: ignore[attr-defined]
        else:
            del self.fields["person"]
            self.fields["given_name"].help_text = "Of whoever it is about."
        self.fields["asks"].label = kind.asks
        if kind.bases:
            self.fields["basis"].choices = [(each.id, each.name) for each in kind.bases]  # type: ignore[attr-defined]
        else:
            del self.fields["basis"]
        clocks = kind.stages[0].clocks
        if "urgent" in kind.urgencies:
            words = [(key, f"{name}: {clocks.get(key, clocks['routine'])}") for key, name in URGENCIES]
            self.fields["urgency"].choices = words  # type: ignore[attr-defined]
            self.initial.setdefault("urgency", "routine")
        else:
            del self.fields["urgency"]


class Answer(Step):
    """What came of the stage at which the request is."""

    outcome = one_of("", (), needed="Say what came of it.")
    words = long_text("In words", hint="Whoever asked reads it. No more than they asked for.", rows=4)
    on_day = past_day("On which day?", hint="If it was not today.")
    service = forms.ChoiceField(label="Which service was shown instead?", required=False)

    def __init__(self, *arguments: Any, stage: Stage, services: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["outcome"].label = stage.name
        self.fields["outcome"].choices = [(each.id, each.name) for each in stage.outcomes]  # type: ignore[attr-defined]
        if any(each.id == "signposted" for each in stage.outcomes):
            self.fields["service"].choices = [("", "None"), *services]  # type: ignore[attr-defined]
        else:
            del self.fields["service"]


class AskBack(Step):
    question = long_text("What do you need to know?", needed="Say what you need to know.")


class SayMore(Step):
    words = long_text("What do you know of it?", needed="Say what they asked.")


class Decline(Step):
    why = one_of("Why?", (), needed="Say why it is declined.")
    reason = long_text("In words", needed="Declining needs a reason.", hint="Whoever asked reads it, and may disagree.")

    def __init__(self, *arguments: Any, kind: RequestKind, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if kind.declines:
            self.fields["why"].choices = [(each.id, each.name) for each in kind.declines]  # type: ignore[attr-defined]
        else:
            del self.fields["why"]


class Withdraw(Step):
    words = long_text("Why is it no longer asked?", needed="Say why it is no longer asked.", rows=2)


class Escalate(Step):
    words = long_text("What depends on it?", needed="Say what depends on it.", hint="Their safeguarding lead reads it.")


class Allocate(Step):
    to = forms.ChoiceField(label="Who has it?", error_messages={"required": "Say who has it."})
    risk = one_of("How does your service see the risk?", RISKS, needed="Say how you see the risk.")

    def __init__(self, *arguments: Any, practitioners: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["to"].choices = [("", "Choose"), *practitioners]  # type: ignore[attr-defined]
