"""Who is one person, worked out again from the decisions alone (A5): a link joins, an unlinking parts, all else leaves
things as they are. The projection (`RecordPerson`) must say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from daras.people.models import LinkDecided, RecordPerson

Pair = frozenset[int]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on two records, in the order in which they were made."""

    record: int
    other: int
    decision: str
    by_person: bool = False


def replay(decisions: Iterable[Decided]) -> dict[int, int]:
    """The group of each record that any decision is about, named by its lowest record. Nothing is forgotten: what was
    superseded counts at its own place in the order."""
    group: dict[int, int] = {}
    members: defaultdict[int, set[int]] = defaultdict(set)
    fresh = 0
    for each in decisions:
        for record in (each.record, each.other):
            if record not in group:
                fresh += 1
                group[record] = fresh
                members[fresh].add(record)
        if each.decision == LinkDecided.Decision.LINK and group[each.record] != group[each.other]:
            kept, moved = sorted((group[each.record], group[each.other]))
            for record in members.pop(moved):
                group[record] = kept
                members[kept].add(record)
        elif each.decision == LinkDecided.Decision.UNLINK:
            members[group[each.record]].discard(each.record)
            fresh += 1
            group[each.record] = fresh
            members[fresh].add(each.record)
    return {record: min(members[name]) for record, name in group.items()}


def said_by_people(decisions: Iterable[Decided]) -> tuple[set[Pair], set[Pair]]:
    """The pairs that people said are one person, and those that they said are two; the last word counts."""
    last = {frozenset((each.record, each.other)): each.decision for each in decisions if each.by_person}
    same = {pair for pair, decision in last.items() if decision == LinkDecided.Decision.LINK}
    return same, {pair for pair, decision in last.items() if decision in _TWO}


def two_said_of_one(decisions: Iterable[Decided]) -> set[Pair]:
    """The pairs that people said are two, and that stood under one number when that was said and were left there.

    Two that were apart then and are together now were brought together in spite of it, which only a person does: that
    was the last word.
    """
    decided = list(decisions)
    _, two = said_by_people(decided)
    left: set[Pair] = set()
    for place, each in enumerate(decided, start=1):
        pair = frozenset((each.record, each.other))
        if not each.by_person or pair not in two:
            continue
        group = replay(decided[:place])
        if group[each.record] == group[each.other]:
            left.add(pair)
        else:
            left.discard(pair)
    return left


_TWO = (LinkDecided.Decision.REJECT, LinkDecided.Decision.UNLINK)


def decisions_on(records: Iterable[int] | None = None) -> list[Decided]:
    """Every decision on these records, or on all, in order. Under the machine role."""
    rows = LinkDecided.objects.order_by("fact_id")
    if records is not None:
        among = set(records)
        rows = rows.filter(fact__person_record_id__in=among) | rows.filter(other_record_id__in=among)
    found = rows.values_list("fact__person_record_id", "other_record_id", "decision", "by_person")
    return [Decided(int(record or 0), other, decision, by) for record, other, decision, by in found.iterator()]


def untrue_memberships() -> list[str]:
    """The numbers of people whose records are not together as the decisions say. Under the machine role."""
    told = replay(decisions_on())
    stands = RecordPerson.objects.values_list("record_id", "person_id", "number").order_by("record_id")
    lowest: dict[int, int] = {}
    untrue: set[str] = set()
    for record, person, number in stands.iterator():
        if lowest.setdefault(person, record) != told.get(record, record):
            untrue.add(number)
    return sorted(untrue)
