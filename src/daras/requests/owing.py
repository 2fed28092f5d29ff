"""What a request has owed, at each of its stages: opened, met, stopped and started with what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable

from daras.agencies import Owner
from daras.duties.changing import pause, resume
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened, DutyPaused
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.practice import load_pack
from daras.practice.request_definitions import SAY_MORE
from daras.requests.models import RequestMade
from daras.working_time import clock


def owe(recording: Recording, matter: Matter, made: RequestMade, what: str, *, opened_by: Fact) -> DutyOpened:
    """Open what is owed next, by whoever was asked; to say more is for whoever asked."""
    pack = load_pack(made.pack, clock.local_date(recording.recorded_at))
    kind = pack.requests[made.request_kind]
    wanted = pack.duty(kind.duty(what, made.urgency))
    owner = Owner(made.from_agency, made.from_team) if what == SAY_MORE else Owner(made.to_agency, made.to_team)
    owed = Owed(
        kind=wanted.id,
        owner_agency=owner.agency,
        owner_team=owner.team or None,
        owner_role=None,
        about_record_ids=(made.fact.person_record_id,) if made.fact.person_record_id else (),
        anchor_at=recording.recorded_at,
        due_at=wanted.clock.due(recording.recorded_at, pack.calendar),
        because=f"{made.about_words}: {wanted.because}",
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=made.reference,
    )
    (duty,) = open_duties(recording, matter, opened_by, [owed], pack=pack, audience_of=[made.audience_id])
    return duty


def open_of(matter: Matter, made: RequestMade, kinds: Iterable[str] | None = None) -> list[DutyOpened]:
    """What is still owed on a request: all of it, or what is of these kinds."""
    rows = DutyOpened.objects.select_related("fact").filter(
        state__matter=matter, state__met_at__isnull=True, reference=made.reference
    )
    return list(rows if kinds is None else rows.filter(duty_kind__in=list(kinds)))


def settle(
    recording: Recording, matter: Matter, made: RequestMade, by_fact: Fact, kinds: Iterable[str] | None = None
) -> None:
    """A fact meets what is owed on a request: all of it, or what is of these kinds."""
    meet(recording, open_of(matter, made, kinds), by_fact, recording.recorded_at)


def stop(recording: Recording, matter: Matter, made: RequestMade, kinds: Iterable[str], reason: str) -> None:
    """The clocks of these stand still from now: more was asked back."""
    for duty in open_of(matter, made, kinds):
        pause(recording, duty, reason=reason)


def start(recording: Recording, matter: Matter, made: RequestMade) -> None:
    """Every clock of the request that stands still runs on."""
    stopped = DutyPaused.objects.select_related("duty", "duty__fact").filter(
        duty__in=open_of(matter, made), resumption__isnull=True
    )
    for each in stopped:
        resume(recording, each)
