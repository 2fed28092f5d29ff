"""From the network to the family picture, and to the table that says the same in words (interface: key screen 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from markupsafe import Markup

from daras.design import genogram
from daras.design.genogram import Figure, Household, Line
from daras.design.genogram_layout import Shape
from daras.frontdoor.queries import MatterAround
from daras.network import relations
from daras.network.connections import connections
from daras.network.exposure import Exposure
from daras.network.graph import LARGEST_HOUSEHOLD, Graph, OnTheDay, Stay, Tie
from daras.pages import wording
from daras.pages.person.queries import FamilyStory
from daras.people.models import ChangeProposed
from daras.people.queries import PersonKnown
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: How many generations the first of a relation stands above the other, where it is not parentage.
ABOVE: Mapping[str, int] = (
    dict.fromkeys(("grandparent", "grandmother", "grandfather"), 2)
    | dict.fromkeys(("aunt", "uncle", "step-mother", "step-father", "step-parent"), 1)
    | dict.fromkeys(("foster-carer", "guardian", "carer", "teacher", "coach", "childminder", "babysitter"), 1)
    | dict.fromkeys(("niece", "nephew"), -1)
    | {"grandchild": -2}
)
SIBLINGS = frozenset(
    ("sibling", "brother", "sister", "twin", "half-sibling", "half-brother", "half-sister", "step-sibling")
)


@dataclass(frozen=True, slots=True)
class Relative:
    """Everything the picture says of one person, in words."""

    name: str
    number: str
    href: str
    around: str
    about: str
    lives: str
    reason: str
    ties: tuple[str, ...]
    risks: tuple[str, ...]
    proposed: tuple[str, ...] = ()  # what agencies propose, and nobody has decided on


@dataclass(frozen=True, slots=True)
class Family:
    """The picture and its table."""

    picture: Markup
    relatives: tuple[Relative, ...]
    alone: bool
    beyond: int = 0  # how many more there are, farther away
    exposed: tuple[Near, ...] = ()

    @property
    def proposes(self) -> bool:
        """Whether anything in it is proposed only."""
        return any(each.proposed for each in self.relatives)


@dataclass(frozen=True, slots=True)
class Near:
    """A child and somebody who poses, or is said to pose, a risk, as it is read on the page of either."""

    name: str
    href: str
    risks: tuple[str, ...]
    reason: str
    steps: str


#: So many people are drawn at the most, the nearest first: more of them nobody can read.
MOST_DRAWN = 60
STEPS_IN_WORDS = {1: "one step away", 2: "two steps away", 3: "three steps away"}


def family(story: FamilyStory, focus: int, on: date, suffix: str = "") -> Family:
    """The family of somebody on a day. `suffix` keeps the day and the steps asked about in every link."""
    graph = _as_known(story)
    lines = [*_lines(graph, on), *_lived_together(graph, focus, on)]
    households = _households(graph, on)
    within = _within(story, focus, lines)
    drawn = within[:MOST_DRAWN]
    shown = set(drawn)
    lines = [line for line in lines if line.start in shown and line.end in shown]
    named = connections(graph, [focus], steps=story.steps, on=on)
    reasons = {each.person: each.reason for each in named}
    order = sorted(shown, key=lambda key: (key != focus, _age(story.people[key]), key))
    figures = [_figure(story.people[key], on, focus=key == focus, suffix=suffix) for key in order]
    name = story.people[focus].name if focus in story.people else "This person"
    waiting = with_proposals(story.proposed, figures, lines)
    picture = genogram.draw(waiting.figures, waiting.lines, households, title=f"Family picture of {name}")
    relatives = [
        replace(
            _relative(story.people[key], lines, households, reason=reasons.get(key, ""), on=on, suffix=suffix),
            proposed=waiting.words.get(key, ()),
        )
        for key in order
    ]
    relatives += [_as_proposed(each, waiting.words[each.key]) for each in waiting.figures if each.proposed]
    exposed = tuple(_near(story, each, focus, reasons, suffix) for each in story.exposed)
    return Family(picture, tuple(relatives), len(shown) == 1, len(within) - len(drawn), exposed)


#: So many are drawn on the page of a matter, the nearest first: it has much else to show.
MOST_ON_A_MATTER = 30


@dataclass(frozen=True, slots=True)
class AroundMatter:
    """The picture of those whom a matter is about and who is connected to them; the page's own table says the same."""

    picture: Markup
    beyond: int  # how many more there are, farther away
    proposed: tuple[str, ...]  # what agencies propose, in the words that the picture has


def around_matter(story: MatterAround, proposed: Iterable[tuple[int, ChangeProposed]], on: date) -> AroundMatter | None:
    """The family picture on the page of a matter; none where fewer than two people may be drawn."""
    about = [story.person_of_record.get(each.fact.person_record_id or 0, 0) for each in story.parts]
    nearest = list(dict.fromkeys([*about, *(each.person_id for each in story.connections)]))
    within = [key for key in nearest if key in story.people]
    drawn = within[:MOST_ON_A_MATTER]
    if len(drawn) < 2:
        return None
    shown = set(drawn)
    subjects = {
        story.person_of_record.get(each.fact.person_record_id or 0) for each in story.parts if each.part == "subject"
    }
    network = _named(story.network, story.people)
    lines = [line for line in _lines(network, on) if line.start in shown and line.end in shown]
    order = sorted(shown, key=lambda key: (key not in subjects, _age(story.people[key]), key))
    figures = [_figure(story.people[key], on, focus=key in subjects, suffix="") for key in order]
    waiting = with_proposals(proposed, figures, lines)
    picture = genogram.draw(
        waiting.figures, waiting.lines, _households(network, on), title="Family picture", name="around"
    )
    words = dict.fromkeys(each for said in waiting.words.values() for each in said)
    return AroundMatter(picture, len(within) - len(drawn), tuple(words))


@dataclass(frozen=True, slots=True)
class WithProposals:
    """What is drawn with what is proposed beside it, and the words of that, by who they are about."""

    figures: list[Figure]
    lines: list[Line]
    words: dict[int, tuple[str, ...]]


def with_proposals(
    proposed: Iterable[tuple[int, ChangeProposed]], figures: Iterable[Figure], lines: Iterable[Line]
) -> WithProposals:
    """Add what agencies propose of these people's family and risk, dashed and in words, never as what is known (G2).

    Whoever a proposal names stands as a figure of their own, unless one alone in the picture has that name.
    """
    drawn, joined = {each.key: each for each in figures}, list(lines)
    words: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for person, each in proposed:
        if person not in drawn:
            continue
        by, at = wording.agency(each.fact.agency), time_wording.short_date(clock.local_date(each.fact.recorded_at))
        said = f"Proposed by {by}, {at}, and not decided: {each.proposed}"
        words[person] += (said,)
        named = " ".join(part for part in (each.given_name, each.family_name) if part)
        if each.of == "risk" or not named:
            of = "changed risk" if each.of == "risk" else "another tie"
            drawn[person] = replace(drawn[person], may_be=f"proposed: {of}")
            continue
        alike = [key for key, figure in drawn.items() if figure.name == named and key != person]
        other = alike[0] if len(alike) == 1 else -each.pk
        if other < 0:
            drawn.setdefault(other, Figure(other, named, "proposed", proposed=True))
        words[other] += (said,)
        joined.append(Line(other, person, "other", said, "proposed", proposed=True))
    return WithProposals(list(drawn.values()), joined, dict(words))


def _as_proposed(figure: Figure, words: tuple[str, ...]) -> Relative:
    return Relative(figure.name, "", "", "", "not known", "", "", (), (), words)


def _within(story: FamilyStory, focus: int, lines: Iterable[Line]) -> list[int]:
    """Everybody within the steps, the nearest first, and those who once were one step from somebody nearer."""
    steps = {focus: 0} | {person: each.steps for person, each in story.reached.items()}
    for line in lines:
        for one, other in ((line.start, line.end), (line.end, line.start)):
            if line.past and steps.get(one, story.steps) < story.steps:
                steps.setdefault(other, steps[one] + 1)
    return sorted(steps.keys() & story.people.keys(), key=lambda key: (steps[key], _age(story.people[key]), key))


def _near(story: FamilyStory, each: Exposure, focus: int, reasons: Mapping[int, str], suffix: str) -> Near:
    found = each.other.key if each.child.key == focus else each.child.key
    person, of_risk = story.people[found], story.people[each.other.key]
    return Near(
        name=person.name,
        href=reverse("person_family", args=[person.number]) + suffix,
        risks=tuple(dict.fromkeys(wording.risk(risk) for risk in of_risk.risks)),
        reason=f"{reasons[found]}.",
        steps=STEPS_IN_WORDS[each.steps],
    )


def _as_known(story: FamilyStory) -> Graph:
    """The graph with the names that the rest of the page gives: one misspelling renames nobody."""
    return _named(story.graph, story.people)


def _named(graph: Graph, people: Mapping[int, PersonKnown]) -> Graph:
    members = {
        key: replace(member, name=people[key].name if key in people else member.name)
        for key, member in graph.members.items()
    }
    return replace(graph, members=members)


def near(graph: Graph, focus: int, on: date) -> frozenset[int]:
    """Whom whole-family mode tells of: parents, partners, brothers and sisters, and who lives together."""
    return frozenset(hop.end for hop in OnTheDay(graph, on).hops(focus) if 0 < hop.rank <= 3)


def _age(person: PersonKnown) -> str:
    return str(person.date_of_birth or date.max)


def _figure(person: PersonKnown, on: date, *, focus: bool, suffix: str) -> Figure:
    shapes: dict[str, Shape] = {"F": "circle", "M": "square"}
    shape = "triangle" if person.age_group_on(on) == "unborn" else shapes.get(person.sex, "diamond")
    return Figure(
        key=person.person_id,
        name=person.name,
        about=_about(person, on),
        shape=shape,
        risk=wording.listed(wording.from_slug(risk.status) for risk in person.risks),
        focus=focus,
        href=reverse("person_family", args=[person.number]) + suffix,
    )


def _about(person: PersonKnown, on: date) -> str:
    age = person.age_on(on)
    if age is not None and age >= 1:
        return f"aged {age}"
    if person.date_of_birth:
        return (wording.born(person, on) or "").partition(", ")[2]
    expected = next((each.expected_on for each in person.births if each.expected_on), None)
    return f"expected {time_wording.short_date(expected)}" if expected else "age not known"


def _lines(graph: Graph, on: date) -> Iterator[Line]:
    """Each tie once: what two records say alike is one line; a sibling whose parents are drawn needs none."""
    parents: defaultdict[int, set[int]] = defaultdict(set)
    said: dict[tuple[int, int, str], tuple[Tie, bool]] = {}
    for tie in sorted(graph.ties, key=lambda each: (each.start, each.end, each.relation, str(each.until))):
        past = not tie.on(on)
        if past and (tie.until is None or tie.until > on):
            continue
        start, end, kind = _read(tie)
        if kind == "parent":
            parents[end].add(start)
        pair = (start, end) if kind == "parent" or start < end or kind == "risk" else (end, start)
        key = (*pair, kind if kind in {"parent", "partner"} else tie.relation)
        if key not in said or (said[key][1] and not past):
            said[key] = (tie, past)
    for tie, past in said.values():
        if tie.relation in SIBLINGS and parents[tie.start] & parents[tie.end]:
            continue
        yield _line(graph, tie, past)


def _read(tie: Tie) -> tuple[int, int, str]:
    if tie.relation in relations.PARENTAGE:
        return tie.start, tie.end, "parent"
    if tie.relation in relations.CHILDHOOD:
        return tie.end, tie.start, "parent"
    if tie.relation in relations.PARTNERSHIP:
        return tie.start, tie.end, "partner"
    return tie.start, tie.end, "risk" if tie.relation == relations.SUSPECTED else "other"


def _line(graph: Graph, tie: Tie, past: bool) -> Line:
    start, end, kind = _read(tie)
    one, other = graph.members.get(tie.start), graph.members.get(tie.end)
    names = (one.name if one else "Somebody", other.name if other else "somebody")
    sex = one.sex if one else ""
    verb = "was" if past else "is"
    words = f"{names[0]} {verb} {relations.said(tie.relation, of_the_first=True, sex=sex)} {names[1]}"
    if past and tie.until:
        words += f", until {time_wording.short_date(tie.until)}"
    plain = tie.relation in {"mother", "father", "parent", "birth-mother", "birth-father", "child", "son", "daughter"}
    label = "" if plain else "said to have harmed" if kind == "risk" else wording.from_slug(tie.relation)
    if kind == "parent":
        return Line(start, end, "parent", words, label, past, 1)
    if kind == "partner":
        label = f"former {label}" if past else label
        return Line(start, end, "partner", words, label, past)
    return Line(start, end, "risk" if kind == "risk" else "other", words, label, past, ABOVE.get(tie.relation, 0))


def _at_home(graph: Graph) -> dict[str, list[Stay]]:
    by_place: defaultdict[str, list[Stay]] = defaultdict(list)
    for stay in sorted(graph.stays, key=lambda each: (each.place, each.person, str(each.since))):
        if stay.use != "proposed" and not stay.many_households:
            by_place[stay.place].append(stay)
    return by_place


def _households(graph: Graph, on: date) -> list[Household]:
    found = []
    for stays in _at_home(graph).values():
        members = tuple(dict.fromkeys(stay.person for stay in stays if stay.on(on)))
        if 1 < len(members) <= LARGEST_HOUSEHOLD:
            shown = max((stay.shown for stay in stays), key=len)
            found.append(Household(shown or "one address", members))
    return sorted(found, key=lambda household: -len(household.members))


def _lived_together(graph: Graph, focus: int, on: date) -> Iterator[Line]:
    """Those who lived with somebody once and do so no longer: a dashed line."""
    told: set[int] = set()
    present = {key for household in _households(graph, on) if focus in household.members for key in household.members}
    for stays in _at_home(graph).values():
        for mine in (stay for stay in stays if stay.person == focus):
            for other in stays:
                ended = [stay.until for stay in (mine, other) if stay.until and stay.until < on]
                if other.person in told | present | {focus} or not ended or not _overlap(mine, other):
                    continue
                told.add(other.person)
                name = graph.members[other.person].name if other.person in graph.members else "Somebody"
                words = f"{name} lived at the same address, {other.shown}, until {time_wording.short_date(min(ended))}"
                yield Line(other.person, focus, "other", words, f"lived together until {min(ended).year}", True)


def _overlap(one: Stay, other: Stay) -> bool:
    begins = max(one.since or date.min, other.since or date.min)
    return begins <= min(one.until or date.max, other.until or date.max)


def _relative(
    person: PersonKnown, lines: list[Line], households: list[Household], *, reason: str, on: date, suffix: str
) -> Relative:
    key = person.person_id
    at = [household.name for household in households if key in household.members]
    lives = at[0] if at else next((wording.address(stay) for stay in person.stays if stay.use == "lives"), "")
    return Relative(
        name=person.name,
        number=person.number,
        href=reverse("person", args=[person.number]) + suffix,
        around=reverse("person_family", args=[person.number]) + suffix,
        about=wording.born(person, on) or "age not known",
        lives=lives,
        reason=f"{reason}." if reason else "",
        ties=tuple(dict.fromkeys(line.words for line in lines if key in (line.start, line.end))),
        risks=tuple(dict.fromkeys(wording.risk(risk) for risk in person.risks)),
    )
