"""Telling those who owe something what they owe, once a manager has convened, or has decided on an assessment: not
before (B1, F11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from daras.access import audiences
from daras.access.models import SERIAL_BITS, Grant
from daras.duties.models import DutyOpened, DutyState
from daras.matters.models import Matter

AT_ONCE = "at once"
CONVENED, ASSESSED = "a discussion was convened", "an assessment was decided on"
#: What each of a manager's steps releases: whoever convenes has decided, too.
RELEASED: Mapping[str, tuple[str, ...]] = {CONVENED: ("when convened", "when decided"), ASSESSED: ("when decided",)}


def release(matters: Iterable[Matter], *, by: str, reason: str = CONVENED) -> list[DutyOpened]:
    """Give each owner sight of what was kept at the front door until now, and for this reason no longer is; returns
    what was released.

    Runs under the machine role, in the transaction of whatever convenes or decides.
    """
    states = DutyState.objects.select_related("duty", "duty__fact").filter(
        matter__in=list(matters), met_at__isnull=True, duty__told__in=RELEASED[reason]
    )
    waiting = [state.duty for state in states]
    told = owners_told(waiting)
    released = [duty for duty in waiting if not (_given(duty) in told or _front_door_alone(duty))]
    for audience, agency, team in dict.fromkeys(map(_given, released)):
        audiences.grant(audience, agency=agency, team=team, reason=reason, granted_by=by)
    return released


def owners_told(duties: Iterable[Owned]) -> set[tuple[int, str, str]]:
    """Who has been given sight of which of these duties' audiences."""
    rows = Grant.objects.filter(audience_id__in={duty.audience_id for duty in duties}, end__isnull=True)
    return set(rows.values_list("audience_id", "agency", "team"))


class Owned(Protocol):
    """What says whether an owner knows of a duty: the duty as it was opened, or what a sweep saw of it."""

    @property
    def pk(self) -> int: ...
    @property
    def told(self) -> str: ...
    @property
    def audience_id(self) -> int: ...
    @property
    def owner_agency(self) -> str: ...
    @property
    def owner_team(self) -> str: ...


def told_of(duties: Iterable[Owned]) -> set[int]:
    """Which of these their owners know of: from the first moment, or since a manager's step released them."""
    found = list(duties)
    waiting = [duty for duty in found if duty.told != AT_ONCE]
    known = owners_told(waiting) if waiting else set()
    return {duty.pk for duty in found if duty.told == AT_ONCE or _given(duty) in known}


def _given(duty: Owned) -> tuple[int, str, str]:
    return duty.audience_id, duty.owner_agency, duty.owner_team


def _front_door_alone(duty: DutyOpened) -> bool:
    """A standing audience is never opened to anybody: it is that of everything the front door holds."""
    return duty.audience_id & ((1 << SERIAL_BITS) - 1) == 0
