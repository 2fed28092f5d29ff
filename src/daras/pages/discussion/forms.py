"""What is typed about a discussion, step by step. Each field asks one thing in the words of those who answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from daras.handling.models import ASSESSMENTS, HANDLING, SOURCES

Choices = Sequence[tuple[str, str]]

MODES: Choices = (
    ("phone", "By telephone"),
    ("video", "By video"),
    ("in-person", "In person"),
    ("hospital", "At the hospital"),
)
INVITATION_PARTS: Choices = (
    ("takes-part", "Takes part, and reads the matter"),
    ("contributes", "Contributes what it holds, and is told no more"),
    ("not-now", "Not now"),
)
ANSWERS: Choices = (
    ("coming", "We take part"),
    ("in-writing", "We contribute in writing"),
    ("apologies", "We cannot: apologies"),
)
REACHED: Choices = (*ANSWERS, ("not-reached", "Could not be reached"))
ENQUIRIES: Choices = (
    ("joint", "Joint: social care and police together"),
    ("social-care", "Social care alone (section 47)"),
    ("police", "Police alone"),
    ("none", "No enquiry now"),
)
POSITIONS: Choices = (("agrees", "We agree"), ("challenges", "We challenge it: the on-call inspector answers now"))
OUTCOMES: Choices = (("changed", "The decision changes"), ("upheld", "The decision stands"))
MEDICALS: Choices = (
    ("forensic", "Forensic"),
    ("non-forensic", "Not forensic: for the child’s health"),
    ("none", "None"),
)
STATES: Choices = (
    ("acknowledged", "We have it"),
    ("under-way", "Under way"),
    ("done", "Done"),
    ("cannot", "We cannot do it"),
)
SECTIONS: Choices = (
    ("decisions", "Decisions: everybody asked reads it"),
    ("minutes", "Minutes: those who take part"),
    ("restricted", "Restricted: the teams named below, and ours"),
    ("family", "For the family: stays here until it is released"),
)
CONSENTS: Choices = (
    ("parental-responsibility", "Somebody who holds parental responsibility"),
    ("competent-child", "The child, who understands and decides"),
    ("court", "A court’s order"),
)
INTERMEDIARY: Choices = (
    ("asked-for", "Asked for"),
    ("needed", "Needed, and not asked for yet"),
    ("not-needed", "Not needed"),
)
FOLLOWED: Choices = (("yes", "It is followed"), ("no", "It is not followed"), ("not-yet", "Not decided yet"))
RISK_LOWER: Choices = (
    ("yes", "Yes, the risk is lower now"),
    ("no", "No, the risk is not lower"),
    ("not-yet", "Not known yet"),
)
YES_NO: Choices = (("yes", "Yes"), ("no", "No"))
SCOPE: Choices = (("yes", "In scope"), ("no", "Not in scope"))
FACT_OR_OPINION: Choices = (("fact", "What we know"), ("opinion", "What we think"))


def long_text(label: str, *, needed: str = "", hint: str = "", rows: int = 3, **more: Any) -> forms.CharField:
    """Words of any length; `needed` is what to say when there are none."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=widget, **_required(needed), **more)


def short_text(label: str, *, needed: str = "", hint: str = "") -> forms.CharField:
    """One line."""
    return forms.CharField(label=label, help_text=hint, max_length=200, **_required(needed))


def one_of(label: str, choices: Choices, *, hint: str = "", needed: str = "Choose one.") -> forms.ChoiceField:
    """One of a few, all of them seen."""
    return forms.ChoiceField(
        label=label, help_text=hint, choices=choices, widget=forms.RadioSelect, **_required(needed)
    )


class TeamField(forms.ChoiceField):
    """A choice among the partnership's teams."""


def team(label: str, *, hint: str = "", needed: str = "") -> forms.ChoiceField:
    """One of the partnership's teams, "agency/team"; the choices are given with the form."""
    return TeamField(label=label, help_text=hint, choices=[("", "Choose a team")], **_required(needed))


def teams(label: str, *, hint: str = "") -> forms.MultipleChoiceField:
    """Several of them."""
    return forms.MultipleChoiceField(
        label=label, help_text=hint, choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )


def moment(label: str, *, needed: str = "", hint: str = "") -> forms.DateTimeField:
    """A day and a time, as the clock on the wall shows it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, widget=widget, **_required(needed))


def day(label: str, *, needed: str) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **_required(needed)
    )


def one_from(label: str, *, hint: str = "", nothing: str = "Nobody") -> forms.ChoiceField:
    """One of a list that is given with the form, or none."""
    return forms.ChoiceField(label=label, help_text=hint, choices=[("", nothing)], required=False)


def hidden_number() -> forms.IntegerField:
    """What the form was made upon."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)


def _required(needed: str) -> dict[str, Any]:
    messages = {"required": needed, "invalid": "Write it as a day, and a time where one is asked for."}
    return {"required": bool(needed), "error_messages": messages}


class Step(forms.Form):
    """A form whose lists of teams are those of the page it stands on."""

    def __init__(self, *arguments: Any, teams: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        for field in self.fields.values():
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = list(teams)
            elif isinstance(field, TeamField):
                field.choices = [("", "Choose a team"), *teams]


class Convene(Step):
    planned_at = moment("When?", needed="Say when the discussion is held.", hint="As soon as those who must can speak.")
    mode = one_of("How?", MODES)
    reason = long_text("Why is it held?", needed="Say why it is held.", hint="Those who take part read this.")


class Asked(Step):
    """How one team that the rules would invite is asked, and who of its agency where somebody must not be."""

    part = one_of("Asked how?", INVITATION_PARTS)
    why_not = short_text("If not now, why not?", hint="Stays at the front door.")
    mode = one_from("By another way than the others?", nothing="The same way")
    conflict = short_text("Does somebody of that team have a conflict of interest?", hint="Stays at the front door.")
    instead = one_from("Who is asked instead?")

    def __init__(self, *arguments: Any, colleagues: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["mode"].choices = [("", "The same way"), *MODES]  # type: ignore[attr-defined]
        self.fields["instead"].choices = [("", "Nobody"), *colleagues]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("part") != "not-now" and (found.get("conflict") or "").strip() and not found.get("instead"):
            self.add_error("instead", "Name who is asked instead, or do not ask this agency now.")
        if found.get("part") == "not-now" and not (found.get("why_not") or "").strip():
            self.add_error("why_not", "Say why this team is not asked now.")
        return found


class Invite(Step):
    owner = team("Which team?", needed="Choose the team to ask.")
    part = one_of("Asked how?", INVITATION_PARTS[:2])
    because = short_text("Why?", needed="Say why they are asked: they read it.")
    mode = one_from("By another way than the others?", nothing="The same way")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["mode"].choices = [("", "The same way"), *MODES]  # type: ignore[attr-defined]


class Answer(Step):
    answer = one_of("Your answer", ANSWERS)
    note = short_text("Anything the front door should know")


class AnswerNoted(Answer):
    answer = one_of("Their answer", REACHED)
    note = short_text("Note")


class Presence(Step):
    owner = team("Team", needed="Choose the team they speak for.")
    name = short_text("Name", needed="Write who is on the call.")
    role = short_text("Role")
    mode = one_of("How?", MODES)
    joined_at = moment("On the call since", needed="Say since when.")


class Contribution(Step):
    kind = one_of("Is it what you know, or what you think?", FACT_OR_OPINION)
    text = long_text("What your agency holds", needed="Write what your agency holds.")
    restricted_to = teams(
        "Only for these teams", hint="Leave open, and everybody who takes part reads it. Yours reads it always."
    )


class Graded(Step):
    """Police information: graded, for those who must know; and the one line that is minuted."""

    text = long_text("What you hold", needed="Write what you hold.")
    kind = one_of("Is it what you know, or what you think?", FACT_OR_OPINION)
    source = one_of("Source", tuple(SOURCES.items()), needed="Grade the source.")
    assessment = one_of("How it is known", tuple(ASSESSMENTS.items()), needed="Say how it is known.")
    handling = one_of("Handling", tuple(HANDLING.items()), needed="Choose the handling code.")
    conditions = short_text("Conditions", hint="Needed where it may be shared with conditions.")
    agreed_line = long_text(
        "The line you agree is minuted",
        hint="Everybody who takes part reads it, and nothing else of this. Leave it open, and nothing is minuted.",
        rows=2,
    )
    restricted_to = teams("Who else may read what you hold", hint="Your team reads it always.")


class Scope(Step):
    in_scope = one_of("In scope of this discussion?", SCOPE)
    owner = team("Who owns their safety?")
    safety_outcome = short_text("How they are safe")
    why_not = short_text("If not in scope, why not?")
    reaches = short_text("If they may have harmed: how do they reach children by work, volunteering or online?")


class Rest(Step):
    people = forms.MultipleChoiceField(
        label="Looked at together, and not in scope",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whom you have looked at."},
    )
    why_not = short_text("Why none of them is in scope", needed="Say why none of them is in scope.")

    def __init__(self, *arguments: Any, teams: Choices = (), people: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, teams=teams, **named)
        self.fields["people"].choices = list(people)  # type: ignore[attr-defined]


class Enquiry(Step):
    enquiry = one_of("Which enquiry?", ENQUIRIES)
    rationale = long_text("Why this one?", needed="Say why this kind of enquiry.")


class Position(Step):
    position = one_of("Where does your agency stand?", POSITIONS)
    reason = long_text("Why?", hint="Needed for a challenge. Both views stand in the record.", rows=2)


class ChallengeAnswer(Step):
    outcome = one_of("Your answer", OUTCOMES)
    reason = long_text("Why?", needed="Say why.")


class Medical(Step):
    medical = one_of("Examination", MEDICALS)
    reason = long_text("Why?", needed="Say why, also for none.", rows=2)
    consent_basis = forms.ChoiceField(label="Who consents?", choices=CONSENTS, widget=forms.RadioSelect, required=False)
    consent_by = short_text("Their name", hint="Asked, and said yes. Nobody suspected consents for the child.")
    consent_evidence = short_text(
        "What was seen or heard of it",
        hint="A birth certificate or an order; why the child is thought to understand. Not needed where the record "
        "already says that they hold parental responsibility.",
    )
    referred_to = short_text("Where and when", hint="The referral centre, the hospital, the day.")


class MedicalReport(Step):
    attended = one_of("Did the child attend?", YES_NO)
    on_day = day("On which day?", needed="Say on which day it was.")
    by_whom = short_text("By whom", needed="Say by whom it was done, or was to be done.")
    follows = long_text(
        "What follows", needed="Say what follows.", hint="What others need to know and do: nothing clinical."
    )


class Account(Step):
    who_asks = short_text("Who asks the child?", needed="Name who asks: nobody else does.")
    where_and_when = short_text("Where and when?", needed="Say where and when.")
    communication_needs = long_text("How the child is understood", needed="Say so if there is no need.", rows=2)
    intermediary = one_of("An intermediary?", INTERMEDIARY)
    intermediary_note = short_text("By whom, or why none is needed")


class Contact(Step):
    by_whom = short_text("Who was in touch with the child?", needed="Write who was in touch.")
    at = moment("When?", needed="Say when.")
    note = short_text("Note")


class Advice(Step):
    owner = team("Of which team?", hint="Leave open for your own.")
    name = short_text("Who advised?", needed="Write who advised.")
    role = short_text(
        "In which post?", needed="Write the post.", hint="Designated doctor, designated nurse, designated officer."
    )
    advice = long_text("Their advice", needed="Write what they advised.")
    followed = one_of("Is it followed?", FOLLOWED)
    why_not = short_text("If not, why not?")


class Conflict(Step):
    reason = long_text(
        "Which conflict is it?", needed="Say which conflict it is.", hint="Only the front door reads it.", rows=2
    )
    instead = one_from("Who of your agency takes your place?", nothing="The front door names somebody")

    def __init__(self, *arguments: Any, colleagues: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["instead"].choices = [("", "The front door names somebody"), *colleagues]  # type: ignore[attr-defined]


class StandIn(Step):
    instead = one_from("Who is asked instead?")

    def __init__(self, *arguments: Any, stand_ins: Choices = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["instead"].choices = [("", "Nobody"), *stand_ins]  # type: ignore[attr-defined]


class Feedback(Step):
    decided = long_text("What was decided, and why", needed="Say what was decided.", rows=5)
    risk_lower = one_of("Is the risk to the child lower now?", RISK_LOWER)
    remains = long_text("What remains, and what you ask of them", rows=3)


class Read(Step):
    """Nothing is asked: pressing the button says it."""


class Wishes(Step):
    wish = long_text("What the child wishes, in the child’s words", needed="Write the child’s words.", rows=2)
    best_interests = long_text("What is best for the child, and why", needed="Weigh it: what is best, and why.", rows=2)
    consulted = short_text("Who was asked", needed="Say who was asked.")
    trusted_adult = short_text("Who stays beside the child")
    next_contact = short_text("Next contact, by whom")
    next_contact_at = moment("Next contact, when", hint="Owed from now: silence closes nothing.")
    review_on = day("Looked at again on", needed="Say on which day it is looked at again.")


class Parents(Step):
    what = long_text("What parents are told", rows=2)
    by_whom = short_text("By whom")
    when_at = moment("When")
    why_not_yet = short_text("If not yet, why not yet?")


class Action(Step):
    what = long_text("What is to be done", needed="Write what is to be done.", rows=2)
    owner = team("Who does it?", needed="Choose who does it.")
    owner_name = short_text("Name, where somebody is named")
    due_at = moment("By when?", needed="Say by when.")
    hidden = forms.BooleanField(label="Hide this from the patient’s online access", required=False)


class Move(Step):
    state = one_of("How far is it?", STATES)
    note = short_text("Note")


class Section(Step):
    section = one_of("For whom?", SECTIONS)
    text = long_text("The words of the record", needed="Write the section.", rows=8)
    readers = teams("Who reads the restricted section")
    seen = hidden_number()


class Close(Step):
    interim_reason = short_text(
        "If a part is missing: why could it not wait?",
        hint="Those who take part read this; everybody asked that it is interim.",
    )
    rest_joins_by = moment("By when does the rest join?")


class Filed(Step):
    system = short_text("In which system?", needed="Write the system’s name.")
    filed_on = day("On which day?", needed="Say on which day it was filed.")
