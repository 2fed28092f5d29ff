"""What was known and managed until a day is looked at again when that day has come (E2).

Nobody has to move or write for it: where the child is still near whoever poses the risk, and no later word holds them
to be known and managed, a decision is owed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor.models import KnownAndManaged, KnownAndManagedEnded
from daras.frontdoor.watching import AUTHOR, decisions_owed, near_now
from daras.ledger.commands import Entry, Recording, append
from daras.people.queries import persons_of
from daras.working_time import clock
from daras.working_time.wording import short_date


def look_again(now: datetime) -> int:
    """Take up every word whose day has come; returns how many. Safe to run twice, or two at a time."""
    with machine():
        ended = KnownAndManaged.objects.select_related("fact").filter(
            until__lte=clock.local_date(now), ending__isnull=True
        )
        due = list(ended.order_by("fact_id"))
    return sum(_taken_up(each, now) for each in due)


def _taken_up(said: KnownAndManaged, now: datetime) -> bool:
    """One word, in a transaction of its own; false where another worker took it up meanwhile."""
    try:
        with transaction.atomic(), machine():
            recording = Recording(agency=said.fact.agency, author=AUTHOR, recorded_at=now)
            ended = KnownAndManagedEnded(said=said)
            append(recording, [Entry(ended, said.audience_id, person_record_id=said.fact.person_record_id)])
            _look(said)
    except IntegrityError:
        return False
    return True


def _look(said: KnownAndManaged) -> None:
    child_record = said.fact.person_record_id or 0
    person = persons_of([child_record, said.other_record_id])
    pair = (person.get(child_record, 0), person.get(said.other_record_id, 0))
    still = near_now([pair[0]]) & {pair}
    what = f"Held to be known and managed until {short_date(said.until)}, and not any longer"
    authority = load_directory().agency_at_any_time(said.fact.agency).authority
    decisions_owed(still, what, authority=authority, agency=said.fact.agency)
