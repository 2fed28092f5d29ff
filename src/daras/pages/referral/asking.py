"""What the forms of a referral ask, part by part; each question names the field of the draft that it fills (A1 to A4).

No question has to be answered before another: what is missing is asked for beside the form, and never in its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from daras.forms.merging import Path
from daras.frontdoor.composing import children, keys, name_of

Body = Mapping[str, Any]
Kind = Literal["text", "long", "day", "number", "radios", "yes-no", "checkboxes", "select", "checkbox"]
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the field it fills, and how it is put."""

    path: Path
    label: str
    kind: Kind = "text"
    hint: str = ""
    choices: Choices = ()
    rows: int = 3

    @property
    def name(self) -> str:
        """Its name in the form."""
        return "-".join(self.path)


ROLES: Choices = (
    ("child", "A child"),
    ("adult", "An adult"),
    ("unborn", "A child not yet born"),
    ("unknown", "Not known"),
)
SEXES: Choices = (("", "Not known"), ("F", "Female"), ("M", "Male"))
WORRIES: Choices = (
    ("other", "Not sure, or something else"),
    ("sexual-abuse-in-the-family", "Sexual abuse in the family"),
    ("sexual-abuse", "Sexual abuse by somebody else"),
    ("sexual-exploitation", "Sexual exploitation"),
    ("physical-abuse", "Physical abuse"),
    ("emotional-abuse", "Emotional abuse"),
    ("neglect", "Neglect"),
    ("domestic-abuse", "Domestic abuse"),
)
RELATIONS: Choices = (
    ("mother", "the mother of"),
    ("father", "the father of"),
    ("step-mother", "the step-mother of"),
    ("step-father", "the step-father of"),
    ("partner", "the partner of"),
    ("sibling", "a brother or sister of"),
    ("half-sibling", "a half-brother or half-sister of"),
    ("step-sibling", "a step-brother or step-sister of"),
    ("grandmother", "a grandmother of"),
    ("grandfather", "a grandfather of"),
    ("aunt", "an aunt of"),
    ("uncle", "an uncle of"),
    ("cousin", "a cousin of"),
    ("carer", "the carer of"),
    ("friend", "a friend of"),
    ("neighbour", "a neighbour of"),
    ("lives-with", "living with"),
)


def people(body: Body, *, but: str | None = None) -> Choices:
    """Everybody in the draft, by name."""
    return tuple((key, name_of(body["people"][key])) for key in keys(body, "people") if key != but)


def safety(key: str, name: str) -> tuple[Asked, ...]:
    """Whether one child is safe now, asked first (A16)."""
    at = ("safe", key)
    return (
        Asked((*at, "seen"), f"Has somebody seen {name} since you began to worry?", "yes-no"),
        Asked((*at, "seen_by"), f"Who saw {name}?"),
        Asked((*at, "where"), f"Where is {name} now?"),
        Asked((*at, "company"), f"With whom is {name} now?", hint="Names, with a comma between them"),
    )


def safe(body: Body) -> tuple[Asked, ...]:
    return tuple(each for key in children(body) for each in safety(key, name_of(body["people"][key])))


def voice(body: Body) -> tuple[Asked, ...]:
    """What each child says; never "not applicable" (A3)."""
    asked: list[Asked] = []
    for key in children(body):
        name = name_of(body["people"][key])
        asked += [
            Asked(("voice", key, "text"), f"What does {name} say?", "long", "In their own words, or what they show"),
            Asked(("voice", key, "not_obtained_because"), f"If {name} could not be heard: why not?"),
        ]
    return tuple(asked)


def family(body: Body) -> tuple[Asked, ...]:
    """What the parents were told and think, kept apart from what the child says (A4)."""
    adults = tuple((key, name) for key, name in people(body) if key not in children(body))
    return (
        Asked(("family", "parents_told"), "Were the parents told that you refer?", "yes-no"),
        Asked(("family", "reason"), "If not: why not?", "long", "For example: it could put the child at risk", rows=2),
        Asked(("family", "their_views"), "What do the parents say?", "long", rows=3),
        Asked(
            ("family", "agreement_by"),
            "Who was asked whether they agree to help?",
            "select",
            "Only where help is voluntary. Agreement is not needed to share what keeps a child safe.",
            (("", "Nobody"), *adults),
        ),
        Asked(("family", "agreement_given"), "Do they agree?", "yes-no"),
    )


def hopes(_: Body) -> tuple[Asked, ...]:
    return (
        Asked(("hopes", "hoped_for"), "What do you hope will happen?", "long"),
        Asked(("hopes", "phone"), "Telephone number where you can be reached today"),
    )


def name_questions(key: str) -> tuple[Asked, ...]:
    """Who somebody is, as far as anybody knows."""
    at = ("people", key)
    return (
        Asked((*at, "given_name"), "First name"),
        Asked((*at, "family_name"), "Family name"),
        Asked((*at, "date_of_birth"), "Date of birth", "day", "For example 22 3 2015. Leave it empty if not known."),
    )


def person(key: str) -> tuple[Asked, ...]:
    """Everything that may be said of one person; most of it may be left out."""
    at = ("people", key)
    return (
        Asked((*at, "role"), "This is", "radios", choices=ROLES),
        *name_questions(key),
        Asked((*at, "known_as"), "Also known as"),
        Asked((*at, "expected_birth_on"), "If not yet born: expected on", "day"),
        Asked((*at, "sex"), "Sex", "select", choices=SEXES),
        Asked((*at, "street"), "House and street", "long", rows=2),
        Asked((*at, "town"), "Town or village"),
        Asked((*at, "postcode"), "Postcode"),
        Asked((*at, "nhs_number"), "NHS number"),
        Asked((*at, "upn"), "Unique pupil number"),
        Asked(
            (*at, "works_with_children"),
            "If they reach children by work, volunteering or online: as what, and where?",
            hint="Name the employer, school or club in full: whoever works there is then told nothing until the"
            " designated officer decides.",
        ),
        Asked((*at, "anonymous_to_others"), "They ask to stay unnamed to all but the front door", "checkbox"),
    )


def worry(body: Body, key: str) -> tuple[Asked, ...]:
    """One worry: what happened, to whom, by whom, when, and who saw it."""
    at = ("worries", key)
    return (
        Asked(
            (*at, "what_happened"),
            "What happened, or what was seen?",
            "long",
            "In the words used. One worry at a time: you can add another.",
            rows=8,
        ),
        Asked((*at, "about"), "Whom are you worried about?", "checkboxes", choices=people(body)),
        Asked(
            (*at, "suspected"),
            "Who is said to have caused harm?",
            "checkboxes",
            "Nobody, if you do not know",
            people(body),
        ),
        Asked((*at, "category"), "What kind of worry is it?", "select", choices=WORRIES),
        Asked((*at, "occurred_at"), "When did it happen?", "day", "As well as you know: 20 11 2026, 11 2026 or 2026"),
        Asked((*at, "seen_or_heard_by"), "Who saw or heard it?"),
    )


#: The parts that are one form each, with what they are called.
PARTS = {
    "safe": "Is the child safe now?",
    "voice": "What the child says",
    "family": "What the family knows and thinks",
    "hopes": "What you hope for",
}
_OF_PART = {"safe": safe, "voice": voice, "family": family, "hopes": hopes}


def of_part(part: str, body: Body) -> tuple[Asked, ...]:
    """The questions of one part."""
    return _OF_PART[part](body)
