"""Opening duties and meeting them; each is a fact, and the projected state follows in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daras.duties.derive import first_step_at
from daras.duties.models import DutyMet, DutyOpened, DutyState
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.inserting import insert
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.practice import Pack


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty about to be opened, as the rules say it, with the records it is about."""

    kind: str
    owner_agency: str
    owner_team: str | None
    owner_role: str | None
    about_record_ids: tuple[int, ...]
    anchor_at: datetime
    due_at: datetime
    because: str
    source: str
    authority: str
    told: str
    late_start: bool
    reference: str


def open_duties(
    recording: Recording,
    matter: Matter,
    opened_by: Fact,
    owed: Sequence[Owed],
    *,
    pack: Pack,
    audience_of: Sequence[int],
) -> list[DutyOpened]:
    """Open duties on a matter, each for the audience at its place in `audience_of`."""
    opened = [Opening(matter, opened_by, each, audience) for each, audience in zip(owed, audience_of, strict=True)]
    return open_each(recording, opened, pack=pack)


@dataclass(frozen=True, slots=True)
class Opening:
    """A duty about to be opened on a matter, by which fact, and for which audience."""

    matter: Matter
    opened_by: Fact
    owed: Owed
    audience_id: int


def open_each(recording: Recording, openings: Sequence[Opening], *, pack: Pack) -> list[DutyOpened]:
    """Open duties on several matters at once, in as many statements as on one."""
    details = [
        DutyOpened(
            duty_kind=each.kind,
            pack=pack.id,
            reference=each.reference,
            owner_agency=each.owner_agency,
            owner_team=each.owner_team or "",
            owner_role=each.owner_role or "",
            about_record_ids=list(each.about_record_ids),
            opened_by=opening.opened_by,
            anchor_at=each.anchor_at,
            due_at=each.due_at,
            because=each.because,
            source=each.source,
            authority=each.authority,
            told=each.told,
            late_start=each.late_start,
        )
        for opening in openings
        for each in [opening.owed]
    ]
    opened = list(zip(openings, details, strict=True))
    append(recording, [Entry(detail, opening.audience_id, matter_id=opening.matter.pk) for opening, detail in opened])
    insert(
        [
            DutyState(
                duty=detail,
                matter=opening.matter,
                owner_agency=detail.owner_agency,
                owner_team=detail.owner_team,
                due_at=detail.due_at,
                next_step_at=first_step_at(
                    pack.duty(detail.duty_kind),
                    opened_at=recording.recorded_at,
                    due_at=detail.due_at,
                    calendar=pack.calendar,
                ),
                audience_id=opening.audience_id,
            )
            for opening, detail in opened
        ]
    )
    return details


def meet(recording: Recording, duties: Iterable[DutyOpened], by_fact: Fact, met_at: datetime) -> None:
    """A fact meets these duties. The first fact that meets a duty counts; a later one changes nothing."""
    open_ids = set(
        DutyState.objects.select_for_update()
        .filter(duty__in=[duty.pk for duty in duties], met_at__isnull=True)
        .values_list("duty_id", flat=True)
    )
    met = [duty for duty in duties if duty.pk in open_ids]
    append(
        recording,
        [
            Entry(DutyMet(duty=duty, by_fact=by_fact, met_at=met_at), duty.audience_id, matter_id=duty.fact.matter_id)
            for duty in met
        ],
    )
    DutyState.objects.filter(duty__in=open_ids).update(met_at=met_at, next_step_at=None)
