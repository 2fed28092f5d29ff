"""Putting a notice into the outbox, in the transaction of the facts it tells of."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from daras.access import apart
from daras.access.models import KeptApart
from daras.ledger.inserting import Same, insert_columns
from daras.matters.models import Matter
from daras.outbox.models import Notice, Receiver
from daras.outbox.queueing import ask_for_drains
from daras.outbox.readers import audiences_of_notices, told_by
from daras.working_time import clock

#: What comes at once though it is not marked: it is of a discussion, or of a child's safety tonight (interface:
#: Interruptions; B4: actions go out within minutes; A11: a handover is accepted by name before the shift ends).
AT_ONCE = frozenset({"action", "handed-over"})
#: One key for one notice: the same matter, fact, kind and receiver can never be told twice.
NAMESPACE = uuid.UUID("5b0e6a52-7f4a-4c57-9c0f-0a6d5a0a1c11")


@dataclass(frozen=True, slots=True)
class Tell:
    """That a team is to be told something about a matter."""

    agency: str
    team: str | None
    kind: str
    interrupts: bool = False
    reference: str | None = None  # how its reader knows it, where that is not the matter's reference


def tell(matter: Matter, fact_id: int, tellings: Iterable[Tell]) -> list[int]:
    """One notice for each receiver of each team named; a team without a receiver of its own is told at its agency's.

    Every agency has at least its page. Its notices are read by it and by the front door. The fact is what gives the
    notice its stable key. The worker is asked to deliver in the same transaction. Returns the ids of the notices.
    """
    return tell_each([(matter, fact_id, telling) for telling in tellings])


@dataclass(frozen=True, slots=True)
class Reached:
    """How agencies are reached, and who reads that they were told: by agency, and by front door and agency."""

    receivers: Mapping[str, list[Receiver]]
    readers: Mapping[str, Mapping[str, int]]
    apart: Sequence[KeptApart]

    def may_be_told(self, matter: Matter, telling: Tell) -> bool:
        """Whoever is kept apart from a matter hears nothing of it but of what they sent (A17)."""
        kept = [each for each in self.apart if each.matter_id in (matter.pk, matter.parent_id)]
        sent = (telling.reference or "").startswith("R-")  # by the receipt of their own news
        return sent or not apart.is_apart(kept, telling.agency, telling.team or "")


def reached(matters: Iterable[Matter], agencies: Collection[str]) -> Reached:
    """How these agencies are reached about these matters. A sweep asks before it locks anything."""
    receivers: defaultdict[str, list[Receiver]] = defaultdict(list)
    about = list(matters)
    for receiver in Receiver.objects.filter(Q(agency__in=agencies), is_active=True).order_by("id"):
        receivers[receiver.agency].append(receiver)
    doors = {told_by(matter): matter for matter in about}
    return Reached(
        receivers,
        {door: audiences_of_notices(matter, agencies) for door, matter in doors.items()},
        apart.standing({pk for matter in about for pk in (matter.pk, matter.parent_id) if pk}),
    )


class _Told(NamedTuple):
    """What a new notice says: the columns of its row that are not the same for all."""

    key: uuid.UUID
    receiver_id: int
    matter_id: int
    kind: str
    reference: str
    interrupts: bool
    in_digest: bool
    audience_id: int


def tell_each(tellings: Iterable[tuple[Matter, int, Tell]], known: Reached | None = None) -> list[int]:
    """The same for several matters and facts at once, in as many statements as for one. `known`: how they are reached,
    where that was asked already."""
    wanted = list(tellings)
    if not wanted:
        return []
    how = known or reached((matter for matter, _, _ in wanted), {telling.agency for _, _, telling in wanted})
    made: dict[str, _Told] = {}
    for matter, fact_id, telling in wanted:
        if not how.may_be_told(matter, telling):
            continue
        audience = how.readers[told_by(matter)][telling.agency]
        for receiver in _receivers_of(telling, how.receivers.get(telling.agency, [])):
            same = f"{matter.pk}/{fact_id}/{telling.kind}/{receiver.pk}"
            # Two teams may share one page: it is told once, and interrupted if either is.
            interrupts = telling.interrupts or (same in made and made[same].interrupts)
            made[same] = _Told(
                uuid.uuid5(NAMESPACE, same),
                receiver.pk,
                matter.pk,
                telling.kind,
                telling.reference or matter.reference,
                interrupts,
                _waits(receiver, telling.kind, interrupts=interrupts),
                audience,
            )
    ask_for_drains({notice.receiver_id for notice in made.values() if not notice.in_digest})
    now = Same(clock.now())
    columns = dict(zip(_Told._fields, zip(*made.values(), strict=True), strict=True)) if made else {}
    return insert_columns(Notice, len(made), {**columns, "made_at": now, "next_attempt_at": now})


def _waits(receiver: Receiver, kind: str, *, interrupts: bool) -> bool:
    """Whether it waits for the daily letter: only e-mail interrupts people, and only for what cannot wait."""
    return receiver.channel == Receiver.Channel.EMAIL and not interrupts and kind not in AT_ONCE


def _receivers_of(telling: Tell, receivers: list[Receiver]) -> list[Receiver]:
    of_team = [receiver for receiver in receivers if receiver.team == (telling.team or "")]
    return of_team or [receiver for receiver in receivers if not receiver.team]
