"""The directory of services: for whom, where, in which languages, how many a week, and how one asks (H1). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry


@dataclass(frozen=True, slots=True)
class Service:
    """A service as the partnership lists it. How long its list is, is counted from requests."""

    id: str
    name: str
    summary: str
    agency: str
    team: str
    needs: tuple[str, ...]
    request: str  # the kind of request by which one asks for it
    ages: tuple[int, int]
    areas: tuple[str, ...] = ()  # outward codes; none: the whole partnership
    languages: tuple[str, ...] = ("English",)
    eligibility: str = ""
    places_a_week: int = 0  # how many begin in a week; nought: it keeps no list
    practitioners: int = 0
    telephone: str = ""
    voluntary: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a child or a family may need, in words, so that it is chosen and not typed."""

    id: str
    name: str


def service(entry: Entry, _: Sources) -> Service:
    """A service; raises `EntryMistake`."""
    words = Words(entry.words)
    made = Service(
        id=words.text("id"),
        name=words.text("name"),
        summary=words.text("summary"),
        agency=words.text("agency"),
        team=words.text("team"),
        needs=words.texts("needs"),
        request=words.text("request"),
        ages=(words.number("from_age"), words.number("to_age")),
        areas=words.texts("areas", needed=False),
        languages=words.texts("languages", needed=False) or ("English",),
        eligibility=words.text("eligibility", ""),
        places_a_week=words.number("places_a_week") if "places_a_week" in entry.words else 0,
        practitioners=words.number("practitioners") if "practitioners" in entry.words else 0,
        telephone=words.text("telephone", ""),
        voluntary=words.flag("voluntary"),
    )
    words.done()
    if made.ages[0] > made.ages[1]:
        raise EntryMistake("to_age", "the ages end before they begin")
    return made


def need(entry: Entry, _: Sources) -> Need:
    words = Words(entry.words)
    made = Need(words.text("id"), words.text("name"))
    words.done()
    return made


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: what is not said does not narrow."""

    needs: tuple[str, ...] = ()
    age: int | None = None
    area: str = ""  # an outward code: "TR15"
    language: str = ""


def matching(services: Iterable[Service], wanted: Wanted) -> list[Service]:
    """The services for what is needed, those that meet most of the needs first, then by name (H1)."""

    def met(each: Service) -> int:
        return len(set(each.needs) & set(wanted.needs))

    found = [
        each
        for each in services
        if (not wanted.needs or met(each))
        and (wanted.age is None or each.ages[0] <= wanted.age <= each.ages[1])
        and (not wanted.area or not each.areas or wanted.area.upper() in each.areas)
        and (not wanted.language or wanted.language.casefold() in {word.casefold() for word in each.languages})
    ]
    return sorted(found, key=lambda each: (-met(each), each.name))
