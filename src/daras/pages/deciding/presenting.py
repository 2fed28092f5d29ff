"""The decision on news, and who is who: what is suggested and why, who else has a view, what happens next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from daras.agencies import load_directory
from daras.frontdoor.confirming import Proposal
from daras.frontdoor.queries import MatterStory
from daras.matters.decisions import DECISIONS
from daras.pages.discussion.asking import asked_lines
from daras.pages.safety.presenting import analyses
from daras.pages.safety.shown import AnalysisShown
from daras.people.queries import PersonKnown
from daras.working_time import wording

#: What each decision leads to. Nobody but the referrer is owed anything until a manager convenes.
DISCUSSION = "strategy-discussion"
WHAT_HAPPENS_NEXT = {
    DISCUSSION: "You choose whom to invite on the next page. They are told when you convene, not before.",
    "assessment": "A social worker assesses. You owe the referrer what you decided. Before a birth, those who plan for "
    "it are told what they owe; nobody else is told yet.",
    "early-help": "The next page asks the Early Help Hub, with what is known. Nobody is told until you send it.",
    "advice": "You owe the referrer your advice. Nobody else is told.",
    "no-further-action": "You owe the referrer your decision and why, and may be disagreed with. Nobody else is told.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide; `suggested` where the threshold document points to it."""

    value: str
    text: str
    hint: str
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """What the form of the decision says beside its fields."""

    reference: str
    who: str
    level: str  # "Level 4: Significant harm"; nothing where no indicator is met
    suggestion: str
    suggested: bool
    indicators: tuple[str, ...]
    choices: tuple[Choice, ...]
    open_matches: int
    analysis: AnalysisShown | None
    asked_for: tuple[str, ...]  # which agencies ask for a discussion, and why


def decision_page(story: MatterStory) -> DecisionPage:
    """The page on which the duty manager decides."""
    latest = story.thresholds[-1] if story.thresholds else None
    discuss = bool(latest and latest.strategy_discussion)
    subjects = dict.fromkeys(story.name(part.fact.person_record_id) for part in story.parts if part.part == "subject")
    return DecisionPage(
        reference=story.matter.reference,
        who=wording.listed(list(subjects)) or "Nobody named yet",
        level=f"Level {latest.level}: {latest.level_name}" if latest else "",
        suggestion=latest.why if latest else "No indicator of the threshold document is met by what was written.",
        suggested=discuss,
        indicators=tuple(dict.fromkeys(each.why for each in story.indicators)),
        choices=tuple(
            Choice(value, text, WHAT_HAPPENS_NEXT[value], suggested=value == DISCUSSION and discuss)
            for value, text in DECISIONS.items()
        ),
        open_matches=sum(not link.by_person for link in story.links),
        analysis=next(iter(analyses(story)), None),
        asked_for=asked_lines(story.matter.pk),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two records say, side by side."""

    of: str
    named: str
    known: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MatchShown:
    """A match side by side."""

    link_id: int
    who: str
    number: str
    verdict: str
    why: tuple[str, ...]
    differences: tuple[Difference, ...]
    known_by: str
    decided: bool
    decided_as: str
    certain: bool  # matched by the machine, and nothing that both records say differs


def matches(proposals: list[Proposal]) -> list[MatchShown]:
    """Every match that its reader may see whole; one with a side kept back is asked for, not shown."""
    return [_match(each) for each in proposals if each.named and each.known]


def kept_back(proposals: list[Proposal]) -> int:
    """How many have a side that its holder keeps back."""
    return sum(not (each.named and each.known) for each in proposals)


def _match(proposal: Proposal) -> MatchShown:
    named, known, link = proposal.named, proposal.known, proposal.link
    assert named is not None
    assert known is not None
    verdict = "matched by the machine" if link.decision == "link" else "possibly the same person"
    differences = tuple(_differences(named, known))
    return MatchShown(
        link_id=link.pk,
        who=named.name,
        number=known.number,
        verdict=f"{verdict} ({link.probability:.0%})",
        why=tuple(link.why),
        differences=differences,
        known_by=_held_by(known),
        decided=proposal.decided,
        decided_as="the same person" if link.decision == "link" else "somebody else",
        certain=link.decision == "link" and not any(each.differs for each in differences),
    )


def _held_by(known: PersonKnown) -> str:
    agencies = dict.fromkeys(name.fact.agency for name in known.names)
    return wording.listed([load_directory().agency_at_any_time(agency).name for agency in agencies])


def _differences(named: PersonKnown, known: PersonKnown) -> Iterator[Difference]:
    for of, left, right in (
        ("Name", named.name, known.name),
        ("Date of birth", _day(named.date_of_birth), _day(known.date_of_birth)),
        ("Sex", named.sex, known.sex),
        ("Lives at", _home(named), _home(known)),
    ):
        yield Difference(of, left or "not said", right or "not said", bool(left and right and left != right))


def _day(day: date | None) -> str:
    return wording.long_date(day) if day else ""


def _home(person: PersonKnown) -> str:
    stay = next((stay for stay in person.stays if stay.use == "lives"), None)
    return ", ".join(part for part in (*stay.lines, stay.town, stay.postcode) if part) if stay else ""
