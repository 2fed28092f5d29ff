"""A referral while it is written: the list of its parts, what would make it more useful, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.access.models import Worker
from daras.design.parts import Link
from daras.frontdoor import composing
from daras.frontdoor.models import Draft
from daras.frontdoor.quality import Quality
from daras.ledger.refusal import Refused
from daras.matching.names import words
from daras.pages import wording
from daras.pages.referral import asking, filling
from daras.pages.referral.filling import Filled, first_of
from daras.pages.referral.queries import FoundOwn, OwnPerson
from daras.pages.referral.said_dates import as_read
from daras.working_time import wording as time_wording

#: So much of a worry stands in the list of the parts.
SHORT = 90


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in the list of those that are being written. Without a name, as a list may stand open on a desk."""

    reference: str
    href: str
    saved: str
    people: str


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the referral, and whether anything is said in it."""

    text: str
    href: str
    said: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TaskList:
    """The page from which every part is reached."""

    reference: str
    title: str
    saved: str
    tasks: tuple[Task, ...]
    people: tuple[Task, ...]
    worries: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside the form: saved when, how complete, what to add."""

    saved: str
    score: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """One part as it will be read: where to change it, and each question with its answer."""

    heading: str
    href: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Somebody found in the agency's own records."""

    record_id: int
    name: str
    facts: str


@dataclass(frozen=True, slots=True)
class TieLine:
    """One tie between two people, in words."""

    key: str
    words: str


def draft_line(draft: Draft) -> DraftLine:
    """A draft in the list."""
    number = len(draft.body.get("people", {}))
    return DraftLine(
        reference=draft.reference,
        href=reverse("refer_draft", args=[draft.reference]),
        saved=f"{time_wording.long_datetime(draft.saved_at)}, {draft.saved_by}",
        people=f"{number} {'person' if number == 1 else 'people'}",
    )


def title(draft: Draft) -> str:
    """What a draft is called while it is written: by its children, else by whom it names."""
    people = composing.children(draft.body) or composing.keys(draft.body, "people")
    return wording.listed(composing.name_of(draft.body["people"][key]) for key in people) or "Nobody named yet"


def task_list(draft: Draft) -> TaskList:
    """The parts of the referral, each with whether anything is said in it yet."""
    body = draft.body
    ties = composing.keys(body, "ties")
    parts = [
        Task(text, _address(draft, part), bool(body.get(part)) and any(body[part].values()))
        for part, text in asking.PARTS.items()
    ]
    between = Task("How they belong together", reverse("refer_ties", args=[draft.reference]), bool(ties))
    return TaskList(
        reference=draft.reference,
        title=title(draft),
        saved=time_wording.time_of_day(draft.saved_at),
        tasks=(parts[0], between, *parts[1:]),
        people=tuple(
            Task(
                composing.name_of(body["people"][key]),
                _address(draft, "people", key),
                said=True,
                hint=dict(asking.ROLES).get(body["people"][key].get("role", "unknown"), ""),
            )
            for key in composing.keys(body, "people")
        ),
        worries=tuple(
            Task(_short(body["worries"][key].get("what_happened", "")), _address(draft, "worries", key), said=True)
            for key in composing.keys(body, "worries")
        ),
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return (plain[:SHORT] + "…" if len(plain) > SHORT else plain) or "No words yet"


def _address(draft: Draft, part: str, key: str | None = None) -> str:
    if key is None:
        return reverse("refer_part", args=[draft.reference, part])
    return reverse("refer_one", args=[draft.reference, part, key])


def panel(draft: Draft, quality: Quality) -> Panel:
    """The panel beside the form."""
    return Panel(time_wording.time_of_day(draft.saved_at), quality.score, quality.missing)


def quality_panel(draft: Draft, worker: Worker, now: datetime) -> Panel:
    """The panel beside the form, checked anew."""
    return panel(draft, composing.quality(draft.body, worker, now))


def where_to_mend(draft: Draft, refused: Refused) -> Link:
    """The refusal as a link to the form, and in it to the field, where it is mended."""
    path = composing.field_at(draft.body, refused.pointer)
    words = f"{refused.detail} {refused.remedy}"
    place = path[0] if path else ""
    if place in {"people", "worries"} and len(path) > 1:
        return Link(words, f"{_address(draft, place, path[1])}?mend=1#id_{'-'.join(path)}")
    if place in asking.PARTS:
        return Link(words, f"{_address(draft, place)}?mend=1#id_{'-'.join(path)}")
    if place == "ties":
        return Link(words, reverse("refer_ties", args=[draft.reference]))
    return Link(words, "#people" if place == "people" else "#worries")


def summary_of(fields: tuple[Filled, ...]) -> list[dict[str, str]]:
    """The error summary: each mistake, with a way to its field."""
    return [{"text": each.field.error, "href": first_of(each.field)} for each in fields if each.field.error]


def found_own(found: FoundOwn) -> tuple[OwnLine, ...]:
    """Who was found in the agency's own records."""
    return tuple(
        OwnLine(each.record_id, composing.name_of(each.held), ", ".join(_facts(each))) for each in found.people
    )


def _facts(person: OwnPerson) -> Iterator[str]:
    held = person.held
    if held.get("date_of_birth"):
        yield f"born {as_read(held['date_of_birth'])}"
    if held.get("town") or held.get("postcode"):
        yield " ".join(part for part in (held.get("town"), held.get("postcode")) if part)
    if held.get("nhs_number"):
        yield f"NHS number {held['nhs_number']}"


def new_person(typed: str, found: FoundOwn) -> dict[str, str]:
    """What was typed into the search, as the beginning of somebody new: nothing is typed twice."""
    meant = set(found.question.names)
    names = [word.capitalize() if word.islower() else word for word in typed.split() if meant & set(words(word))]
    held = {"given_name": names[0] if names else "", "family_name": " ".join(names[1:])}
    if found.question.born:
        held["date_of_birth"] = found.question.born.isoformat()
    if found.question.postcode:
        held["postcode"] = found.question.postcode
    return {name: value for name, value in held.items() if value}


def ties(draft: Draft) -> tuple[TieLine, ...]:
    """The ties in the draft, in words."""
    people = draft.body.get("people", {})
    relations = dict(asking.RELATIONS)
    lines = []
    for key in composing.keys(draft.body, "ties"):
        held = draft.body["ties"][key]
        start, end = (composing.name_of(people.get(held[side], {})) for side in ("start", "end"))
        lines.append(TieLine(key, f"{start} is {relations.get(held['relation'], held['relation'])} {end}"))
    return tuple(lines)


def answers(draft: Draft) -> tuple[Answers, ...]:
    """Everything that is said, in the order in which the front door reads it."""
    body = draft.body

    def part(name: str) -> Answers:
        asked = asking.of_part(name, body)
        return Answers(asking.PARTS[name], _address(draft, name), tuple(filling.answers(asked, body)))

    people = [
        Answers(
            composing.name_of(body["people"][key]),
            _address(draft, "people", key),
            tuple(filling.answers(asking.person(key), body)),
        )
        for key in composing.keys(body, "people")
    ]
    worries = [
        Answers("A worry", _address(draft, "worries", key), tuple(filling.answers(asking.worry(body, key), body)))
        for key in composing.keys(body, "worries")
    ]
    belonging = Answers(
        "How they belong together",
        reverse("refer_ties", args=[draft.reference]),
        tuple((f"Tie {number}", tie.words) for number, tie in enumerate(ties(draft), 1)),
    )
    return (part("safe"), *people, belonging, *worries, part("voice"), part("family"), part("hopes"))
