"""What a custodian owes: a duty on a matter, with the clock of the practice pack. Runs as the machine."""

from __future__ import annotations

from daras.duties.commands import Owed, open_duties
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.practice import pack_for
from daras.working_time import clock


def open_review(
    recording: Recording,
    matter: Matter,
    opened_by: Fact,
    *,
    kind: str,
    agency: str,
    audience_id: int,
    about: tuple[int, ...] = (),
) -> None:
    """The custodians of an agency owe something on a matter from now, for an audience that lets them read it."""
    pack = pack_for(clock.local_date(recording.recorded_at))
    wanted = pack.duty(kind)
    owed = Owed(
        kind=kind,
        owner_agency=agency,
        owner_team=None,
        owner_role=wanted.role,
        about_record_ids=about,
        anchor_at=recording.recorded_at,
        due_at=wanted.clock.due(recording.recorded_at, pack.calendar),
        because=wanted.because,
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=matter.reference,
    )
    open_duties(recording, matter, opened_by, [owed], pack=pack, audience_of=[audience_id])
