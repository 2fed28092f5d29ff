"""What a clock counts from, by the name a pack gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from daras.rules.situation import Person, Situation
from daras.working_time.clocks import start_of_day

Anchor = Callable[[Situation, Person | None], datetime | None]


def _received(situation: Situation, _: Person | None) -> datetime | None:
    return situation.news.received_at


def _sent(situation: Situation, _: Person | None) -> datetime | None:
    return situation.news.sent_at


def _release(_: Situation, person: Person | None) -> datetime | None:
    days = [risk.release_on for risk in person.poses_risk if risk.release_on] if person else []
    return start_of_day(max(days)) if days else None


def _expected_birth(_: Situation, person: Person | None) -> datetime | None:
    return start_of_day(person.expected_birth_on) if person and person.expected_birth_on else None


#: "received" and "sent" are of the news; "release" and "expected-birth" are days of a person, from their beginning.
ANCHORS: Mapping[str, Anchor] = {
    "received": _received,
    "sent": _sent,
    "release": _release,
    "expected-birth": _expected_birth,
}
