"""What custodians keep, put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from daras.access.models import TrailEntry, Worker
from daras.custodians.models import EmergencyAccess, Protected, ProtectedNamed, UnusualAccess
from daras.pages import wording
from daras.pages.custody.queries import Kept
from daras.people.queries import PersonKnown
from daras.working_time import wording as time_wording

Lines = tuple[tuple[str, str], ...]
PATTERNS = {
    "own-name": "Own family name",
    "own-street": "Own postcode",
    "many": "Many people",
    "off-hours": "Outside the team’s hours",
}
LOOKED = {
    "look": "opened",
    "search": "found by a search",
    "screen": "looked up",
    "change": "recorded",
    "export": "exported",
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to decide, and where."""

    words: str
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Somebody protected."""

    name: str
    number: str
    href: str
    why: str
    said: str
    end: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A custodian's page."""

    to_do: tuple[ToDo, ...]
    protected: tuple[KeptLine, ...]


def kept_page(kept: Kept) -> KeptPage:
    """What waits first, then who is protected."""
    of = {each.pk: each for each in kept.protected}
    to_do = [
        ToDo(
            f"{_name(of[each.protected_id], kept.names)} may have been named by {wording.agency(each.by_agency)}",
            time_wording.long_datetime(each.fact.recorded_at),
            reverse("custody_named", args=[each.pk]),
        )
        for each in kept.namings
    ]
    to_do += [
        ToDo(
            f"{each.worker_name} opened {each.reference} in an emergency",
            time_wording.long_datetime(each.fact.recorded_at),
            reverse("custody_emergency", args=[each.pk]),
        )
        for each in kept.emergencies
    ]
    to_do += [
        ToDo(
            f"Looks unlike those of colleagues: {PATTERNS[each.pattern].lower()}",
            time_wording.long_date(each.day),
            reverse("custody_unusual", args=[each.pk]),
        )
        for each in kept.unusual
    ]
    return KeptPage(tuple(to_do), tuple(_kept_line(each, kept.names) for each in kept.protected))


def _name(protected: Protected, names: Mapping[int, PersonKnown]) -> str:
    person = names.get(protected.record_ids[0])
    return person.name if person else "Somebody"


def _kept_line(protected: Protected, names: Mapping[int, PersonKnown]) -> KeptLine:
    person = names.get(protected.record_ids[0])
    number = person.number if person else ""
    return KeptLine(
        name=_name(protected, names),
        number=number,
        href=reverse("person", args=[number]) if number else "",
        why=Protected.Protection(protected.protection).label,
        said=f"{protected.reason} Protected {time_wording.long_datetime(protected.fact.recorded_at)}.",
        end=reverse("custody_end", args=[protected.pk]),
    )


def one_protected(protected: Protected, names: Mapping[int, PersonKnown]) -> Lines:
    """A protection in lines."""
    line = _kept_line(protected, names)
    return (("Who", f"{line.name} ({line.number})"), ("Why", line.why), ("In words", protected.reason))


def one_naming(naming: ProtectedNamed) -> Lines:
    """Somebody named, and why it may be who is protected."""
    why = " ".join(naming.why)
    said = time_wording.long_datetime(naming.fact.recorded_at)
    return (("Named by", wording.agency(naming.by_agency)), ("Noticed", said), ("What agrees", why))


def one_emergency(access: EmergencyAccess) -> Lines:
    """Sight that was taken, and why."""
    return (
        ("Who", f"{access.worker_name}, {wording.agency(access.fact.agency)}"),
        ("What", access.reference),
        ("When", time_wording.long_datetime(access.fact.recorded_at)),
        ("Until", time_wording.long_datetime(access.until)),
        ("Why, in their words", access.reason),
    )


def one_unusual(unusual: UnusualAccess, names: Mapping[str, Worker]) -> Lines:
    """A pattern, and whose."""
    worker = names.get(unusual.worker_slug)
    return (
        ("Who", f"{worker.name if worker else unusual.worker_slug}, {wording.agency(unusual.worker_agency)}"),
        ("Day", time_wording.long_date(unusual.day)),
        ("What", unusual.words),
        ("Entries of the trail", str(len(unusual.entry_ids))),
    )


def looks_page(entries: Sequence[TrailEntry]) -> tuple[tuple[str, str, str], ...]:
    """Who, what and when, the newest first."""
    return tuple(
        (
            f"{each.actor}, {wording.agency(each.agency)}" if each.agency else each.actor,
            LOOKED.get(each.action, each.action) + (" (refused)" if each.outcome == "refused" else ""),
            time_wording.long_datetime(each.at),
        )
        for each in entries
    )
