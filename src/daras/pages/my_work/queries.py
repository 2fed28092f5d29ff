"""What a worker and their team owe, with the names and addresses its lines need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from daras.access.models import Worker
from daras.duties import queries as duties
from daras.duties.models import DutyState
from daras.frontdoor.advice_days import waited_for
from daras.frontdoor.doubts import DOUBT
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter
from daras.pages import wording
from daras.pages.addresses import REQUEST
from daras.people.models import NameKnown, PersonInMatter, RecordPerson
from daras.people.queries import standing_details


@dataclass(frozen=True, slots=True)
class Owed:
    """Open duties, the names one may see, and which of their matters one may open."""

    duties: tuple[DutyState, ...]
    names: Mapping[int, str]  # by person record
    open_to_me: frozenset[str]  # references of matters
    matters: Mapping[int, str] = field(default_factory=dict)  # by matter: whom it is about, and its reference
    news: Mapping[int, str] = field(default_factory=dict)  # by the fact that opened like duties: which news it was
    numbers: Mapping[int, str] = field(default_factory=dict)  # by record of those whose records are in doubt


def owed_by(worker: Worker) -> Owed:
    """Every duty that is not met and is owed by the worker's team, or by their agency as a whole."""
    states = tuple(duties.owed_by(worker))
    references = dict(
        Matter.objects.filter(pk__in={state.matter_id for state in states}).values_list("pk", "reference")
    )
    subjects = _subjects(references)
    records = [record for state in states for record in state.duty.about_record_ids]
    names = names_of_records([*records, *(record for of_matter in subjects.values() for record in of_matter)])
    return Owed(
        duties=states,
        names=names,
        open_to_me=frozenset(references.values()) | _asked(states),
        matters={
            matter: ", ".join(part for part in (_whom(subjects[matter], names), reference) if part)
            for matter, reference in references.items()
        },
        news=_news(states),
        numbers=_numbers(states),
    )


def waited_by(worker: Worker) -> Owed:
    """What the other side of a call for advice said that they would do by a day, and has not yet: one query where
    nothing is (A15)."""
    states = tuple(waited_for(worker))
    names = names_of_records(record for state in states for record in state.duty.about_record_ids) if states else {}
    return Owed(duties=states, names=names, open_to_me=frozenset())


def doubts_owed(worker: Worker) -> Owed:
    """What the worker's team owes about records that may be of two people: one query where nothing is."""
    states = tuple(duties.owed_by(worker).filter(duty__duty_kind=DOUBT))
    if not states:
        return Owed((), {}, frozenset())
    return Owed(
        duties=states,
        names=names_of_records(record for state in states for record in state.duty.about_record_ids),
        open_to_me=visible_references(state.matter_id for state in states),
        numbers=_numbers(states),
    )


def _numbers(states: Iterable[DutyState]) -> dict[int, str]:
    """The number under which records in doubt stand now: asked only where there are such."""
    records = [record for state in states if state.duty.duty_kind == DOUBT for record in state.duty.about_record_ids]
    members = RecordPerson.objects.filter(record_id__in=records)
    return dict(members.values_list("record_id", "number")) if records else {}


def _whom(records: Iterable[int], names: Mapping[int, str]) -> str:
    """Those a matter is about, each once, as far as the reader may know."""
    return wording.listed(dict.fromkeys(names[each] for each in records if each in names))


def _news(states: Collection[DutyState]) -> dict[int, str]:
    """The piece of news that each of several like duties of one matter is owed for: asked only where there are such."""
    like: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for state in states:
        like[state.matter_id, state.duty.duty_kind].append(state.duty.opened_by_id)
    opened_by = {fact for same in like.values() if len(same) > 1 for fact in same}
    if not opened_by:
        return {}
    rows = ReferralReceived.objects.filter(fact_id__in=opened_by)
    return {
        fact: wording.owed_for(kind, agency, at)
        for fact, kind, agency, at in rows.values_list("fact_id", "news_kind", "fact__agency", "fact__recorded_at")
    }


def _subjects(matter_ids: Collection[int]) -> defaultdict[int, list[int]]:
    """The records of whom each of these matters is about."""
    rows = PersonInMatter.objects.filter(
        part="subject", fact__matter_id__in=list(matter_ids), fact__superseded_by__isnull=True
    ).order_by("fact_id")
    found: defaultdict[int, list[int]] = defaultdict(list)
    for matter, record in rows.values_list("fact__matter_id", "fact__person_record_id"):
        found[matter or 0].append(record or 0)
    return found


def of_duty(state: DutyState) -> Owed:
    """One duty, with the names its line needs."""
    return Owed(
        duties=(state,),
        names=names_of_records(state.duty.about_record_ids),
        open_to_me=visible_references([state.matter_id]) | _asked([state]),
    )


def _asked(states: Iterable[DutyState]) -> frozenset[str]:
    """The requests on which these are owed: whoever reads what is owed on one reads it, for both have one audience."""
    return frozenset(state.duty.reference for state in states if state.duty.reference.startswith(REQUEST))


def names_of_records(record_ids: Iterable[int]) -> dict[int, str]:
    """The current name on each record whose name the reader may see."""
    found: dict[int, str] = {}
    for name in standing_details(NameKnown, set(record_ids)):
        record = name.fact.person_record_id
        written = " ".join(part for part in (name.given_name, name.family_name) if part)
        if record is not None and name.use == "current" and written:
            found.setdefault(record, written)
    return found


def visible_references(matter_ids: Iterable[int]) -> frozenset[str]:
    """References of those of these matters that the reader may see."""
    return frozenset(Matter.objects.filter(pk__in=set(matter_ids)).values_list("reference", flat=True))
