"""What the news means: the network around it and what the rules say (A5, A7, B1, B2, B3, C5).

Read from the ledger and, on top of it, from what the document says. Nothing is written here: receiving writes what was
weighed (`entering`), and a dry run leaves it at that (ADR 0009).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daras.access.models import Worker
from daras.frontdoor.history import read_history
from daras.frontdoor.situation_reading import Everyone, situation
from daras.frontdoor.understanding import Understood
from daras.frontdoor.workplaces import bearers
from daras.ledger.commands import Entry
from daras.network.graph import Member, Stay, Tie
from daras.network.queries import Connected, around_with, told
from daras.network.relations import SUSPECTED
from daras.people.models import AddressStay, ParentalResponsibilityKnown, RelationshipKnown
from daras.people.queries import PersonKnown, add_said, holders_of_parental_responsibility, known_of
from daras.rules.assess import assess
from daras.rules.findings import Findings

#: How far from those the news is about, and those suspected, everybody is looked for (design: within two steps).
STEPS = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """The news with all that follows from it."""

    understood: Understood
    who: Everyone
    connections: tuple[Connected, ...]
    findings: Findings
    responsible: Mapping[int, set[int]]  # holders of parental responsibility, by child's person
    suspected: tuple[int, ...] = ()  # persons
    staff: Mapping[int, Sequence[Worker]] = field(default_factory=dict)  # who signs in under a suspect's name

    def seen_before(self) -> set[int]:
        """Everybody in it who was known before this document: whoever looks at it looks at them."""
        return {pk for pk, person in self.who.known.items() if person.number not in self.understood.new_numbers}


def weigh(understood: Understood) -> Weighed:
    """Read the situation and let the rules speak."""
    said = list(understood.said())
    start = _concerned(understood)
    graph = around_with(start, _ties(understood, said), _stays(said), on=understood.on, steps=STEPS)
    known = _known(understood, graph.members.keys(), said)
    members = {pk: Member(pk, person.name, person.sex) for pk, person in known.items()}
    connections = tuple(told(replace(graph, members=members), start, on=understood.on, steps=STEPS))
    there = {*understood.person_of_ref.values(), *(each.person_id for each in connections)}
    who = Everyone({pk: person for pk, person in known.items() if pk in there}, understood.person_of_ref)
    suspected = tuple(understood.meant[ref].person_id for ref in understood.suspected)
    staff = bearers(who.known[pk] for pk in suspected if pk in who.known)
    read = situation(
        understood.document,
        who,
        connections,
        authority=understood.authority,
        open_matters={person: tuple(ref for _, ref in each) for person, each in understood.earlier.items()},
        history=replace(read_history(who, now=understood.now), staff=staff),
        now=understood.now,
    )
    findings = assess(read, understood.pack, understood.directory, understood.now)
    return Weighed(understood, who, connections, findings, _responsible(understood, who, said), suspected, staff)


def _concerned(understood: Understood) -> list[int]:
    """Those the news is about, and those suspected."""
    concerns = understood.document.concerns
    refs = dict.fromkeys(ref for concern in concerns for ref in (*concern.about, *concern.suspected))
    return [understood.meant[ref].person_id for ref in refs]


def _known(understood: Understood, members: Collection[int], said: Iterable[Entry]) -> dict[int, PersonKnown]:
    """What stands in the ledger about everybody, and on top of it what the document says."""
    known = known_of({*members, *understood.person_of_ref.values()})
    for each in understood.meant.values():
        known.setdefault(each.person_id, PersonKnown(each.person_id, each.number))
    add_said(known, ((entry.person_record_id or 0, entry.detail) for entry in said))
    return known


def _ties(understood: Understood, said: Iterable[Entry]) -> Iterator[Tie]:
    for entry in said:
        tie = entry.detail
        if isinstance(tie, RelationshipKnown):
            start, end = entry.person_record_id or 0, tie.other_record_id
            yield Tie(start, end, tie.relation, tie.since, tie.until, entry.audience_id)
    concerns = understood.document.concerns
    about = {understood.meant[ref].person_id for concern in concerns for ref in concern.about}
    suspected = {understood.meant[ref].person_id for concern in concerns for ref in concern.suspected}
    for suspect in suspected:
        yield from (Tie(suspect, subject, SUSPECTED) for subject in about - {suspect})


def _stays(said: Iterable[Entry]) -> Iterator[Stay]:
    for entry in said:
        stay = entry.detail
        if isinstance(stay, AddressStay):
            shown = ", ".join(part for part in (*stay.lines, stay.town) if part)
            dates = (stay.since, stay.until)
            person = entry.person_record_id or 0
            yield Stay(person, stay.place_key, shown, stay.use, *dates, stay.many_households, entry.audience_id)


def _responsible(understood: Understood, who: Everyone, said: Iterable[Entry]) -> dict[int, set[int]]:
    """Who holds parental responsibility for whom, as recorded and as the document says."""
    records = [pk for person in who.known.values() for pk in person.record_ids]
    held: defaultdict[int, set[int]] = defaultdict(set)
    for child, holders in holders_of_parental_responsibility(records, understood.on).items():
        held[child] |= holders
    for entry in said:
        if isinstance(entry.detail, ParentalResponsibilityKnown):
            held[entry.detail.child_record_id].add(entry.person_record_id or 0)
    return dict(held)
