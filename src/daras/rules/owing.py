"""Which duties a situation opens: who owes what by when, on whose authority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import get_args

from daras.agencies import Directory, Owner
from daras.practice.pack import DutyKind, Pack, Told
from daras.rules.anchors import ANCHORS
from daras.rules.findings import DutyOwed
from daras.rules.predicates import Asked
from daras.rules.reasons import Matching, matchings
from daras.working_time.wording import listed, short_date

#: Whose duties no news opens: what custodians owe (practice pack).
CUSTODIAN = "custodian"


def duties_owed(question: Asked, pack: Pack, directory: Directory, now: datetime) -> Iterator[DutyOwed]:
    """Every duty the situation opens, the soonest first; clocks that had run out as one late start.

    A duty whose clock runs backward from a date (a release) may be past when the news arrives. That is no breach of
    whoever owes it: all such duties of one owner become one duty to start late, which names them (J1).
    """
    kinds = [kind for kind in pack.duty_kinds.values() if kind.owner != CUSTODIAN]
    owed = [each for kind in kinds for each in _of_kind(kind, question, pack, directory, now)]
    on_time = [duty for kind, duty in owed if not _ran_out(kind, duty, now)]
    ran_out = [(kind, duty) for kind, duty in owed if _ran_out(kind, duty, now)]
    late = _late_starts(ran_out, question, pack)
    return iter(sorted((*on_time, *late), key=lambda duty: (duty.due_at, duty.kind)))


def _ran_out(kind: DutyKind, duty: DutyOwed, now: datetime) -> bool:
    return kind.clock.backward and duty.due_at <= now


def _of_kind(
    kind: DutyKind, question: Asked, pack: Pack, directory: Directory, now: datetime
) -> Iterator[tuple[DutyKind, DutyOwed]]:
    owner = _owner(kind, question, pack, directory, now)
    for matching in matchings(kind.when, kind.because, kind.for_each, question):
        for anchor, about in _anchors(kind, matching, question):
            duty = DutyOwed(
                kind=kind.id,
                owner_agency=owner.agency,
                owner_team=owner.team,
                owner_role=kind.role,
                about=about,
                anchor_at=anchor,
                due_at=kind.clock.due(anchor, pack.calendar),
                because=matching.reason,
                source=kind.cited,
                authority=kind.authority,
                told=kind.told,
                own_matter=kind.own_matter,
            )
            yield from ((kind, each) for each in _each_own_matter(duty))


def _each_own_matter(duty: DutyOwed) -> Iterator[DutyOwed]:
    """A duty in a person's own matter is about that person alone."""
    if duty.own_matter:
        yield from (replace(duty, about=(key,)) for key in duty.about)
    else:
        yield duty


def _anchors(kind: DutyKind, matching: Matching, question: Asked) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """What the clock counts from: one moment for the news, else each person's own day."""
    find = ANCHORS[kind.anchor]
    by_anchor: dict[datetime, list[str]] = {}
    if not matching.about:
        anchor = find(question.situation, None)
        if anchor is not None:
            yield anchor, _about_news(question)
        return
    for key in matching.about:
        anchor = find(question.situation, question.situation.people[key])
        if anchor is not None:
            by_anchor.setdefault(anchor, []).append(key)
    for anchor, keys in by_anchor.items():
        yield anchor, tuple(keys)


def _about_news(question: Asked) -> tuple[str, ...]:
    return question.situation.subjects


def _owner(kind: DutyKind, question: Asked, pack: Pack, directory: Directory, now: datetime) -> Owner:
    """The sender, or whoever answers in the role on the day; out of hours the team that works then (A11)."""
    situation = question.situation
    if kind.owner == "sender":
        return Owner(situation.news.sender_agency, situation.news.sender_team)
    role = kind.owner
    if kind.out_of_hours and not pack.calendar.in_hours(now):
        role = kind.out_of_hours
    return directory.contact(role, authority=situation.authority, on=question.on)


def _late_starts(ran_out: Iterable[tuple[DutyKind, DutyOwed]], question: Asked, pack: Pack) -> Iterator[DutyOwed]:
    by_owner: dict[tuple[str, str | None], list[tuple[DutyKind, DutyOwed]]] = {}
    for kind, duty in ran_out:
        by_owner.setdefault((duty.owner_agency, duty.owner_team), []).append((kind, duty))
    received = question.situation.news.received_at
    for owed in by_owner.values():
        missed = listed([f"{_lower(kind.name)} (by {short_date(duty.due_at)})" for kind, duty in owed])
        yield replace(
            owed[0][1],
            kind=pack.late_start.id,
            owner_role=pack.late_start.role or owed[0][1].owner_role,
            about=tuple(dict.fromkeys(key for _, duty in owed for key in duty.about)),
            anchor_at=received,
            due_at=pack.late_start.clock.due(received, pack.calendar),
            because=pack.late_start.because.format(missed=missed, known_on=short_date(received)),
            source=pack.late_start.cited,
            authority=pack.late_start.authority,
            told=max((duty.told for _, duty in owed), key=get_args(Told).index),
            late_start=True,
        )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
