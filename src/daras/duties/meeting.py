"""Which duties a fact meets: the practice pack says it by kind (design idea 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daras.duties.commands import meet
from daras.duties.models import DutyOpened, DutyState
from daras.duties.reading import kind_of
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.people.queries import persons_of


def meet_by(recording: Recording, matter: Matter, facts: Iterable[Fact]) -> list[DutyOpened]:
    """Every open duty on the matter that one of these facts meets, by the pack under which the duty was opened.

    A fact meets what was opened before it, never what came after.
    """
    facts = list(facts)
    open_duties = [
        state.duty
        for state in DutyState.objects.select_related("duty", "duty__fact").filter(matter=matter, met_at__isnull=True)
    ]
    persons = persons_of([*(record for duty in open_duties for record in duty.about_record_ids), *_records(facts)])
    met: list[DutyOpened] = []
    for fact in facts:
        answered = [duty for duty in open_duties if duty.pk < fact.pk and _is_met_by(duty, fact, persons)]
        if answered:
            meet(recording, answered, fact, recording.recorded_at)
            met += answered
            open_duties = [duty for duty in open_duties if duty not in answered]
    return met


def _records(facts: Iterable[Fact]) -> list[int]:
    return [fact.person_record_id for fact in facts if fact.person_record_id is not None]


def _is_met_by(duty: DutyOpened, fact: Fact, persons: Mapping[int, int]) -> bool:
    """A fact about one child never meets a duty about another."""
    about = {persons.get(record) for record in duty.about_record_ids}
    if fact.person_record_id is not None and about and persons.get(fact.person_record_id) not in about:
        return False
    return fact.kind in kind_of(duty).met_by
